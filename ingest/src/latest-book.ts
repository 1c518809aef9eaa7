import type { Db } from '@plume/db';
import { newerSamples, readLatest, readSamples, type SampleRows, saveLatestStep, type VehicleLatest } from '@plume/db/write';
import { SIGNAL_COUNT, SIGNALS } from './protocol/index.ts';

/** In the live picture a value counts as current while it is at most this much older than the truck's newest sample. */
const CURRENT_WITHIN_S = 15;
const SAVE_EVERY_MS = 1_000;

/** One truck's newest sample, for live views: raw integers in catalogue order. */
export interface LiveSample {
  readonly vehicleId: number;
  readonly timeSec: number;
  readonly receivedAtMs: number;
  readonly raw: readonly (number | null)[];
}

interface State {
  timeSec: number;
  receivedSec: number;
  readonly values: Float64Array;
  readonly times: Float64Array;
  changed: boolean;
}

/**
 * The newest known value of every signal of every truck, kept in memory from committed rows and saved once a second. Late rows do not
 * move it. What a crash kept from being saved is read again from the samples at the next start.
 */
export class LatestBook {
  readonly #db: Db;
  readonly #states = new Map<number, State>();
  readonly #listeners = new Set<(batch: readonly LiveSample[]) => void>();
  #timer: NodeJS.Timeout | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(db: Db) {
    this.#db = db;
  }

  /** Loads the saved states, repairs them, and starts saving. Answers the newest sample time of each truck. */
  async start(now: Date): Promise<ReadonlyMap<number, number>> {
    for (const saved of await readLatest(this.#db)) this.#states.set(saved.vehicleId, stateOf(saved));
    const newer = await newerSamples(this.#db, now);
    const rows = await readSamples(
      this.#db,
      newer.map((each) => each.vehicleId),
      newer.map((each) => each.timeSec),
    );
    for (let row = 0; row < rows.count; row += 1)
      this.observe(rows.vehicleIds[row] ?? 0, rows, row, (rows.timeSec[row] ?? 0) * 1000);
    this.#timer = setInterval(() => this.#saveSoon(), SAVE_EVERY_MS).unref();
    return new Map([...this.#states].map(([vehicleId, state]) => [vehicleId, state.timeSec]));
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#saveSoon();
    await this.#saving;
  }

  /** A committed row; answers whether it is the truck's newest. */
  observe(vehicleId: number, rows: SampleRows, row: number, receivedAtMs: number): boolean {
    const timeSec = rows.timeSec[row] ?? 0;
    let state = this.#states.get(vehicleId);
    if (!state) {
      state = {
        timeSec: Number.NEGATIVE_INFINITY,
        receivedSec: 0,
        values: new Float64Array(SIGNAL_COUNT).fill(Number.NaN),
        times: new Float64Array(SIGNAL_COUNT),
        changed: false,
      };
      this.#states.set(vehicleId, state);
    }
    if (timeSec < state.timeSec) return false;
    state.timeSec = timeSec;
    state.receivedSec = receivedAtMs / 1000;
    state.changed = true;
    const base = row * SIGNAL_COUNT;
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
      const value = rows.values[base + signal] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      state.values[signal] = value;
      state.times[signal] = timeSec;
    }
    return true;
  }

  /** Tells listeners the newest picture of these trucks. */
  publish(vehicleIds: Iterable<number>): void {
    if (this.#listeners.size === 0) return;
    const batch: LiveSample[] = [];
    for (const vehicleId of vehicleIds) {
      const state = this.#states.get(vehicleId);
      if (!state) continue;
      const raw = Array.from(state.values, (value, signal) =>
        Number.isNaN(value) || state.timeSec - (state.times[signal] ?? 0) > CURRENT_WITHIN_S ? null : value,
      );
      batch.push({ vehicleId, timeSec: state.timeSec, receivedAtMs: state.receivedSec * 1000, raw });
    }
    for (const listener of this.#listeners) listener(batch);
  }

  subscribe(listener: (batch: readonly LiveSample[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #saveSoon(): void {
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** A failed save is repeated with the next; the samples themselves are safe. */
  async #save(): Promise<void> {
    const changed = [...this.#states].filter(([, state]) => state.changed);
    if (changed.length === 0) return;
    for (const [, state] of changed) state.changed = false;
    try {
      await this.#db.batch([saveLatestStep(changed.map(([vehicleId, state]) => latestOf(vehicleId, state)))]);
    } catch {
      for (const [, state] of changed) state.changed = true;
    }
  }
}

function stateOf(saved: VehicleLatest): State {
  const state: State = {
    timeSec: saved.timeSec,
    receivedSec: saved.receivedSec,
    values: new Float64Array(SIGNAL_COUNT).fill(Number.NaN),
    times: new Float64Array(SIGNAL_COUNT),
    changed: false,
  };
  SIGNALS.forEach((signal, index) => {
    const known = saved.signals[signal.id];
    if (!known) return;
    state.values[index] = known[0];
    state.times[index] = known[1];
  });
  return state;
}

function latestOf(vehicleId: number, state: State): VehicleLatest {
  const signals: Record<string, [number, number]> = {};
  SIGNALS.forEach((signal, index) => {
    const value = state.values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) signals[signal.id] = [value, state.times[index] ?? 0];
  });
  return { vehicleId, timeSec: state.timeSec, receivedSec: state.receivedSec, signals };
}
