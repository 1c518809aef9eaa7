import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import type { SeriesSignal } from '../../model/chart-data.ts';
import { isoBeijing } from '../../model/format.ts';
import type { Finding } from './leads.ts';

export type Trace = InferResponseType<(typeof api.vehicles)[':id']['days'][':date']['trace']['$get'], 200>;
export type Series = InferResponseType<(typeof api.vehicles)[':id']['series']['$get'], 200>;
export type Track = InferResponseType<(typeof api.vehicles)[':id']['track']['$get'], 200>;
export type Roads = InferResponseType<typeof api.roads.$get, 200>;

/** The signals of the evidence, from what came out to what the truck did. */
export const SIGNALS = [
  'noxDownPpm',
  'noxUpPpm',
  'scrInTempC',
  'scrOutTempC',
  'ureaLevelPct',
  'netTorquePct',
  'speedKmh',
  'coolantTempC',
  'fuelRateLph',
] as const;

const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;
/** Rows asked for: raw below, smallest and largest per bucket above. */
const POINTS = 3000;

/** First and last second of a Beijing date. */
export function boundsOf(date: string): { fromSec: number; toSec: number } {
  const fromSec = Date.parse(`${date}T00:00:00Z`) / 1000 - BEIJING_S;
  return { fromSec, toSec: fromSec + DAY_S };
}

function figure(finding: Finding, id: string): number | string | null {
  return finding.figures.find((each) => each.id === id)?.value ?? null;
}

/** Which windows a finding rests on. */
export function windowKind(finding: Finding): 'work' | 'fuel' {
  return figure(finding, 'windowKind') === 'fuel' ? 'fuel' : 'work';
}

/** A level that readings are held against, on the chart of its unit. */
export interface Level {
  unit: string;
  value: number;
  /** The factor of uncertainty in it; null: none. */
  guard: number | null;
  /** Made from a limit in g/kWh with the day's own exhaust per work: to read a chart with, not what is judged. */
  converted: boolean;
}

/** Levels that a finding holds readings against; a limit in g/kWh also as a concentration, where the day tells how. */
export function levelsOf(finding: Finding, trace: Pick<Trace, 'ppm'> | null): Level[] {
  const number = (id: string) => {
    const value = figure(finding, id);
    return typeof value === 'number' ? value : null;
  };
  const guard = number('guard');
  const limit = finding.limit?.unit === 'g/kWh' ? finding.limit.value : null;
  const converted = limit !== null && trace?.ppm ? limit * trace.ppm.ppmPerGPerKwh : null;
  return [
    { unit: 'g/kWh', value: limit, guard: null, converted: false },
    { unit: 'g/kWh', value: number('guardedLimit'), guard, converted: false },
    { unit: 'ppm', value: number('limitPpm'), guard: null, converted: false },
    { unit: 'ppm', value: number('guardedPpm'), guard, converted: false },
    { unit: 'ppm', value: number('limitPpm') === null ? converted : null, guard: null, converted: true },
  ].flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]));
}

const iso = (sec: number) => isoBeijing(sec * 1000);

/** A day as it was judged. */
export async function fetchTrace(
  q: { vehicleId: number; date: string; kind: 'work' | 'fuel'; fromSec: number; toSec: number; points?: number },
  signal: AbortSignal,
): Promise<Trace> {
  const query = { kind: q.kind, from: iso(q.fromSec), to: iso(q.toSec), points: String(q.points ?? 1200) };
  const param = { id: String(q.vehicleId), date: q.date };
  return await take(api.vehicles[':id'].days[':date'].trace.$get({ param, query }, { init: { signal } }));
}

/** The signals of the evidence between two moments. */
export async function fetchSignals(
  q: { vehicleId: number; fromSec: number; toSec: number; signals: readonly string[]; points?: number },
  signal: AbortSignal,
): Promise<Series> {
  const query = { signals: q.signals.join(','), from: iso(q.fromSec), to: iso(q.toSec), points: String(q.points ?? POINTS) };
  return await take(api.vehicles[':id'].series.$get({ param: { id: String(q.vehicleId) }, query }, { init: { signal } }));
}

/** The truck's way between two moments. */
export async function fetchTrack(
  q: { vehicleId: number; fromSec: number; toSec: number; colour: string },
  signal: AbortSignal,
): Promise<Track> {
  const query = { signal: q.colour, from: iso(q.fromSec), to: iso(q.toSec), points: '2000' };
  return await take(api.vehicles[':id'].track.$get({ param: { id: String(q.vehicleId) }, query }, { init: { signal } }));
}

/** The windows of a trace as a signal that a chart can draw. */
export function windowSignal(trace: Trace, name: { zh: string; en: string }): SeriesSignal {
  const valid = trace.windows.valid.reduce((a, b) => a + b, 0);
  const total = trace.windows.total.reduce((a, b) => a + b, 0);
  return {
    id: 'noxDownPpm',
    ...name,
    unit: 'g/kWh',
    decimals: 2,
    valid,
    validShare: total === 0 ? null : valid / total,
    missing: {},
    columns: { min: trace.windows.min, max: trace.windows.max },
  };
}
