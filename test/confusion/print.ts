import { SCENARIOS, type ScenarioId } from '@plume/simulators';
import type { Cell, ScenarioTally } from './tally.ts';
import { isFaulty } from './truth.ts';
import { healthySums } from './verdict.ts';

const WIDTHS = [16, 10, 11, 14, 9, 8, 8, 6] as const;
const HEADER = ['rule', 'expected', 'found', 'first day', 'promised', 'missed', 'false', 'noted'];

/** Days as `1`, `1–3`, or a dash where it never spoke. */
function firstDays(cell: Cell): string {
  const known = cell.firstDays.filter((day) => day !== null);
  if (known.length === 0) return '–';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const never = cell.firstDays.length - known.length;
  return `${least === most ? least : `${least}–${most}`}${never > 0 && cell.expected === 'must' ? `, ${never} never` : ''}`;
}

function line(columns: readonly string[]): string {
  return columns
    .map((text, i) => text.padEnd(WIDTHS[i] ?? 0))
    .join('')
    .trimEnd();
}

/** A cell in words and numbers, in the order of the columns. */
export function cellParts(cell: Cell): readonly string[] {
  const missed = cell.expected === 'must' ? String(cell.late.length) : '';
  const falses = cell.falseHealthy.length + cell.falseFaulty.length;
  return [
    cell.rule,
    { must: 'must', may: 'free', mustNot: 'must not' }[cell.expected],
    cell.expected === 'mustNot' ? '' : `${cell.found} of ${cell.asked}`,
    cell.expected === 'mustNot' ? '' : firstDays(cell),
    cell.promised === null ? '' : `≤ ${cell.promised}`,
    missed,
    falses > 0 ? String(falses) : '',
    cell.noted.length > 0 ? String(cell.noted.length) : '',
  ];
}

/** The rules that a scenario's table tells: those that must speak, and those that spoke. */
export function shownCells({ cells }: ScenarioTally): readonly Cell[] {
  return [...cells.values()].filter(
    ({ expected, found, falseHealthy, falseFaulty, noted }) =>
      expected === 'must' || found > 0 || falseHealthy.length + falseFaulty.length + noted.length > 0,
  );
}

/** The rules that the table does not tell, counted. */
export function restOf(tally: ScenarioTally): string {
  return `${tally.cells.size - shownCells(tally).length} other rules: silent`;
}

/** The table as a person reads it: for every scenario the rules that must or may speak, and those that spoke and should not have. */
export function table(tallies: readonly ScenarioTally[]): string {
  const blocks = tallies.map((tally) => {
    const { scenario, trucks, healthyDays, faultyDays } = tally;
    const days = isFaulty(scenario) ? `${faultyDays} days with it, ${healthyDays} before` : `${healthyDays} days`;
    return [
      `${scenario}: ${SCENARIOS[scenario].en}; ${trucks} trucks, ${days}`,
      line(['', ...HEADER].slice(1)),
      ...shownCells(tally).map((cell) => line(cellParts(cell))),
      restOf(tally),
    ].join('\n  ');
  });
  const { days, falseDays } = healthySums(tallies);
  const share = days > 0 ? ((100 * falseDays) / days).toFixed(2) : '–';
  return [...blocks, `Truck-days without a fault: ${days}; with a lead: ${falseDays} (${share} %, at most 1 % promised).`].join(
    '\n\n',
  );
}

/** The table for programs: every cell, in the order of the rules. */
export function asJson(tallies: readonly ScenarioTally[]): { scenario: ScenarioId; cells: readonly Cell[] }[] {
  return tallies.map(({ cells, ...rest }) => ({ ...rest, cells: [...cells.values()] }));
}
