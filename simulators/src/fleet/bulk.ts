import { decodeMessage, SampleColumns, signalIndex } from '@plume/ingest/protocol';
import { MessageSource } from '../terminal/message-source.ts';
import type { TruckSpec } from '../truck/spec.ts';
import { truck } from '../truck/truck.ts';

const DAY_S = 86_400;
const BEIJING_S = 28_800;
/** Days of a block: one is driven, the others repeat it. */
const BLOCK_DAYS = 7;
/** Rows of a piece at most. */
const PIECE_ROWS = 6_000;
const ROOM = 90_000;
/** What only ever grows goes on growing from one repetition to the next. */
const COUNTERS = [signalIndex('odometerKm'), signalIndex('fuelTotalL'), signalIndex('ureaTotalG')];

/** Samples of one truck in order of time, as the table has them. What it holds is overwritten by the next. */
export interface BulkPiece {
  readonly kind: 'samples';
  /** Place of the truck among the specs. */
  readonly truck: number;
  readonly rows: SampleColumns;
}

/** All trucks are done up to this time (epoch s): what lies before it can be compressed. */
export interface BulkBlock {
  readonly kind: 'block';
  readonly toSec: number;
}

/**
 * Years of a fleet, made fast: of each week the first Beijing day of every truck is driven and sent as its terminal would send it, and the
 * other days repeat it, with the odometer and the totals of fuel and urea going on. Weather and season are those of the driven day.
 * Block after block, truck after truck; memory is that of one truck's day.
 */
export function* bulkHistory(
  specs: readonly TruckSpec[],
  fromSec: number,
  toSec: number,
): Generator<BulkPiece | BulkBlock, void, undefined> {
  const reached = specs.map(() => COUNTERS.map(() => Number.NaN));
  const day = new SampleColumns(ROOM);
  const piece = new SampleColumns(PIECE_ROWS);
  const first = Math.ceil((fromSec + BEIJING_S) / DAY_S) * DAY_S - BEIJING_S;
  for (let block = first; block < toSec; block += BLOCK_DAYS * DAY_S) {
    for (const [index, spec] of specs.entries()) {
      drive(spec, block, day);
      const counters = countersOf(day, reached[index] as number[]);
      for (let start = block; start < Math.min(toSec, block + BLOCK_DAYS * DAY_S); start += DAY_S) {
        const repeats = Math.round((start - block) / DAY_S);
        for (let from = 0; from < day.count; from += PIECE_ROWS) {
          copyRows(day, from, Math.min(day.count, from + PIECE_ROWS), start - block, counters, repeats, piece);
          if (piece.count > 0) yield { kind: 'samples', truck: index, rows: piece };
        }
      }
      reached[index] = counters.map(({ start, growth }) => start + BLOCK_DAYS * growth);
    }
    yield { kind: 'block', toSec: Math.min(toSec, block + BLOCK_DAYS * DAY_S) };
  }
}

/** What a truck's terminal sends of a Beijing day, decoded: in order of time, each second once. */
function drive(spec: TruckSpec, startSec: number, into: SampleColumns): void {
  const source = new MessageSource(truck(spec));
  const { uploadPeriodS, recordPeriodS, format } = spec.terminal;
  into.clear();
  const profile = { recordPeriodS, ...(format === 'json' ? {} : { stickyLayout: format }) };
  for (let send = source.nextSendSec(startSec + 1); send <= startSec + DAY_S; send += uploadPeriodS)
    for (const { payload } of source.window(send)) decodeMessage(payload, into, profile);
}

/** A counter over a driven day: what it shows first, how much it grows, and from where it goes on (raw integers; NaN: not sent). */
interface Counter {
  readonly first: number;
  readonly growth: number;
  readonly start: number;
}

function countersOf(day: SampleColumns, reached: readonly number[]): Counter[] {
  const width = day.count === 0 ? 0 : day.values.length / day.timeSec.length;
  return COUNTERS.map((signal, i) => {
    let first = Number.NaN;
    let last = Number.NaN;
    for (let row = 0; row < day.count; row += 1) {
      const value = day.values[row * width + signal] as number;
      if (Number.isNaN(value)) continue;
      if (Number.isNaN(first)) first = value;
      last = value;
    }
    const before = reached[i] as number;
    return { first, growth: Math.max(0, last - first), start: Number.isNaN(before) ? first : before };
  });
}

/** Rows of a driven day, moved in time; those outside the day itself are left out, and of a second only the first is taken. */
function copyRows(
  day: SampleColumns,
  from: number,
  to: number,
  bySec: number,
  counters: readonly Counter[],
  repeats: number,
  into: SampleColumns,
): void {
  into.clear();
  const width = day.values.length / day.timeSec.length;
  const bytes = day.quality.length / day.timeSec.length;
  for (let row = from; row < to; row += 1) {
    const timeSec = day.timeSec[row] as number;
    if (row > 0 && timeSec <= (day.timeSec[row - 1] as number)) continue;
    const at = into.append(timeSec + bySec);
    into.values.set(day.values.subarray(row * width, (row + 1) * width), at * width);
    into.quality.set(day.quality.subarray(row * bytes, (row + 1) * bytes), at * bytes);
    for (const [i, { first, growth, start }] of counters.entries()) {
      const place = at * width + (COUNTERS[i] as number);
      into.values[place] = (into.values[place] as number) - first + start + repeats * growth;
    }
  }
}
