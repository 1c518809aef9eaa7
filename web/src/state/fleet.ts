import { batch, effect, type Signal, signal, untracked } from '@preact/signals';
import { fetchFleet } from '../data/calls.ts';
import type { CallError, Fleet, Vehicle } from '../data/client.ts';
import type { LiveSample } from '../data/live.ts';
import { hearServerTime, serverNow } from './clock.ts';
import { noteFailure, noteSuccess, session } from './session.ts';
import { view } from './view.ts';

const PAGE = 200;
const REFRESH_MS = 20_000;
const RETRY_MS = 3000;

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

/** The listed trucks in order; each is a signal of its own, so that a live value redraws one row. */
export const rows = signal<readonly Signal<Vehicle>[]>([]);
export const counts = signal<Fleet['counts'] | null>(null);
export const thresholds = signal<Fleet['thresholds']>({ onlineS: 120, lateS: 3600 });
/** When the list last came from the service, epoch ms by its clock. */
export const updatedAt = signal<number | null>(null);
/** Where the next page begins; null: all is listed. */
export const more = signal<string | null>(null);
export const failure = signal<CallError | null>(null);

let abort = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
let wanted = PAGE;

function question() {
  const v = view.value;
  return { search: v.search.trim(), state: v.state, sort: v.sort, descending: v.descending };
}

function place(vehicles: readonly Vehicle[]): void {
  const known = new Map(untracked(() => rows.value).map((row) => [row.peek().id, row]));
  rows.value = vehicles.map((vehicle) => {
    const row = known.get(vehicle.id) ?? signal(vehicle);
    row.value = vehicle;
    return row;
  });
}

/** Reads the list anew, as far as it was read before. */
export async function refreshFleet(): Promise<void> {
  abort.abort();
  clearTimeout(timer);
  const mine = new AbortController();
  abort = mine;
  const asked = untracked(question);
  try {
    let page = await fetchFleet({ ...asked, signals: LIST_SIGNALS, cursor: null, limit: Math.min(500, wanted) }, mine.signal);
    const vehicles = [...page.vehicles];
    while (vehicles.length < wanted && page.nextCursor !== null) {
      page = await fetchFleet({ ...asked, signals: LIST_SIGNALS, cursor: page.nextCursor, limit: 500 }, mine.signal);
      vehicles.push(...page.vehicles);
    }
    batch(() => {
      hearServerTime(page.serverTime);
      place(vehicles);
      counts.value = page.counts;
      thresholds.value = page.thresholds;
      more.value = page.nextCursor;
      updatedAt.value = serverNow();
      failure.value = null;
      noteSuccess();
    });
    timer = setTimeout(() => void refreshFleet(), REFRESH_MS);
  } catch (error) {
    if (mine.signal.aborted) return;
    failure.value = noteFailure(error);
    timer = setTimeout(() => void refreshFleet(), RETRY_MS);
  }
}

/** Reads the next page too, when there is one. */
export function readMore(): void {
  if (more.value === null || rows.value.length < wanted) return;
  wanted += PAGE;
  void refreshFleet();
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
    updatedAt.value = serverNow();
  });
}

/** Follows the part of the view that the list depends on. Returns what stops it. */
export function followFleet(): () => void {
  let asked = '';
  return effect(() => {
    if (session.value !== 'in') return;
    const question_ = JSON.stringify(question());
    if (question_ === asked && untracked(() => rows.value.length) > 0) return;
    if (question_ !== asked) wanted = PAGE;
    asked = question_;
    untracked(() => void refreshFleet());
  });
}
