import { batch, type Signal, signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, type CallError, isAbort, take } from '../../data/client.ts';
import type { LiveSample } from '../../data/live.ts';
import { hearServerTime } from '../../state/clock.ts';
import { noteReading } from '../../state/failing.ts';
import { againAfterMs } from '../../state/query.ts';
import { noteFailure, noteSuccess } from '../../state/session.ts';
import { thresholds } from '../../ui/state-mark.tsx';

export type Fleet = InferResponseType<typeof api.vehicles.$get, 200>;
export type Vehicle = Fleet['vehicles'][number];

/** Signals whose newest values the list shows. */
export const LIST_SIGNALS = [
  'noxDownPpm',
  'noxUpPpm',
  'scrInTempC',
  'speedKmh',
  'engineRpm',
  'ureaLevelPct',
  'fuelLevelPct',
] as const;

/** Up to this many trucks the whole list is read again at each look, and the live stream carries all of them. */
export const SMALL_FLEET = 500;
const FIRST_PAGE = 100;
const PAGE = 500;
const LOOK_MS = 20_000;
const LOOK_LARGE_MS = 120_000;

/** What the list is asked for. */
export interface FleetQuestion {
  search: string;
  state: Vehicle['state'] | null;
  district: string;
  sort: string;
  descending: boolean;
}

/** The listed trucks in order; each is a signal of its own, so that a live value redraws one row. */
export const rows = signal<readonly Signal<Vehicle>[]>([]);
export const counts = signal<Fleet['counts'] | null>(null);
/** Whether the list is still being read to its end. */
export const reading = signal(false);
export const failure = signal<CallError | null>(null);

let abort = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;

async function fetchPage(q: FleetQuestion, cursor: string | null, limit: number, signal: AbortSignal): Promise<Fleet> {
  const query = {
    sort: q.sort,
    order: q.descending ? ('desc' as const) : ('asc' as const),
    signals: LIST_SIGNALS.join(','),
    limit: String(limit),
    ...(q.search.trim() === '' ? {} : { q: q.search.trim() }),
    ...(q.district === '' ? {} : { district: q.district }),
    ...(q.state === null ? {} : { state: q.state }),
    ...(cursor === null ? {} : { cursor }),
  };
  return await take(api.vehicles.$get({ query }, { init: { signal } }));
}

/** Lists these trucks. One that was listed keeps its signal, and so its row. */
function list(vehicles: readonly Vehicle[]): void {
  const known = new Map(rows.peek().map((row) => [row.peek().id, row]));
  rows.value = vehicles.map((vehicle) => {
    const row = known.get(vehicle.id) ?? signal(vehicle);
    row.value = vehicle;
    return row;
  });
}

/** How many trucks a list has in this state (null: in any), when it has been read to its end. */
export function matching(state: Vehicle['state'] | null): number {
  const c = counts.value;
  return c === null ? 0 : state === null ? c.total : c[state];
}

/** Reads the list, from its beginning to its end, and again now and then. Returns what stops it. */
export function followFleet(question: FleetQuestion): () => void {
  // What is listed is the answer to another question until the first page of this one is there.
  let fresh = true;
  const read = async () => {
    abort.abort();
    clearTimeout(timer);
    const mine = new AbortController();
    abort = mine;
    reading.value = true;
    try {
      const vehicles: Vehicle[] = [];
      let cursor: string | null = null;
      do {
        const page: Fleet = await fetchPage(question, cursor, cursor === null ? FIRST_PAGE : PAGE, mine.signal);
        if (mine.signal.aborted) return;
        cursor = page.nextCursor;
        vehicles.push(...page.vehicles);
        batch(() => {
          hearServerTime(page.serverTime);
          thresholds.value = page.thresholds;
          counts.value = page.counts;
          failure.value = null;
          if (fresh || cursor === null) list(vehicles);
          noteSuccess();
          noteReading(rows, null);
        });
      } while (cursor !== null);
      fresh = false;
      reading.value = false;
      timer = setTimeout(() => void read(), vehicles.length <= SMALL_FLEET ? LOOK_MS : LOOK_LARGE_MS);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      reading.value = false;
      const why = noteFailure(error);
      failure.value = why;
      noteReading(rows, rows.peek().length > 0 || why.kind === 'broken' ? why : null);
      const afterMs = againAfterMs(why.kind, LOOK_MS);
      if (afterMs !== null) timer = setTimeout(() => void read(), afterMs);
    }
  };
  void read();
  again = () => void read();
  return () => {
    abort.abort();
    clearTimeout(timer);
    noteReading(rows, null);
  };
}

let again: () => void = () => undefined;

/** Reads the list anew, now. */
export function refreshFleet(): void {
  again();
}

/** Puts live samples into the rows that are listed. A value that a sample lacks stays, with its older time. */
export function takeLive(samples: readonly LiveSample[]): void {
  const byId = new Map(rows.peek().map((row) => [row.peek().id, row]));
  batch(() => {
    for (const sample of samples) {
      const row = byId.get(sample.vehicleId);
      if (!row) continue;
      const before = row.peek();
      if (before.lastSampleAt !== null && before.lastSampleAt > sample.at) continue;
      const latest = Object.fromEntries(Object.entries(before.latest).map(([id, value]) => [id, { ...value, current: false }]));
      for (const [id, value] of Object.entries(sample.values))
        if (value !== null) latest[id] = { value, at: sample.at, ageS: 0, current: true };
      row.value = { ...before, latest, state: 'online', lastSampleAt: sample.at, lastReceivedAt: sample.receivedAt, ageS: 0 };
    }
  });
}
