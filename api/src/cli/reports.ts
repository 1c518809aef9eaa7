import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';
import { resultOf } from './jobs.ts';

const Text = z.object({ zh: z.string(), en: z.string() });
const Cell = z.union([z.number(), Text, z.object({ none: Text })]);
const Revision = z.looseObject({
  revision: z.number(),
  dataVersion: z.number(),
  issuedAt: z.string(),
  issuedBy: z.string(),
  sha256: z.string(),
  note: z.object({ changed: z.number(), causes: z.array(z.object({ text: Text })) }).nullable(),
});
const Report = z.looseObject({
  id: z.number(),
  kind: z.string(),
  from: z.string(),
  to: z.string(),
  title: Text,
  changed: z.boolean(),
  newest: Revision,
});
const Whole = z.looseObject({
  report: Report,
  revision: Revision,
  waiting: z.number(),
  content: z.looseObject({
    summary: Text,
    tables: z.array(
      z.looseObject({
        id: z.string(),
        title: Text,
        columns: z.array(z.looseObject({ name: Text, unit: z.string() })),
        rows: z.array(z.looseObject({ label: Text, cells: z.array(Cell) })),
      }),
    ),
  }),
});
const Outcome = z.object({ reportId: z.number(), revision: z.number(), dataVersion: z.number(), issued: z.boolean() });
type Lang = 'zh' | 'en';

function said(cell: z.infer<typeof Cell>, lang: Lang): string {
  if (typeof cell === 'number') return String(Number(cell.toPrecision(4)));
  return 'none' in cell ? `— (${cell.none[lang]})` : cell[lang];
}

function languageOf(text: string): Lang {
  if (text !== 'zh' && text !== 'en') throw new UsageError('--language must be zh or en.');
  return text;
}

const line = (report: z.infer<typeof Report>, lang: Lang) =>
  [
    report.id,
    report.title[lang],
    `${lang === 'zh' ? '第' : 'revision '}${report.newest.revision}${lang === 'zh' ? '版' : ''}`,
    `v${report.newest.dataVersion}`,
    report.newest.sha256.slice(0, 12),
    report.newest.issuedAt,
    report.changed ? (lang === 'zh' ? '数字已变化，请修订' : 'figures have changed: revise') : '',
  ].join('  ');

const idArg = { type: 'positional', description: 'Number of the report; "reports list" shows it', required: true } as const;
const language = { type: 'string', description: 'zh or en', default: 'zh' } as const;

function requireId(text: string): string {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('The report must be given by its number.');
  return text;
}

/** Waits for what was ordered and tells what came of it. */
async function told(call: ApiCall, started: unknown, asJson: boolean): Promise<void> {
  const there = z.object({ reportId: z.number() }).safeParse(started);
  if (there.success && !Outcome.safeParse(started).success) {
    print(
      there.data,
      asJson,
      `There is one already: report ${there.data.reportId}. "reports revise" makes a new revision of it.`,
    );
    return;
  }
  const made = Outcome.parse(await resultOf(call, started));
  const of = `report ${made.reportId}, revision ${made.revision}, data version ${made.dataVersion}`;
  print(made, asJson, made.issued ? `issued: ${of}` : `nothing new: not one figure differs from ${of}`);
}

/** Reports of days, months and years: list, make, show, revise. */
export function reportsCommand(withApi: WithApi, withWork: WithApi) {
  return command({
    meta: { name: 'reports', description: 'Reports (日报, 月报, 年报): list, make, show, revise' },
    subCommands: {
      list: command({
        meta: { description: 'The reports, the newest period first' },
        args: {
          kind: { type: 'string', description: 'day, month or year; absent: all' },
          district: { type: 'string', description: 'Of this district alone' },
          language,
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const query = new URLSearchParams({
              limit: '200',
              ...(args.kind === undefined ? {} : { kind: args.kind }),
              ...(args.district === undefined ? {} : { district: args.district }),
            });
            const { reports } = z.object({ reports: z.array(Report) }).parse(await call('GET', `/api/v1/reports?${query}`));
            const lang = languageOf(args.language);
            print(reports, args.json, reports.map((each) => line(each, lang)).join('\n') || 'no reports');
          }),
      }),
      make: command({
        meta: { description: 'Make a report: npm run plume -- reports make --kind month --period 2026-10' },
        args: {
          kind: { type: 'string', description: 'day, month or year', default: 'month' },
          period: { type: 'string', description: '2026-11-22, 2026-10 or 2025; absent: yesterday, last month, last year' },
          district: { type: 'string', description: 'Of this district; absent: the whole site' },
          enterprise: { type: 'string', description: 'Of this enterprise' },
          json,
        },
        run: ({ args }) =>
          withWork(async (call) => {
            const { kind, period, district, enterprise } = args;
            const given = { kind, period, district, enterprise };
            const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
            await told(call, await call('POST', '/api/v1/reports', body), args.json);
          }),
      }),
      revise: command({
        meta: { description: 'Make a new revision of a report whose figures have changed' },
        args: { report: idArg, json },
        run: ({ args }) =>
          withWork(async (call) => {
            const id = requireId(args.report);
            await told(call, await call('POST', `/api/v1/reports/${id}/revisions`, {}), args.json);
          }),
      }),
      show: command({
        meta: { description: 'A report as it was issued; with --out as a workbook' },
        args: {
          report: idArg,
          revision: { type: 'string', description: 'Number of the revision; absent: the newest' },
          out: { type: 'string', description: 'Where the workbook (XLSX) goes; absent: it is printed' },
          language,
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const id = requireId(args.report);
            const lang = languageOf(args.language);
            const query = args.revision === undefined ? '' : `?revision=${encodeURIComponent(args.revision)}`;
            const whole = Whole.parse(await call('GET', `/api/v1/reports/${id}${query}`));
            const { report, revision, content, waiting } = whole;
            if (args.out !== undefined) {
              const path = `/api/v1/reports/${id}/revisions/${revision.revision}/xlsx?language=${lang}`;
              const bytes = await call('GET', path);
              if (!(bytes instanceof Uint8Array)) throw new UsageError('The service did not answer with a file.');
              writeFileSync(args.out, bytes);
              return print({ out: args.out, bytes: bytes.length, ...revision }, args.json, `kept in ${args.out}`);
            }
            const tables = content.tables.flatMap((table) => [
              '',
              table.title[lang],
              ['', ...table.columns.map(({ name, unit }) => (unit === '' ? name[lang] : `${name[lang]} (${unit})`))].join('\t'),
              ...table.rows.map((row) => [row.label[lang], ...row.cells.map((cell) => said(cell, lang))].join('\t')),
            ]);
            const lines = [
              line({ ...report, newest: revision }, lang),
              ...(waiting > 0 ? [`${waiting} truck-days wait to be evaluated anew`] : []),
              ...(revision.note?.causes.map(({ text }) => text[lang]) ?? []),
              content.summary[lang],
              ...tables,
            ];
            print(whole, args.json, lines.join('\n'));
          }),
      }),
    },
  });
}
