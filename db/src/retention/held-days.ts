import type { Db } from '../db.ts';
import { dayAfter, dayStartMs } from './tiers.ts';

/** Why a truck-day is kept beyond its time. */
export const HOLDS = ['waiting', 'openLead', 'openCase', 'evidencePack'] as const;
export type Hold = (typeof HOLDS)[number];

/** A truck-day that something rests on. */
export interface HeldDay {
  readonly vehicleId: number;
  readonly day: string;
  readonly holds: readonly Hold[];
}

/** The last minutes of a day are looked at when the next is computed [ms]. */
export const LEAD_IN_MS = 900_000;
/** What a day was judged by: its own summary and those of the days before it. */
const WINDOW_DAYS = 30;

/** Holds are read anew when they are older than this [ms]: what is being dropped gives way to what a person has just opened. */
const FRESH_MS = 3_000;

/**
 * Truck-days that are kept: those that wait to be evaluated, and the days that decided a finding of an open lead, of a case that is not closed,
 * or of an evidence pack.
 */
export class HeldBook {
  readonly #db: Db;
  #days: readonly HeldDay[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(db: Db) {
    this.#db = db;
  }

  /**
   * Those from … to (both included), truck by truck, ascending. `window`: also the 30 days that each of them was judged by.
   */
  async days(from: string, to: string, window = false): Promise<HeldDay[]> {
    if (performance.now() - this.#readAt > FRESH_MS) {
      this.#days = await readHeldDays(this.#db);
      this.#readAt = performance.now();
    }
    const days = window ? withWindows(this.#days) : this.#days;
    return days.filter(({ day }) => day >= from && day <= to);
  }
}

async function readHeldDays(db: Db): Promise<HeldDay[]> {
  const rows = await db.query<{ v: number; day: string; hold: Hold; days: unknown }>(
    `with held (finding_id, hold) as materialized (
       select unnest(findings), 'openLead' from leads where state = 'open'
       union select x.finding_id, 'openCase' from case_findings x join cases c on c.id = x.case_id where c.state <> 'closed'
       union select finding_id, 'evidencePack' from evidence_packs)
     select vehicle_id as v, day, 'waiting' as hold, null::jsonb as days from dirty_days
     union all select f.vehicle_id, f.day, h.hold, f.detail -> 'days' from held h join findings f on f.id = h.finding_id`,
    [],
    { priority: 'job' },
  );
  const held = new Map<number, Map<string, Set<Hold>>>();
  for (const { v, day, hold, days } of rows) {
    const decided = Array.isArray(days) ? days.filter((each) => typeof each === 'string') : [];
    for (const each of [day, ...decided]) note(held, v, each, hold);
  }
  return listed(held);
}

function note(held: Map<number, Map<string, Set<Hold>>>, vehicleId: number, day: string, hold: Hold): void {
  const days = held.get(vehicleId) ?? new Map<string, Set<Hold>>();
  held.set(vehicleId, days.set(day, (days.get(day) ?? new Set<Hold>()).add(hold)));
}

function listed(held: ReadonlyMap<number, ReadonlyMap<string, ReadonlySet<Hold>>>): HeldDay[] {
  return [...held]
    .sort(([a], [b]) => a - b)
    .flatMap(([vehicleId, days]) =>
      [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, holds]) => ({ vehicleId, day, holds: [...holds].sort() })),
    );
}

function withWindows(days: readonly HeldDay[]): HeldDay[] {
  const held = new Map<number, Map<string, Set<Hold>>>();
  for (const { vehicleId, day, holds } of days)
    for (let back = 0; back < WINDOW_DAYS; back += 1) for (const hold of holds) note(held, vehicleId, dayAfter(day, -back), hold);
  return listed(held);
}

/** A stretch of a truck that is kept, from … to (excluded) [epoch ms]. */
export interface HeldSpan {
  readonly vehicleId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same days as stretches of time with what is looked at before each, none within another. Days must be in order, truck by truck. */
export function spansOf(days: readonly HeldDay[]): HeldSpan[] {
  const spans: { vehicleId: number; fromMs: number; toMs: number }[] = [];
  for (const { vehicleId, day } of days) {
    const fromMs = dayStartMs(day) - LEAD_IN_MS;
    const toMs = dayStartMs(dayAfter(day, 1));
    const last = spans.at(-1);
    if (last?.vehicleId === vehicleId && fromMs <= last.toMs) last.toMs = toMs;
    else spans.push({ vehicleId, fromMs, toMs });
  }
  return spans;
}
