import {
  type Channel,
  type Completeness,
  completenessOf,
  EMISSION_SIGNALS,
  ENGINE,
  indexColumn,
  JUDGED,
  type JudgedTrace,
  LATE_AFTER_S,
  timelinessFrom,
  validOf,
} from '@plume/ingest/emissions';
import type { DayMessage } from './day-input.ts';
import type { ChannelDay, DayQuality } from './day-summary.ts';
import { firstFrom } from './first-from.ts';

/** Channels that every terminal is to send (GB 17691-2018 Annex Q; emissions §1.8); the others are listed where they were sent. [C] */
const STANDARD: ReadonlySet<Channel> = new Set(EMISSION_SIGNALS.slice(0, EMISSION_SIGNALS.indexOf('odometerKm') + 1));

/** What a day's completeness rests on. */
export interface QualityOptions {
  readonly coverS: Float64Array;
  readonly messages: readonly DayMessage[];
  readonly conflicts: number;
  /** Coolant [°C] from which the engine is hot. */
  readonly hotC: number;
}

/** Completeness and punctuality of the day's samples, as judged, before NOx is put back in time. */
export function qualityDay(day: JudgedTrace, { coverS, messages, conflicts, hotC }: QualityOptions): DayQuality {
  const channels = EMISSION_SIGNALS.filter((id) => STANDARD.has(id) || day.columns[id] !== undefined);
  const found = completenessOf(day, channels, 0, day.count, hotC);
  const lost = found.gaps.filter(({ counted }) => counted).map(({ fromSec, toSec }) => toSec - fromSec);
  return {
    engineOnS: found.engineOnS,
    received: found.received,
    due: found.due,
    transmissionRate: found.transmissionRate.value,
    channels: channelsOf(found),
    gaps: lost.length,
    gapS: lost.reduce((sum, s) => sum + s, 0),
    longestGapS: lost.reduce((longest, s) => Math.max(longest, s), 0),
    ...timelinessDay(day.timeSec, messages),
    conflicts,
    ...hotNox(day, coverS, hotC),
  };
}

function channelsOf({ channels }: Completeness): Partial<Record<Channel, ChannelDay>> {
  const entries = Object.entries(channels).map(([id, each]) => {
    const { counts, validRate, hotValidRate, effectiveRate } = each;
    return [
      id,
      { counts, validRate: validRate.value, hotValidRate: hotValidRate.value, effectiveRate: effectiveRate.value },
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** Valid downstream NOx over hot running seconds; without any coolant channel every running second counts. */
function hotNox(day: JudgedTrace, coverS: Float64Array, hotC: number): { noxValidShare: number | null; hotS: number } {
  const { on } = ENGINE;
  const { valid } = JUDGED;
  const { count, engine, columns } = day;
  const coolantTempC = validOf(day, 'coolantTempC');
  const unknown = columns.coolantTempC === undefined;
  const codes = columns.noxDownPpm?.codes ?? null;
  let hotS = 0;
  let validS = 0;
  for (let i = 0; i < count; i += 1) {
    if (engine[i] !== on || !(unknown || (coolantTempC[i] as number) >= hotC)) continue;
    const s = coverS[i] as number;
    hotS += s;
    if (codes !== null && codes[i] === valid) validS += s;
  }
  return { noxValidShare: hotS > 0 ? validS / hotS : null, hotS };
}

/** Late share and clock error: each sample by the earliest message that spans it; samples of no message say nothing. */
function timelinessDay(
  timeSec: Float64Array,
  messages: readonly DayMessage[],
): { lateShare: number | null; clockErrorS: number | null } {
  const count = timeSec.length;
  // For a claimed sample a later one, at or before the next that no message has claimed yet; the sample itself else.
  const next = indexColumn(count + 1);
  for (let i = 0; i <= count; i += 1) next[i] = i;
  let samples = 0;
  let late = 0;
  let leastS = Number.POSITIVE_INFINITY;
  let near = 0;
  for (const message of messages.toSorted((a, b) => a.receivedSec - b.receivedSec)) {
    near = firstFrom(timeSec, message.firstSec, near);
    let i = unclaimedFrom(next, near);
    while (i < count && (timeSec[i] as number) <= message.lastSec) {
      const delay = message.receivedSec - (timeSec[i] as number);
      samples += 1;
      if (delay > LATE_AFTER_S) late += 1;
      if (delay < leastS) leastS = delay;
      next[i] = i + 1;
      i = unclaimedFrom(next, i + 1);
    }
  }
  const { lateShare, clockErrorS } = timelinessFrom({ samples, late, leastS });
  return { lateShare: lateShare.value, clockErrorS: clockErrorS.value };
}

/** The first sample from `start` on that is not claimed, the number of samples when there is none; shortens the way for the next search. */
function unclaimedFrom(next: Int32Array, start: number): number {
  let at = start;
  while ((next[at] as number) !== at) {
    next[at] = next[next[at] as number] as number;
    at = next[at] as number;
  }
  return at;
}
