import type { TruckSpec } from '../truck/spec.ts';
import { history } from './history.ts';

/** A message as the service's door hands it in. */
export interface HistoryEnvelope {
  readonly terminalId: string;
  readonly channel: 'up';
  readonly payload: Uint8Array;
  readonly receivedAtMs: number;
  readonly transport: 'mqtt';
}

/** What is needed to write history. */
export interface WriteHistoryOptions {
  readonly specs: readonly TruckSpec[];
  readonly fromSec: number;
  readonly toSec: number;
  /** The pipeline's entrance; resolves when the message is durable. */
  readonly accept: (
    envelope: HistoryEnvelope,
  ) => Promise<{ readonly ack: boolean; readonly verdict?: { readonly code: string } }>;
  /** True time of one turn [s]: between two of them others get the thread; 600 unless told. */
  readonly sliceS?: number;
  /** Messages handed in and not yet durable, at most; 4096 unless told. */
  readonly inFlight?: number;
  /** While it says so, nothing new is handed in, for a second at most a turn. */
  readonly busy?: () => boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: HistoryProgress) => void;
}

/** How far it is. */
export interface HistoryProgress {
  messages: number;
  samples: number;
  /** Messages answered with a verdict. */
  refused: number;
  /** True time reached [epoch s]. */
  atSec: number;
}

/** Messages handed in and not yet durable, at most: enough for full batches, bounded in memory. */
const IN_FLIGHT = 4096;
const BUSY_STEP_MS = 20;
const BUSY_LIMIT_MS = 1_000;

/**
 * Writes what a fleet would have sent, as fast as it is taken in; each message counts as received when it was sent. Resolves when
 * all of it is durable, or when the signal or a stopping service ends it early.
 */
export async function writeHistory(options: WriteHistoryOptions): Promise<HistoryProgress> {
  const progress: HistoryProgress = { messages: 0, samples: 0, refused: 0, atSec: options.fromSec };
  const inFlight = new Set<Promise<void>>();
  const most = options.inFlight ?? IN_FLIGHT;
  let stopped = false;
  for (const batch of history(options.specs, options.fromSec, options.toSec, options.sliceS)) {
    for (const { terminalId, payload, samples, sendSec } of batch) {
      if (stopped || options.signal?.aborted) break;
      const envelope = { terminalId, channel: 'up', payload, receivedAtMs: sendSec * 1000, transport: 'mqtt' } as const;
      const done = options.accept(envelope).then(({ ack, verdict }) => {
        inFlight.delete(done);
        if (!ack) stopped = true;
        else {
          progress.messages += 1;
          progress.samples += samples;
        }
        if (verdict !== undefined) progress.refused += 1;
      });
      inFlight.add(done);
      progress.atSec = sendSec;
      while (inFlight.size >= most) await Promise.race(inFlight);
    }
    options.onProgress?.(progress);
    if (stopped || options.signal?.aborted) break;
    // The service needs the thread between two batches.
    await new Promise((resolve) => setImmediate(resolve));
    for (let waited = 0; waited < BUSY_LIMIT_MS && options.busy?.(); waited += BUSY_STEP_MS)
      await new Promise((resolve) => setTimeout(resolve, BUSY_STEP_MS));
  }
  await Promise.all(inFlight);
  return progress;
}
