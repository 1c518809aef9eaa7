import { between, mix, uniform } from '../hash.ts';
import { DAY_S, WORLD_EPOCH_S } from '../world/calendar.ts';
import { type Journey, journeysOf, mountainJourneys, townJourneys } from '../world/route.ts';
import { Drive, type Trip, tripOf, tripSeed } from './drive.ts';
import { type Engine, engineOf, FUEL_KG_PER_L } from './engine.ts';
import type { TruckSpec } from './spec.ts';

/** What a truck does for a while. */
export interface Activity {
  readonly kind: 'off' | 'idle' | 'warmUp' | 'drive';
  /** Seconds after the start of the shift, and how long. */
  readonly startS: number;
  readonly lengthS: number;
  /** The road and the place on it while standing, or the trip. */
  readonly trip: Trip;
  readonly atDestination: boolean;
}

/** A shift and the parking after it, up to the start of the next. */
export interface ShiftPlan {
  readonly startSec: number;
  readonly activities: readonly Activity[];
  /** When the last `off` begins [s after start]; the long parking. */
  readonly parkedS: number;
  readonly lengthS: number;
  readonly distanceM: number;
  readonly fuelL: number;
}

interface TripTotals {
  readonly trip: Trip;
  readonly seconds: number;
  readonly fuelKg: number;
}

/** Different drives kept of every way: traffic and lights differ from drive to drive. */
const DRIVES = 2;
/** Drivers come within ±10 min. */
const START_JITTER_S = 600;
const REST_S = 40 * 60;
const KEPT_PLANS = 4;

function journeysFor({ roads, district }: TruckSpec): readonly Journey[] {
  if (roads === 'mountain') return mountainJourneys();
  return roads === 'town' ? townJourneys() : journeysOf(district);
}

/**
 * Plans the shifts of a truck. Trips repeat out of a small stock whose length, time and fuel are computed once, so the
 * sums of any number of shifts cost no driving.
 */
export class ShiftPlanner {
  readonly engine: Engine;
  #spec: TruckSpec;
  #journeys: readonly Journey[];
  #trips = new Map<number, TripTotals>();
  #plans = new Map<number, ShiftPlan>();

  constructor(spec: TruckSpec) {
    this.#spec = spec;
    this.engine = engineOf(spec);
    const all = journeysFor(spec);
    const long = all.length - 1;
    const first = mix(spec.seed, 41, 0) % long;
    const second = (first + 1) % long;
    this.#journeys = [first, second, long].map((index) => all[index] as Journey);
  }

  /** Start of shift k [epoch s]; shift 0 is the first after the world's epoch. */
  startSec(k: number): number {
    const jitter = Math.floor((uniform(this.#spec.seed, 42, k) * 2 - 1) * START_JITTER_S);
    return WORLD_EPOCH_S + k * DAY_S + this.#spec.shiftStartS + jitter;
  }

  /** The shift that a time falls into, its parking included. Throws before the world's first shift. */
  shiftAt(timeSec: number): number {
    let k = Math.floor((timeSec - WORLD_EPOCH_S - this.#spec.shiftStartS) / DAY_S);
    if (timeSec >= this.startSec(k + 1)) k += 1;
    else if (timeSec < this.startSec(k)) k -= 1;
    if (k < 0) throw new RangeError(`no simulated truck before ${new Date(this.startSec(0) * 1000).toISOString()}`);
    return k;
  }

  /** The plan of shift k; the last few are kept. */
  plan(k: number): ShiftPlan {
    const known = this.#plans.get(k);
    if (known !== undefined) return known;
    const plan = this.#make(k);
    if (this.#plans.size >= KEPT_PLANS) this.#plans.clear();
    this.#plans.set(k, plan);
    return plan;
  }

  #make(k: number): ShiftPlan {
    const { seed, shiftHours } = this.#spec;
    const budget = shiftHours * 3600;
    const activities: Activity[] = [];
    let at = 0;
    let distanceM = 0;
    let fuelKg = 0;
    let n = 0;
    let rested = shiftHours < 9;
    const home = this.#totals(2, false, 0).trip;
    const draw = (low: number, high: number): number => Math.floor(between(low, high, mix(seed, 43, k), 44, n++));
    const stand = (kind: 'off' | 'idle' | 'warmUp', lengthS: number, trip: Trip, atDestination: boolean): void => {
      activities.push({ kind, startS: at, lengthS, trip, atDestination });
      at += lengthS;
      if (kind === 'idle') fuelKg += (this.engine.idleFuelKgh / 3600) * lengthS;
      if (kind === 'warmUp') fuelKg += (this.engine.warmUpFuelKgh / 3600) * lengthS;
    };
    const drive = (totals: TripTotals): void => {
      activities.push({ kind: 'drive', startS: at, lengthS: totals.seconds, trip: totals.trip, atDestination: false });
      at += totals.seconds;
      distanceM += totals.trip.route.lengthM;
      fuelKg += totals.fuelKg;
    };
    stand('warmUp', draw(240, 480), home, false);
    for (let round = 0; ; round += 1) {
      const wish = round % 3 === 2 || uniform(mix(seed, 43, k), 45, round) < 0.3 ? 1 : 0;
      const journey = [wish, 1 - wish, 2].find((j) => at + this.#roundS(j) + 2400 < budget);
      if (journey === undefined) break;
      const variant = draw(0, DRIVES);
      const out = this.#totals(journey, false, variant);
      const back = this.#totals(journey, true, (variant + round) % DRIVES);
      stand('idle', draw(300, 800), out.trip, false);
      drive(out);
      stand('idle', draw(400, 900), out.trip, true);
      drive(back);
      if (!rested && at > budget * 0.45) {
        stand('off', REST_S, back.trip, true);
        rested = true;
      }
    }
    stand('idle', draw(150, 420), home, false);
    const lengthS = this.startSec(k + 1) - this.startSec(k);
    const parkedS = at;
    stand('off', lengthS - at, home, false);
    return { startSec: this.startSec(k), activities, parkedS, lengthS, distanceM, fuelL: fuelKg / FUEL_KG_PER_L };
  }

  #roundS(journey: number): number {
    return this.#totals(journey, false, 0).seconds + this.#totals(journey, true, 0).seconds;
  }

  #totals(journey: number, back: boolean, variant: number): TripTotals {
    const key = (journey * 2 + (back ? 1 : 0)) * DRIVES + variant;
    const known = this.#trips.get(key);
    if (known !== undefined) return known;
    const { out, back: home, loaded } = this.#journeys[journey] as Journey;
    const mass = (loaded === 'back') === back ? this.#spec.loadedMassKg : this.#spec.emptyMassKg;
    // 6.5 m² is a tractor with trailer (emissions §7.1); a lighter truck is lower and shorter.
    const dragAreaM2 = 6.5 * (0.6 + 0.4 * (this.#spec.ratedPowerKw / 276));
    const trip = tripOf(back ? home : out, tripSeed(this.#spec.seed, journey, back, variant), mass, dragAreaM2);
    const drive = new Drive(this.engine);
    drive.begin(trip);
    while (!drive.done) drive.step();
    const totals = { trip, seconds: drive.second, fuelKg: drive.fuelKg };
    this.#trips.set(key, totals);
    return totals;
  }
}
