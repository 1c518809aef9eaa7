import type { Db } from '@plume/db';
import { evidenceDays, truckHistory } from '@plume/db/evaluation';
import { type DayTrace, type FleetReference, parametersWith, type TracedWindows, traceDay } from '../rules/index.ts';
import { dayInput, factsOfDay, readDay } from './day-reader.ts';

/** Traces kept, so that zooming does not read the day again: each some hundred bytes a sample. */
const KEPT = 4;

/**
 * Traces evaluated days of trucks for people who look at them: with the settings and the reference that the day was judged with. One day at
 * a time; reading and arithmetic of 28,800 samples take some 200 ms, of which no piece longer than a slice of the evaluator's.
 */
export class DayTracer {
  readonly #db: Db;
  readonly #kept = new Map<string, DayTrace>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: Db) {
    this.#db = db;
  }

  /** A day's samples and windows one by one; null when the day has not been evaluated. */
  trace(vehicleId: number, day: string, kind: TracedWindows['kind']): Promise<DayTrace | null> {
    const mine = this.#turn.then(() => this.#trace(vehicleId, day, kind));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #trace(vehicleId: number, day: string, kind: TracedWindows['kind']): Promise<DayTrace | null> {
    const [stored] = await evidenceDays(this.#db, vehicleId, day, day);
    const [evaluated] = await this.#db.query<{ at: number }>(
      'select extract(epoch from evaluated_at)::float8 as at from truck_day where vehicle_id = $1::int and day = $2::date',
      [vehicleId, day],
      { priority: 'read' },
    );
    if (!stored || !evaluated) return null;
    const key = `${vehicleId} ${day} ${kind} ${evaluated.at}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const history = await truckHistory(this.#db, vehicleId);
    if (!history) return null;
    const data = await readDay(this.#db, history, day);
    const reference = stored.reference === null ? null : (JSON.parse(stored.reference) as FleetReference);
    const parameters = parametersWith(stored.settings?.overrides ?? {});
    const traced = traceDay(dayInput(data, factsOfDay(history, data), reference), parameters, kind);
    this.#kept.set(key, traced);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return traced;
  }
}
