import { uniform } from '../hash.ts';
import type { MessageSource } from './message-source.ts';
import { type Kept, Outbox } from './outbox.ts';
import { asReissue } from './reissue.ts';
import { type Link, LinkError, type Transport } from './transport.ts';

/** What a fault test wants to know of every message. */
export interface TerminalLedger {
  /** Called before each attempt, with the bytes that go out. */
  readonly onSent?: (terminalId: string, message: Kept, payload: Uint8Array) => void;
  readonly onAcked?: (terminalId: string, message: Kept) => void;
}

/** A terminal's settings. */
export interface TerminalOptions extends TerminalLedger {
  /** Messages in flight at most; 20 unless told. */
  readonly inFlight?: number;
  /** Messages kept at most; 4,320 unless told, half a day at one in ten seconds. */
  readonly backlog?: number;
  /** First and longest pause before a new attempt to connect [ms]; 1,000 and 30,000 unless told. */
  readonly retryMs?: readonly [first: number, longest: number];
}

/** Counts of one terminal. */
export interface TerminalStats {
  connected: boolean;
  sent: number;
  acked: number;
  ackedSamples: number;
  reconnects: number;
  waiting: number;
  inFlight: number;
  dropped: number;
  lastError: string | null;
}

const IN_FLIGHT = 20;
const BACKLOG = 4320;
const RETRY_MS = [1000, 30_000] as const;
/** A message older than this when it is first sent goes as a re-issue (03) [s]. */
const LIVE_S = 30;

/**
 * A terminal: keeps each message until its PUBACK, with at most a window of them in flight; after a lost link sends what was not
 * acknowledged again, as re-issue. It makes no messages of its own but the login: `offer` hands them in.
 */
export class Terminal {
  readonly id: string;
  readonly source: MessageSource;
  #transport: Transport;
  #options: TerminalOptions;
  #outbox: Outbox;
  #link: Link | undefined;
  #stopping = false;
  #wake: (() => void) | undefined;
  #nextId = 1;
  #nowSec: () => number;
  #stats = { sent: 0, acked: 0, ackedSamples: 0, reconnects: -1, lastError: null as string | null };

  constructor(source: MessageSource, transport: Transport, nowSec: () => number, options: TerminalOptions = {}) {
    this.id = source.truck.spec.terminal.id;
    this.source = source;
    this.#transport = transport;
    this.#nowSec = nowSec;
    this.#options = options;
    this.#outbox = new Outbox(options.backlog ?? BACKLOG);
  }

  /** Messages that wait or are in flight. */
  get unacked(): number {
    return this.#outbox.size;
  }

  /** Takes a message to deliver. */
  offer(payload: Uint8Array, samples: number, dueSec: number): void {
    this.#outbox.add({ id: this.#nextId, payload, samples, dueSec, attempts: 0 });
    this.#nextId += 1;
    this.#pump();
  }

  /** Counts so far. */
  stats(): TerminalStats {
    const { waiting, inFlight, dropped } = this.#outbox;
    const { reconnects, ...rest } = this.#stats;
    return { connected: this.#link !== undefined, ...rest, reconnects: Math.max(0, reconnects), waiting, inFlight, dropped };
  }

  /** Keeps the terminal linked until `stop`. Resolves when the last link is closed. */
  async run(): Promise<void> {
    const [first, longest] = this.#options.retryMs ?? RETRY_MS;
    let pause = first;
    for (let attempt = 0; !this.#stopping; attempt += 1) {
      try {
        const link = await this.#transport.connect();
        this.#stats.reconnects += 1;
        pause = first;
        await this.#serve(link);
      } catch (error) {
        if (!(error instanceof LinkError)) throw error;
        this.#stats.lastError = error.message;
      }
      if (this.#stopping) return;
      // Trucks that lost the same mast must not come back in the same instant.
      await this.#sleep(pause * (0.5 + uniform(this.source.truck.spec.seed, 131, attempt)));
      pause = Math.min(longest, pause * 2);
    }
  }

  /** Sends what it can within the time [ms], says goodbye, and ends `run`. */
  async stop(withinMs: number): Promise<void> {
    const end = Date.now() + withinMs;
    while (this.#link !== undefined && this.#outbox.size > 0 && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stopping = true;
    this.#wake?.();
    await this.#link?.close();
  }

  async #serve(link: Link): Promise<void> {
    if (this.#stopping) return link.close();
    this.#link = link;
    this.#greet();
    this.#pump();
    const reason = await link.closed;
    this.#link = undefined;
    if (!this.#stopping) this.#stats.lastError = reason;
  }

  /** Login, OBD information and a request for the time, each session anew (protocol §7). */
  #greet(): void {
    if (this.source.truck.spec.terminal.format === 'json') return;
    const now = Math.floor(this.#nowSec());
    const frames = [this.source.login(now), this.source.obd(now), this.source.timeSync()];
    this.offer(Buffer.concat(frames), 0, now);
  }

  #pump(): void {
    const link = this.#link;
    const window = this.#options.inFlight ?? IN_FLIGHT;
    while (link !== undefined && link === this.#link && this.#outbox.inFlight < window) {
      const message = this.#outbox.take();
      if (message === undefined) return;
      void this.#send(link, message);
    }
  }

  async #send(link: Link, message: Kept): Promise<void> {
    const late = message.attempts > 1 || this.#nowSec() - message.dueSec > LIVE_S;
    const payload = late ? asReissue(message.payload) : message.payload;
    this.#stats.sent += 1;
    this.#options.onSent?.(this.id, message, payload);
    try {
      await link.publish(payload);
      this.#outbox.settle(message);
      this.#stats.acked += 1;
      this.#stats.ackedSamples += message.samples;
      this.#options.onAcked?.(this.id, message);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      this.#stats.lastError = error.message;
      this.#outbox.giveBack(message);
    }
    this.#pump();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A terminal of a truck over a transport. `nowSec` is the time the truck lives in, epoch seconds. */
export function createTerminal(
  source: MessageSource,
  transport: Transport,
  nowSec: () => number,
  options: TerminalOptions = {},
): Terminal {
  return new Terminal(source, transport, nowSec, options);
}
