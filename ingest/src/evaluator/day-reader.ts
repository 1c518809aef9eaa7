import type { Db } from '@plume/db';
import {
  type DayRecords,
  type MessageSpan,
  readDayRecords,
  readMessageSpans,
  readSampleRange,
  SampleBuffer,
  type TruckHistory,
} from '@plume/db/evaluation';
import type { DayInput, FleetReference, TruckFacts } from '../rules/index.ts';
import { addDays, dayStartSec } from './beijing-days.ts';
import { factsAt } from './facts.ts';

/** What stage 1 looks at before the day [s]; `parameters.day.leadInS` may be less. */
const LEAD_IN_S = 900;

/** All that is stored of a truck's day. */
export interface DayData {
  readonly day: string;
  readonly fromSec: number;
  readonly toSec: number;
  readonly samples: SampleBuffer;
  /** Samples of the day itself, without those of the lead-in. */
  readonly own: number;
  readonly records: DayRecords;
  readonly messages: readonly MessageSpan[];
}

/** Reads a truck's day with its lead-in, in slices that nothing has to wait for, into an empty buffer. */
export async function readDay(
  db: Db,
  history: TruckHistory,
  day: string,
  samples: SampleBuffer = new SampleBuffer(),
): Promise<DayData> {
  const fromSec = dayStartSec(day);
  const toSec = dayStartSec(addDays(day, 1));
  await readSampleRange(db, history.id, fromSec - LEAD_IN_S, toSec, samples);
  const own = samples.count - countBefore(samples, fromSec);
  const records = await readDayRecords(db, history.id, day, fromSec, toSec);
  const messages = own > 0 ? await readMessages(db, history, fromSec, toSec) : [];
  return { day, fromSec, toSec, samples, own, records, messages };
}

/** How many samples, which are in time order, are older than this. */
function countBefore({ count, timeSec }: SampleBuffer, fromSec: number): number {
  let before = 0;
  while (before < count && (timeSec[before] as number) < fromSec) before += 1;
  return before;
}

/** Whether there is anything that stage 1 can say something of. */
export function hasRecords({ own, records }: DayData): boolean {
  return own > 0 || records.obd.length > 0 || records.tamperSec.length > 0;
}

/** Messages of the terminals that the truck carried, each for its time on it, in order of receipt. */
async function readMessages(db: Db, history: TruckHistory, fromSec: number, toSec: number): Promise<MessageSpan[]> {
  const spans: MessageSpan[] = [];
  for (const carried of history.assignments) {
    const from = Math.max(fromSec, carried.fromSec);
    const to = Math.min(toSec, carried.toSec);
    if (from < to) spans.push(...(await readMessageSpans(db, carried.terminalId, from, to)));
  }
  return spans.sort((a, b) => a.receivedSec - b.receivedSec || a.firstSec - b.firstSec || a.lastSec - b.lastSec);
}

/** The facts that apply to a day: those at its last sample, without samples those at its end. */
export function factsOfDay(history: TruckHistory, data: DayData): TruckFacts {
  const last = data.own > 0 ? data.samples.timeSec[data.samples.count - 1] : undefined;
  return factsAt(history, last ?? data.toSec - 1);
}

/** What stage 1 is given. */
export function dayInput(data: DayData, facts: TruckFacts, reference: FleetReference | null): DayInput {
  const { records } = data;
  const { count, timeSec, values, quality, columnRows } = data.samples;
  return {
    date: data.day,
    fromSec: data.fromSec,
    toSec: data.toSec,
    samples: { count, timeSec, values, quality, columnRows },
    facts,
    obd: records.obd,
    tamperSec: records.tamperSec,
    messages: data.messages,
    conflicts: records.conflicts,
    reference,
  };
}
