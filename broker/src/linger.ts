import type { Duplex } from 'node:stream';

/** Bytes still taken, and thrown away, from a peer that is being closed. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/**
 * Ends a stream so that the last bytes written (a refusal, an acknowledgement) reach the peer: closing a socket with unread bytes
 * would reset it. What the peer still sends is thrown away; after `lingerMs` the stream is destroyed.
 */
export function linger(raw: Duplex, lingerMs: number): void {
  if (raw.destroyed) return;
  let discardedBytes = 0;
  raw.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.length;
    if (discardedBytes > MAX_DISCARDED_BYTES) raw.destroy();
  });
  raw.end();
  raw.resume();
  const timer = setTimeout(() => raw.destroy(), lingerMs);
  raw.once('close', () => clearTimeout(timer));
}
