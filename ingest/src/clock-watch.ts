/** A live stream whose clock is off by more than this is not judged (architecture.md, the life of a message, 3). */
export const CLOCK_OFFSET_LIMIT_S = 600;
/** How much the offset of a steady clock may wander: transmission delay, batching of 10–30 s. */
const STEADY_WITHIN_S = 60;
/** A stream must have run this long, on both clocks, before its offset counts as steady. */
const EVIDENCE_S = 60;
const EVIDENCE_MESSAGES = 3;

interface Stream {
  firstReceivedSec: number;
  firstSampleSec: number;
  newestSampleSec: number;
  /** Offset band seen since the stream began: receive time − sample time, seconds. */
  low: number;
  high: number;
  messages: number;
  /** A login or the stream itself has shown a steady wrong clock. */
  off: boolean;
}

/**
 * Tells a clock that is steadily wrong from a backlog: a wrong clock runs on beside ours, a backlog catches up. Per terminal; a login is
 * sent when it happens, so its time is evidence at once. Re-issued messages say nothing and are not shown here.
 */
export class ClockWatch {
  readonly #streams = new Map<string, Stream>();

  /** A login's own time. */
  login(terminalId: string, receivedSec: number, loginSec: number): void {
    const offset = receivedSec - loginSec;
    this.#streams.set(terminalId, fresh(receivedSec, loginSec, Math.abs(offset) > CLOCK_OFFSET_LIMIT_S));
  }

  /** The newest sample time of a live message; answers whether this stream runs on a wrong clock. */
  live(terminalId: string, receivedSec: number, newestSec: number): boolean {
    const offset = receivedSec - newestSec;
    if (Math.abs(offset) <= CLOCK_OFFSET_LIMIT_S) {
      this.#streams.delete(terminalId);
      return false;
    }
    const stream = this.#streams.get(terminalId);
    if (!stream) {
      this.#streams.set(terminalId, fresh(receivedSec, newestSec, false));
      return false;
    }
    const low = Math.min(stream.low, offset);
    const high = Math.max(stream.high, offset);
    if (high - low > STEADY_WITHIN_S) {
      this.#streams.set(terminalId, fresh(receivedSec, newestSec, false));
      return false;
    }
    if (newestSec > stream.newestSampleSec) stream.messages += 1;
    Object.assign(stream, { low, high, newestSampleSec: Math.max(stream.newestSampleSec, newestSec) });
    stream.off ||=
      stream.messages >= EVIDENCE_MESSAGES &&
      receivedSec - stream.firstReceivedSec >= EVIDENCE_S &&
      stream.newestSampleSec - stream.firstSampleSec >= EVIDENCE_S;
    return stream.off;
  }
}

function fresh(receivedSec: number, sampleSec: number, off: boolean): Stream {
  const offset = receivedSec - sampleSec;
  return {
    firstReceivedSec: receivedSec,
    firstSampleSec: sampleSec,
    newestSampleSec: sampleSec,
    low: offset,
    high: offset,
    messages: 1,
    off,
  };
}
