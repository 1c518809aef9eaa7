import { randomUUID } from 'node:crypto';
import { type Db, OptimisticConflict, troubleOf } from '@plume/db';
import {
  beginAttemptSteps,
  countOutbox,
  type DueMessage,
  dueMessages,
  endAttemptSteps,
  holdMessageStep,
  holdNoticeLeaseStep,
  returnNoticeLease,
  sendingChannel,
  takeNoticeLease,
} from '@plume/db/notices';
import type { ApiLog, ReadyReport } from '../deps.ts';
import { MOST_ATTEMPTS, retryAfterMs } from './backoff.ts';
import { heldUntil } from './quiet-hours.ts';
import { scan } from './scan.ts';
import { type Delivery, deliver } from './send.ts';

const LEASE_S = 60;
const DUE_AT_ONCE = 20;
const SENDING_MS = 20_000;
/** What happened before the first look of a process is looked for so far back. */
const FIRST_LOOK_BACK_MS = 3 * 86_400_000;
/** Each look goes back behind the one before: a transaction that was open then is not passed over. */
const OVERLAP_MS = 600_000;

export interface NoticesConfig {
  /** How often it is looked for what has to be told, and for what is due [ms]. */
  readonly pollMs?: number;
  /** How long is sent before it is looked again; the delivery under way is ended, and each round makes one at least [ms]. */
  readonly sendingMs?: number;
}

export interface NoticesDeps {
  readonly db: Db;
  readonly log: ApiLog;
  /** Epoch milliseconds; absent: the system's clock. */
  readonly clock?: () => number;
  /** Checks of the service, to tell of those that fail. */
  readonly checks?: () => Promise<ReadyReport>;
}

export interface NoticesStats {
  /** `standby`: another process scans and sends for this database. */
  readonly role: 'starting' | 'active' | 'standby';
  /** Since start. */
  readonly scans: number;
  readonly written: number;
  readonly sent: number;
  readonly failed: number;
  readonly givenUp: number;
  /** As of the last look. */
  readonly waiting: number;
  readonly oldestMs: number | null;
  readonly away: string | null;
}

/** The one that scans and sends. */
export interface Notices {
  stats(): NoticesStats;
  /** Ends after the delivery under way. */
  stop(): Promise<void>;
}

/** Starts telling: looks for causes, writes them into the outbox, sends what is due, one process at a time for each database. */
export function startNotices(config: NoticesConfig, deps: NoticesDeps): Notices {
  return new Desk(config, deps);
}

class Desk implements Notices {
  readonly #deps: NoticesDeps;
  readonly #clock: () => number;
  readonly #pollMs: number;
  readonly #sendingMs: number;
  readonly #holder = randomUUID();
  readonly #done: Promise<void>;
  #wake: (() => void) | null = null;
  #stopped = false;
  #scannedMs: number | null = null;
  /** Channels whose last delivery failed: they come last, so that what they cost is not the others' time. */
  readonly #ailing = new Set<number>();
  #stats: NoticesStats = {
    role: 'starting',
    scans: 0,
    written: 0,
    sent: 0,
    failed: 0,
    givenUp: 0,
    waiting: 0,
    oldestMs: null,
    away: null,
  };

  constructor(config: NoticesConfig, deps: NoticesDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? Date.now;
    this.#pollMs = config.pollMs ?? 10_000;
    this.#sendingMs = config.sendingMs ?? SENDING_MS;
    this.#done = this.#run();
  }

  stats(): NoticesStats {
    return this.#stats;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#done;
  }

  #note(change: Partial<NoticesStats>): void {
    this.#stats = { ...this.#stats, ...change };
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#round();
        this.#note({ away: null });
      } catch (error) {
        // Somebody else took the lease over, or the database is away: nothing was lost, the next round sees.
        const reason = error instanceof Error ? error.message : String(error);
        if (!(error instanceof OptimisticConflict)) {
          if (this.#stats.away === null) this.#deps.log.warn({ err: error, trouble: troubleOf(error) }, 'notices wait');
          this.#note({ away: reason });
        }
      }
      await this.#rest();
    }
    await returnNoticeLease(this.#deps.db, this.#holder).catch((error: unknown) =>
      this.#deps.log.info({ err: error }, 'the lease of the notices runs out by itself'),
    );
  }

  #rest(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #round(): Promise<void> {
    const { db, checks } = this.#deps;
    // The embedded engine has one process, so a lease that a crash left behind is nobody's.
    const mine = await takeNoticeLease(db, this.#holder, LEASE_S, db.kind === 'embedded');
    this.#note({ role: mine ? 'active' : 'standby' });
    if (!mine) {
      this.#scannedMs = null;
      return;
    }
    const nowMs = this.#clock();
    const sinceMs = this.#scannedMs === null ? nowMs - FIRST_LOOK_BACK_MS : this.#scannedMs - OVERLAP_MS;
    const written = await scan({ db, checks, holder: this.#holder, leaseS: LEASE_S }, sinceMs, nowMs);
    this.#scannedMs = nowMs;
    this.#note({ written: this.#stats.written + written });
    await this.#sendDue();
    const { waiting, oldestMs } = await countOutbox(db, this.#clock());
    this.#note({ waiting, oldestMs, scans: this.#stats.scans + 1 });
  }

  /** Sends what is due for a while: first over the channels that are well, then over the others, each until it fails. */
  async #sendDue(): Promise<void> {
    const endMs = performance.now() + this.#sendingMs;
    const failed = new Set<number>();
    if (await this.#sendOver(new Set(this.#ailing), failed, endMs)) await this.#sendOver(failed, failed, endMs);
  }

  /** Sends over all channels but those in `without`; one that fails is added to `failed` and left out from then on. Answers whether there is time left. */
  async #sendOver(without: ReadonlySet<number>, failed: Set<number>, endMs: number): Promise<boolean> {
    while (!this.#stopped) {
      const left = [...without, ...failed];
      const due = await dueMessages(this.#deps.db, this.#clock(), DUE_AT_ONCE, left);
      for (const message of due) {
        if (failed.has(message.channel_id)) continue;
        if (!(await this.#send(message))) failed.add(message.channel_id);
        if (this.#stopped || performance.now() >= endMs) return false;
      }
      if (due.length < DUE_AT_ONCE) return true;
    }
    return false;
  }

  /**
   * One attempt: written down before anything leaves and after it, so that whatever happens between is seen. Answers whether the channel is
   * well: it took the message, or refused this recipient alone, or was not asked, for quiet hours.
   */
  async #send(message: DueMessage): Promise<boolean> {
    const { db } = this.#deps;
    const hold = holdNoticeLeaseStep(this.#holder, LEASE_S);
    const beginMs = this.#clock();
    const quiet = (atMs: number) => heldUntil(atMs, message.quiet_from, message.quiet_to);
    if (quiet(beginMs) > beginMs) {
      await db.batch([hold, holdMessageStep(message.id, quiet(beginMs))], 'job');
      return true;
    }
    const n = message.attempts + 1;
    const channel = await sendingChannel(db, message.channel_id);
    if (!channel) throw new Error('a message names a channel that is not there');
    const againMs = quiet(beginMs + retryAfterMs(n));
    await db.batch([hold, ...beginAttemptSteps(message, beginMs, againMs)], 'job');
    const started = performance.now();
    const outgoing = { ...message, messageId: message.message_id, createdAt: message.created_at };
    const delivery = await deliver(channel, outgoing, beginMs);
    const tookMs = Math.round(performance.now() - started);
    const state = stateAfter(delivery, n);
    const nowMs = this.#clock();
    const end = { id: message.id, n, ok: delivery.ok, answer: delivery.answer, tookMs, state, nowMs, nextMs: againMs };
    // Not under the lease: that this attempt was made is true whoever holds it now.
    await db.batch(endAttemptSteps(end), 'job');
    this.#count(delivery, state);
    const well = delivery.ok || delivery.final;
    if (well) this.#ailing.delete(message.channel_id);
    else this.#ailing.add(message.channel_id);
    return well;
  }

  #count(delivery: Delivery, state: 'waiting' | 'sent' | 'givenUp'): void {
    const { sent, failed, givenUp } = this.#stats;
    this.#note({
      sent: sent + (delivery.ok ? 1 : 0),
      failed: failed + (delivery.ok ? 0 : 1),
      givenUp: givenUp + (state === 'givenUp' ? 1 : 0),
    });
  }
}

function stateAfter({ ok, final }: Delivery, n: number): 'waiting' | 'sent' | 'givenUp' {
  if (ok) return 'sent';
  return final || n >= MOST_ATTEMPTS ? 'givenUp' : 'waiting';
}
