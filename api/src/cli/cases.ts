import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { csvLine } from '../csv.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Case = z.looseObject({
  id: z.number(),
  number: z.string(),
  vehicle: z.object({ vin: z.string(), plate: z.string(), district: z.string().nullable(), enterprise: z.string().nullable() }),
  type: z.string(),
  source: z.string(),
  state: z.string(),
  priority: z.string(),
  officer: z.object({ name: z.string(), displayName: z.string().nullable() }).nullable(),
  openedDay: z.string(),
  due: z.object({ day: z.string(), for: z.string() }).nullable(),
  closeBy: z.string().nullable(),
  objectionDue: z.string().nullable(),
  nearest: z.object({ day: z.string(), workingDays: z.number(), estimated: z.boolean() }).nullable(),
  closed: z.object({ day: z.string(), reason: z.string() }).nullable(),
  reopened: z.number(),
});
type Case = z.infer<typeof Case>;
const Page = z.object({ cases: z.array(Case), nextCursor: z.string().nullable() });
const Whole = Case.extend({
  steps: z.array(
    z.looseObject({
      seq: z.number(),
      kind: z.string(),
      day: z.string(),
      recordedAt: z.string(),
      by: z.object({ name: z.string() }),
      to: z.string(),
      values: z.record(z.string(), z.unknown()),
      note: z.string().nullable(),
    }),
  ),
  files: z.array(z.looseObject({ name: z.string(), sha256: z.string(), bytes: z.number(), seq: z.number() })),
  leads: z.array(z.looseObject({ id: z.string(), cause: z.string(), firstDay: z.string(), lastDay: z.string() })),
  packs: z.array(z.looseObject({ id: z.string(), sha256: z.string() })),
});

const FILTERS = {
  state: {
    type: 'string',
    description: 'verify, notice, repair, retest, roadCheck, closing, penalty, laidUp, closed (several: separated by commas)',
  },
  type: { type: 'string', description: 'overLimit, urea, tank, tamper, offline, fault (several: separated by commas)' },
  due: { type: 'string', description: 'overdue or soon' },
  officer: { type: 'string', description: 'User name; none: cases that nobody has' },
  district: { type: 'string', description: 'District of the truck' },
  vehicle: { type: 'string', description: 'Number of a truck' },
} as const;
const FILTER_NAMES = ['state', 'type', 'due', 'officer', 'district', 'vehicle'] as const;
type Filters = Partial<Record<(typeof FILTER_NAMES)[number], string | undefined>>;

type Call = Parameters<Parameters<WithApi>[0]>[0];

async function readCases(call: Call, filters: Filters, wanted: number): Promise<{ cases: Case[]; more: boolean }> {
  const cases: Case[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(200, wanted - cases.length)) });
    for (const name of FILTER_NAMES) if (filters[name] !== undefined) query.set(name, filters[name]);
    if (cursor !== null) query.set('cursor', cursor);
    const page: z.infer<typeof Page> = Page.parse(await call('GET', `/api/v1/cases?${query}`));
    cases.push(...page.cases);
    cursor = page.nextCursor;
  } while (cursor !== null && cases.length < wanted);
  return { cases, more: cursor !== null };
}

function line(each: Case): string {
  const due = each.nearest
    ? `${each.nearest.day}${each.nearest.estimated ? '*' : ''} (${each.nearest.workingDays} working days)`
    : (each.closed?.day ?? '—');
  return `${each.number}  id ${each.id}  ${each.state}  ${each.type}  ${each.vehicle.plate}  ${due}  ${each.officer?.name ?? '—'}`;
}

const COLUMNS: readonly (readonly [head: string, of: (each: Case) => string | number | null])[] = [
  ['案号 number', (r) => r.number],
  ['车牌 plate', (r) => r.vehicle.plate],
  ['VIN', (r) => r.vehicle.vin],
  ['区县 district', (r) => r.vehicle.district],
  ['企业 enterprise', (r) => r.vehicle.enterprise],
  ['类型 type', (r) => r.type],
  ['来源 source', (r) => r.source],
  ['状态 state', (r) => r.state],
  ['优先级 priority', (r) => r.priority],
  ['承办人 officer', (r) => r.officer?.displayName ?? r.officer?.name ?? null],
  ['立案日期 opened (Asia/Shanghai)', (r) => r.openedDay],
  ['当前期限 due', (r) => r.due?.day ?? null],
  ['期限事项 due for', (r) => r.due?.for ?? null],
  ['办结期限 close by', (r) => r.closeBy],
  ['申辩答复期限 objection due', (r) => r.objectionDue],
  ['销案日期 closed', (r) => r.closed?.day ?? null],
  ['销案原因 reason', (r) => r.closed?.reason ?? null],
  ['重开次数 reopened', (r) => r.reopened],
];

const MOST_ROWS = 100_000;

function listCommand(withApi: WithApi) {
  return command({
    meta: { name: 'list', description: 'Cases, the ones that are due first' },
    args: { ...FILTERS, limit: { type: 'string', description: 'How many at most', default: '50' }, json },
    run: ({ args }) =>
      withApi(async (call) => {
        const wanted = Number(args.limit);
        if (!Number.isInteger(wanted) || wanted < 1) throw new UsageError('--limit must be a whole number above zero.');
        const { cases, more } = await readCases(call, args, wanted);
        const tail = [
          ...(cases.some((each) => each.nearest?.estimated)
            ? ['* by weekends alone: the holidays of the year are not entered']
            : []),
          ...(more ? ['more cases follow; give a higher --limit'] : []),
        ];
        print(cases, args.json, [...cases.map(line), ...tail].join('\n') || 'no cases');
      }),
  });
}

/** The id of a case that is named by it or by its number. */
async function idOf(call: Call, named: string): Promise<string> {
  if (!named.includes('-')) return named;
  const found = Page.parse(await call('GET', `/api/v1/cases?search=${encodeURIComponent(named)}`)).cases;
  const one = found.find((each) => each.number === named);
  if (!one) throw new UsageError(`There is no case ${named}.`);
  return String(one.id);
}

const RoadCheck = z.looseObject({
  repair: z.object({ inDay: z.string(), doneDay: z.string() }).nullable(),
  from: z.string().nullable(),
  waiting: z.array(z.string()),
  outcome: z.string().optional(),
  newest: z
    .looseObject({
      sentence: z.object({ zh: z.string(), en: z.string() }),
      reproduced: z.boolean().nullable(),
      version: z.string(),
      computedAt: z.string(),
      inputsSha256: z.string(),
    })
    .nullable(),
});

function roadCheckCommand(withApi: WithApi) {
  return command({
    meta: {
      name: 'road-check',
      description: 'Emission of a truck before and after its repair: what was computed, or computed now',
    },
    args: {
      id: { type: 'positional', description: 'Id of the case, or its number such as 2026-00012', required: true },
      compute: { type: 'boolean', description: 'Compute it now; a verdict moves the case where it waits for one' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const path = `/api/v1/cases/${encodeURIComponent(await idOf(call, args.id))}/road-check`;
        const found = RoadCheck.parse(await (args.compute ? call('POST', path, {}) : call('GET', path)));
        const { newest, repair, outcome, waiting } = found;
        const again =
          newest?.reproduced === null
            ? 'computed by another version'
            : newest?.reproduced
              ? 'computed again: the same'
              : 'computed again: NOT the same';
        print(
          found,
          args.json,
          [
            repair
              ? `repaired ${repair.doneDay} (in ${repair.inDay}); days count from ${found.from ?? '—'}`
              : 'no repair has been completed',
            ...(newest
              ? [
                  newest.sentence.zh,
                  newest.sentence.en,
                  `version ${newest.version}, computed ${newest.computedAt}, input SHA-256 ${newest.inputsSha256} (${again})`,
                ]
              : ['no road check was computed yet']),
            ...(waiting.length === 0
              ? []
              : [`${waiting.length} days wait to be evaluated, nothing is decided before: ${waiting.join(', ')}`]),
            ...(outcome === undefined ? [] : [`outcome: ${outcome}`]),
          ].join('\n'),
        );
      }),
  });
}

function showCommand(withApi: WithApi) {
  return command({
    meta: { name: 'show', description: 'One case with every step' },
    args: { id: { type: 'positional', description: 'Its id, or its number such as 2026-00012', required: true }, json },
    run: ({ args }) =>
      withApi(async (call) => {
        const id = await idOf(call, args.id);
        const found = Whole.parse(await call('GET', `/api/v1/cases/${encodeURIComponent(id)}`));
        const steps = found.steps.map((step) => {
          const values = Object.entries(step.values).map(
            ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
          );
          return [
            `  ${step.seq}. ${step.day}  ${step.kind} → ${step.to}  by ${step.by.name}, recorded ${step.recordedAt}`,
            ...(values.length > 0 ? [`     ${values.join('  ')}`] : []),
            ...(step.note ? [`     ${step.note}`] : []),
          ].join('\n');
        });
        const files = found.files.map((file) => `  step ${file.seq}: ${file.name}, ${file.bytes} bytes, SHA-256 ${file.sha256}`);
        const leads = found.leads.map((lead) => `  ${lead.id}  ${lead.cause}  ${lead.firstDay} … ${lead.lastDay}`);
        const packs = found.packs.map((pack) => `  ${pack.id}  SHA-256 ${pack.sha256}`);
        const part = (name: string, lines: string[]) => (lines.length === 0 ? [] : [`${name}:`, ...lines]);
        print(
          found,
          args.json,
          [
            line(found),
            ...part('steps', steps),
            ...part('leads', leads),
            ...part('evidence', packs),
            ...part('files', files),
          ].join('\n'),
        );
      }),
  });
}

function exportCommand(withApi: WithApi) {
  return command({
    meta: { name: 'export', description: 'Cases as CSV that Excel opens (UTF-8 with mark, Beijing dates)' },
    args: { ...FILTERS, out: { type: 'string', description: 'File to write; absent: standard output' } },
    run: ({ args }) =>
      withApi(async (call) => {
        const { cases, more } = await readCases(call, args, MOST_ROWS);
        if (more) throw new UsageError(`There are more than ${MOST_ROWS} cases; narrow the question.`);
        const lines = [
          csvLine(COLUMNS.map(([head]) => head)),
          ...cases.map((each) => csvLine(COLUMNS.map(([, of]) => of(each)))),
        ];
        const text = `\uFEFF${lines.join('')}`;
        if (args.out === undefined) process.stdout.write(text);
        else {
          writeFileSync(args.out, text);
          process.stdout.write(`${cases.length} cases written to ${args.out}\n`);
        }
      }),
  });
}

/** Cases on the command line. */
export function casesCommand(withApi: WithApi) {
  return command({
    meta: { name: 'cases', description: 'Cases: list, show, road-check, export' },
    subCommands: {
      list: listCommand(withApi),
      show: showCommand(withApi),
      'road-check': roadCheckCommand(withApi),
      export: exportCommand(withApi),
    },
  });
}
