import type { TerminalTopics } from './access.ts';
import type { Connection } from './connection.ts';
import type { Acceptance, IncidentKind, Transport } from './contract.ts';
import type { GatedConnection, GateOwner } from './gated-connection.ts';
import type { Hub } from './hub.ts';
import type { AedesClient, PublishPacket } from './library.ts';
import { StoreQueue } from './store-queue.ts';

/** What a CONNECT claims, kept until the claim has been checked. */
export interface Claim {
  clientId: string;
  will: { topic: string; bytes: number } | null;
  keepaliveS: number;
}

const IDLE_FACTOR = 1.5;

/** One MQTT connection: what it claims, the terminal it turned out to be, and that terminal's messages in store. */
export class Session implements Connection, GateOwner {
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
  #store: StoreQueue | null = null;
  #isClosed = false;
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
    this.#store = new StoreQueue(this.hub, terminalId, this, {
      raise: (kind, detail) => this.raise(kind, detail),
      giveUp: () => this.gate.destroy(),
      answered: () => this.gate.restartIdle(),
    });
    this.hub.byTerminal.set(terminalId, this);
  }

  get transport(): Transport {
    return this.gate.transport;
  }

  get address(): string | null {
    return this.gate.address;
  }

  get isProven(): boolean {
    return this.terminalId !== null;
  }

  get isBlocked(): boolean {
    return this.gate.isBlocked;
  }

  claims(terminalId: string): boolean {
    return this.claim?.clientId === terminalId;
  }

  wake(): void {
    this.gate.wake();
  }

  checkTime(nowMs: number): void {
    this.gate.checkTime(nowMs);
  }

  close(): void {
    this.gate.destroy();
  }

  sever(): void {
    this.gate.sever();
  }

  pushOut(): void {
    this.client?.close();
    this.gate.sever();
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
    return this.#store?.admit(isPublish, bytes) ?? Number.POSITIVE_INFINITY;
  }

  onViolation(kind: IncidentKind, detail: string): void {
    this.raise(kind, detail);
  }

  isWaitingForUs(): boolean {
    return (this.#store?.state.pending ?? 0) > 0;
  }

  /** Hands a message to `accept`; `done` lets the library acknowledge it. */
  store(channel: 'up' | 'status', packet: PublishPacket, done: (error?: Error | null) => void): void {
    if (this.#store === null || this.#isClosed) return;
    this.hub.totals.received[packet.qos === 0 ? 'qos0' : packet.qos === 1 ? 'qos1' : 'qos2'] += 1;
    this.#store.store(channel, bytesOf(packet.payload), (acceptance) => this.#release(acceptance, done));
  }

  /** Hands the last will to `accept`. */
  storeWill(payload: Uint8Array): void {
    this.#store?.storeLastWord(payload);
  }

  #release(acceptance: Acceptance, done: (error?: Error | null) => void): void {
    done();
    if (acceptance.verdict !== undefined) this.#tellVerdict(JSON.stringify(acceptance.verdict));
    if (acceptance.answer !== undefined) this.send(acceptance.answer);
  }

  #tellVerdict(text: string): void {
    const state = this.#store?.state ?? null;
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
    hub.forget(this);
    this.#store?.close();
    if (this.terminalId !== null && !hub.byTerminal.has(this.terminalId)) hub.store.forgetIncoming(this.terminalId);
    for (const callback of this.#onClosed.splice(0)) callback();
  }
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
