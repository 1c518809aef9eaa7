import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '@plume/api/cli';
import { analystViewsMarkdown } from '@plume/db';
import { asyncapiDocument, signalsMarkdown } from '@plume/ingest/protocol';
import { casesMarkdown, inspectionsMarkdown, rulesMarkdown } from '@plume/ingest/rules';
import { Environment } from '../config.ts';
import { fail } from '../fail.ts';
import { ROOT } from '../project.ts';

/** Generated reference: file and text. */
const GENERATED = [
  ['docs/signals.md', signalsMarkdown],
  ['docs/rules.md', rulesMarkdown],
  ['docs/cases.md', casesMarkdown],
  ['docs/inspections.md', inspectionsMarkdown],
  ['docs/asyncapi.json', () => `${JSON.stringify(asyncapiDocument(), null, 2)}\n`],
  ['docs/configuration.md', configurationMarkdown],
  ['docs/analyst-views.md', analystViewsMarkdown],
] as const;

/** The environment variables, with what they mean and their defaults. */
function configurationMarkdown(): string {
  const rows = Object.entries(Environment.shape).map(([name, field]) => {
    const given = field.safeParse(undefined);
    return `| \`${name}\` | ${given.success && given.data !== undefined ? `\`${given.data}\`` : ''} | ${field.description ?? ''} |`;
  });
  return [
    '# Configuration',
    '',
    'Environment variables, read once at the start. Written by `npm run generate`; an unknown `PLUME_…` variable or a bad value ends the start with one line.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** `plume docs`: writes what docs/ has from the sources, or says which of it is not up to date. */
export const docs = command({
  meta: { name: 'docs', description: 'Write the generated reference anew' },
  args: { check: { type: 'boolean', description: 'Write nothing; fail when a file is not what it would be', default: false } },
  run: ({ args }) => {
    for (const [path, text] of GENERATED) {
      const file = join(ROOT, path);
      if (!args.check) writeFileSync(file, text());
      else if (!existsSync(file) || readFileSync(file, 'utf8') !== text())
        fail(`${path} is not up to date. Run: npm run generate`);
    }
  },
});
