import { DEFAULT_PERIODS } from './case-facts.ts';
import { CASE_STATE_WORDS, CASE_STATES, type CaseState } from './case-types.ts';
import type { FieldRow } from './step-fields.ts';
import { STEPS, type StepRow } from './step-table.ts';

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function field(row: FieldRow): string {
  const bound = row.max === undefined ? '' : ` ≤ ${row.max}`;
  const choices = row.choices ? `: ${row.choices.map(({ value }) => value).join(', ')}` : '';
  return `\`${row.name}\`${row.required ? '*' : ''} (${row.kind}${bound}${row.unit ? ` ${row.unit}` : ''}${choices})`;
}

const list = (states: readonly string[]): string => states.map((state) => `\`${state}\``).join(', ');

function steps(): string {
  return table(
    ['step', '步骤', 'from', 'to', 'who', 'types', 'fields (* needed)'],
    (STEPS as readonly StepRow[]).map((row) => [
      `\`${row.kind}\``,
      row.zh,
      list(row.from),
      list(row.to),
      row.who.join(', '),
      row.types?.join(', ') ?? 'all',
      row.fields.map(field).join('; ') || 'none',
    ]),
  );
}

function matrix(): string {
  const takes = (row: StepRow, state: CaseState) => (row.from.includes(state) ? '●' : '');
  return table(
    ['step', ...CASE_STATES],
    (STEPS as readonly StepRow[]).map((row) => [row.kind, ...CASE_STATES.map((state) => takes(row, state))]),
  );
}

/** The state machine of cases as a document: states × steps, who, and what each step must carry. */
export function casesMarkdown(): string {
  const parts = [
    '# Cases: states, steps, fields',
    '',
    'Generated from `ingest/src/rules/cases`; `npm run generate` writes it anew.',
    '',
    '## States',
    '',
    table(
      ['state', '状态', 'meaning'],
      CASE_STATES.map((state) => [`\`${state}\``, CASE_STATE_WORDS[state].zh, CASE_STATE_WORDS[state].en]),
    ),
    '',
    '## Steps',
    '',
    'Every step carries the Beijing day on which it happened, may carry a note, and keeps who recorded it and when. `same`: the case stays where it is. `work` is the permission `cases.work`, `close` is `cases.close`, `system` the service itself. `attach` is taken by confirming leads, `roadCheck` by computing it (`POST /cases/{id}/road-check`): neither can be written by hand.',
    '',
    steps(),
    '',
    '## Which step where',
    '',
    matrix(),
    '',
    '## Deadlines',
    '',
    "In working days of the State Council's calendar, the day that starts a period not counted. The numbers below hold until an administrator sets others; no national rule sets them. The decision on a penalty is due 90 calendar days after filing (行政处罚法 第六十条).",
    '',
    table(
      ['period', 'working days'],
      Object.entries(DEFAULT_PERIODS).map(([name, days]) => [`\`${name}\``, days]),
    ),
    '',
  ];
  return parts.join('\n');
}
