import type { TerminalTopics } from './access.ts';
import type { Acceptance, IncidentKind } from './contract.ts';
import type { GatedConnection, GateOwner } from './gated-connection.ts';
import type { Hub, TerminalState } from './hub.ts';
import type { AedesClient, PublishPacket } from './library.ts';

/** What a CONNECT claims, kept until the claim has been checked. */
export interface Claim {
  clientId: string;
  will: { topic: string; bytes: number } | null;
  keepaliveS: number;
}

interface Pending {
  readonly bytes: number;
  readonly done: (error?: Error | null) => void;
  acceptance: Acceptance | null;
}

const RATE_INCIDENT_EVERY_MS = 60_000;
const IDLE_FACTOR = 1.5;

/**
 * One connection: the messages it has in store, in the order they came, and what is known of its terminal.
 * Acknowledgements leave in that order (MQTT-4.6.0-2) and only after `accept` has resolved.
 */
export class Session implements GateOwner {
  readonly hub: Hub;
  readonly gate: GatedConnection;
  claim: Claim | null = null;
  client: AedesClient | null = null;
  /** Set once the secret has been checked. */
  terminalId: string | null = null;
  topics: TerminalTopics | null = null;
  isReady = false;
  /** Subscribed to its own `down`. */
  isListening = false;
  #state: TerminalState | null = null;
  /** Sizes of the messages let in that the library has not handed over yet, in order. */
  readonly #letIn: number[] = [];
  readonly #queue: Pending[] = [];
  #isClosed = false;
  #isGivingUp = false;
  #onClosed: (() => void)[] = [];

  constructor(hub: Hub, gate: GatedConnection) {
    this.hub = hub;
    this.gate = gate;
    hub.all.add(this);
  }

  /** The secret was right: from here on the connection belongs to this terminal. */
  identify(terminalId: string, topics: TerminalTopics): void {
    this.terminalId = terminalId;
    this.topics = topics;
    this.#state = this.hub.terminal(terminalId);
    this.hub.byTerminal.set(terminalId, this);
  }

  /** The CONNACK has left. */
  ready(): void {
    if (this.#isClosed) return;
    this.isReady = true;
    this.hub.totals.logins += 1;
    const { maxIdleMs } = this.hub.limits;
    const keepaliveMs = (this.claim?.keepaliveS ?? 0) * 1000;
    this.gate.open(keepaliveMs > 0 ? Math.min(maxIdleMs, keepaliveMs * IDLE_FACTOR) : maxIdleMs);
  }

  raise(kind: IncidentKind, detail: string): void {
    this.hub.raise(kind, this.terminalId, this.gate.address, detail);
  }

  /** Calls back when the connection is gone; at once when it is already. */
  whenClosed(callback: () => void): void {
    if (this.#isClosed) callback();
    else this.#onClosed.push(callback);
  }

  admit(isPublish: boolean, bytes: number): number {
    const { hub } = this;
    const state = this.#state;
    if (state === null || hub.isStopping) return Number.POSITIVE_INFINITY;
    const now = performance.now();
    const waitMs = Math.max(state.packets.waitMs(now), state.bytes.waitMs(now));
    if (waitMs > 0) {
      if (now - state.lastRateIncidentMs > RATE_INCIDENT_EVERY_MS) {
        state.lastRateIncidentMs = now;
        this.raise('messageRate', 'sends faster than allowed and is read more slowly');
      }
      return waitMs;
    }
    if (isPublish) {
      if (state.isFull) return Number.POSITIVE_INFINITY;
      if (hub.pendingBytes >= hub.limits.maxPendingBytes) {
        hub.waitForBytes(this);
        return Number.POSITIVE_INFINITY;
      }
      hub.takePlace(state, bytes);
      this.#letIn.push(bytes);
    }
    state.packets.take(1);
    state.bytes.take(bytes);
    return 0;
  }

  onViolation(kind: IncidentKind, detail: string): void {
    this.raise(kind, detail);
  }

  isWaitingForUs(): boolean {
    return (this.#state?.pending ?? 0) > 0;
  }

  /** Hands a message to `accept`; `done` lets the library acknowledge it. */
  store(channel: 'up' | 'status', packet: PublishPacket, done: (error?: Error | null) => void): void {
    const { terminalId, hub } = this;
    if (terminalId === null || this.#isClosed) return;
    const entry: Pending = { bytes: this.#letIn.shift() ?? 0, done, acceptance: null };
    this.#queue.push(entry);
    hub.totals.received[packet.qos === 0 ? 'qos0' : packet.qos === 1 ? 'qos1' : 'qos2'] += 1;
    this.#accept(channel, bytesOf(packet.payload)).then(
      (acceptance) => this.#settle(entry, acceptance),
      (cause: unknown) => {
        hub.deps.log.error({ err: cause, terminalId }, 'accept failed; the message stays unacknowledged');
        this.#settle(entry, { ack: false });
      },
    );
  }

  /** Hands the last will to `accept`. One at a time for a terminal, so a flapping link cannot pile them up. */
  storeWill(payload: Uint8Array): void {
    const { terminalId, hub } = this;
    const state = this.#state;
    if (terminalId === null || state === null || hub.isStopping) return;
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
        hub.deps.log.error({ err: cause, terminalId }, 'accept failed for a last will');
      },
    );
  }

  async #accept(channel: 'up' | 'status', payload: Uint8Array): Promise<Acceptance> {
    return await this.hub.deps.accept({
      terminalId: this.terminalId ?? '',
      channel,
      payload,
      receivedAtMs: Date.now(),
      transport: this.gate.transport,
    });
  }

  #settle(entry: Pending, acceptance: Acceptance): void {
    entry.acceptance = acceptance;
    if (this.#isClosed) {
      this.hub.totals.unacknowledged += 1;
      this.#free(entry);
      return;
    }
    if (this.#isGivingUp) return;
    for (let head = this.#queue[0]; head?.acceptance; head = this.#queue[0]) {
      if (!head.acceptance.ack) {
        // Acknowledgements released in this turn are written at its end; then the connection goes, with all that came after.
        this.#isGivingUp = true;
        setImmediate(() => this.gate.destroy());
        return;
      }
      this.#queue.shift();
      this.#release(head, head.acceptance);
      if (this.#isClosed) return;
    }
  }

  #release(entry: Pending, acceptance: Acceptance): void {
    const { hub } = this;
    this.#free(entry);
    hub.totals.acknowledged += 1;
    this.gate.restartIdle();
    try {
      entry.done();
      if (acceptance.verdict !== undefined) this.#tellVerdict(JSON.stringify(acceptance.verdict));
      if (acceptance.answer !== undefined) this.send(acceptance.answer);
    } catch (cause) {
      hub.deps.log.error({ err: cause, terminalId: this.terminalId }, 'acknowledging failed; the connection is closed');
      this.gate.destroy();
    }
  }

  #tellVerdict(text: string): void {
    const state = this.#state;
    const now = performance.now();
    const { verdicts } = this.hub.totals;
    if (state === null || now - state.lastVerdictMs < this.hub.limits.verdictIntervalMs || !this.#publish(text)) {
      verdicts.dropped += 1;
      return;
    }
    state.lastVerdictMs = now;
    verdicts.sent += 1;
  }

  /** Sends on `down` with QoS 0. Dropped when the terminal is not listening or not reading: the ledger is the record. */
  send(message: Uint8Array | string): void {
    if (this.#publish(message)) this.hub.totals.down.sent += 1;
    else this.hub.totals.down.dropped += 1;
  }

  /** Writes to this one client, past the library's emitter: there a subscriber that does not read would hold up all others. */
  #publish(message: Uint8Array | string): boolean {
    const { client, topics } = this;
    if (client === null || topics === null || !this.isReady || !this.isListening || this.#isClosed) return false;
    if (this.gate.writableLength > this.hub.limits.maxDownBufferBytes) return false;
    const payload = typeof message === 'string' ? message : Buffer.from(message.buffer, message.byteOffset, message.byteLength);
    client.publish({ cmd: 'publish', topic: topics.down, payload, qos: 0, dup: false, retain: false }, () => undefined);
    return true;
  }

  onClosed(): void {
    if (this.#isClosed) return;
    const { hub } = this;
    this.#isClosed = true;
    this.isReady = false;
    hub.forgetSession(this);
    if (this.terminalId !== null && this.#state !== null) {
      for (const bytes of this.#letIn.splice(0)) hub.freePlace(this.terminalId, this.#state, bytes);
      for (const entry of this.#queue.splice(0)) {
        if (entry.acceptance === null) continue;
        hub.totals.unacknowledged += 1;
        this.#free(entry);
      }
      if (!hub.byTerminal.has(this.terminalId)) hub.store.forgetIncoming(this.terminalId);
    }
    for (const callback of this.#onClosed.splice(0)) callback();
  }

  #free(entry: Pending): void {
    if (this.terminalId !== null && this.#state !== null) this.hub.freePlace(this.terminalId, this.#state, entry.bytes);
  }
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
