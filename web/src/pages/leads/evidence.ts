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

/** Levels that a finding holds readings against, by the unit of the chart they belong on. */
export function levelsOf(finding: Finding): { unit: string; value: number; guard: number | null }[] {
  const number = (id: string) => {
    const value = figure(finding, id);
    return typeof value === 'number' ? value : null;
  };
  const guard = number('guard');
  return [
    ...(finding.limit?.unit === 'g/kWh' ? [{ unit: 'g/kWh', value: finding.limit.value, guard: null }] : []),
    ...[
      { unit: 'g/kWh', value: number('guardedLimit'), guard },
      { unit: 'ppm', value: number('limitPpm'), guard: null },
      { unit: 'ppm', value: number('guardedPpm'), guard },
    ].flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }])),
  ];
}

const iso = (sec: number) => isoBeijing(sec * 1000);

/** A day as it was judged. */
export async function fetchTrace(
  q: { vehicleId: number; date: string; kind: 'work' | 'fuel'; fromSec: number; toSec: number },
  signal: AbortSignal,
): Promise<Trace> {
  const query = { kind: q.kind, from: iso(q.fromSec), to: iso(q.toSec), points: '1200' };
  const param = { id: String(q.vehicleId), date: q.date };
  return await take(api.vehicles[':id'].days[':date'].trace.$get({ param, query }, { init: { signal } }));
}

/** The signals of the evidence between two moments. */
export async function fetchSignals(
  q: { vehicleId: number; fromSec: number; toSec: number; signals: readonly string[] },
  signal: AbortSignal,
): Promise<Series> {
  const query = { signals: q.signals.join(','), from: iso(q.fromSec), to: iso(q.toSec), points: String(POINTS) };
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
