import type { Connection } from './connection.ts';
import type { Acceptance, IncidentKind, Transport } from './contract.ts';
import type { Hub, TerminalState } from './hub.ts';

interface Pending {
  readonly bytes: number;
  /** The message is durable, and all before it on this connection have been released. */
  readonly release: (acceptance: Acceptance) => void;
  acceptance: Acceptance | null;
}

/** What the queue tells its connection. */
export interface StoreOwner {
  raise(kind: IncidentKind, detail: string): void;
  /** A message cannot be stored: nothing after it may be acknowledged, and the connection is to close. */
  giveUp(): void;
  /** A message is about to be released: the terminal's silence counts from here. */
  answered(): void;
}

const RATE_INCIDENT_EVERY_MS = 60_000;
/** A larger step back is one of the wall clock. */
const CLOSE_WORDS_MS = 100;

/**
 * The messages that one connection of a terminal has in store, in the order they came. They are released in that order (MQTT-4.6.0-2), each
 * after `accept` has resolved. Window and rates belong to the terminal, so reconnecting does not widen them.
 */
export class StoreQueue {
  readonly terminalId: string;
  readonly state: TerminalState;
  readonly #hub: Hub;
  readonly #transport: Transport;
  readonly #connection: Connection;
  readonly #owner: StoreOwner;
  /** Sizes of the messages let in that have not been handed over yet, in order. */
  readonly #letIn: number[] = [];
  readonly #queue: Pending[] = [];
  #isClosed = false;
  #isGivingUp = false;

  constructor(hub: Hub, terminalId: string, connection: Connection, owner: StoreOwner) {
    this.terminalId = terminalId;
    this.state = hub.terminal(terminalId);
    this.#hub = hub;
    this.#transport = connection.transport;
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Messages handed over and not released yet. */
  get pending(): number {
    return this.#queue.length;
  }

  /**
   * May `bytes` go in? 0: yes, and for a message a place has been taken. A number of milliseconds: ask again after that time.
   * Infinity: ask again when woken.
   */
  admit(isMessage: boolean, bytes: number): number {
    const hub = this.#hub;
    const { state } = this;
    if (hub.isStopping) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const waitMs = Math.max(state.packets.waitMs(now), state.bytes.waitMs(now));
    if (waitMs > 0) {
      this.tellSlowed('sends faster than allowed and is read more slowly', now);
      return waitMs;
    }
    if (isMessage) {
      if (state.isFull) return Number.POSITIVE_INFINITY;
      if (hub.pendingBytes >= hub.limits.maxPendingBytes) {
        hub.waitForBytes(this.#connection);
        return Number.POSITIVE_INFINITY;
      }
      hub.takePlace(state, bytes);
      this.#letIn.push(bytes);
    }
    state.packets.take(1);
    state.bytes.take(bytes);
    return 0;
  }

  /** Reports that the terminal is slowed down, once a minute at most. */
  tellSlowed(detail: string, nowMs: number): void {
    if (nowMs - this.state.lastRateIncidentMs <= RATE_INCIDENT_EVERY_MS) return;
    this.state.lastRateIncidentMs = nowMs;
    this.#owner.raise('messageRate', detail);
  }

  /** Hands a message that was let in to `accept`; `release` is called when it may be acknowledged, never after `close`. */
  store(channel: 'up' | 'status', payload: Uint8Array, release: (acceptance: Acceptance) => void): void {
    if (this.#isClosed) return;
    const entry: Pending = { bytes: this.#letIn.shift() ?? 0, release, acceptance: null };
    this.#queue.push(entry);
    this.#accept(channel, payload).then(
      (acceptance) => this.#settle(entry, acceptance),
      (cause: unknown) => {
        this.#hub.deps.log.error({ err: cause, terminalId: this.terminalId }, 'accept failed; the message stays unacknowledged');
        this.#settle(entry, { ack: false });
      },
    );
  }

  /** Hands the terminal's last word (its will) to `accept`. One at a time for a terminal, so a flapping link cannot pile them up. */
  storeLastWord(payload: Uint8Array): void {
    const hub = this.#hub;
    const { state } = this;
    if (hub.isStopping) return;
    if (state.isWillPending) {
      hub.totals.willsFolded += 1;
      return;
    }
    state.isWillPending = true;
    hub.totals.received.wills += 1;
    this.#accept('status', payload).then(
      () => {
        state.isWillPending = false;
      },
      (cause: unknown) => {
        state.isWillPending = false;
        hub.deps.log.error({ err: cause, terminalId: this.terminalId }, 'accept failed for a last will');
      },
    );
  }

  /** The connection is gone: what is being stored goes on, nothing is released any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const bytes of this.#letIn.splice(0)) this.#hub.freePlace(this.terminalId, this.state, bytes);
    for (const entry of this.#queue.splice(0)) {
      if (entry.acceptance === null) continue;
      this.#hub.totals.unacknowledged += 1;
      this.#free(entry);
    }
  }

  async #accept(channel: 'up' | 'status', payload: Uint8Array): Promise<Acceptance> {
    return await this.#hub.deps.accept({
      terminalId: this.terminalId,
      channel,
      payload,
      receivedAtMs: channel === 'status' ? this.#statusTimeMs() : Date.now(),
      transport: this.#transport,
    });
  }

  /** Now; a little later when the terminal's word before came in the same millisecond, for its time is what tells one word from the next. */
  #statusTimeMs(): number {
    const nowMs = Date.now();
    const { lastStatusMs } = this.state;
    const isTooClose = nowMs <= lastStatusMs && lastStatusMs - nowMs < CLOSE_WORDS_MS;
    this.state.lastStatusMs = isTooClose ? lastStatusMs + 1 : nowMs;
    return this.state.lastStatusMs;
  }

  #settle(entry: Pending, acceptance: Acceptance): void {
    entry.acceptance = acceptance;
    if (this.#isClosed) {
      this.#hub.totals.unacknowledged += 1;
      this.#free(entry);
      return;
    }
    if (this.#isGivingUp) return;
    for (let head = this.#queue[0]; head?.acceptance; head = this.#queue[0]) {
      if (!head.acceptance.ack) {
        // Acknowledgements released in this turn are written at its end; then the connection goes, with all that came after.
        this.#isGivingUp = true;
        setImmediate(() => this.#owner.giveUp());
        return;
      }
      this.#queue.shift();
      this.#release(head, head.acceptance);
      if (this.#isClosed) return;
    }
  }

  #release(entry: Pending, acceptance: Acceptance): void {
    this.#free(entry);
    this.#hub.totals.acknowledged += 1;
    this.#owner.answered();
    try {
      entry.release(acceptance);
    } catch (cause) {
      this.#hub.deps.log.error({ err: cause, terminalId: this.terminalId }, 'acknowledging failed; the connection is closed');
      this.#owner.giveUp();
    }
  }

  #free(entry: Pending): void {
    this.#hub.freePlace(this.terminalId, this.state, entry.bytes);
  }
}
