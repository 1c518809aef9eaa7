import { SampleColumns, type SignalId, signalIndex, toRaw } from '@plume/ingest/protocol';
import type { DayInput, TruckFacts } from '@plume/ingest/rules';

/** Beginning of the test day: 2026-11-24 00:00 in Beijing [epoch s]. */
export const DAY_FROM = Date.UTC(2026, 10, 23, 16) / 1000;
export const DAY_S = 86_400;

/** What the arguments of the command can say of a truck. */
export const FACTS: TruckFacts = {
  vin: '',
  stage: 'V',
  engineModel: null,
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
  hasScr: null,
  hasDpf: null,
  limits: {},
};

/** Physical values of one record by signal. */
export type Row = { readonly t: number } & Partial<Record<SignalId, number>>;

/** A drive up and down the load from a second of the day on, with a warming engine, dosing, smoke and sinking levels. */
export function drive(start: number, lengthS: number): Row[] {
  return Array.from({ length: lengthS }, (_, s) => {
    const wave = (period: number, phase = 0) => Math.sin((2 * Math.PI * s) / period + phase);
    const load = 0.5 + 0.25 * wave(97) + 0.1 * wave(31, 1);
    const stands = s % 1800 < 120;
    const fuelRateLph = stands ? 1.8 : 6 + 52 * load;
    const noxUpPpm = 1100 + 200 * wave(97) + 30 * wave(13);
    return {
      t: DAY_FROM + start + s,
      speedKmh: stands ? 0 : 50 + 40 * wave(611),
      baroKpa: 99.5,
      netTorquePct: stands ? 1 : Math.round(100 * load),
      frictionTorquePct: 9,
      engineRpm: stands ? 650 : 1250 + 150 * wave(71, 2),
      fuelRateLph,
      noxUpPpm,
      noxDownPpm: 0.3 * noxUpPpm + 25 * wave(17),
      ureaLevelPct: 80 - s / 2000,
      airFlowKgh: 14.5 * fuelRateLph * 0.835 * (1.6 + 0.2 * wave(53)),
      scrInTempC: 310 + 20 * wave(601),
      scrOutTempC: 300 + 18 * wave(601, -0.3),
      coolantTempC: Math.min(84, 20 + s / 8),
      fuelLevelPct: 75 - s / 1200,
      lonDeg: 87.3 + s * 1e-5,
      latDeg: 44,
      odometerKm: 120_000 + s / 70,
      ambientTempC: 11,
      opacityPct: 4 + 2 * wave(41),
      ureaInjectionMlh: 1500 + 500 * wave(97),
    };
  });
}

/** Rows as the service stores them, in whole steps of each signal. */
export function inputOf(rows: Iterable<Row>, more: Partial<DayInput> = {}): DayInput {
  const samples = new SampleColumns();
  for (const { t, ...signals } of rows) {
    const row = samples.append(t);
    for (const [id, value] of Object.entries(signals) as [SignalId, number][]) {
      const raw = toRaw(id, value);
      if (raw !== null) samples.setValue(row, signalIndex(id), raw);
    }
  }
  return {
    date: '2026-11-24',
    fromSec: DAY_FROM,
    toSec: DAY_FROM + DAY_S,
    samples,
    facts: FACTS,
    obd: [],
    tamperSec: [],
    messages: [],
    conflicts: 0,
    reference: null,
    ...more,
  };
}
