import { type Db, troubleOf } from './db.ts';
import { compressNext, type Growth, growthOf } from './hypertables.ts';
import { forgetOldWriters } from './queries/writers.ts';
import { dropOldFrames, type Retention, type TierSize, tierSizes } from './retention/index.ts';

const EVERY_MS = 60_000;
/** Between two compressions, so that writes and reads get their turn. */
const BREATH_MS = 1_000;
const DAILY_MS = 86_400_000;
const GROWTH_MS = 600_000;

export interface MaintenanceState {
  /** Epoch milliseconds of the last round that ended well; null before the first. */
  lastRoundMs: number | null;
  compressedChunks: number;
  droppedChunks: number;
  /** As of the last look; null while there is too little to measure it. */
  growth: Growth | null;
  /** Each tier on the disk, as of the last look; empty before the first. */
  tiers: readonly TierSize[];
  error: string | null;
}

/** What of the configuration maintenance goes by. */
export interface MaintenanceConfig {
  readonly compressAfterDays: number;
  readonly keep: Retention;
}

/** Compression and retention, by us on every engine: policies of the database never run on the embedded one. */
export class Maintenance {
  readonly state: MaintenanceState = {
    lastRoundMs: null,
    compressedChunks: 0,
    droppedChunks: 0,
    growth: null,
    tiers: [],
    error: null,
  };
  readonly #db: Db;
  readonly #config: MaintenanceConfig;
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> = Promise.resolve();
  #busy = false;
  #stopped = false;
  #lastDailyMs = 0;
  #lastGrowthMs = 0;

  constructor(db: Db, config: MaintenanceConfig) {
    this.#db = db;
    this.#config = config;
    this.#timer = setInterval(() => this.#begin(), EVERY_MS).unref();
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#round;
  }

  #begin(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#round = this.#run().finally(() => {
      this.#busy = false;
    });
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped && (await compressNext(this.#db, new Date(), this.#config.compressAfterDays))) {
        this.state.compressedChunks += 1;
        await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
      }
      if (!this.#stopped && Date.now() - this.#lastDailyMs > DAILY_MS) {
        this.state.droppedChunks += await dropOldFrames(this.#db, this.#config.keep, Date.now(), () => this.#stopped);
        await forgetOldWriters(this.#db);
        this.#lastDailyMs = Date.now();
      }
      if (!this.#stopped && Date.now() - this.#lastGrowthMs > GROWTH_MS) {
        this.state.growth = await growthOf(this.#db, new Date(), this.#config.compressAfterDays);
        this.state.tiers = await tierSizes(this.#db, Date.now());
        // Asked again soon while there is too little.
        if (this.state.growth !== null) this.#lastGrowthMs = Date.now();
      }
      this.state.lastRoundMs = Date.now();
      this.state.error = null;
    } catch (error) {
      this.state.error = `${troubleOf(error)}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}
