import type { ScenarioId } from '../truck/scenarios.ts';
import type { Stage, TruckSpec } from '../truck/spec.ts';
import { DAY_S } from '../world/calendar.ts';
import { DEFAULT_FLEET_SIZE, truckSpec } from './default-fleet.ts';

/** Whole Beijing days of history before today: as many as the rule on the work windows needs (three valid days of seven, R-A3). */
export const DEMO_HISTORY_DAYS = 3;
/** One driver, by day: whole days on the road for the rules, few enough records to be written in a minute or two. */
const SHIFT_HOURS = 10;

/** What a truck of the demonstration shows. */
interface Part {
  readonly scenario: ScenarioId;
  readonly stage?: Stage;
  /** Start of its shift, hour of the Beijing day. */
  readonly shiftStartH: number;
  /** The fault holds from here to there, days after the begin of the history; always unless told. */
  readonly days?: readonly [from: number, until: number];
}

/** By place in the fleet; in this order their history is written, so that what is most worth a look is there first. Every other truck is healthy. */
const PARTS: ReadonlyMap<number, Part> = new Map([
  [2, { scenario: 'scrFailed', stage: 'V', shiftStartH: 6 }],
  [26, { scenario: 'scrFailed', stage: 'IV', shiftStartH: 9 }],
  [5, { scenario: 'ureaNotFilled', stage: 'V', shiftStartH: 12 }],
  [14, { scenario: 'ureaDiluted', stage: 'V', shiftStartH: 7 }],
  [20, { scenario: 'noxEmulator', stage: 'IV', shiftStartH: 13 }],
  [11, { scenario: 'noxSensorStuck', stage: 'V', shiftStartH: 8 }],
  [17, { scenario: 'fuelTheft', shiftStartH: 5 }],
  [30, { scenario: 'terminalSilent', stage: 'IV', shiftStartH: 10, days: [1, 2] }],
  [29, { scenario: 'terminalSilent', stage: 'V', shiftStartH: 6, days: [1, 10_000] }],
  [32, { scenario: 'healthyV', shiftStartH: 11 }],
  [8, { scenario: 'noScr', shiftStartH: 14 }],
]);

/** Trucks of the demonstration that show something. */
export const TELLING_TRUCKS = PARTS.size;

/**
 * The 36 trucks that a first start brings, with what went wrong on them since `historyFromSec` (a Beijing midnight). Those that tell something come
 * first and report every second; the others, healthy, work round the clock and report every ten seconds. The same seed and begin give the same trucks.
 */
export function demoFleet(seed: number, historyFromSec: number): TruckSpec[] {
  const telling = [...PARTS].map(([index, part]) => tellingTruck(seed, index, part, historyFromSec));
  const others = Array.from({ length: DEFAULT_FLEET_SIZE }, (_, index) => index)
    .filter((index) => !PARTS.has(index))
    .map((index) => healthyTruck(seed, index));
  return [...telling, ...others];
}

function tellingTruck(seed: number, index: number, { scenario, stage, shiftStartH, days }: Part, fromSec: number): TruckSpec {
  const spec = truckSpec(seed, index, scenario, {
    shiftHours: SHIFT_HOURS,
    ...(stage && { stage }),
    ...(days && { faultFromSec: fromSec + days[0] * DAY_S, faultUntilSec: fromSec + days[1] * DAY_S }),
  });
  return { ...spec, shiftStartS: shiftStartH * 3600, terminal: { ...spec.terminal, recordPeriodS: 1, uploadPeriodS: 10 } };
}

function healthyTruck(seed: number, index: number): TruckSpec {
  const spec = truckSpec(seed, index, index % 3 === 1 ? 'healthyV' : 'healthyIV');
  return { ...spec, terminal: { ...spec.terminal, recordPeriodS: 10, uploadPeriodS: 30 } };
}
