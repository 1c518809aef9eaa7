import type { BrokerLimits } from './config.ts';
import type { Connection } from './connection.ts';
import type { BrokerDeps, IncidentKind, Transport } from './contract.ts';
import { type BrokerStats, type Refusal, type Totals, zeroTotals } from './counters.ts';
import { FailureDelay } from './failure-delay.ts';
import { Incidents } from './incidents.ts';
import { SessionStore } from './session-store.ts';
import { TokenBucket } from './token-bucket.ts';

/** What outlives one connection of a terminal, so that reconnecting does not reset a bound. */
export interface TerminalState {
  /** Messages of all its connections that are being stored. */
  pending: number;
  /** The window is full and has not drained to the resume mark yet. */
  isFull: boolean;
  isWillPending: boolean;
  readonly packets: TokenBucket;
  readonly bytes: TokenBucket;
  readonly takeovers: TokenBucket;
  /** Broken pieces and frames that were refused: each is a line in the ledger. */
  readonly faults: TokenBucket;
  lastVerdictMs: number;
  /** Wall clock of its latest status message, epoch milliseconds. */
  lastStatusMs: number;
  lastRateIncidentMs: number;
}

/** State common to all connections: who is logged in, what is being stored, the counts. */
export class Hub {
  readonly limits: BrokerLimits;
  readonly deps: BrokerDeps;
  readonly totals: Totals = zeroTotals();
  readonly incidents: Incidents;
  readonly store = new SessionStore();
  readonly failures: FailureDelay;
  /** Every open connection, logged in or not. */
  readonly all = new Set<Connection>();
  /** The one connection of each terminal. A map of our own: the library's can lose an entry when a take-over meets a closing connection. */
  readonly byTerminal = new Map<string, Connection>();
  /** With client certificates, a terminal's certificate must carry its id. */
  requiresCertificate = false;
  isStopping = false;
  delayedAnswers = 0;
  pendingMessages = 0;
  pendingBytes = 0;
  readonly #terminals = new Map<string, TerminalState>();
  readonly #waitingForBytes = new Set<Connection>();
  #onIdle: (() => void) | null = null;

  constructor(limits: BrokerLimits, deps: BrokerDeps) {
    this.limits = limits;
    this.deps = deps;
    this.incidents = new Incidents(limits, (incident) => deps.onIncident(incident), deps.log);
    this.failures = new FailureDelay(limits.failureDelayMs, limits.maxFailureDelayMs, limits.trackedAddresses);
  }

  terminal(terminalId: string): TerminalState {
    const known = this.#terminals.get(terminalId);
    if (known !== undefined) return known;
    const now = performance.now();
    const { limits } = this;
    const state: TerminalState = {
      pending: 0,
      isFull: false,
      isWillPending: false,
      packets: new TokenBucket(limits.messagesPerSecond, limits.messageBurst, now),
      bytes: new TokenBucket(limits.bytesPerSecond, limits.byteBurst, now),
      takeovers: new TokenBucket(1000 / limits.takeoverRefillMs, limits.takeoverBurst, now),
      faults: new TokenBucket(limits.tcpFaultsPerSecond, limits.tcpFaultBurst, now),
      lastVerdictMs: Number.NEGATIVE_INFINITY,
      lastStatusMs: Number.NEGATIVE_INFINITY,
      lastRateIncidentMs: Number.NEGATIVE_INFINITY,
    };
    this.#terminals.set(terminalId, state);
    return state;
  }

  refuse(reason: Refusal): void {
    this.totals.refused[reason] += 1;
  }

  raise(kind: IncidentKind, terminalId: string | null, address: string | null, detail: string): void {
    this.incidents.raise(kind, terminalId, address, detail);
  }

  /** Takes a place for a message that goes in. */
  takePlace(state: TerminalState, bytes: number): void {
    state.pending += 1;
    if (state.pending >= this.limits.windowMessages) state.isFull = true;
    this.pendingMessages += 1;
    this.pendingBytes += bytes;
  }

  /** Gives the place back and wakes whoever waited for it. */
  freePlace(terminalId: string, state: TerminalState, bytes: number): void {
    state.pending -= 1;
    this.pendingMessages -= 1;
    this.pendingBytes -= bytes;
    if (state.isFull && state.pending <= this.limits.windowResumeMessages) {
      state.isFull = false;
      this.byTerminal.get(terminalId)?.wake();
    }
    if (this.#waitingForBytes.size > 0 && this.pendingBytes < this.limits.maxPendingBytes) {
      const waiting = [...this.#waitingForBytes];
      this.#waitingForBytes.clear();
      for (const connection of waiting) connection.wake();
    }
    if (this.pendingMessages === 0) this.#onIdle?.();
  }

  /** Wakes the connection when the bytes being stored fall below their bound. */
  waitForBytes(connection: Connection): void {
    this.#waitingForBytes.add(connection);
  }

  forget(connection: Connection): void {
    this.all.delete(connection);
    this.#waitingForBytes.delete(connection);
    if (connection.terminalId !== null && this.byTerminal.get(connection.terminalId) === connection)
      this.byTerminal.delete(connection.terminalId);
  }

  /** Looks at all time-outs and forgets terminals about which there is nothing to remember. */
  sweep(): void {
    const now = performance.now();
    for (const connection of this.all) connection.checkTime(now);
    for (const [terminalId, state] of this.#terminals) {
      if (state.pending > 0 || state.isWillPending || this.byTerminal.has(terminalId)) continue;
      if (now - state.lastVerdictMs < this.limits.verdictIntervalMs) continue;
      if ([state.packets, state.bytes, state.takeovers, state.faults].every((bucket) => bucket.isFull(now)))
        this.#terminals.delete(terminalId);
    }
  }

  /** Resolves when nothing is being stored any more, or after `timeoutMs`; tells which. */
  whenIdle(timeoutMs: number): Promise<boolean> {
    if (this.pendingMessages === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  stats(): BrokerStats {
    const connected: Record<Transport, number> = { mqtt: 0, mqtts: 0, ws: 0, tcp: 0 };
    let paused = 0;
    for (const connection of this.all) {
      if (connection.isReady) connected[connection.transport] += 1;
      if (connection.isBlocked) paused += 1;
    }
    return {
      ...structuredClone(this.totals),
      connected,
      connections: this.all.size,
      pendingMessages: this.pendingMessages,
      pendingBytes: this.pendingBytes,
      paused,
      terminals: this.#terminals.size,
      incidents: this.incidents.totals(),
    };
  }
}
