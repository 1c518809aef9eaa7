import { type Db, type Districts, roadsOfDay } from '@plume/db';
import { addDays, beijingDate } from './beijing-day.ts';

/** Grid of the roads [degrees]: about 150 m. */
export const ROAD_STEP_DEG = 0.0016;
/** Days that roads are made from, and trucks at most. */
const DAYS = 14;
const TRUCKS = 60;
const FRESH_MS = 3_600_000;
/** Pieces kept of one fleet, the most driven. */
const MOST = 40_000;
const BOOKS = 8;

/** Pieces of road as five numbers each: both ends in steps of the grid, and how often trucks drove it. */
export interface Roads {
  readonly stepDeg: number;
  readonly days: number;
  readonly pieces: readonly number[];
}

/**
 * Roads as they emerge from the fleet's own way, so that a map needs no tiles: neighbouring minutes of trucks over the last days. Made once
 * an hour for each set of districts, day by day, in small pieces of work.
 */
export class RoadBook {
  readonly #db: Db;
  readonly #clock: () => number;
  readonly #books = new Map<string, { atMs: number; roads: Promise<Roads> }>();

  constructor(db: Db, clock: () => number) {
    this.#db = db;
    this.#clock = clock;
  }

  /** The roads of the trucks in these districts. */
  roads(districts: Districts): Promise<Roads> {
    const key = JSON.stringify(districts);
    const nowMs = this.#clock();
    const known = this.#books.get(key);
    if (known && nowMs - known.atMs < FRESH_MS) return known.roads;
    const roads = this.#make(districts, beijingDate(nowMs));
    this.#books.delete(key);
    this.#books.set(key, { atMs: nowMs, roads });
    // One that failed is made again by whoever asks next.
    roads.catch(() => this.#books.delete(key));
    const oldest = this.#books.keys().next().value;
    if (this.#books.size > BOOKS && oldest !== undefined) this.#books.delete(oldest);
    return roads;
  }

  async #make(districts: Districts, today: string): Promise<Roads> {
    const counts = new Map<string, number[]>();
    for (let back = 0; back < DAYS; back += 1) {
      for (const { x1, y1, x2, y2, n } of await roadsOfDay(this.#db, addDays(today, -back), ROAD_STEP_DEG, TRUCKS, districts)) {
        const key = `${x1} ${y1} ${x2} ${y2}`;
        const known = counts.get(key);
        if (known) known[4] = (known[4] as number) + n;
        else counts.set(key, [x1, y1, x2, y2, n]);
      }
    }
    const most = [...counts.values()].sort((a, b) => (b[4] as number) - (a[4] as number)).slice(0, MOST);
    return { stepDeg: ROAD_STEP_DEG, days: DAYS, pieces: most.flat() };
  }
}
