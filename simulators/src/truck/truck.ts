import { Books, type ShiftBooks } from './books.ts';
import { FUEL_KG_PER_L } from './engine.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import { Motion, type ShiftRun } from './motion.ts';
import { newReading, type Reading, Sensors } from './readings.ts';
import { faultsAt } from './scenarios.ts';
import { ShiftPlanner } from './shift-plan.ts';
import type { TruckSpec } from './spec.ts';

/** The true state of a truck at one second, physical units as named; no sensor, no fault of a terminal. */
export interface TruckState {
  timeSec: number;
  engineOn: boolean;
  speedMs: number;
  /** Net at the crankshaft; negative in overrun. */
  powerKw: number;
  engineRpm: number;
  fuelLph: number;
  airKgh: number;
  boost: number;
  noxOutPpm: number;
  noxTailPpm: number;
  scrInC: number;
  scrOutC: number;
  coolantC: number;
  ambientC: number;
  baroKpa: number;
  ureaMlh: number;
  fuelL: number;
  ureaL: number;
  fuelTotalL: number;
  ureaTotalG: number;
  odometerM: number;
  /** Metres along the present way. */
  alongM: number;
}

/** The shift by which a truck's urea use a litre of fuel is measured: a mild one in April, everything as it should be. */
const REFERENCE_SHIFT = 105;
const NO_BOOKS: ShiftBooks = {
  odometerM: 0,
  fuelL: 0,
  fuelTotalL: 0,
  ureaL: 0,
  ureaTotalG: 0,
  ureaUseL: 0,
  refuelL: 0,
  ureaFillL: 0,
  theftL: 0,
  ureaDrainL: 0,
};
/** One milligram: rounding must not end a shift's dosing before its last second. */
const UREA_SLACK_L = 1e-6;
const KEPT_RUNS = 3;

/**
 * A truck whose state is a pure function of its spec and the absolute second. However a second is reached, by `at`, by `run` from
 * any start or after a restart, it is the same. Times before the first shift of 2024 throw a RangeError.
 */
export class Truck {
  readonly spec: TruckSpec;
  readonly planner: ShiftPlanner;
  readonly books: Books;
  #motion: Motion;
  #probe: Motion | undefined;
  #sensors: Sensors;
  #shift = -1;
  #ureaShare: number | undefined;
  #runs = new Map<number, ShiftRun>();

  constructor(spec: TruckSpec) {
    this.spec = spec;
    this.planner = new ShiftPlanner(spec);
    this.books = new Books(spec, this.planner, () => this.#ureaPerFuel());
    this.#motion = new Motion(spec, this.planner.engine);
    this.#sensors = new Sensors(spec, this.planner.engine);
  }

  /** The state at a whole second (fractions are cut off). */
  at(timeSec: number): TruckState {
    return this.#stateOf(this.#seek(Math.floor(timeSec)));
  }

  /** What the terminal reads at a whole second. */
  readAt(timeSec: number, into: Reading = newReading()): Reading {
    this.#sensors.read(this.#seek(Math.floor(timeSec)), into);
    return into;
  }

  /** States from `fromSec` (inclusive) to `toSec` (exclusive) at multiples of the period. */
  *run(fromSec: number, toSec: number, periodS: number): Generator<TruckState, void, undefined> {
    for (let t = Math.ceil(fromSec / periodS) * periodS; t < toSec; t += periodS) yield this.at(t);
  }

  /** Whether the engine runs, without moving the truck: for choosing which seconds to record. */
  engineOnAt(timeSec: number): boolean {
    return this.#seek(timeSec).engineOn;
  }

  /** Start [epoch s] of the shift a time belongs to. */
  shiftStartOf(timeSec: number): number {
    return this.planner.startSec(this.planner.shiftAt(timeSec));
  }

  #seek(timeSec: number): Motion {
    const motion = this.#motion;
    const run = motion.run;
    const inRun = run !== undefined && timeSec >= motion.timeSec && timeSec < run.plan.startSec + run.plan.lengthS;
    if (!inRun) {
      const k = this.planner.shiftAt(timeSec);
      if (k !== this.#shift || timeSec < motion.timeSec) {
        motion.begin(this.#runOf(k));
        this.#shift = k;
      }
    }
    motion.advanceTo(timeSec - (motion.run?.plan.startSec ?? 0));
    return motion;
  }

  #runOf(k: number): ShiftRun {
    const known = this.#runs.get(k);
    if (known !== undefined) return known;
    const plan = this.planner.plan(k);
    const books = this.books.at(k);
    const faults = faultsAt(this.spec, plan.startSec);
    const wantedL = this.spec.hasScr ? this.#ureaPerFuel() * plan.fuelL * faults.dosing : 0;
    const baseL =
      wantedL > 0 && books.ureaUseL > 0
        ? this.#baseUreaL(k, { ...NO_FAULTS, dosing: faults.dosing, lowLoadNox: faults.lowLoadNox })
        : 0;
    const run = {
      plan,
      books,
      faults,
      ureaTrim: baseL > 0 ? wantedL / baseL : 1,
      ureaLimitL: books.ureaUseL > 0 ? books.ureaUseL + UREA_SLACK_L : 0,
    };
    if (this.#runs.size >= KEPT_RUNS) this.#runs.clear();
    this.#runs.set(k, run);
    return run;
  }

  /** Urea a shift would use with an injector without error [L], for what the engine gives off; an overdosing one wanders about its own mean. */
  #baseUreaL(k: number, faults: Faults = NO_FAULTS): number {
    const plan = this.planner.plan(k);
    this.#probe ??= new Motion(this.spec, this.planner.engine);
    this.#probe.begin({
      plan,
      books: NO_BOOKS,
      faults,
      ureaTrim: 1,
      ureaLimitL: Number.POSITIVE_INFINITY,
    });
    this.#probe.advanceTo(plan.parkedS);
    return this.#probe.exhaust.ureaUsedL;
  }

  #ureaPerFuel(): number {
    if (!this.spec.hasScr) return 0;
    this.#ureaShare ??= this.#baseUreaL(REFERENCE_SHIFT) / this.planner.plan(REFERENCE_SHIFT).fuelL;
    return this.#ureaShare;
  }

  #stateOf(motion: Motion): TruckState {
    const { drive, exhaust, run } = motion;
    return {
      timeSec: motion.timeSec,
      engineOn: motion.engineOn,
      speedMs: drive.speedMs,
      powerKw: drive.netKw,
      engineRpm: drive.rpm,
      fuelLph: drive.fuelKgh / FUEL_KG_PER_L,
      airKgh: exhaust.airKgh,
      boost: exhaust.boost,
      noxOutPpm: exhaust.noxOutPpm,
      noxTailPpm: exhaust.noxTailPpm,
      scrInC: exhaust.scrInC,
      scrOutC: exhaust.scrOutC,
      coolantC: exhaust.coolantC,
      ambientC: exhaust.ambientC,
      baroKpa: exhaust.baroKpa,
      ureaMlh: exhaust.ureaMlh,
      fuelL: motion.fuelL,
      ureaL: motion.ureaL,
      fuelTotalL: motion.fuelTotalL,
      ureaTotalG: (run?.books.ureaTotalG ?? 0) + exhaust.ureaUsedL * 1090,
      odometerM: motion.odometerM,
      alongM: motion.alongM,
    };
  }
}

/** A truck from its spec. */
export function truck(spec: TruckSpec): Truck {
  return new Truck(spec);
}
