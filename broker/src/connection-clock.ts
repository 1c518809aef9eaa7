import type { BrokerLimits } from './config.ts';
import type { IncidentKind } from './contract.ts';

/** The time-out that has run out, as it is reported. */
export interface Overdue {
  kind: IncidentKind;
  detail: string;
}

/** The time-outs of one connection, in monotonic milliseconds; steps of the wall clock do not touch them. */
export class ConnectionClock {
  readonly #limits: BrokerLimits;
  readonly #openedAtMs = performance.now();
  #lastHeardMs = this.#openedAtMs;
  #insideSinceMs: number | null = null;
  #writingSinceMs: number | null = null;
  #idleLimitMs: number;

  readonly #firstWord: string;

  /** `firstWord`: what a peer must send first, for the report. */
  constructor(limits: BrokerLimits, firstWord: string) {
    this.#limits = limits;
    this.#firstWord = firstWord;
    this.#idleLimitMs = limits.maxIdleMs;
  }

  /** The peer has sent something, or has just been answered: its silence counts from here. */
  restartIdle(): void {
    this.#lastHeardMs = performance.now();
  }

  setIdleLimit(idleLimitMs: number): void {
    this.#idleLimitMs = idleLimitMs;
    this.restartIdle();
  }

  /** A packet is incomplete so far, or not any more. */
  setInside(isInside: boolean): void {
    if (!isInside) this.#insideSinceMs = null;
    else this.#insideSinceMs ??= performance.now();
  }

  /** The peer was not being read and is again: that time was not its own. */
  resume(): void {
    this.restartIdle();
    if (this.#insideSinceMs !== null) this.#insideSinceMs = this.#lastHeardMs;
  }

  /** Bytes are waiting for the peer to take them, or not any more. */
  setWriting(isWriting: boolean): void {
    this.#writingSinceMs = isWriting ? performance.now() : null;
  }

  /** The peer takes none of our bytes. */
  drainOverdue(nowMs: number): Overdue | null {
    const { drainTimeoutMs } = this.#limits;
    if (this.#writingSinceMs === null || nowMs - this.#writingSinceMs <= drainTimeoutMs) return null;
    return { kind: 'drainTimeout', detail: `took no bytes for ${drainTimeoutMs} ms` };
  }

  /** The peer has not logged in yet; `isAnswering`: its first word is there, and the answer may be delayed on purpose. */
  loginOverdue(nowMs: number, isAnswering: boolean): Overdue | null {
    const allowedMs = this.#limits.connectTimeoutMs + (isAnswering ? this.#limits.maxFailureDelayMs : 0);
    if (nowMs - this.#openedAtMs <= allowedMs) return null;
    return {
      kind: 'connectTimeout',
      detail: isAnswering ? 'login not completed in time' : `no complete ${this.#firstWord} within ${allowedMs} ms`,
    };
  }

  /** The peer is logged in and being read; `waitsForUs`: messages of it are being stored, so its silence is not its fault. */
  silenceOverdue(nowMs: number, waitsForUs: boolean): Overdue | null {
    const { frameTimeoutMs } = this.#limits;
    if (this.#insideSinceMs !== null && nowMs - this.#insideSinceMs > frameTimeoutMs) {
      return { kind: 'frameTimeout', detail: `a packet was not complete within ${frameTimeoutMs} ms` };
    }
    if (waitsForUs || nowMs - this.#lastHeardMs <= this.#idleLimitMs) return null;
    return { kind: 'idleTimeout', detail: `silent for more than ${Math.round(this.#idleLimitMs)} ms` };
  }
}
