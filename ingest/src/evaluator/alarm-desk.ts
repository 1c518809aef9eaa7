import { createHash } from 'node:crypto';
import { type Db, type Step, troubleOf } from '@plume/db';
import {
  endAlarmStep,
  raiseAlarmStep,
  readSampleRange,
  ruleSettings,
  SampleBuffer,
  savedWatches,
  saveWatchesStep,
  truckHistory,
} from '@plume/db/evaluation';
import type { CommittedListener, CommittedRows } from '../committed.ts';
import {
  type Alarm,
  type AlarmChange,
  canonicalJson,
  parametersWith,
  type TamperRecord,
  type TruckFacts,
  type Watch,
  type WatchState,
  watchOf,
} from '../rules/index.ts';
import { beijingDay } from './beijing-days.ts';
import { factsAt } from './facts.ts';
import { KEEP_S, SampleRing } from './sample-ring.ts';
import { settingsOn } from './settings.ts';

/** A truck is looked at this long after its last look, when something came [ms]; and how often it is seen to. */
const LOOK_EVERY_MS = 4_000;
const TICK_MS = 1_000;
/** Work of one turn of the event loop: acknowledgements do not wait longer for it [ms]. */
const SLICE_MS = 10;
const SAVE_EVERY_MS = 60_000;
/** Facts and settings are asked for again after this long [ms]. */
const KNOWN_FOR_MS = 300_000;
/** Rows that are kept of all trucks, some 150 MB; trucks beyond are read from the table when their turn comes. */
const MAX_ROWS = 600_000;

/** An alarm that was raised or has ended, after it was stored. Times in epoch seconds. */
export interface AlarmEvent {
  readonly change: AlarmChange['change'];
  readonly id: string;
  readonly vehicleId: number;
  readonly kind: Alarm['kind'];
  readonly startedSec: number;
  /** Null when it was raised. */
  readonly endedSec: number | null;
  readonly figures: Alarm['figures'];
}

export interface AlarmDeskDeps {
  readonly db: Db;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  readonly clock: () => number;
  readonly committed: (listener: CommittedListener) => () => void;
}

interface Truck {
  /** Null: nothing came since its room was given to others. */
  ring: SampleRing | null;
  state: WatchState;
  tampers: TamperRecord[];
  /** Something came that has not been looked at. */
  fresh: boolean;
  lookedAtMs: number;
  savedText: string;
  facts: { readonly vin: string; readonly facts: TruckFacts; readonly atMs: number } | null;
}

/**
 * Watches committed samples for what must be seen at once. Looks at a truck a few seconds after samples of it were committed, never in the way of
 * the pipeline; alarms are rows first and events then. Backlog only counts as evidence. What it knows survives a restart.
 */
export class AlarmDesk {
  readonly #deps: AlarmDeskDeps;
  readonly #trucks = new Map<number, Truck>();
  readonly #listeners = new Set<(event: AlarmEvent) => void>();
  /** Changes that are not stored yet: tried again until they are. */
  #unsaved: { readonly step: Step; readonly event: AlarmEvent }[] = [];
  #watch: { readonly watch: Watch; readonly atMs: number } | null = null;
  #rows = 0;
  #savedAtMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #busy = false;
  #started = false;
  #stopped = false;
  readonly #unsubscribe: () => void;

  constructor(deps: AlarmDeskDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.committed((rows) => this.#take(rows));
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Alarms in force. */
  get inForce(): number {
    let alarms = 0;
    for (const { state } of this.#trucks.values()) alarms += state.open.length;
    return alarms;
  }

  onAlarm(listener: (event: AlarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at everything that came, now; resolves when it is stored. */
  async settle(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#run(true));
    await this.#turn;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    if (this.#timer) clearInterval(this.#timer);
    await this.settle();
    await this.#save(true).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'the watches could not be saved; what stands is learned again');
    });
  }

  #take(rows: CommittedRows): void {
    const { columns } = rows;
    for (let row = 0; row < columns.count; row += 1) {
      const vehicleId = rows.vehicleOf(row);
      if (vehicleId === null) continue;
      const truck = this.#truckOf(vehicleId);
      truck.fresh = true;
      const before = truck.ring?.room ?? 0;
      truck.ring ??= new SampleRing();
      truck.ring.add(columns, row, rows.receivedSecOf(row), rows.reissued(row));
      this.#rows += truck.ring.room - before;
    }
    for (const { vehicleId, ...tamper } of rows.tampers) {
      const truck = this.#truckOf(vehicleId);
      truck.fresh = true;
      truck.tampers.push(tamper);
    }
  }

  #truckOf(vehicleId: number): Truck {
    const known = this.#trucks.get(vehicleId);
    if (known) return known;
    const truck: Truck = {
      ring: null,
      state: watchOf(parametersWith()).begin,
      tampers: [],
      fresh: false,
      lookedAtMs: Number.NEGATIVE_INFINITY,
      savedText: '',
      facts: null,
    };
    this.#trucks.set(vehicleId, truck);
    return truck;
  }

  #tick(): void {
    if (!this.#busy && !this.#stopped) this.#turn = this.#run(false);
  }

  /** Looks at the trucks whose turn it is, or at all of which something came, and stores what changed. */
  async #run(all: boolean): Promise<void> {
    this.#busy = true;
    try {
      if (!this.#started) await this.#load();
      const watch = await this.#currentWatch();
      let sliceMs = performance.now();
      for (const [vehicleId, truck] of this.#trucks) {
        const nowMs = performance.now();
        if (!truck.fresh || (!all && nowMs - truck.lookedAtMs < LOOK_EVERY_MS)) continue;
        if (nowMs - sliceMs > SLICE_MS) {
          await new Promise((resolve) => setImmediate(resolve));
          sliceMs = performance.now();
        }
        await this.#look(vehicleId, truck, watch);
      }
      await this.#store();
      await this.#save(false);
    } catch (error) {
      // What came stays to be looked at; while the database is away, the evaluator and the pipeline say so.
      if (troubleOf(error) !== 'away') this.#deps.log.error({ err: error }, 'the alarm watch failed');
    } finally {
      this.#busy = false;
    }
  }

  async #look(vehicleId: number, truck: Truck, watch: Watch): Promise<void> {
    const known = await this.#factsOf(vehicleId, truck);
    if (known === null) {
      this.#forget(vehicleId, truck);
      return;
    }
    const { vin, facts } = known;
    const ring = truck.ring ?? new SampleRing(1);
    if (ring.partial && truck.ring) await this.#refill(vehicleId, ring);
    const { tampers } = truck;
    truck.fresh = false;
    truck.tampers = [];
    truck.lookedAtMs = performance.now();
    try {
      const { count, timeSec, values, quality, receivedSec, reissued } = ring;
      const step = watch.step(truck.state, {
        samples: { count, timeSec, values, quality },
        receivedSec,
        reissued,
        tampers,
        facts,
      });
      truck.state = step.state;
      for (const change of step.changes) this.#unsaved.push(changeOf(vehicleId, vin, change));
    } catch (error) {
      // A fault of ours on one truck: its next samples are looked at all the same.
      this.#deps.log.error({ err: error, vehicleId }, 'a truck could not be watched');
    }
    if (this.#rows <= MAX_ROWS || !truck.ring) return;
    this.#rows -= truck.ring.room;
    truck.ring = null;
  }

  /** Adds what the table has from before the ring was made: evidence, not live. */
  async #refill(vehicleId: number, ring: SampleRing): Promise<void> {
    const stored = new SampleBuffer();
    await readSampleRange(this.#deps.db, vehicleId, ring.newestSec - KEEP_S, ring.newestSec + 1, stored);
    const before = ring.room;
    for (let row = 0; row < stored.count; row += 1) ring.add(stored, row, stored.timeSec[row] ?? 0, true);
    ring.partial = false;
    this.#rows += ring.room - before;
  }

  /** Null: the truck was removed. */
  async #factsOf(vehicleId: number, truck: Truck): Promise<{ readonly vin: string; readonly facts: TruckFacts } | null> {
    const nowMs = this.#deps.clock();
    if (truck.facts && nowMs - truck.facts.atMs < KNOWN_FOR_MS) return truck.facts;
    const history = await truckHistory(this.#deps.db, vehicleId);
    if (history === null) return null;
    truck.facts = { vin: history.vin, facts: factsAt(history, nowMs / 1000), atMs: nowMs };
    return truck.facts;
  }

  #forget(vehicleId: number, truck: Truck): void {
    this.#rows -= truck.ring?.room ?? 0;
    this.#trucks.delete(vehicleId);
  }

  /** The watch with the settings in force today. */
  async #currentWatch(): Promise<Watch> {
    const nowMs = this.#deps.clock();
    if (this.#watch && nowMs - this.#watch.atMs < KNOWN_FOR_MS) return this.#watch.watch;
    const overrides = settingsOn(await ruleSettings(this.#deps.db), beijingDay(nowMs / 1000))?.overrides ?? {};
    this.#watch = { watch: watchOf(parametersWith(overrides)), atMs: nowMs };
    return this.#watch.watch;
  }

  async #load(): Promise<void> {
    for (const { vehicleId, text } of await savedWatches(this.#deps.db)) {
      const truck = this.#truckOf(vehicleId);
      truck.state = JSON.parse(text) as WatchState;
      truck.savedText = canonicalJson(truck.state);
    }
    this.#started = true;
  }

  /** Alarms are rows first; who listens hears of them then. */
  async #store(): Promise<void> {
    const changes = this.#unsaved;
    if (changes.length === 0) return;
    await this.#deps.db.batch(changes.map(({ step }) => step));
    this.#unsaved = this.#unsaved.slice(changes.length);
    for (const { event } of changes) for (const listener of this.#listeners) listener(event);
  }

  async #save(now: boolean): Promise<void> {
    if (!this.#started || (!now && performance.now() - this.#savedAtMs < SAVE_EVERY_MS)) return;
    this.#savedAtMs = performance.now();
    const changed = [...this.#trucks].flatMap(([vehicleId, truck]) => {
      const state = canonicalJson(truck.state);
      return state === truck.savedText ? [] : [{ vehicleId, truck, state }];
    });
    if (changed.length === 0) return;
    await this.#deps.db.batch([saveWatchesStep(changed)], 'job');
    for (const { truck, state } of changed) truck.savedText = state;
  }
}

function changeOf(vehicleId: number, vin: string, change: AlarmChange): { step: Step; event: AlarmEvent } {
  const { kind, sinceSec, atSec, figures } = change.alarm;
  const id = createHash('sha256').update(`${vin}|${kind}|${sinceSec}`).digest('hex').slice(0, 16);
  const detail = canonicalJson({ atSec, figures });
  const endedSec = change.change === 'ended' ? change.endedSec : null;
  return {
    step:
      endedSec === null
        ? raiseAlarmStep({ id, vehicleId, kind, startedSec: sinceSec, detail })
        : endAlarmStep(id, endedSec, detail),
    event: { change: change.change, id, vehicleId, kind, startedSec: sinceSec, endedSec, figures },
  };
}
