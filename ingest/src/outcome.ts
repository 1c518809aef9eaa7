import { createHash } from 'node:crypto';
import type { FrameRow, LedgerRow, Tally } from '@plume/db/write';
import type { Batch } from './batch.ts';
import type { Envelope, Verdict } from './envelope.ts';
import { type Intake, type Refusal, receivedSec } from './intake.ts';
import { DECODER_VERSION } from './protocol/index.ts';

/** Samples stored later than this after their time are late: they change days that were already judged. */
export const LATE_AFTER_S = 120;
/** How much of a rejected message is kept; quarantined ones are kept whole. */
const REJECTED_BYTES_KEPT = 4096;
/** Originals kept in the ledger, per terminal and Beijing day. */
export const LEDGER_BYTES_PER_DAY = 50_000_000;
const BEIJING_OFFSET_S = 8 * 3600;
const DAY_S = 86_400;

/** What became of one message's records. */
export interface Outcome {
  readonly intake: Intake;
  stored: number;
  merged: number;
  duplicate: number;
  late: number;
  firstSec: number | null;
  lastSec: number | null;
  /** Refusals found while writing (conflicts), beside those of the intake. */
  readonly refusals: Refusal[];
}

export function outcomesOf(batch: Batch): Outcome[] {
  return batch.intakes.map((intake) => ({
    intake,
    stored: 0,
    merged: 0,
    duplicate: 0,
    late: 0,
    firstSec: null,
    lastSec: null,
    refusals: [...intake.refusals],
  }));
}

/** Counts a stored record and widens the span of the message's times. */
export function countStored(outcome: Outcome, timeSec: number, merged: boolean): void {
  outcome.stored += 1;
  if (merged) outcome.merged += 1;
  if (isLate(outcome.intake, timeSec)) outcome.late += 1;
  outcome.firstSec = outcome.firstSec === null ? timeSec : Math.min(outcome.firstSec, timeSec);
  outcome.lastSec = outcome.lastSec === null ? timeSec : Math.max(outcome.lastSec, timeSec);
}

/** Stored after its time was live: re-issued, or more than `LATE_AFTER_S` old on receipt. */
export function isLate(intake: Intake, timeSec: number): boolean {
  return intake.reissued || receivedSec(intake.envelope) - timeSec > LATE_AFTER_S;
}

/** Days from 1970-01-01 to the Beijing calendar day of a time. */
export function beijingDayNumber(timeSec: number): number {
  return Math.floor((timeSec + BEIJING_OFFSET_S) / DAY_S);
}

/** The Beijing calendar day of a time, `YYYY-MM-DD`. */
export function beijingDay(timeSec: number): string {
  return new Date((timeSec + BEIJING_OFFSET_S) * 1000).toISOString().slice(0, 10);
}

export function refusedRecords(outcome: Outcome): number {
  return outcome.refusals.reduce((sum, refusal) => sum + refusal.records, 0);
}

/** Sums of the batch per terminal and hour of receipt. For each: received = stored + duplicate + rejected. */
export function talliesOf(outcomes: readonly Outcome[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const outcome of outcomes) {
    const { intake } = outcome;
    const hourSec = Math.floor(receivedSec(intake.envelope) / 3600) * 3600;
    const key = `${intake.envelope.terminalId} ${hourSec}`;
    let tally = tallies.get(key);
    if (!tally) {
      tally = {
        terminalId: intake.envelope.terminalId,
        hourSec,
        messages: 0,
        bytes: 0,
        received: 0,
        stored: 0,
        merged: 0,
        duplicate: 0,
        rejected: 0,
        late: 0,
        undecodedBytes: 0,
        unknownKeys: 0,
        placeholderVins: 0,
      };
      tallies.set(key, tally);
    }
    addRecords(tally, outcome);
    if (intake.envelope.again) continue;
    tally.messages += 1;
    tally.bytes += intake.envelope.payload.length;
    tally.undecodedBytes += intake.undecodedBytes;
    tally.unknownKeys += intake.unknownKeys;
    tally.placeholderVins += intake.placeholderVins;
  }
  return [...tallies.values()];
}

/**
 * Adds a message's records. One that is taken in again was received before: its records only move, from rejected to stored, or to
 * duplicate where another message had brought them meanwhile.
 */
function addRecords(tally: Tally, outcome: Outcome): void {
  const { again } = outcome.intake.envelope;
  const rejected = refusedRecords(outcome);
  tally.stored += outcome.stored;
  tally.merged += outcome.merged;
  tally.late += outcome.late;
  if (again) {
    const moved = again.open.reduce((sum, entry) => sum + entry.records, 0) - rejected;
    tally.rejected -= moved;
    tally.duplicate += moved - outcome.stored;
  } else {
    tally.received += outcome.intake.received;
    tally.duplicate += outcome.duplicate;
    tally.rejected += rejected;
  }
}

/** The original of a message that stored something; null for one that did not, and for status messages, whose event says it all. */
export function frameOf(outcome: Outcome): FrameRow | null {
  const { envelope } = outcome.intake;
  if (outcome.stored === 0 || envelope.channel === 'status') return null;
  return {
    terminalId: envelope.terminalId,
    receivedSec: receivedSec(envelope),
    firstSec: outcome.firstSec,
    lastSec: outcome.lastSec,
    transport: envelope.transport,
    bytes: envelope.payload,
  };
}

/** Bytes of originals kept today, per terminal. What is taken for a transaction is `settle`d with its outcome: one that is undone costs nothing. */
export class LedgerQuota {
  #day = '';
  readonly #kept = new Map<string, number>();
  readonly #taken: { readonly terminalId: string; readonly bytes: number }[] = [];

  constructor(keptToday: ReadonlyMap<string, number>, nowSec: number) {
    this.#day = beijingDay(nowSec);
    for (const [terminalId, bytes] of keptToday) this.#kept.set(terminalId, bytes);
  }

  /** Whether `bytes` more may be kept; counts them if so. */
  take(terminalId: string, bytes: number, nowSec: number): boolean {
    const day = beijingDay(nowSec);
    if (day > this.#day) {
      this.#day = day;
      this.#kept.clear();
    }
    const kept = (this.#kept.get(terminalId) ?? 0) + bytes;
    if (kept > LEDGER_BYTES_PER_DAY) return false;
    this.#kept.set(terminalId, kept);
    this.#taken.push({ terminalId, bytes });
    return true;
  }

  /** Ends a transaction: what was taken since the last one counts, or is given back. */
  settle(committed: boolean): void {
    const taken = this.#taken.splice(0);
    if (committed) return;
    for (const { terminalId, bytes } of taken) this.#kept.set(terminalId, Math.max(0, (this.#kept.get(terminalId) ?? 0) - bytes));
  }
}

/** One ledger entry per reason, with the original. */
export function ledgerRowsOf(envelope: Envelope, refusals: readonly Refusal[], quota: LedgerQuota): LedgerRow[] {
  if (refusals.length === 0) return [];
  const { payload } = envelope;
  const sha256 = createHash('sha256').update(payload).digest();
  const received = receivedSec(envelope);
  return refusals.map((refusal) => {
    const kept = refusal.disposition === 'quarantined' ? payload : payload.subarray(0, REJECTED_BYTES_KEPT);
    return {
      receivedSec: received,
      terminalId: envelope.terminalId,
      transport: envelope.transport,
      disposition: refusal.disposition,
      code: refusal.code,
      field: refusal.field,
      reason: refusal.reason,
      records: refusal.records,
      vehicleId: refusal.vehicleId,
      vin: refusal.vin,
      firstSec: refusal.firstSec,
      lastSec: refusal.lastSec,
      byteCount: payload.length,
      sha256,
      // The original of a message that is taken in again is kept already: it costs nothing new.
      bytes: envelope.again || quota.take(envelope.terminalId, kept.length, received) ? kept : null,
      decoder: DECODER_VERSION,
    };
  });
}

/** What the terminal is told: the first thing that was not stored. */
export function verdictOf(outcome: Outcome): Verdict | undefined {
  const [first] = outcome.refusals;
  if (!first) return undefined;
  return {
    v: 1,
    kind: 'reject',
    code: first.code,
    field: first.field,
    reason: first.reason,
    received: new Date(outcome.intake.envelope.receivedAtMs).toISOString(),
  };
}
