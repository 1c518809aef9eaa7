import {
  alignNox,
  bsfcRef,
  type Channel,
  type Column,
  type Completeness,
  completenessOf,
  type Derived,
  type DuplicateReport,
  derive,
  EPA_BOUNDARY,
  type EpaBins,
  type Factors,
  factorsOf,
  findNoxLag,
  fuelDensity,
  JUDGED,
  type JudgedTrace,
  judge,
  type NoxLag,
  PEMS_BOUNDARY,
  periodOf,
  resolveDuplicates,
  type ScrBalance,
  scrBalance,
  type Totals,
  type Trace,
  type TruckWindows,
  totalsOf,
  tripsOf,
  truckBins,
  truckWindows,
  uncheckedConditions,
  workRef,
} from '@plume/ingest/emissions';
import { SIGNALS, toPhysical } from '@plume/ingest/protocol';
import type { DataFile } from './data-file.ts';
import type { AnalyzeOptions } from './options.ts';
import { bad, good, type Outcome } from './outcome.ts';

/** A trip with its totals. */
export interface AssessedTrip {
  readonly fromSec: number;
  readonly toSec: number;
  readonly totals: Totals;
  readonly factors: Factors;
}

/** Everything computed of a file. */
export interface Assessment {
  readonly periodS: number;
  readonly duplicates: DuplicateReport;
  readonly trace: JudgedTrace;
  readonly lag: NoxLag | null;
  readonly derived: Derived;
  readonly completeness: Completeness;
  readonly totals: Totals;
  readonly factors: Factors;
  readonly scr: ScrBalance;
  readonly windows: TruckWindows;
  readonly bins: EpaBins;
  readonly trips: readonly AssessedTrip[];
  readonly unchecked: readonly string[];
  readonly warnings: readonly string[];
}

/** Fewest rows that anything can be said of. */
const LEAST_ROWS = 10;

/** Runs the whole arithmetic on a file, as the service does on a stored day: judge, align, derive, add up, window. */
export function assess(file: DataFile, options: AnalyzeOptions): Outcome<Assessment> {
  const count = file.timeSec.length;
  if (count < LEAST_ROWS) return bad(`${count} rows are too few; about 1 Hz data of some minutes at least is needed.`);
  const periodS = periodOf(file.timeSec.slice().sort());
  if (periodS === null)
    return bad('the times do not advance in steps of up to a minute. Is the right column mapped as time, in the right unit?');
  const { rows, report } = resolveDuplicates({ timeSec: file.timeSec, values: file.values }, periodS);
  const judged = judge(ranged(rows.timeSec, rows.values), { periodS });
  const lag = findNoxLag(judged);
  const up = findNoxLag(judged, 'noxUpPpm');
  const aligned = alignNox(judged, { down: lag?.lagS ?? 0, up: up?.lagS ?? lag?.lagS ?? 0 });
  const derived = derive(aligned, options.vehicle);
  const totals = totalsOf(derived);
  const windows = truckWindows(derived);
  const channels = file.columns.map(({ channel }) => channel);
  return good({
    periodS,
    duplicates: report,
    trace: aligned,
    lag,
    derived,
    completeness: completenessOf(aligned, channels),
    totals,
    factors: factorsOf(totals),
    scr: scrBalance(derived),
    windows,
    bins: truckBins(derived),
    trips: tripsOf(aligned).map(({ from, to }) => {
      const sums = totalsOf(derived, from, to);
      const { timeSec } = aligned;
      return { fromSec: timeSec[from] ?? 0, toSec: (timeSec[to - 1] ?? 0) + periodS, totals: sums, factors: factorsOf(sums) };
    }),
    unchecked: [
      ...aligned.notChecked,
      ...uncheckedConditions(aligned, PEMS_BOUNDARY),
      ...uncheckedConditions(aligned, EPA_BOUNDARY),
    ].filter((each, i, all) => all.indexOf(each) === i),
    warnings: warningsOf(derived, options, periodS),
  });
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
    if (some) columns[channel] = { values: kept, codes };
  }
  return { count: timeSec.length, timeSec, columns };
}

/** Slower than this [s] the second-by-second rules say nothing (emissions §2.7). */
const SLOW_PERIOD_S = 10;

function warningsOf(derived: Derived, { vehicle }: AnalyzeOptions, periodS: number): string[] {
  const warnings: string[] = [];
  const { trace, torque, flow } = derived;
  if (trace.columns.noxDownPpm === undefined)
    warnings.push('There is no tailpipe NOx (noxDownPpm): no emission can be computed.');
  if (flow.method === null)
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
  return warnings;
}
