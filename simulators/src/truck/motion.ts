import { ambientTempC, barometricKpa } from '../world/weather.ts';
import type { ShiftBooks } from './books.ts';
import { Drive, type Trip } from './drive.ts';
import { type Engine, FUEL_KG_PER_L, IDLE_RPM, WARM_UP_RPM } from './engine.ts';
import { Exhaust } from './exhaust.ts';
import type { Faults } from './faults.ts';
import type { Sensed } from './readings.ts';
import type { Activity, ShiftPlan } from './shift-plan.ts';
import type { TruckSpec } from './spec.ts';

/** After parking: when filling and stealing begin [s], and how fast they go [L/s]. */
const REFUEL = { afterS: 600, perS: 0.6 };
const UREA_FILL = { afterS: 1500, perS: 0.12 };
const THEFT = { afterS: 7200, perS: 0.085 };
const UREA_DRAIN = { afterS: 9000, perS: 0.03 };

/** What a shift is run with. */
export interface ShiftRun {
  readonly plan: ShiftPlan;
  readonly books: ShiftBooks;
  readonly faults: Faults;
  /** Injected over demanded urea, such that the shift uses what its books say. */
  readonly ureaTrim: number;
  /** Urea that may be used [L]. */
  readonly ureaLimitL: number;
}

function poured(afterS: number, perS: number, litres: number, seconds: number): number {
  return Math.min(litres, Math.max(0, seconds - afterS) * perS);
}

/**
 * Moves one truck through one shift, forward, second by second while the engine runs and in one step while it stands.
 * Its public fields are the state; they depend on the shift and the second alone, not on the steps taken to it.
 */
export class Motion implements Sensed {
  readonly exhaust: Exhaust;
  readonly drive: Drive;
  /** Seconds since the shift began; -1 before `begin`. */
  second = -1;
  timeSec = 0;
  engineOn = false;
  /** Engine speed and fuel flow of whatever it does. */
  fuelL = 0;
  fuelTotalL = 0;
  ureaL = 0;
  odometerM = 0;
  /** Where on which way. */
  trip: Trip | undefined;
  alongM = 0;
  vertex = 0;

  #spec: TruckSpec;
  #engine: Engine;
  #run: ShiftRun | undefined;
  #index = 0;
  /** Totals of the activities done. */
  #fuelKg = 0;
  #distanceM = 0;
  #stopped = { coolantC: 0, scrInC: 0, scrOutC: 0, ambientC: 0 };
  #ambientMinute = -1;
  #ambientC = 0;
  #elevationM = 0;

  constructor(spec: TruckSpec, engine: Engine) {
    this.#spec = spec;
    this.#engine = engine;
    this.drive = new Drive(engine);
    this.exhaust = new Exhaust(spec, engine);
  }

  /** Whether the truck has not left the place where it stood overnight, or has come back to it for the night. */
  get atNightPlace(): boolean {
    const drives = this.#run?.plan.activities.filter(({ kind }) => kind === 'drive') ?? [];
    const [first, last] = [drives[0], drives.at(-1)];
    return first === undefined || last === undefined || this.second <= first.startS || this.second > last.startS + last.lengthS;
  }

  /** What is wrong in this shift. */
  get faults(): Faults | undefined {
    return this.#run?.faults;
  }

  /** The urea counter when the shift began [g]. */
  get ureaTotalBeforeG(): number {
    return this.#run?.books.ureaTotalG ?? 0;
  }

  /** The shift being run. */
  get run(): ShiftRun | undefined {
    return this.#run;
  }

  /** Goes to the first second of a shift. */
  begin(run: ShiftRun): void {
    this.#run = run;
    this.#index = 0;
    this.#fuelKg = 0;
    this.#distanceM = 0;
    this.second = 0;
    this.timeSec = run.plan.startSec;
    this.exhaust.begin(this.#ambient());
    this.#enter(this.#activity());
    this.#halt();
    this.#derive();
  }

  /** Moves on to a later second of the same shift. */
  advanceTo(second: number): void {
    const run = this.#run;
    if (run === undefined) return;
    while (this.second < second) {
      let activity = this.#activity();
      const end = activity.startS + activity.lengthS;
      if (this.second >= end) {
        this.#leave(activity);
        this.#index += 1;
        activity = this.#activity();
        this.#enter(activity);
        continue;
      }
      if (activity.kind === 'off') {
        this.second = Math.min(second, end);
        this.timeSec = run.plan.startSec + this.second;
        this.#coolDown(activity);
      } else {
        this.second += 1;
        this.timeSec += 1;
        this.#runSecond(activity, run);
      }
    }
    this.#derive();
  }

  #activity(): Activity {
    return this.#run?.plan.activities[this.#index] as Activity;
  }

  #ambient(): number {
    const minute = Math.floor(this.timeSec / 60);
    if (minute !== this.#ambientMinute) {
      this.#ambientMinute = minute;
      this.#ambientC = ambientTempC(this.#spec.worldSeed, this.timeSec);
    }
    return this.#ambientC;
  }

  #enter(activity: Activity): void {
    this.trip = activity.trip;
    const { route } = activity.trip;
    if (activity.kind === 'drive') this.drive.begin(activity.trip);
    this.vertex = activity.atDestination ? route.atM.length - 2 : 0;
    this.alongM = activity.atDestination ? route.lengthM : 0;
    this.#elevationM = (activity.atDestination ? route.elevationM[route.atM.length - 1] : route.elevationM[0]) ?? 0;
    this.engineOn = activity.kind !== 'off';
    if (activity.kind === 'off') {
      const { coolantC, scrInC, scrOutC, ambientC } = this.exhaust;
      this.#stopped = { coolantC, scrInC, scrOutC, ambientC };
      this.exhaust.stop();
      this.#halt();
    } else if (activity.kind !== 'drive') {
      const fast = activity.kind === 'warmUp';
      this.drive.rpm = fast ? WARM_UP_RPM : IDLE_RPM;
      this.drive.netKw = this.#engine.idleLoadKw * (fast ? 1.6 : 1);
      this.drive.fuelKgh = fast ? this.#engine.warmUpFuelKgh : this.#engine.idleFuelKgh;
      this.drive.demand = 0;
      this.drive.brakeKw = 0;
      this.drive.speedMs = 0;
    }
  }

  /** Engine off. A shift's first second is still the parking's. */
  #halt(): void {
    this.engineOn = false;
    this.drive.netKw = 0;
    this.drive.demand = 0;
    this.drive.rpm = 0;
    this.drive.fuelKgh = 0;
    this.drive.speedMs = 0;
  }

  #leave(activity: Activity): void {
    this.#fuelKg += this.#fuelOf(activity, activity.lengthS);
    if (activity.kind === 'drive') this.#distanceM += activity.trip.route.lengthM;
  }

  #fuelOf(activity: Activity, seconds: number): number {
    if (activity.kind === 'off') return 0;
    if (activity.kind === 'drive') return this.drive.fuelKg;
    return ((activity.kind === 'warmUp' ? this.#engine.warmUpFuelKgh : this.#engine.idleFuelKgh) / 3600) * seconds;
  }

  #runSecond(activity: Activity, run: ShiftRun): void {
    if (!this.engineOn) this.#enter(activity);
    if (activity.kind === 'drive') {
      this.drive.step();
      this.alongM = this.drive.atM;
      this.vertex = this.drive.vertex;
      this.#elevationM = activity.trip.route.elevationM[this.vertex] ?? 0;
    }
    const left = run.ureaLimitL - this.exhaust.ureaUsedL;
    this.exhaust.step(this.timeSec, this.drive, this.#ambient(), this.#elevationM, run.faults, run.ureaTrim, left);
  }

  #coolDown(activity: Activity): void {
    const since = this.second - activity.startS;
    const overnight = activity.startS === this.#run?.plan.parkedS;
    this.exhaust.cool(this.#stopped, since, this.#ambient(), overnight ? 1 - since / activity.lengthS : 1);
    this.exhaust.baroKpa = barometricKpa(this.#spec.worldSeed, this.timeSec - (this.timeSec % 20), this.#elevationM);
  }

  #derive(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { books, plan } = run;
    const activity = this.#activity();
    const usedL = (this.#fuelKg + this.#fuelOf(activity, this.second - activity.startS)) / FUEL_KG_PER_L;
    const parkedFor = this.second - plan.parkedS;
    const filled = poured(REFUEL.afterS, REFUEL.perS, books.refuelL, parkedFor);
    const stolen = poured(THEFT.afterS, THEFT.perS, books.theftL, parkedFor);
    this.fuelL = books.fuelL - usedL + filled - stolen;
    this.fuelTotalL = books.fuelTotalL + usedL;
    const ureaFilled = poured(UREA_FILL.afterS, UREA_FILL.perS, books.ureaFillL, parkedFor);
    const ureaDrained = poured(UREA_DRAIN.afterS, UREA_DRAIN.perS, books.ureaDrainL, parkedFor);
    this.ureaL = books.ureaL - this.exhaust.ureaUsedL + ureaFilled - ureaDrained;
    this.odometerM = books.odometerM + this.#distanceM + (activity.kind === 'drive' ? this.alongM : 0);
    if (this.exhaust.baroKpa === 0)
      this.exhaust.baroKpa = barometricKpa(this.#spec.worldSeed, this.timeSec - (this.timeSec % 20), this.#elevationM);
  }
}
