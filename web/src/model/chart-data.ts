/** A column of values, null where there is none. */
export type Column = readonly (number | null)[];

/** One signal of a series as the API gives it. */
export interface SeriesSignal {
  id: string;
  zh: string;
  en: string;
  unit: string;
  decimals: number;
  valid: number;
  validShare: number | null;
  missing: Record<string, number>;
  columns: { values: (number | null)[] } | { min: (number | null)[]; max: (number | null)[] };
}

/** One small chart: signals of one unit over the common times. */
export interface UnitChart {
  unit: string;
  signals: SeriesSignal[];
}

/** A chart's signals in the order of drawing: the first one last, so that it lies on top. */
export function drawnSignals(chart: UnitChart): SeriesSignal[] {
  return [...chart.signals].reverse();
}

/** A chart's columns in the order of drawing, without the times: one a signal when raw, smallest then largest when reduced. */
export function drawnColumns(chart: UnitChart): (number | null)[][] {
  return drawnSignals(chart).flatMap(({ columns }) => ('values' in columns ? [columns.values] : [columns.min, columns.max]));
}

/** Signals stacked as one chart a unit, in the order in which the units first occur. */
export function unitCharts(signals: readonly SeriesSignal[]): UnitChart[] {
  const charts = new Map<string, UnitChart>();
  for (const signal of signals) {
    const chart = charts.get(signal.unit) ?? { unit: signal.unit, signals: [] };
    chart.signals.push(signal);
    charts.set(signal.unit, chart);
  }
  return [...charts.values()];
}

/** Whether each row holds any value. */
export function filledRows(rows: number, signals: readonly SeriesSignal[]): boolean[] {
  const columns: Column[] = signals.map((s) => ('values' in s.columns ? s.columns.values : s.columns.min));
  return Array.from({ length: rows }, (_, i) => columns.some((column) => (column[i] ?? null) !== null));
}

/**
 * Stretches of a range (seconds) without any value: where more than three steps pass between rows that hold one, before the first and after
 * the last. `stepS` is what a row stands for: the record period, or the bucket's length where that is longer.
 */
export function emptyStretches(
  t: readonly number[],
  filled: readonly boolean[],
  fromSec: number,
  toSec: number,
  stepS: number,
): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  let covered = fromSec - stepS;
  const close = (next: number) => {
    if (next - covered > 3 * stepS) stretches.push({ from: Math.max(fromSec, covered + stepS), to: Math.min(toSec, next) });
  };
  t.forEach((at, i) => {
    if (!filled[i]) return;
    close(at);
    covered = at;
  });
  close(toSec);
  return stretches;
}

/** Rows from one to another, both included, whose value has none beside it: no line reaches them, so they are drawn as points. */
export function lonePoints(column: ArrayLike<number | null | undefined>, first: number, last: number): number[] {
  const lone: number[] = [];
  for (let i = Math.max(0, first); i <= Math.min(last, column.length - 1); i += 1) {
    if ((column[i] ?? null) !== null && (column[i - 1] ?? null) === null && (column[i + 1] ?? null) === null) lone.push(i);
  }
  return lone;
}

/** The last row at which any signal of a chart has a value; undefined when there is none. */
export function lastFilled(filled: readonly boolean[]): number | undefined {
  const index = filled.lastIndexOf(true);
  return index < 0 ? undefined : index;
}

/** A signal's value or extremes at a row. */
export function valueAt(signal: SeriesSignal, row: number): { min: number | null; max: number | null } {
  if ('values' in signal.columns) {
    const value = signal.columns.values[row] ?? null;
    return { min: value, max: value };
  }
  return { min: signal.columns.min[row] ?? null, max: signal.columns.max[row] ?? null };
}
