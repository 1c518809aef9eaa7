import type { Socket } from 'node:net';
import { plainAddress } from '../access.ts';
import type { BrokerLimits } from '../config.ts';
import { ConnectionClock } from '../connection-clock.ts';
import type { Totals } from '../counters.ts';
import { linger } from '../linger.ts';

/** What comes within this time of reading again was there before. */
const WAITED_MS = 100;

/** What a link tells its connection. */
export interface LinkOwner {
  /** `atMs`: when it came, monotonic; the earliest it can have come, when it was not being read then. */
  onData(chunk: Buffer, atMs: number): void;
  /** The peer has said all it had to say; it may still be answered. */
  onEnd(): void;
  /** The socket is gone. */
  onGone(): void;
  /** The peer has taken bytes of ours. */
  onDrained(): void;
}

/** One socket with its time-outs: reading can be stopped, and what is written is watched until the peer has taken it. */
export class TcpLink {
  readonly address: string | null;
  readonly clock: ConnectionClock;
  readonly #socket: Socket;
  readonly #totals: Totals;
  readonly #lingerMs: number;
  #unsent = 0;
  #isPaused = false;
  #pausedMs = 0;
  #resumedMs = Number.NEGATIVE_INFINITY;

  constructor(socket: Socket, limits: BrokerLimits, totals: Totals) {
    this.address = plainAddress(socket.remoteAddress);
    this.clock = new ConnectionClock(limits, 'frame');
    this.#socket = socket;
    this.#totals = totals;
    this.#lingerMs = limits.lingerMs;
  }

  /** Begins to read. */
  start(owner: LinkOwner): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#totals.bytesIn += chunk.length;
      this.clock.restartIdle();
      owner.onData(chunk, this.#receivedMs(performance.now()));
    });
    this.#socket.on('end', () => owner.onEnd());
    this.#socket.on('error', () => {
      this.#totals.connectionErrors += 1;
    });
    this.#socket.on('close', () => owner.onGone());
    this.#socket.on('drain', () => owner.onDrained());
  }

  /** Bytes written that the peer has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) {
      this.#pausedMs = performance.now();
      this.#socket.pause();
    } else {
      this.#resumedMs = performance.now();
      this.clock.resume();
      this.#socket.resume();
    }
  }

  /** Bytes that come as soon as reading goes on have been waiting, at the longest since it was stopped. */
  #receivedMs(nowMs: number): number {
    return nowMs - this.#resumedMs < WAITED_MS ? this.#pausedMs : nowMs;
  }

  /** False when the peer cannot be written to any more. */
  write(bytes: Uint8Array): boolean {
    if (!this.#socket.writable) return false;
    this.#totals.bytesOut += bytes.length;
    this.#unsent += 1;
    this.clock.setWriting(true);
    this.#socket.write(bytes, () => {
      this.#unsent -= 1;
      this.clock.setWriting(this.#unsent > 0);
    });
    return true;
  }

  /** Closes: at once, or after what has been written. */
  close(isAbrupt: boolean): void {
    if (isAbrupt) this.#socket.destroy();
    else linger(this.#socket, this.#lingerMs);
  }
}
