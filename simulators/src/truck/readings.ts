import { SIGNAL_COUNT, SIGNALS, signalIndex } from '@plume/ingest/protocol';
import { between, gauss, mix, smoothNoise, uniform } from '../hash.ts';
import type { Drive, Trip } from './drive.ts';
import { type Engine, FUEL_KG_PER_L, frictionShare, torqueNm } from './engine.ts';
import type { Exhaust } from './exhaust.ts';
import type { Faults } from './faults.ts';
import type { TruckSpec } from './spec.ts';

/** Seconds a NOx sensor needs from heating to a value; before that it is off. */
const SENSOR_HEAT_S = 60;
/** Mass concentration of soot an absorption of 1 m⁻¹ stands for [mg/m³], and the path of an opacimeter [m] (emissions §6). */
const SOOT_PER_ABSORPTION = 120;
const OPACITY_PATH_M = 0.43;
const DEGREES_PER_M = 1 / 111_195;
/** What manipulated signals show: downstream NOx as a share of upstream, and a urea level. */
const COPY_SHARE = 0.22;
const FROZEN_UREA_PCT = 62;

const AT = {
  speed: signalIndex('speedKmh'),
  baro: signalIndex('baroKpa'),
  net: signalIndex('netTorquePct'),
  friction: signalIndex('frictionTorquePct'),
  rpm: signalIndex('engineRpm'),
  fuel: signalIndex('fuelRateLph'),
  noxUp: signalIndex('noxUpPpm'),
  noxDown: signalIndex('noxDownPpm'),
  ureaLevel: signalIndex('ureaLevelPct'),
  air: signalIndex('airFlowKgh'),
  scrIn: signalIndex('scrInTempC'),
  scrOut: signalIndex('scrOutTempC'),
  dpf: signalIndex('dpfDeltaKpa'),
  coolant: signalIndex('coolantTempC'),
  fuelLevel: signalIndex('fuelLevelPct'),
  lon: signalIndex('lonDeg'),
  lat: signalIndex('latDeg'),
  odometer: signalIndex('odometerKm'),
  pm: signalIndex('pmMgM3'),
  opacity: signalIndex('opacityPct'),
  absorption: signalIndex('lightAbsorptionPerM'),
  ambient: signalIndex('ambientTempC'),
  torqueMode: signalIndex('torqueMode'),
  accelerator: signalIndex('acceleratorPct'),
  fuelTotal: signalIndex('fuelTotalL'),
  ureaTemp: signalIndex('ureaTankTempC'),
  ureaFlow: signalIndex('ureaInjectionMlh'),
  ureaTotal: signalIndex('ureaTotalG'),
  dpfTemp: signalIndex('dpfTempC'),
} as const;

/** What the sensors look at: the state of a truck in motion. */
export interface Sensed {
  readonly timeSec: number;
  readonly engineOn: boolean;
  readonly drive: Drive;
  readonly exhaust: Exhaust;
  /** What is wrong now; undefined: nothing. */
  readonly faults: Faults | undefined;
  readonly fuelL: number;
  readonly fuelTotalL: number;
  readonly ureaL: number;
  /** Urea [g] used before `exhaust` began to count. */
  readonly ureaTotalBeforeG: number;
  readonly odometerM: number;
  /** Where on which way; undefined: no position. */
  readonly trip: Trip | undefined;
  readonly vertex: number;
  readonly alongM: number;
  readonly atNightPlace: boolean;
}

/** One record as the terminal has it. Filled anew by every `read`. */
export interface Reading {
  timeSec: number;
  engineOn: boolean;
  /** Raw integers in the catalogue's order and resolution; NaN where the terminal has no value. */
  readonly raw: Float64Array;
  /** The receiver has no fix; the coordinates are NaN. */
  noFix: boolean;
}

/** An empty reading. */
export function newReading(): Reading {
  return { timeSec: 0, engineOn: false, raw: new Float64Array(SIGNAL_COUNT).fill(Number.NaN), noFix: false };
}

const scale = Float64Array.from(SIGNALS, (signal) => signal.scale);
const offset = Float64Array.from(SIGNALS, (signal) => signal.offset);
const rawMax = Float64Array.from(SIGNALS, (signal) => signal.rawMax);

/** What the sensors of a truck make of its true state: noise, gauges, what is off or missing, and manipulated values. */
export class Sensors {
  #spec: TruckSpec;
  #engine: Engine;
  #seed: number;
  #yard: readonly [number, number];
  #tiltPct: number;

  constructor(spec: TruckSpec, engine: Engine) {
    this.#spec = spec;
    this.#engine = engine;
    this.#seed = mix(spec.seed, 71, 0);
    this.#yard = [uniform(spec.seed, 72, 0) - 0.5, uniform(spec.seed, 72, 1) - 0.5];
    this.#tiltPct = between(5, 9, spec.seed, 73, 0) * (uniform(spec.seed, 74, 0) < 0.7 ? -1 : 1);
  }

  /** Fills a reading from the state of the second the truck is in. */
  read(motion: Sensed, into: Reading): void {
    const raw = into.raw;
    const t = motion.timeSec;
    const { exhaust, drive, engineOn } = motion;
    const noise = (purpose: number): number => gauss(this.#seed, purpose, t);
    const put = (at: number, value: number): void => {
      const code = Math.floor((value - (offset[at] ?? 0)) / (scale[at] ?? 1) + 0.5);
      raw[at] = Math.min(rawMax[at] ?? 0, Math.max(0, code));
    };
    into.timeSec = t;
    into.engineOn = engineOn;

    put(AT.speed, drive.speedMs > 0 ? drive.speedMs * 3.6 + 0.08 * noise(1) : 0);
    put(AT.baro, exhaust.baroKpa);
    this.#torque(motion, put);
    put(AT.rpm, engineOn ? drive.rpm + 4 * noise(2) : 0);
    put(AT.fuel, drive.fuelKgh > 0 ? (drive.fuelKgh / FUEL_KG_PER_L) * (1 + 0.012 * noise(3)) : 0);
    if (this.#spec.hasAirFlow) put(AT.air, engineOn ? exhaust.airKgh * (1 + 0.012 * noise(4)) : 0);
    else raw[AT.air] = Number.NaN;
    this.#nox(motion, raw, put);
    this.#afterTreatment(motion, raw, put);
    put(AT.coolant, exhaust.coolantC + 0.2 * noise(9));
    this.#levels(motion, raw, put);
    this.#position(motion, into, put);
    put(AT.odometer, Math.floor(motion.odometerM / 100) / 10);
    this.#smoke(motion, raw, put);

    put(AT.ambient, exhaust.ambientC + 0.15 * noise(18));
    put(AT.torqueMode, !engineOn ? 0 : drive.speedMs > 0.3 ? 2 : 1);
    put(AT.accelerator, drive.demand * 100);
    put(AT.fuelTotal, Math.floor(motion.fuelTotalL * 2) / 2);
  }

  #torque(motion: Sensed, put: (at: number, value: number) => void): void {
    const { drive, engineOn } = motion;
    if (!engineOn) {
      put(AT.net, 0);
      put(AT.friction, 0);
      return;
    }
    const net = (torqueNm(drive.netKw, drive.rpm) / this.#engine.referenceNm) * 100;
    const friction = frictionShare(drive.rpm) * 100;
    put(AT.net, this.#spec.torqueKind === 'net' ? net : Math.max(0, net + friction));
    put(AT.friction, friction);
  }

  #nox(motion: Sensed, raw: Float64Array, put: (at: number, value: number) => void): void {
    const { exhaust, timeSec: t } = motion;
    const spec = this.#spec;
    const faults = motion.faults;
    const off = spec.noxOffReads === 'zero' && motion.engineOn ? 0 : Number.NaN;
    const ready = exhaust.sensorS > SENSOR_HEAT_S;
    const read = (at: number, ppm: number, purpose: number): void =>
      put(at, ppm * (1 + 0.03 * gauss(this.#seed, purpose, t)) + 5 * gauss(this.#seed, purpose + 1, t));

    raw[AT.noxUp] = spec.hasUpstreamNox ? off : Number.NaN;
    if (spec.hasUpstreamNox && ready) read(AT.noxUp, exhaust.noxUpSensed, 5);
    if (!spec.hasScr) {
      raw[AT.noxDown] = Number.NaN;
    } else if (faults?.noxDownReads === 'emulated') {
      if (motion.engineOn) put(AT.noxDown, 25 + 0.8 * gauss(this.#seed, 7, t));
      else raw[AT.noxDown] = Number.NaN;
    } else if (faults?.noxDownReads === 'missing') {
      raw[AT.noxDown] = Number.NaN;
    } else if (!ready) {
      raw[AT.noxDown] = off;
    } else if (faults?.noxDownReads === 'stuck') {
      put(AT.noxDown, 96.4);
    } else if (faults?.noxDownReads === 'copied') {
      const up = raw[AT.noxUp] ?? Number.NaN;
      put(AT.noxDown, COPY_SHARE * (up * (scale[AT.noxUp] ?? 1) + (offset[AT.noxUp] ?? 0)));
    } else {
      read(AT.noxDown, exhaust.noxDownSensed, 7);
    }
  }

  #afterTreatment(motion: Sensed, raw: Float64Array, put: (at: number, value: number) => void): void {
    const { exhaust, timeSec: t } = motion;
    const spec = this.#spec;
    if (spec.hasScr) {
      put(AT.scrIn, exhaust.scrInC + 0.8 * gauss(this.#seed, 10, t));
      put(AT.scrOut, exhaust.scrOutC + 0.8 * gauss(this.#seed, 11, t));
      put(AT.ureaFlow, exhaust.ureaMlh);
      const used = motion.ureaTotalBeforeG;
      put(AT.ureaTotal, Math.floor(used + exhaust.ureaUsedL * 1090));
      // The tank is warmed by coolant while the engine is warm, and takes the air's temperature slowly.
      put(AT.ureaTemp, exhaust.ambientC + 0.25 * Math.max(0, exhaust.coolantC - exhaust.ambientC));
    } else {
      for (const at of [AT.scrIn, AT.scrOut, AT.ureaFlow, AT.ureaTotal, AT.ureaTemp]) raw[at] = Number.NaN;
    }
    if (spec.hasDpf) {
      put(AT.dpf, exhaust.dpfKpa + 0.08 * gauss(this.#seed, 12, t));
      put(AT.dpfTemp, exhaust.scrInC + 8 + 1.2 * gauss(this.#seed, 13, t));
    } else {
      raw[AT.dpf] = Number.NaN;
      raw[AT.dpfTemp] = Number.NaN;
    }
  }

  #levels(motion: Sensed, raw: Float64Array, put: (at: number, value: number) => void): void {
    const spec = this.#spec;
    const t = motion.timeSec;
    const slosh = motion.drive.speedMs > 0.5 ? 1 : 0;
    // A slope tilts the liquid away from the sender, or towards it.
    const tilt = motion.faults?.slopeParking === true && motion.atNightPlace ? this.#tiltPct : 0;
    const fuel = (100 * motion.fuelL) / spec.fuelTankL + tilt;
    put(AT.fuelLevel, fuel + slosh * 0.9 * smoothNoise(this.#seed, 14, t / 7) + 0.08 * gauss(this.#seed, 15, t));
    if (!spec.hasScr) {
      raw[AT.ureaLevel] = Number.NaN;
      return;
    }
    const urea = (100 * motion.ureaL) / spec.ureaTankL + slosh * 0.8 * smoothNoise(this.#seed, 16, t / 9);
    const step = spec.ureaGaugeStepPct;
    const shown = motion.faults?.ureaGauge === 'frozen' ? FROZEN_UREA_PCT : urea;
    put(AT.ureaLevel, Math.round(shown / step) * step);
  }

  #position(motion: Sensed, into: Reading, put: (at: number, value: number) => void): void {
    const t = motion.timeSec;
    const route = motion.trip?.route;
    // A broken antenna: no fix in three of every five hours.
    const hole = motion.faults?.positionLost === true && uniform(this.#seed, 17, Math.floor(t / 3600)) < 0.6;
    into.noFix = hole;
    if (route === undefined || hole) {
      into.raw[AT.lon] = Number.NaN;
      into.raw[AT.lat] = Number.NaN;
      return;
    }
    const v = motion.vertex;
    const from = route.atM[v] ?? 0;
    const share = (motion.alongM - from) / ((route.atM[v + 1] ?? 1) - from);
    const lat = (route.latDeg[v] ?? 0) + ((route.latDeg[v + 1] ?? 0) - (route.latDeg[v] ?? 0)) * share;
    const lon = (route.lonDeg[v] ?? 0) + ((route.lonDeg[v + 1] ?? 0) - (route.lonDeg[v] ?? 0)) * share;
    // Its place beside others on road and yard (±40 m), and a receiver's wander of about 2 m.
    put(AT.lat, lat + (this.#yard[0] * 80 + 2 * smoothNoise(this.#seed, 19, t / 25)) * DEGREES_PER_M);
    put(AT.lon, lon + (this.#yard[1] * 80 + 2 * smoothNoise(this.#seed, 20, t / 25)) * DEGREES_PER_M * 1.39);
  }

  #smoke(motion: Sensed, raw: Float64Array, put: (at: number, value: number) => void): void {
    if (!this.#spec.hasSmokeSensor) {
      raw[AT.pm] = Number.NaN;
      raw[AT.opacity] = Number.NaN;
      raw[AT.absorption] = Number.NaN;
      return;
    }
    const k = motion.engineOn ? Math.max(0, motion.exhaust.smokePerM * (1 + 0.08 * gauss(this.#seed, 21, motion.timeSec))) : 0;
    put(AT.absorption, k);
    put(AT.opacity, 100 * (1 - Math.exp(-k * OPACITY_PATH_M)));
    put(AT.pm, k * SOOT_PER_ABSORPTION);
  }
}
