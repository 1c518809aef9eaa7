import type { LiveSample, LiveSource } from './deps.ts';

/** One truck's newest committed sample with the number under which the hub saw it. */
export interface LiveEntry {
  seq: number;
  sample: LiveSample;
}

/** Who watches what; `take` hands out what is new for this watcher and forgets it. */
export interface LiveWatcher {
  /** Newest samples of watched trucks since the last call, at most one a truck, oldest first. */
  take(): LiveEntry[];
  close(): void;
}

/**
 * Fans committed samples out to browsers. It keeps one sample a truck (the one with the latest sample time, so that a backlog never
 * replaces the present) and, per watcher, the set of trucks that changed: memory is bounded by the fleet, however slow a browser is.
 */
export class LiveHub {
  /** Tells ids of this run from those of an earlier one. */
  readonly run: string;
  readonly #latest = new Map<number, LiveEntry>();
  readonly #watchers = new Set<{ ids: ReadonlySet<number> | null; pending: Set<number> }>();
  readonly #unsubscribe: () => void;
  readonly #maxWatchers: number;
  #seq = 0;

  constructor(source: LiveSource, options: { run: string; maxWatchers: number }) {
    this.run = options.run;
    this.#maxWatchers = options.maxWatchers;
    this.#unsubscribe = source.subscribe((batch) => this.#publish(batch));
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  /**
   * A watcher of some trucks (null: all). It begins with every sample newer than `lastEventId`, or, when that is from another run or absent,
   * with the newest sample of each truck seen in this run. Undefined when the hub is full.
   */
  watch(ids: ReadonlySet<number> | null, lastEventId: string | undefined): LiveWatcher | undefined {
    if (this.#watchers.size >= this.#maxWatchers) return undefined;
    const [run, seq] = lastEventId?.split('.') ?? [];
    const since = run === this.run && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : -1;
    const pending = new Set<number>();
    for (const [id, entry] of this.#latest) if (entry.seq > since && (ids === null || ids.has(id))) pending.add(id);
    const watcher = { ids, pending };
    this.#watchers.add(watcher);
    return {
      take: () => {
        const entries: LiveEntry[] = [];
        for (const id of pending) {
          const entry = this.#latest.get(id);
          if (entry) entries.push(entry);
        }
        pending.clear();
        return entries.sort((a, b) => a.seq - b.seq);
      },
      close: () => {
        this.#watchers.delete(watcher);
        pending.clear();
      },
    };
  }

  close(): void {
    this.#unsubscribe();
    this.#watchers.clear();
  }

  #publish(batch: readonly LiveSample[]): void {
    for (const sample of batch) {
      const known = this.#latest.get(sample.vehicleId);
      if (known && known.sample.timeSec > sample.timeSec) continue;
      this.#seq += 1;
      this.#latest.set(sample.vehicleId, { seq: this.#seq, sample });
      for (const watcher of this.#watchers) {
        if (watcher.ids === null || watcher.ids.has(sample.vehicleId)) watcher.pending.add(sample.vehicleId);
      }
    }
  }
}
