import { type SignalId, signalIndex, toPhysical, toRaw } from '@plume/ingest/protocol';
import type { Row } from './test-kit.ts';

/** A record with everything the method makes of it, NaN where there is nothing. For tests: written from the text, one object a second. */
export interface Second {
  readonly t: number;
  readonly cover: number;
  readonly on: boolean;
  readonly hot: boolean;
  readonly value: (id: SignalId) => number;
  /** Readings fit for a judgement, put back to the second they belong to [ppm]. */
  down: number;
  up: number;
  readonly fuelKgh: number;
  readonly exhaustKgh: number;
  readonly kw: number;
  /** Tailpipe and engine-out NOx [g/s]. */
  noxGs: number;
  upGs: number;
}

/** The truck and the delays the seconds are made with. */
export interface BruteOptions {
  readonly lagDownS: number;
  readonly lagUpS: number;
  readonly referenceNm: number;
  readonly density: number;
}

const U = 0.001587;

/** The seconds of a truck that sends net torque and air flow, at 1 Hz (emissions §2.1 – §2.7). */
export function bruteSeconds(rows: readonly Row[], { lagDownS, lagUpS, referenceNm, density }: BruteOptions): Second[] {
  const sorted = [...rows].sort((a, b) => a.t - b.t);
  const seconds = sorted.map((row, i): Second => {
    const value = (id: SignalId): number => {
      const raw = row[id] === undefined ? null : toRaw(id, row[id]);
      return raw === null ? Number.NaN : toPhysical(signalIndex(id), raw);
    };
    const next = sorted[i + 1];
    const rpm = value('engineRpm');
    const fuelKgh = value('fuelRateLph') * density;
    return {
      t: row.t,
      cover: next === undefined ? 1 : Math.min(next.t - row.t, 3),
      on: rpm >= 300,
      hot: value('coolantTempC') >= 70,
      value,
      down: Number.NaN,
      up: Number.NaN,
      fuelKgh,
      exhaustKgh: value('airFlowKgh') + fuelKgh,
      kw: ((value('netTorquePct') / 100) * referenceNm * rpm * Math.PI) / 30 / 1000,
      noxGs: Number.NaN,
      upGs: Number.NaN,
    };
  });
  const at = new Map(seconds.map((each) => [each.t, each]));
  const down = readings(seconds, 'noxDownPpm', ['scrOutTempC', 'scrInTempC']);
  const up = readings(seconds, 'noxUpPpm', ['scrInTempC', 'scrOutTempC']);
  for (const second of seconds) {
    if (at.has(second.t + lagDownS)) second.down = down.get(second.t + lagDownS) ?? Number.NaN;
    if (at.has(second.t + lagUpS)) second.up = up.get(second.t + lagUpS) ?? Number.NaN;
    second.noxGs = (U * second.down * second.exhaustKgh) / 3600;
    second.upGs = (U * second.up * second.exhaustKgh) / 3600;
  }
  return seconds;
}

/** Readings by their own second that count: 60 s after they began in exhaust above the dew point, engine on and coolant at 70 °C. */
function readings(seconds: readonly Second[], id: SignalId, exhaustAt: readonly SignalId[]): Map<number, number> {
  const fit = new Map<number, number>();
  let since: number | null = null;
  let lastSeen: number | null = null;
  let before: number | null = null;
  for (const { t, on, hot, value } of seconds) {
    if (!on || (before !== null && t - before > 600)) since = null;
    before = t;
    const ppm = value(id);
    if (Number.isNaN(ppm)) continue;
    if (lastSeen !== null && t - lastSeen > 4) since = null;
    lastSeen = t;
    const exhaust = exhaustAt.map(value).find((temp) => !Number.isNaN(temp)) ?? Number.NaN;
    if (ppm < -20 || (exhaust < 100 && !(since !== null && t - since >= 60))) {
      since = null;
      continue;
    }
    since ??= t;
    if (t - since >= 60 && on && hot) fit.set(t, ppm);
  }
  return fit;
}

/** Σ of what a function makes of each second, seconds that give NaN left out. */
export function sumOf<T>(items: readonly T[], of: (each: T) => number): number {
  return items.reduce((sum, each) => {
    const value = of(each);
    return Number.isNaN(value) ? sum : sum + value;
  }, 0);
}
