import {
  bsfcRef,
  type Channel,
  type Column,
  type Completeness,
  columnOf,
  completenessOf,
  type DuplicateReport,
  EPA_BOUNDARY,
  fuelDensity,
  JUDGED,
  periodOf,
  resolveDuplicates,
  type Trace,
  uncheckedConditions,
  workRef,
} from '@plume/ingest/emissions';
import { BEIJING_OFFSET_S, SIGNALS, toPhysical } from '@plume/ingest/protocol';
import { type DaySummary, evaluateTrace, parametersWith } from '@plume/ingest/rules';
import type { DataFile } from './data-file.ts';
import type { AnalyzeOptions } from './options.ts';
import { bad, good, type Outcome } from './outcome.ts';

type Evaluated = ReturnType<typeof evaluateTrace>;

/** Everything computed of a file. */
export interface Assessment {
  readonly duplicates: DuplicateReport;
  /** The file as one stretch, and what its figures were made from. */
  readonly summary: DaySummary;
  readonly prepared: Evaluated['prepared'];
  /** Of each channel of the file, those too that are never stored. */
  readonly completeness: Completeness;
  /** Of a file over several Beijing days each by itself, as the service evaluates them; else empty. */
  readonly days: readonly DaySummary[];
  readonly unchecked: readonly string[];
  readonly warnings: readonly string[];
}

/** Fewest rows that anything can be said of. */
const LEAST_ROWS = 10;
const DAY_S = 86_400;
/** Rows further apart than this [days] are a slip of the clock or of the mapping. */
const LONGEST_SPAN_DAYS = 400;
/** More days than these in a file are not evaluated each by itself. */
const MOST_DAYS = 62;

/** Runs stage 1 of the evaluator over a file: the steps, numbers and order of the service (`evaluateDay`), on the values of the file. */
export function assess(file: DataFile, options: AnalyzeOptions): Outcome<Assessment> {
  const count = file.timeSec.length;
  if (count < LEAST_ROWS) return bad(`${count} rows are too few; about 1 Hz data of some minutes at least is needed.`);
  const rowPeriodS = periodOf(file.timeSec.slice().sort());
  if (rowPeriodS === null)
    return bad('the times do not advance in steps of up to a minute. Is the right column mapped as time, in the right unit?');
  const spanDays = spanOf(file.timeSec) / DAY_S;
  if (!(spanDays <= LONGEST_SPAN_DAYS))
    return bad(
      `the times lie ${Math.round(spanDays)} days apart, more than the ${LONGEST_SPAN_DAYS} that are read. Is the right column mapped as time, in the right unit, and no row damaged?`,
    );
  const { rows, report } = resolveDuplicates({ timeSec: file.timeSec, values: file.values }, rowPeriodS);
  const trace = ranged(rows.timeSec, rows.values);
  const parameters = parametersWith({});
  const first = trace.timeSec[0] ?? 0;
  const last = trace.timeSec[trace.count - 1] ?? 0;
  const evaluate = (date: string, fromSec: number, toSec: number): Evaluated =>
    evaluateTrace(
      trace,
      { date, fromSec, toSec, facts: options.vehicle, obd: [], tamperSec: [], messages: [], conflicts: 0, reference: null },
      parameters,
    );
  const dated = file.timeForm !== 'seconds from the start' && file.timeForm !== 'time of day';
  const days = dated ? beijingDays(first, last) : { from: 0, count: 0 };
  const day = (i: number): Evaluated => {
    const localSec = (days.from + i) * DAY_S;
    return evaluate(dateOf(localSec), localSec - BEIJING_OFFSET_S, localSec - BEIJING_OFFSET_S + DAY_S);
  };
  const { summary, prepared } = days.count === 1 ? day(0) : evaluate(dateOf(days.from * DAY_S), first, last + rowPeriodS);
  const channels = file.columns.map(({ channel }) => channel);
  return good({
    duplicates: report,
    summary,
    prepared,
    completeness: completenessOf(prepared.judgedDay, channels, 0, prepared.judgedDay.count, parameters.quality.coolantHotC),
    days: days.count > 1 && days.count <= MOST_DAYS ? Array.from({ length: days.count }, (_, i) => day(i).summary) : [],
    unchecked: [...new Set<string>([...summary.method.notChecked, ...uncheckedConditions(prepared.day.trace, EPA_BOUNDARY)])],
    warnings: warningsOf(summary, prepared.day.trace, options, days.count),
  });
}

/** Time [s] from the earliest row to the latest. */
function spanOf(timeSec: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const time of timeSec) {
    if (time < least) least = time;
    if (time > most) most = time;
  }
  return most - least;
}

/** Number of the first Beijing day since the epoch, and how many there are to the last. */
function beijingDays(firstSec: number, lastSec: number): { from: number; count: number } {
  const from = Math.floor((firstSec + BEIJING_OFFSET_S) / DAY_S);
  return { from, count: Math.floor((lastSec + BEIJING_OFFSET_S) / DAY_S) - from + 1 };
}

function dateOf(localSec: number): string {
  return new Date(localSec * 1000).toISOString().slice(0, 10);
}

/** A trace from a file's rows; values outside a signal's valid range are codes of the bus or slips, never values. */
function ranged(timeSec: Float64Array, values: DataFile['values']): Trace {
  const columns: Partial<Record<Channel, Column>> = {};
  for (const [channel, given] of Object.entries(values) as [Channel, Float64Array][]) {
    const signal = SIGNALS.find(({ id }) => id === channel);
    const low = signal === undefined ? Number.NEGATIVE_INFINITY : toPhysical(signal, signal.rawMin);
    const high = signal === undefined ? Number.POSITIVE_INFINITY : toPhysical(signal, signal.rawMax);
    const kept = given.slice();
    const codes = new Uint8Array(kept.length);
    let some = false;
    for (let i = 0; i < kept.length; i += 1) {
      const value = kept[i] as number;
      if (Number.isNaN(value)) codes[i] = JUDGED.missing;
      else if (value < low || value > high) {
        codes[i] = JUDGED.outOfRange;
        kept[i] = Number.NaN;
      } else some = true;
    }
    if (some) columns[channel] = columnOf(kept, codes);
  }
  return { count: timeSec.length, timeSec, columns };
}

/** Slower than this [s] the second-by-second rules say nothing (emissions §2.7). */
const SLOW_PERIOD_S = 10;

function warningsOf({ method, periodS }: DaySummary, trace: Trace, { vehicle }: AnalyzeOptions, days: number): string[] {
  const warnings: string[] = [];
  const { torque } = method;
  if (trace.columns.noxDownPpm === undefined)
    warnings.push('There is no tailpipe NOx (noxDownPpm): no emission can be computed.');
  if (method.flow === null)
    warnings.push(
      'There is no way to the exhaust flow: none of exhaustFlowKgh, airFlowKgh with fuelRateLph, o2Pct with fuelRateLph, or intakePressureKpa and intakeTempC with --displacement. No mass can be computed.',
    );
  if (trace.columns.fuelRateLph === undefined)
    warnings.push('There is no fuel flow (fuelRateLph): no fuel window, no CO2, no bins.');
  if (torque.reason === 'implausibleConsumption')
    warnings.push(
      `Fuel for work is ${torque.bsfcGPerKwh?.toFixed(0)} g/kWh, outside 170–280: the reference torque or the torque definition is wrong.`,
    );
  if (torque.reason === 'undetermined')
    warnings.push('Whether the torque is net or indicated cannot be told from the data; say --torque-kind.');
  if (vehicle.ratedPowerKw === null)
    warnings.push('Rated power is not given (--power): windows cannot be valid and there are no bins.');
  if (torque.kind !== null && vehicle.referenceTorqueNm === null && vehicle.ratedRpm === null)
    warnings.push('Reference torque is not given (--torque, or --power with --rpm): there is no work.');
  const assumed = [
    workRef(vehicle)?.assumed === true ? 'reference work 0.09 kWh per kW rated [M]' : '',
    bsfcRef(vehicle).assumed ? 'reference fuel consumption 0.22 kg/kWh [M]' : '',
    fuelDensity(vehicle).assumed ? 'fuel density 0.835 kg/L' : '',
  ].filter((each) => each !== '');
  if (assumed.length > 0) warnings.push(`Assumed, not given: ${assumed.join('; ')}.`);
  if (vehicle.stage === null)
    warnings.push('The emission stage is not given (--stage): NOx mass by u = 0.001587 of stages IV and V.');
  if (periodS > 1)
    warnings.push(
      `One sample every ${periodS} s: windows are class B.${periodS > SLOW_PERIOD_S ? ' Second-by-second rules would not be evaluated.' : ''}`,
    );
  if (days > 1)
    warnings.push(
      `The file is of ${days} Beijing days. The figures are of the whole file as one stretch; the service evaluates each day by itself, and no window crosses midnight: see the days.${days > MOST_DAYS ? ` More than ${MOST_DAYS} are not told one by one.` : ''}`,
    );
  return warnings;
}
