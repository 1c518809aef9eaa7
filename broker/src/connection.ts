import type { Transport } from './contract.ts';

/** A connection as the hub sees it, whichever door it came through. */
export interface Connection {
  readonly transport: Transport;
  /** Address of the peer as the socket reports it. */
  readonly address: string | null;
  /** The terminal it belongs to; null until that is settled. */
  readonly terminalId: string | null;
  /** Let in: its messages are being taken. */
  readonly isReady: boolean;
  /** It has shown the terminal's secret. One that has not never pushes out one that has. */
  readonly isProven: boolean;
  /** Not being read, because a bound is reached. */
  readonly isBlocked: boolean;
  /** Whether it says that it is this terminal, let in or not. */
  claims(terminalId: string): boolean;
  /** A bound may have been lifted. */
  wake(): void;
  /** Looks at its time-outs; `nowMs` is monotonic. */
  checkTime(nowMs: number): void;
  /** Sends to the terminal, JSON text or bytes. Dropped, and counted, when it does not listen or does not read. */
  send(message: Uint8Array | string): void;
  /** Closes after what has been written. */
  close(): void;
  /** Closes at once. */
  sever(): void;
  /** Makes room for a newer connection of the same terminal. */
  pushOut(): void;
  /** Calls back when the connection is gone; at once when it is already. */
  whenClosed(callback: () => void): void;
}
