import { readMigrations } from './migrate.ts';

const COMMENT = /^comment on (schema|view|column) analyst(?:\.(\w+))?(?:\.("?)(\w+)\3)? is '([\s\S]*)';?$/;

/** Everything that the migrations say of the schema `analyst`, as a page: each view with its columns, units and definitions. */
export function analystViewsMarkdown(): string {
  const views = new Map<string, { about: string; columns: [string, string][] }>();
  let schema = '';
  for (const text of readMigrations().flatMap(({ statements }) => statements)) {
    const match = COMMENT.exec(text);
    if (!match) continue;
    const [, kind, view = '', , column = '', said = ''] = match;
    const words = said.replaceAll("''", "'");
    if (kind === 'schema') schema = words;
    else if (kind === 'view') views.set(view, { about: words, columns: [] });
    else views.get(view)?.columns.push([column, words]);
  }
  return [
    '# SQL views for analysts',
    '',
    'Written by `npm run generate` from the comments in the database. On a server, `npm run plume -- db reader` makes the role `plume_reader`, which may read these views and nothing else; the embedded engine has no role and no port.',
    '',
    schema,
    '',
    ...[...views].flatMap(([name, { about, columns }]) => [
      `## analyst.${name}`,
      '',
      about,
      '',
      '| column | meaning |',
      '|---|---|',
      ...columns.map(([column, words]) => `| \`${column}\` | ${words.replaceAll('|', '\\|')} |`),
      '',
    ]),
  ].join('\n');
}
