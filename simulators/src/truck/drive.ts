import { between, mix, smoothNoise } from '../hash.ts';
import type { Route } from '../world/route.ts';
import { type Engine, frictionKw, fuelKgh, fullLoadKw, IDLE_RPM } from './engine.ts';
import { type Stretches, stretchesOf, type TripPoints, tripPoints } from './trip-plan.ts';

/** Road load of a heavy truck (handbook emissions §7.1): rolling, air, rotating mass, driveline, auxiliaries. */
const GRAVITY = 9.81;
const ROLLING = 0.0065;
const HALF_AIR_DENSITY = 0.5 * 1.2;
const ROTATING = 1.05;
const DRIVELINE = 0.9;
const AUXILIARY_KW = 6;

/** Comfortable braking before a known point [m/s²]. */
const BRAKE = 0.55;
const GEARS = 12;
const GEAR_STEP = 1.29;
/** Engine speed per road speed in top gear [rpm per m/s]: about 1,340 rpm at 86 km/h. */
const TOP_GEAR = 56;
const RATIOS = Float64Array.from({ length: GEARS }, (_, gear) => TOP_GEAR * GEAR_STEP ** (GEARS - 1 - gear));

/** Force [N] that a truck's motion takes: rolling and grade, air, and the rotating masses' acceleration. */
function motionForceN(massKg: number, dragAreaM2: number, speedMs: number, accelerationMs2: number, grade: number): number {
  return massKg * (GRAVITY * (ROLLING + grade) + ROTATING * accelerationMs2) + HALF_AIR_DENSITY * dragAreaM2 * speedMs * speedMs;
}

/** Engine power [kW] for a motion: driveline 90 %, auxiliaries 6 kW, less below 6 m/s (handbook emissions §7.1, example E15). */
export function roadLoadKw(massKg: number, dragAreaM2: number, speedMs: number, accelerationMs2: number, grade: number): number {
  const wheelKw = (motionForceN(massKg, dragAreaM2, speedMs, accelerationMs2, grade) * speedMs) / 1000;
  return (wheelKw > 0 ? wheelKw / DRIVELINE : wheelKw * DRIVELINE) + AUXILIARY_KW * Math.min(1, speedMs / 6);
}

/** One way over a route with a load; which of a few drives it is, is part of the seed. */
export interface Trip {
  readonly route: Route;
  readonly stretches: Stretches;
  readonly points: TripPoints;
  readonly seed: number;
  readonly massKg: number;
  /** Air drag coefficient times front [m²]. */
  readonly dragAreaM2: number;
  /** How fast this driver goes, as a share of the usual. */
  readonly pace: number;
}

/** Prepares a trip. */
export function tripOf(route: Route, seed: number, massKg: number, dragAreaM2: number): Trip {
  const stretches = stretchesOf(route);
  return {
    route,
    stretches,
    points: tripPoints(route, stretches, seed),
    seed,
    massKg,
    dragAreaM2,
    pace: between(0.93, 1.03, seed, 12, 0),
  };
}

/** Rolling of the ground that the drawn elevations leave out [m/m]: at most 1 %, zero mean. */
function undulation(trip: Trip, atM: number): number {
  return 0.006 * Math.sin(atM / 271 + (trip.route.lengthM % 7)) + 0.004 * Math.sin(atM / 83);
}

/**
 * The mechanics of a truck on the road, second by second: speed, gear, engine speed, power, fuel. Knows nothing of
 * weather or exhaust, so a trip uses the same time, distance and fuel whenever it is driven.
 */
export class Drive {
  /** Distance from the start of the trip [m], speed [m/s], acceleration [m/s²]. */
  atM = 0;
  speedMs = 0;
  accelerationMs2 = 0;
  /** Seconds driven. */
  second = 0;
  done = true;
  rpm = IDLE_RPM;
  /** Net engine power [kW], negative in overrun. */
  netKw = 0;
  /** Power the driver asks for, as a share of full load. */
  demand = 0;
  fuelKgh = 0;
  /** Power that the brakes take beyond the engine's friction [kW]; a good part of it is the engine brake's. */
  brakeKw = 0;
  /** Fuel of this trip so far [kg]. */
  fuelKg = 0;
  /** Vertex of the route behind the truck. */
  vertex = 0;

  #engine: Engine;
  #trip: Trip | undefined;
  #stretch = 0;
  #point = 0;
  #waitS = 0;
  #gear = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Puts the truck at the start of a trip, standing. */
  begin(trip: Trip): void {
    this.#trip = trip;
    this.atM = 0;
    this.second = 0;
    this.done = false;
    this.fuelKg = 0;
    this.vertex = 0;
    this.#stretch = 0;
    this.#point = 0;
    this.#stand();
  }

  /** Drives one second. After `done` it stands at the destination. */
  step(): void {
    const trip = this.#trip;
    if (trip === undefined || this.done) return;
    this.second += 1;
    if (this.#waitS > 0) {
      this.#waitS -= 1;
      this.#stand();
      if (this.#waitS === 0) this.#point += 1;
    } else {
      this.#move(trip);
    }
    this.fuelKg += this.fuelKgh / 3600;
  }

  /** Moves one second as a drive cycle says, on level ground: to this speed [m/s], with this mass [kg] and air drag times front [m²]. */
  follow(speedMs: number, massKg: number, dragAreaM2: number): void {
    const before = this.speedMs;
    this.second += 1;
    this.atM += (before + speedMs) / 2;
    if (speedMs === 0 && before === 0) {
      this.#stand();
    } else {
      this.speedMs = speedMs;
      this.accelerationMs2 = speedMs - before;
      this.#run(roadLoadKw(massKg, dragAreaM2, speedMs, this.accelerationMs2, 0));
    }
    this.fuelKg += this.fuelKgh / 3600;
  }

  #stand(): void {
    this.speedMs = 0;
    this.accelerationMs2 = 0;
    this.rpm = IDLE_RPM;
    this.netKw = this.#engine.idleLoadKw;
    this.demand = 0;
    this.fuelKgh = this.#engine.idleFuelKgh;
    this.brakeKw = 0;
    this.#gear = 1;
  }

  /** Speed the driver aims at: the road's usual one, traffic, and what lies ahead. */
  #target(trip: Trip): number {
    const { stretches, points } = trip;
    const v = this.speedMs;
    while ((stretches.fromM[this.#stretch + 1] ?? Infinity) <= this.atM) this.#stretch += 1;
    const traffic = smoothNoise(trip.seed, 21, this.second / 150);
    const wander = 1 + 0.07 * smoothNoise(trip.seed, 22, this.second / 28);
    const held = traffic > 0.4 ? 1 - 0.8 * (traffic - 0.4) : 1;
    let target = (stretches.usualMs[this.#stretch] ?? 0) * trip.pace * wander * held;
    const next = stretches.usualMs[this.#stretch + 1];
    if (next !== undefined && next < target) {
      const room = (stretches.fromM[this.#stretch + 1] ?? 0) - this.atM - v;
      target = Math.min(target, Math.sqrt(next * next + 2 * BRAKE * Math.max(0, room)));
    }
    const pass = points.passMs[this.#point] ?? 0;
    const room = Math.max(0, (points.atM[this.#point] ?? 0) - this.atM - v);
    return Math.min(target, Math.max(1, Math.sqrt(pass * pass + 2 * BRAKE * room)));
  }

  #move(trip: Trip): void {
    const engine = this.#engine;
    const { massKg: mass, route } = trip;
    const v = this.speedMs;
    while ((route.atM[this.vertex + 1] ?? Infinity) <= this.atM && this.vertex < route.atM.length - 2) this.vertex += 1;
    const run = (route.atM[this.vertex + 1] ?? 1) - (route.atM[this.vertex] ?? 0);
    const rise = (route.elevationM[this.vertex + 1] ?? 0) - (route.elevationM[this.vertex] ?? 0);
    const grade = rise / run + undulation(trip, this.atM);

    const push = ((engine.ratedKw * 0.93 - AUXILIARY_KW) * DRIVELINE * 1000) / Math.max(v, 2.5);
    const strongest = (push - motionForceN(mass, trip.dragAreaM2, v, 0, grade)) / (ROTATING * mass);
    const comfort = 0.85 - 0.022 * v;
    const wanted = Math.min((this.#target(trip) - v) * 0.4, comfort, strongest);
    const change = Math.min(0.4, Math.max(-0.8, wanted - this.accelerationMs2));
    const a = Math.min(strongest, Math.max(-1.4, this.accelerationMs2 + change));
    const speed = Math.max(0, v + a);

    const pointAtM = trip.points.atM[this.#point] ?? 0;
    const passMs = trip.points.passMs[this.#point] ?? 0;
    const room = pointAtM - this.atM;
    if (passMs === 0 && (speed + v) / 2 >= room - 0.3) {
      // The last metre before a stop: arrive on the point, standing.
      this.atM = pointAtM;
      this.#arrive(trip, trip.points.waitS[this.#point] ?? 0);
      return;
    }
    this.atM += (speed + v) / 2;
    if (passMs > 0 && this.atM >= pointAtM) this.#point += 1;
    this.speedMs = speed;
    this.accelerationMs2 = speed - v;

    this.#run(roadLoadKw(mass, trip.dragAreaM2, speed, speed - v, grade));
  }

  #arrive(trip: Trip, waitS: number): void {
    this.#stand();
    if (this.#point === trip.points.atM.length - 1) {
      this.done = true;
      return;
    }
    if (waitS > 0) this.#waitS = waitS;
    else this.#point += 1;
  }

  /** Chooses a gear and sets engine speed, power and fuel. */
  #run(needKw: number): void {
    const engine = this.#engine;
    const load = Math.min(1, Math.max(0, needKw / engine.ratedKw));
    let rpm = this.speedMs * (RATIOS[this.#gear] ?? TOP_GEAR);
    const upAbove = 1290 + 430 * load;
    const downBelow = 930 + 210 * load;
    while (rpm > upAbove && this.#gear < GEARS - 1 && rpm / GEAR_STEP > 880) {
      this.#gear += 1;
      rpm = this.speedMs * (RATIOS[this.#gear] ?? TOP_GEAR);
    }
    while (
      this.#gear > 0 &&
      rpm * GEAR_STEP < 1950 &&
      (rpm < downBelow || needKw > fullLoadKw(engine, Math.max(rpm, IDLE_RPM)))
    ) {
      this.#gear -= 1;
      rpm = this.speedMs * (RATIOS[this.#gear] ?? TOP_GEAR);
    }
    if (rpm < IDLE_RPM + 50) rpm = IDLE_RPM + 50 + 250 * load;
    const drag = -frictionKw(engine, rpm);
    const full = fullLoadKw(engine, rpm);
    // What friction cannot hold, the brakes take; what full load cannot give, the next second's speed lacks.
    this.netKw = Math.max(drag, Math.min(full, needKw));
    this.brakeKw = Math.max(0, drag - needKw);
    this.demand = Math.max(0, this.netKw / full);
    this.rpm = rpm;
    this.fuelKgh = fuelKgh(engine, this.netKw, rpm);
  }
}

/** Seed of a trip: which truck, which journey, which way, which of its drives. */
export function tripSeed(truckSeed: number, journey: number, back: boolean, drive: number): number {
  return mix(truckSeed, 31 + journey * 2 + (back ? 1 : 0), drive);
}
