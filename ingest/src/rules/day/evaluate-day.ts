import {
  type Derived,
  lending,
  operationBins,
  operationSums,
  smokeOf,
  smokeReadings,
  type Trace,
  totalsFrom,
  truckBins,
  uncheckedConditions,
} from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import { airFuelDay } from './air-fuel-day.ts';
import { canonical } from './canonical.ts';
import { type CellTable, cellsDay } from './cells-day.ts';
import type { DayAround, DayInput } from './day-input.ts';
import type { DayBins, DayMethod, DaySummary, SmokeDay } from './day-summary.ts';
import { dpfDay } from './dpf-day.ts';
import { factsOf } from './facts-of.ts';
import { FORMULA_VERSION } from './formula-version.ts';
import { type MinuteTable, minuteTable } from './minute-table.ts';
import { MODES_OF, modeSums, modesDay } from './modes-day.ts';
import { nh3Day } from './nh3-day.ts';
import { obdDay } from './obd-day.ts';
import { placeDay } from './place-day.ts';
import { plausibilityDay } from './plausibility-day.ts';
import { ppmDay } from './ppm-day.ts';
import { boundaryOf, type Lags, type PreparedDay, prepareDay, prepareTrace } from './prepare-day.ts';
import { qualityDay } from './quality-day.ts';
import { scrDay } from './scr-day.ts';
import { type DaySlice, type SharedSums, slicesDay } from './slices-day.ts';
import { tankDay } from './tank-day.ts';
import { tripsDay } from './trips-day.ts';
import { windowDay } from './window-day.ts';

/** What stage 1 gives: what the rules look at, the truck's minutes, and what statistics and maps rest on. */
export interface DayResult {
  readonly summary: DaySummary;
  readonly minutes: MinuteTable;
  readonly slices: readonly DaySlice[];
  readonly cells: CellTable;
}

/**
 * Stage 1 of the evaluator: one truck, one Beijing day. A pure function of its input, whatever the order of its rows: samples before the
 * lead-in or from the end of the day on are not looked at, and those of the lead-in count in the judgement alone. Lags, torque
 * definition and the way to the exhaust flow are found from the day itself. A day without samples gives a summary that says so.
 */
export function evaluateDay(input: DayInput, parameters: Parameters): DayResult {
  return lending(() => {
    const { prepared, summary, minutes, shared } = summed(prepareDay(input, parameters), input, parameters);
    const slices = slicesDay(prepared.day, shared, summary.quality);
    return { summary: canonical(summary), minutes, slices, cells: cellsDay(prepared.day) };
  });
}

/** Stage 1 of a trace at hand, such as that of a file: by the same steps, with what the figures were made from. */
export function evaluateTrace(
  trace: Trace,
  around: DayAround,
  parameters: Parameters,
): { readonly summary: DaySummary; readonly prepared: PreparedDay } {
  const { prepared, summary } = summed(prepareTrace(trace, around, parameters), around, parameters);
  return { summary: canonical(summary), prepared };
}

function summed(prepared: PreparedDay, input: DayAround, parameters: Parameters) {
  const { range, periodS, judged, judgedDay, lags, derived, day, windows } = prepared;
  const { dropped } = windows;
  const { timeSec, count } = day.trace;
  const work = windowDay(windows.work, windows.workSeries, timeSec, day.workClass, dropped);
  const fuel = windowDay(windows.fuel, windows.fuelSeries, timeSec, day.fuelClass, dropped);
  const smoke = smokeReadings(day.trace);
  const { minutes, sums } = minuteTable(day, smoke.mgM3);
  const shared: SharedSums = { day: sums, operation: operationSums(day), modes: modeSums(day) };
  const trips = tripsDay(derived.trace, range, day, windows, input.toSec);
  const summary: DaySummary = {
    formula: FORMULA_VERSION,
    date: input.date,
    facts: factsOf(input.facts),
    samples: count,
    firstSec: timeSec[0] ?? null,
    lastSec: timeSec[count - 1] ?? null,
    periodS,
    quality: qualityDay(judgedDay, {
      coverS: day.coverS,
      messages: input.messages,
      conflicts: input.conflicts,
      hotC: parameters.quality.coolantHotC,
    }),
    method: methodOf(day, lags, shared.modes !== null, parameters),
    totals: totalsFrom(sums),
    work,
    // CO2 is reckoned from fuel, so its windows are the fuel windows with the reference in another unit (emissions §3.2).
    co2: { ...fuel, reference: windows.co2.reference },
    fuel,
    bins: binsOf(day),
    operation: operationBins(shared.operation),
    modes: shared.modes === null ? [] : modesDay(shared.modes),
    ppm: ppmDay(derived, range, parameters),
    scr: scrDay(day, parameters),
    nh3: nh3Day(derived, range, parameters.plausibility),
    ureaTank: tankDay(derived, range, 'urea', input.facts, parameters.tanks),
    fuelTank: tankDay(derived, range, 'fuel', input.facts, parameters.tanks),
    plausibility: plausibilityDay(judged, derived, range, parameters),
    smoke: smokeDay(day, smoke),
    dpf: dpfDay(derived, range, parameters.plausibility),
    obd: obdDay(input.obd, input.fromSec, input.toSec),
    tamperSec: tamperOf(input),
    trips: trips.trips,
    tripRest: trips.rest,
    place: placeDay(day.trace, day.coverS, parameters.quality.idleSpeedKmh),
    airFuel: airFuelDay(day),
  };
  return { prepared, summary, minutes, shared };
}

function methodOf(day: Derived, lags: Lags, modes: boolean, parameters: Parameters): DayMethod {
  const unchecked = [...day.trace.notChecked, ...uncheckedConditions(day.trace, boundaryOf(parameters))];
  return {
    flow: day.flow.method,
    flowClass: day.flow.class,
    workClass: day.workClass,
    fuelClass: day.fuelClass,
    torque: { ...day.torque },
    lagDownS: lags.down?.lagS ?? null,
    lagUpS: lags.up?.lagS ?? null,
    modesOf: modes ? MODES_OF : null,
    notChecked: [...new Set<string>(unchecked)].sort(),
  };
}

function binsOf(day: Derived): DayBins {
  const { windows, bin1, bin2 } = truckBins(day);
  return {
    windows,
    bin1Windows: bin1.windows,
    bin1GPerHour: bin1.gPerHour.value,
    bin1Enough: bin1.enough,
    bin2Windows: bin2.windows,
    bin2GPerKwh: bin2.gPerKwh.value,
    bin2Enough: bin2.enough,
  };
}

function smokeDay(day: Derived, readings: ReturnType<typeof smokeReadings>): SmokeDay {
  const found = smokeOf(day, readings);
  return {
    source: found.source,
    seconds: found.seconds,
    meanMgM3: found.meanMgM3.value,
    medianMgM3: found.medianMgM3.value,
    highShare: found.highShare.value,
    visibleEvents: found.visibleEvents,
    massG: found.source === null || day.flow.method === null ? null : found.massG,
  };
}

/** Tamper alarms of the day, ascending, each second once. */
export function tamperOf({ tamperSec, fromSec, toSec }: DayAround): number[] {
  const own = tamperSec.filter((time) => time >= fromSec && time < toSec);
  return [...new Set(own)].sort((a, b) => a - b);
}
