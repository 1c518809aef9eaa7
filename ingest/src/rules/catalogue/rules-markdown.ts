import { LEAD_REASONS } from '../lead-events.ts';
import { FIGURES } from './figures.ts';
import { PARAMETER_KEYS, plausibleRange } from './overrides.ts';
import { type ParameterKey, parameterRow } from './parameters.ts';
import { CAVEATS, REASONS, type Text } from './reasons.ts';
import type { RuleRow } from './rule-row.ts';
import { LEAD_PARAMETERS, REFERENCE_PARAMETERS, RULES } from './rules.ts';
import { RULES_VERSION } from './version.ts';
import { BASIS_WORDS, CAUSE_WORDS } from './words.ts';

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A number as it is read: 1/3 is 0.333333. */
function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function overview(): string {
  return table(
    ['rule', '规则', 'name', 'cause', 'levels', 'makes a lead', "officer's list", 'speaks within [days]', 'basis', 'mark'],
    RULES.map((row) => [
      `[\`${row.id}\`](#${row.id.toLowerCase()})`,
      row.name.zh,
      row.name.en,
      CAUSE_WORDS[row.cause].en,
      row.levels.join(', '),
      row.leadFrom === null ? 'no' : `from ${row.leadFrom}`,
      row.officerList ? 'yes' : 'no',
      row.speaksWithinDays,
      BASIS_WORDS[row.basis].en,
      row.mark,
    ]),
  );
}

function ruleSection(row: RuleRow): string {
  const numbers = row.parameters.map((key) => {
    const { value, unit } = parameterRow(key);
    return `\`${key}\` ${plain(value)}${unit === '1' ? '' : ` ${unit}`}`;
  });
  const lines = [
    `### ${row.id}`,
    '',
    `${row.name.zh} · ${row.name.en}`,
    '',
    `- ${row.says.zh}。`,
    `- ${row.says.en}.`,
    `- Needs: ${row.needs.en}. 条件：${row.needs.zh}。`,
    `- Source: ${row.source} [${row.mark}]`,
    `- Numbers: ${numbers.length === 0 ? 'none of its own' : numbers.join('; ')}`,
    ...(row.restsOn.length === 0 ? [] : [`- Rests on: ${row.restsOn.map((id) => `\`${id}\``).join(', ')}`]),
    `- Not evaluated when: ${row.reasons.map((code) => `\`${code}\``).join(', ')}`,
    ...(row.caveats.length === 0 ? [] : [`- Caveats: ${row.caveats.map((code) => `\`${code}\``).join(', ')}`]),
  ];
  return lines.join('\n');
}

function numbersTable(): string {
  return table(
    ['number', 'value', 'unit', 'may be set to', 'source', 'mark', 'read by'],
    PARAMETER_KEYS.map((key) => {
      const { value, unit, source, mark } = parameterRow(key);
      return [`\`${key}\``, plain(value), unit, plausibleRange(key).map(plain).join(' … '), source, mark, readBy(key)];
    }),
  );
}

function readBy(key: ParameterKey): string {
  if (key.startsWith('alarms.')) return 'live alarms';
  const rules = RULES.filter((row) => row.parameters.includes(key)).map(({ id }) => id);
  const others = [
    ...(LEAD_PARAMETERS.includes(key) ? ['leads'] : []),
    ...(REFERENCE_PARAMETERS.includes(key) ? ['fleet references'] : []),
  ];
  const first = key.startsWith('verdicts.') ? [] : ['stage 1'];
  return [...first, ...rules, ...others].join(', ');
}

function texts(all: Readonly<Record<string, Text>>): string {
  return table(
    ['code', '中文', 'English'],
    Object.entries(all).map(([code, { zh, en }]) => [`\`${code}\``, zh, en]),
  );
}

/** `docs/rules.md`: every rule, number, reason, caveat and figure of the service. */
export function rulesMarkdown(): string {
  return `${[
    '# Rules and their numbers',
    '',
    `Generated from \`ingest/src/rules/catalogue\` and the tables of numbers by \`npm run generate\`; edit there. Version ${RULES_VERSION}.`,
    '',
    'What a rule says of a limit is a **suspected lead (疑似超标线索)** until a lawful test confirms it. Marks: C read in the named source; L likely;',
    'M+, M, M- from memory, sure to shaky; eng our engineering judgement. A limit that is not marked C is shown as unverified.',
    'Every rule gives exactly one outcome a truck and day: found, clear, or not evaluated with its reason. The sentences name the product’s own numbers.',
    '',
    '## Rules',
    '',
    overview(),
    '',
    ...RULES.flatMap((row) => [ruleSection(row), '']),
    '## Numbers',
    '',
    `A site may change a number within its bounds, from a Beijing date on. The version of a verdict tells that it did: \`${RULES_VERSION}+\` and eight hexadecimal digits of the hash of the changed numbers.`,
    '',
    numbersTable(),
    '',
    '## Why a rule was not evaluated',
    '',
    texts(REASONS),
    '',
    '## Caveats of a finding',
    '',
    texts(CAVEATS),
    '',
    '## What became of a lead',
    '',
    texts(LEAD_REASONS),
    '',
    '## Figures',
    '',
    'Unit `share`: a share, written as per cent; `time`: epoch seconds, written in Beijing time; `code`: words of the catalogue.',
    '',
    table(
      ['key', '中文', 'English', 'unit'],
      Object.entries(FIGURES).map(([key, { zh, en, unit }]) => [`\`${key}\``, zh, en, unit]),
    ),
  ].join('\n')}\n`;
}
