import type { AlarmSource, LiveAlarm, LiveSample, LiveSource } from './deps.ts';

/** One truck's newest committed sample with the number under which the hub saw it. */
export interface LiveEntry {
  seq: number;
  sample: LiveSample;
}

/** An alarm as it stands, with the number under which the hub saw it. */
export interface AlarmEntry {
  seq: number;
  alarm: LiveAlarm;
}

/** Alarms that are kept for who comes back; older ones are in the list of alarms. */
const MOST_ALARMS = 1000;

/** Who watches what; `take` hands out what is new for this watcher and forgets it. */
export interface LiveWatcher {
  /** Newest samples of watched trucks since the last call, at most one a truck, oldest first. */
  take(): LiveEntry[];
  /** Alarms of watched trucks that began or ended since the last call, each as it stands, oldest first. */
  takeAlarms(): AlarmEntry[];
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
  readonly #alarms = new Map<string, AlarmEntry>();
  readonly #watchers = new Set<{ wants: (vehicleId: number) => boolean; pending: Set<number>; alarms: Set<string> }>();
  readonly #unsubscribe: () => void;
  readonly #unsubscribeAlarms: () => void;
  readonly #maxWatchers: number;
  #seq = 0;

  constructor(source: LiveSource, options: { run: string; maxWatchers: number; alarms?: AlarmSource | undefined }) {
    this.run = options.run;
    this.#maxWatchers = options.maxWatchers;
    this.#unsubscribe = source.subscribe((batch) => this.#publish(batch));
    this.#unsubscribeAlarms = options.alarms?.onAlarm((alarm) => this.#publishAlarm(alarm)) ?? (() => undefined);
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  /**
   * A watcher of the trucks that `wants` names, at the time they come and at the time they are taken. It begins with every sample newer than `lastEventId`, or, when that is from another run or absent,
   * with the newest sample of each truck seen in this run. Undefined when the hub is full.
   */
  watch(wants: (vehicleId: number) => boolean, lastEventId: string | undefined): LiveWatcher | undefined {
    if (this.#watchers.size >= this.#maxWatchers) return undefined;
    const [run, seq] = lastEventId?.split('.') ?? [];
    const since = run === this.run && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : -1;
    const pending = new Set<number>();
    for (const [id, entry] of this.#latest) if (entry.seq > since && wants(id)) pending.add(id);
    const alarms = new Set<string>();
    // Who is new asks for the alarms in force; who comes back hears what was missed.
    if (since >= 0) for (const [id, entry] of this.#alarms) if (entry.seq > since && wants(entry.alarm.vehicleId)) alarms.add(id);
    const watcher = { wants, pending, alarms };
    this.#watchers.add(watcher);
    return {
      take: () => {
        const entries: LiveEntry[] = [];
        for (const id of pending) {
          const entry = this.#latest.get(id);
          if (entry && wants(id)) entries.push(entry);
        }
        pending.clear();
        return entries.sort((a, b) => a.seq - b.seq);
      },
      takeAlarms: () => {
        const entries: AlarmEntry[] = [];
        for (const id of alarms) {
          const entry = this.#alarms.get(id);
          if (entry && wants(entry.alarm.vehicleId)) entries.push(entry);
        }
        alarms.clear();
        return entries.sort((a, b) => a.seq - b.seq);
      },
      close: () => {
        this.#watchers.delete(watcher);
        pending.clear();
        alarms.clear();
      },
    };
  }

  close(): void {
    this.#unsubscribe();
    this.#unsubscribeAlarms();
    this.#watchers.clear();
  }

  #publishAlarm(alarm: LiveAlarm): void {
    this.#seq += 1;
    // At the end of the order, so that the oldest is what goes when there are too many.
    this.#alarms.delete(alarm.id);
    this.#alarms.set(alarm.id, { seq: this.#seq, alarm });
    const oldest = this.#alarms.keys().next().value;
    if (this.#alarms.size > MOST_ALARMS && oldest !== undefined) {
      this.#alarms.delete(oldest);
      for (const watcher of this.#watchers) watcher.alarms.delete(oldest);
    }
    for (const watcher of this.#watchers) if (watcher.wants(alarm.vehicleId)) watcher.alarms.add(alarm.id);
  }

  #publish(batch: readonly LiveSample[]): void {
    for (const sample of batch) {
      const known = this.#latest.get(sample.vehicleId);
      if (known && known.sample.timeSec > sample.timeSec) continue;
      this.#seq += 1;
      this.#latest.set(sample.vehicleId, { seq: this.#seq, sample });
      for (const watcher of this.#watchers) {
        if (watcher.wants(sample.vehicleId)) watcher.pending.add(sample.vehicleId);
      }
    }
  }
}
