import { isDeepStrictEqual } from 'node:util';
import { type RawSamples, valueLayout } from '@plume/ingest/emissions';
import { z } from 'zod';
import {
  decodeMessage,
  getQuality,
  type LayoutId,
  type MessagePart,
  QUALITY_BYTES,
  SampleColumns,
  SIGNAL_COUNT,
} from '../protocol/index.ts';
import { reconcile } from '../reconcile.ts';
import type { DayObd } from '../rules/index.ts';
import type { EvidenceFrame } from './packed-frames.ts';

/** A terminal that was on the truck: from when until when [epoch s; until excluded], and what the decoder must know of it. */
export interface CarriedTerminal {
  readonly id: string;
  readonly fromSec: number;
  readonly toSec: number;
  readonly recordPeriodS: number;
}

/** Where the frames of a day and its samples part, as ranges of sample times [first s, last s]; all empty when one gives the other. */
export const FrameCheck = z.strictObject({
  /** Samples of the day and its lead-in, and how many of them the frames give, value for value. */
  samples: z.number().int(),
  reproduced: z.number().int(),
  /** In the samples and in no frame. */
  withoutFrame: z.array(z.tuple([z.number(), z.number()])),
  /** In both, with other values. */
  differing: z.array(z.tuple([z.number(), z.number()])),
  /** In a frame and not stored: refused on receipt, as the ledger says. */
  notStored: z.array(z.tuple([z.number(), z.number()])),
  /** OBD readings and tamper alarms of the day, and how many of them are in a message. */
  obd: z.number().int(),
  obdReproduced: z.number().int(),
  tamper: z.number().int(),
  tamperReproduced: z.number().int(),
});
export type FrameCheck = z.infer<typeof FrameCheck>;

/** A stretch of time [epoch s; `toSec` excluded]. */
export interface Window {
  readonly fromSec: number;
  readonly toSec: number;
}

const ONLY_TRUCK = 1;
const NO_TRUCK = -1;

/** What messages hold of one truck. */
export interface FromFrames {
  readonly samples: RawSamples;
  /** By time; of several at one time the first. */
  readonly obd: ReadonlyMap<number, DayObd>;
  readonly tamperSec: ReadonlySet<number>;
  /** Parts of messages from the truck's terminals that name another vehicle. */
  readonly foreign: readonly ForeignPart[];
}

/** A part of a message that names another vehicle than the truck that its terminal was on at these times [epoch s], in their order in it. */
export interface ForeignPart {
  readonly vin: string;
  readonly timesSec: readonly number[];
  readonly frame: EvidenceFrame;
}

/** What is stored of a day. */
export interface StoredDay {
  readonly samples: RawSamples;
  readonly obd: readonly DayObd[];
  readonly tamperSec: readonly number[];
}

/**
 * Decodes messages in order of receipt and puts their samples of one truck together as the pipeline does (duplicate, complement, conflict:
 * the first stays). `window` bounds the sample times.
 */
export function readFrames(
  frames: readonly EvidenceFrame[],
  truck: { readonly vin: string; readonly terminals: readonly CarriedTerminal[] },
  window: Window,
): FromFrames {
  const obd = new Map<number, DayObd>();
  const tamperSec = new Set<number>();
  const columns = new SampleColumns();
  const vehicleIds: number[] = [];
  const layouts = new Map<string, LayoutId>();
  const foreign: ForeignPart[] = [];
  for (const frame of frames) {
    const { terminalId, bytes } = frame;
    const spans = truck.terminals.filter((each) => each.id === terminalId);
    const stickyLayout = layouts.get(terminalId);
    const recordPeriodS = spans[0]?.recordPeriodS ?? 1;
    const message = decodeMessage(
      bytes,
      columns,
      stickyLayout === undefined ? { recordPeriodS } : { recordPeriodS, stickyLayout },
    );
    for (const part of message.parts) {
      if (part.layout !== null) layouts.set(terminalId, part.layout);
      const timesSec = foreignTimes(part, columns, truck.vin, spans, window);
      if (part.vin !== null && timesSec.length > 0) foreign.push({ vin: part.vin, timesSec, frame });
      for (let row = part.firstRow; row < part.firstRow + part.rowCount; row += 1)
        vehicleIds[row] = isOf(part, columns.timeSec[row] as number, truck.vin, spans, window) ? ONLY_TRUCK : NO_TRUCK;
      for (const { timeSec, mil, dtcs } of part.obd)
        if (!obd.has(timeSec) && isOf(part, timeSec, truck.vin, spans, window))
          obd.set(timeSec, { timeSec, mil, dtcs: dtcs ?? [] });
      for (const { kind, timeSec } of part.controls)
        if (kind === 'tamper' && timeSec !== null && isOf(part, timeSec, truck.vin, spans, window)) tamperSec.add(timeSec);
    }
  }
  const batch = {
    columns,
    vehicleIds: Int32Array.from({ length: columns.count }, (_, row) => vehicleIds[row] ?? NO_TRUCK),
    intakeOf: new Int32Array(columns.count),
  };
  const nothingStored = {
    count: 0,
    vehicleIds: new Int32Array(0),
    timeSec: new Float64Array(0),
    values: new Float64Array(0),
    quality: new Uint8Array(0),
  };
  const { inserts } = reconcile(batch, nothingStored);
  inserts.sort((a, b) => (a.rows.timeSec[a.row] as number) - (b.rows.timeSec[b.row] as number));
  const count = inserts.length;
  const samples = {
    count,
    timeSec: new Float64Array(count),
    values: new Float64Array(count * SIGNAL_COUNT),
    quality: new Uint8Array(count * QUALITY_BYTES),
  };
  inserts.forEach(({ rows, row }, i) => {
    samples.timeSec[i] = rows.timeSec[row] as number;
    samples.values.set(rows.values.subarray(row * SIGNAL_COUNT, (row + 1) * SIGNAL_COUNT), i * SIGNAL_COUNT);
    samples.quality.set(rows.quality.subarray(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES), i * QUALITY_BYTES);
  });
  return { samples, obd, tamperSec, foreign };
}

function isOf(part: MessagePart, timeSec: number, vin: string, spans: readonly CarriedTerminal[], window: Window): boolean {
  return (part.vin === null || part.vin === vin) && isWithin(timeSec, spans, window);
}

function isWithin(timeSec: number, spans: readonly CarriedTerminal[], window: Window): boolean {
  if (timeSec < window.fromSec || timeSec >= window.toSec) return false;
  return spans.some((span) => timeSec >= span.fromSec && timeSec < span.toSec);
}

/** The times, while the terminal was on the truck, of a part that names another vehicle. */
function foreignTimes(
  part: MessagePart,
  columns: SampleColumns,
  vin: string,
  spans: readonly CarriedTerminal[],
  window: Window,
): number[] {
  if (part.vin === null || part.vin === vin) return [];
  const times = [
    ...Array.from({ length: part.rowCount }, (_, i) => columns.timeSec[part.firstRow + i] as number),
    ...part.obd.map(({ timeSec }) => timeSec),
    ...part.controls.flatMap(({ timeSec }) => (timeSec === null ? [] : [timeSec])),
  ];
  return times.filter((timeSec) => isWithin(timeSec, spans, window));
}

/** Compares what is stored of a day (samples in time order) with what its frames hold. */
export function checkFrames(day: StoredDay, frames: FromFrames): FrameCheck {
  const obdReproduced = day.obd.filter((each) => isDeepStrictEqual(frames.obd.get(each.timeSec), each)).length;
  const tamperReproduced = day.tamperSec.filter((time) => frames.tamperSec.has(time)).length;
  return {
    ...checkSamples(day.samples, frames.samples),
    obd: day.obd.length,
    obdReproduced,
    tamper: day.tamperSec.length,
    tamperReproduced,
  };
}

type SampleCheck = Pick<FrameCheck, 'samples' | 'reproduced' | 'withoutFrame' | 'differing' | 'notStored'>;

function checkSamples(stored: RawSamples, decoded: RawSamples): SampleCheck {
  const withoutFrame = new Ranges();
  const differing = new Ranges();
  const notStored = new Ranges();
  let reproduced = 0;
  let other = 0;
  for (let row = 0; row < stored.count; row += 1) {
    const timeSec = stored.timeSec[row] as number;
    for (; other < decoded.count && (decoded.timeSec[other] as number) < timeSec; other += 1)
      notStored.add(decoded.timeSec[other] as number);
    notStored.pause();
    if (other >= decoded.count || decoded.timeSec[other] !== timeSec) {
      withoutFrame.add(timeSec);
      differing.pause();
      continue;
    }
    withoutFrame.pause();
    if (sameRow(stored, row, decoded, other)) {
      reproduced += 1;
      differing.pause();
    } else differing.add(timeSec);
    other += 1;
  }
  for (; other < decoded.count; other += 1) notStored.add(decoded.timeSec[other] as number);
  return {
    samples: stored.count,
    reproduced,
    withoutFrame: withoutFrame.list,
    differing: differing.list,
    notStored: notStored.list,
  };
}

/** Times that follow each other among the samples, as ranges. */
class Ranges {
  readonly list: [number, number][] = [];
  #open = false;

  add(timeSec: number): void {
    const last = this.list.at(-1);
    if (this.#open && last) last[1] = timeSec;
    else this.list.push([timeSec, timeSec]);
    this.#open = true;
  }

  pause(): void {
    this.#open = false;
  }
}

function sameRow(a: RawSamples, rowA: number, b: RawSamples, rowB: number): boolean {
  const [inA, inB] = [valueLayout(a), valueLayout(b)];
  for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
    const valueA = a.values[rowA * inA.rowStep + signal * inA.signalStep];
    if (!Object.is(valueA, b.values[rowB * inB.rowStep + signal * inB.signalStep])) return false;
    if (getQuality(a.quality, rowA * QUALITY_BYTES, signal) !== getQuality(b.quality, rowB * QUALITY_BYTES, signal)) return false;
  }
  return true;
}
