import { createHash } from 'node:crypto';
import type { RawSamples } from '@plume/ingest/emissions';
import { type Difference, shown } from './differences.ts';
import type { Sections } from './format.ts';
import type { FrameCheck, FromFrames } from './frame-check.ts';
import type { EvidenceFrame } from './packed-frames.ts';

type Refused = NonNullable<Sections['frames']>['refused'][number];

/** What the messages of a day are held against. */
export interface Held {
  /** Of the day's check in the pack. */
  readonly path: string;
  readonly vin: string;
  readonly check: FrameCheck;
  readonly frames: FromFrames;
  readonly samples: RawSamples;
  readonly refused: readonly Refused[];
  readonly messages: readonly EvidenceFrame[];
}

/** More of a kind than these are counted and not told. */
const MOST = 12;

/**
 * What the original messages of a day say against its samples, whatever the pack states of it: other values; records that were left out
 * and that no refusal on receipt explains; another vehicle, where the samples hold that time. Messages that are missing say nothing against
 * them.
 */
export function contradictions(held: Held): Difference[] {
  const { path, vin, check, frames } = held;
  const tell = (name: string, stored: string, recomputed: string, says: string): Difference => ({
    section: 'frames',
    path: `${path}.${name}`,
    stored,
    recomputed,
    says,
  });
  const refusals = new Refusals(held.refused, held.messages);
  const stored = new Set(held.samples.timeSec.subarray(0, held.samples.count));
  const leftOut = timesOf(frames.samples).filter((timeSec) => !stored.has(timeSec) && !refusals.explain(timeSec));
  const foreign = frames.foreign.flatMap(({ vin: named, timesSec, frame }) => {
    const timeSec = timesSec.find((each) => stored.has(each) && !refusals.explain(each, frame));
    return timeSec === undefined ? [] : [{ named, timeSec }];
  });
  return [
    ...few(check.differing).map(([from, to], i) =>
      tell(`differing[${i}]`, spanOf(from, to), '(other values)', 'the original messages have other values for these samples'),
    ),
    ...few(leftOut).map((timeSec, i) =>
      tell(
        `notStored[${i}]`,
        '(absent)',
        spanOf(timeSec, timeSec),
        'a record of the original messages is left out, and was not refused',
      ),
    ),
    ...few(foreign).map((part, i) =>
      tell(
        `messages[${i}].vin`,
        shown(vin),
        shown(part.named),
        `the original message of ${timeOf(part.timeSec)} names another vehicle`,
      ),
    ),
  ];
}

function timesOf(samples: RawSamples): number[] {
  return [...samples.timeSec.subarray(0, samples.count)];
}

/** The refusals that are about messages which the pack holds: only of those can it be seen that they were refused. */
class Refusals {
  readonly #known: readonly Refused[];
  readonly #hashes = new Map<EvidenceFrame, string>();

  constructor(refused: readonly Refused[], messages: readonly EvidenceFrame[]) {
    if (refused.length > 0) for (const message of messages) this.#hashes.set(message, hashOf(message));
    const held = new Set([...this.#hashes].map(([{ terminalId }, hash]) => `${terminalId} ${hash}`));
    this.#known = refused.filter((each) => held.has(`${each.terminal} ${each.sha256}`));
  }

  /** Whether a record of this time was refused, in this message or in any. */
  explain(timeSec: number, message?: EvidenceFrame): boolean {
    return this.#known.some(
      ({ firstSec, lastSec, sha256 }) =>
        timeSec >= Math.floor(firstSec ?? Number.POSITIVE_INFINITY) &&
        timeSec <= (lastSec ?? Number.NEGATIVE_INFINITY) &&
        (message === undefined || this.#hashes.get(message) === sha256),
    );
  }
}

function hashOf({ bytes }: EvidenceFrame): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function few<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, MOST);
}

function spanOf(fromSec: number, toSec: number): string {
  return fromSec === toSec ? timeOf(fromSec) : `${timeOf(fromSec)} … ${timeOf(toSec)}`;
}

function timeOf(sec: number): string {
  return new Date(sec * 1000).toISOString();
}
