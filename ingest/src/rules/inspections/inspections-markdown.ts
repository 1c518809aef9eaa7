import { INSPECTION_ITEMS, type InspectionItem } from './items.ts';
import { INSPECTION_KIND_WORDS, INSPECTION_KINDS, INSPECTION_METHOD_WORDS, INSPECTION_METHODS, USUAL_METHOD } from './kinds.ts';

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The reference of inspections: kinds, methods, items with units and proposed limits, and how remote sensing is judged. */
export function inspectionsMarkdown(): string {
  const items: readonly InspectionItem[] = INSPECTION_ITEMS;
  return [
    '# Inspections',
    'Generated from the catalogue in `ingest/src/rules/inspections` by `npm run plume -- docs`. Do not edit.',
    '## Kinds',
    table(
      ['kind', '检查', 'usual method'],
      INSPECTION_KINDS.map((kind) => [`\`${kind}\``, INSPECTION_KIND_WORDS[kind].zh, `\`${USUAL_METHOD[kind]}\``]),
    ),
    '## Methods',
    table(
      ['method', '方法', 'in English'],
      INSPECTION_METHODS.map((each) => [`\`${each}\``, INSPECTION_METHOD_WORDS[each].zh, INSPECTION_METHOD_WORDS[each].en]),
    ),
    '## Measured items',
    'The limits are what a form proposes. They are from memory and **unverified**; a record carries the limit that its own report names.',
    table(
      ['item', '项目', 'unit', 'pollutant', 'at most', 'proposed limits'],
      items.map(({ id, zh, unit, pollutant, max, limits }) => [
        `\`${id}\``,
        zh,
        unit || '–',
        pollutant,
        max,
        limits.map((each) => `${each.value} (${each.source}; ${each.methods.join(', ')})`).join('; ') || 'none',
      ]),
    ),
    '## How a record is judged',
    [
      '- A value above its limit is over; one that equals it is not. A record with a value over cannot be `passed`.',
      '- Remote sensing: one pass over is `single`. With a pass before it, at most six months earlier, that had the same pollutant over, it is `failed` when no pass between them measured that pollutant under its limit (in a row, HJ 845-2017 [M]), and `repeated` otherwise. A case can be opened from `failed` and `repeated`.',
      '- All other kinds: what the record says.',
      '- A record is corrected or taken back with a reason, never deleted; every version stays.',
    ].join('\n'),
    '## How far inspections and OBD data agree',
    [
      '- Of each record the OBD data of its truck are looked at in a window about its day (30 days before to its own day, unless asked otherwise).',
      '- A repair cuts the window: it begins after the last `repair` step of the truck up to the inspection, and ends before the next; the days of these steps are left out. Repairs in a case of the type `offline` mend a terminal and cut nothing. R-A3 and R-C3 look back over the days before a repair as well, and speak only when the day itself is over.',
      '- OBD over: R-A3 or R-C3 found it over on a day of the window (or R-A2, where asked). Not over: at least `persistDays` (3) days of the window could be judged by R-A3 or R-C3 (or one by R-A2, where asked) and none was over. Else: not evaluated, and counted apart.',
      '- Shares have two-sided 95 % intervals by Wilson; κ is Cohen’s with the standard error of Fleiss, Cohen and Everitt (1969), and absent where one side always says the same.',
      '- `failed` is over, `passed` is not over; `single`, `repeated` and `invalid` judge nothing. By NOx alone: the NOx or NO value against its limit, in every record that has one.',
    ].join('\n'),
    '',
  ].join('\n\n');
}
