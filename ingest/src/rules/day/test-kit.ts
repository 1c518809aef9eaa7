import { SampleColumns, type SignalId, signalIndex, toRaw } from '@plume/ingest/protocol';
import type { DayInput, TruckFacts } from './day-input.ts';

/** Beginning of the test day: 2026-11-24 00:00 in Beijing [epoch s]. */
export const DAY_FROM = Date.UTC(2026, 10, 23, 16) / 1000;
export const DAY_S = 86_400;

/** A truck of 250 kW, stage V, of which everything is known. */
export const FACTS: TruckFacts = {
  vin: 'LSTESTTRUCK000001',
  stage: 'V',
  engineModel: 'WP10',
  ratedPowerKw: 250,
  ratedRpm: 2000,
  referenceTorqueNm: 1500,
  torqueKind: null,
  workRefKwh: 20,
  bsfcRefKgPerKwh: 0.2,
  fuelDensityKgL: 0.835,
  displacementL: 9.7,
  fuelTankL: 400,
  ureaTankL: 45,
  hasScr: true,
  hasDpf: false,
  limits: {},
};

/** A truck of which the registry knows nothing but its number. */
export const NO_FACTS: TruckFacts = {
  vin: 'LSTESTTRUCK000002',
  stage: null,
  engineModel: null,
  ratedPowerKw: null,
  ratedRpm: null,
  referenceTorqueNm: null,
  torqueKind: null,
  workRefKwh: null,
  bsfcRefKgPerKwh: null,
  fuelDensityKgL: null,
  displacementL: null,
  fuelTankL: null,
  ureaTankL: null,
  hasScr: null,
  hasDpf: null,
  limits: {},
};

/** Physical values of one record by signal; what is absent was not sent. */
export type Row = { readonly t: number } & Partial<Record<SignalId, number>>;

/** Stored samples of some records, in the order given. */
export function samplesOf(rows: Iterable<Row>): SampleColumns {
  const columns = new SampleColumns();
  for (const { t, ...signals } of rows) {
    const row = columns.append(t);
    for (const [id, value] of Object.entries(signals) as [SignalId, number][]) {
      const raw = toRaw(id, value);
      if (raw !== null) columns.setValue(row, signalIndex(id), raw);
    }
  }
  return columns;
}

/** A day's input around some records. */
export function inputOf(rows: Iterable<Row>, more: Partial<DayInput> = {}): DayInput {
  return {
    date: '2026-11-24',
    fromSec: DAY_FROM,
    toSec: DAY_FROM + DAY_S,
    samples: samplesOf(rows),
    facts: FACTS,
    obd: [],
    tamperSec: [],
    messages: [],
    conflicts: 0,
    reference: null,
    ...more,
  };
}

/** A repeatable source of numbers 0 ≤ x < 1 (linear congruence modulo 2³¹ − 1). */
export function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** What a driven day is made with. */
export interface DriveOptions {
  readonly seed?: number;
  /** First record [s after midnight] and how long the truck is out [s]. */
  readonly start?: number;
  readonly lengthS?: number;
  readonly periodS?: number;
  /** Share of records that never came. */
  readonly loss?: number;
}

/** Seconds of a leg: the engine runs, then stands. */
const LEG = { runS: 5400, stopS: 1200, idleS: 120, overrunS: 30, overrunEveryS: 240 } as const;
const COLD_C = 10;
const WARM_C = 84;

/**
 * Records of a truck that drives legs of 90 min with 20 min between them: idle, hills, overrun, a warming engine, a NOx sensor that begins
 * when it is warm, noise on everything, levels that sink.
 */
export function* drive({ seed = 1, start = 0, lengthS = 7200, periodS = 1, loss = 0.005 }: DriveOptions = {}): Generator<Row> {
  const random = lehmer(seed);
  const state = { coolant: COLD_C, scr: COLD_C, load: 30, odometer: 120_000, fuelL: 300, ureaL: 36, lon: 113.2, lat: 34.7 };
  for (let s = 0; s < lengthS; s += periodS) {
    const leg = s % (LEG.runS + LEG.stopS);
    const on = leg < LEG.runS;
    const idle = leg < LEG.idleS;
    const overrun = on && !idle && leg % LEG.overrunEveryS < LEG.overrunS;
    state.load = Math.min(95, Math.max(12, state.load + (random() - 0.5) * 9 * Math.sqrt(periodS)));
    const net = overrun ? -9 + random() : idle ? random() : state.load;
    const speed = !on || idle ? 0 : 62 + 18 * Math.sin(s / 97) + random();
    const rpm = on ? (idle ? 640 + 15 * random() : 900 + 9 * speed + 30 * random()) : 0;
    const kw = Math.max(0, ((net / 100) * 1500 * rpm) / 9549);
    const fuelLph = !on || overrun ? 0 : Math.max(1.6, (kw * 0.205) / 0.835);
    const up = overrun ? 4 * random() : 350 + 9 * state.load + 40 * random();
    const share = state.scr > 200 ? 0.28 + 0.04 * random() : 0.93;
    const urea = on && state.scr > 200 ? (fuelLph * 45 + 30 * random()) * (overrun ? 0 : 1) : 0;
    const ease = (from: number, to: number, tau: number): number => from + (to - from) * (1 - Math.exp(-periodS / tau));
    state.coolant = ease(state.coolant, on ? WARM_C : 20, on ? 400 : 6000);
    state.scr = ease(state.scr, on ? 180 + 2.2 * state.load : 20, on ? 120 : 3000);
    state.odometer += (speed * periodS) / 3600;
    state.fuelL -= (fuelLph * periodS) / 3600;
    state.ureaL -= (urea * periodS) / 3.6e6;
    state.lon += speed * periodS * 2e-6;
    const warm = state.coolant > 68 && on;
    if (random() < loss) continue;
    yield {
      t: DAY_FROM + start + s,
      speedKmh: speed,
      baroKpa: 99.5,
      netTorquePct: Math.round(on ? net : 0),
      frictionTorquePct: 9,
      engineRpm: rpm,
      fuelRateLph: fuelLph,
      airFlowKgh: on ? 13.5 * fuelLph * 0.835 + 0.16 * rpm + 4 * random() : 0,
      ...(warm ? { noxUpPpm: up + 6 * random(), noxDownPpm: up * share + 6 * random() } : {}),
      scrInTempC: state.scr + random(),
      scrOutTempC: state.scr - 12 + random(),
      coolantTempC: state.coolant,
      ureaLevelPct: (100 * state.ureaL) / 45,
      fuelLevelPct: (100 * state.fuelL) / 400,
      lonDeg: state.lon,
      latDeg: state.lat,
      odometerKm: state.odometer,
      ambientTempC: 11,
      opacityPct: 2 + 4 * random(),
      ureaInjectionMlh: urea,
    };
  }
}

/** Rows without some signals. */
export function* without(rows: Iterable<Row>, signals: readonly SignalId[]): Generator<Row> {
  for (const row of rows) {
    const { ...rest } = row;
    for (const id of signals) delete rest[id];
    yield rest;
  }
}
