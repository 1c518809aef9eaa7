import { z } from 'zod';
import { PackedColumn, packBytes, packColumn, unpackBytes, unpackColumn } from './packed-columns.ts';

/** More messages than three days have of any terminal that may send one a second. */
export const MAX_FRAMES = 400_000;
const MAX_BYTES = 500_000_000;

/** An original message: who sent it, when it was received, the times of its first and last stored record [epoch s], its bytes. */
export interface EvidenceFrame {
  readonly terminalId: string;
  readonly receivedSec: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly bytes: Uint8Array;
}

/** Original messages in order of receipt; `bytes` holds them one after the other, `length` says how long each is, `terminal` which of `terminals` sent it. */
export const PackedFrames = z.strictObject({
  count: z.number().int().min(0).max(MAX_FRAMES),
  terminals: z.array(z.string()).max(256),
  terminal: PackedColumn,
  receivedSec: PackedColumn,
  firstSec: PackedColumn,
  lastSec: PackedColumn,
  length: PackedColumn,
  bytes: z.base64(),
});
export type PackedFrames = z.infer<typeof PackedFrames>;

/** Messages in order of receipt; those of one moment by terminal and bytes, so that the same messages have one order. */
export function orderFrames(frames: readonly EvidenceFrame[]): EvidenceFrame[] {
  return [...frames].sort(
    (a, b) => a.receivedSec - b.receivedSec || compareText(a.terminalId, b.terminalId) || Buffer.compare(a.bytes, b.bytes),
  );
}

/** Packs messages in their order. */
export function packFrames(frames: readonly EvidenceFrame[]): PackedFrames {
  const ordered = orderFrames(frames);
  const terminals = [...new Set(ordered.map((frame) => frame.terminalId))].sort();
  const numbers = (of: (frame: EvidenceFrame) => number | null) => ordered.map((frame) => of(frame) ?? Number.NaN);
  return {
    count: ordered.length,
    terminals,
    terminal: packColumn(
      'u8',
      ordered.map((frame) => terminals.indexOf(frame.terminalId)),
    ),
    receivedSec: packColumn(
      'f64',
      numbers((frame) => frame.receivedSec),
    ),
    firstSec: packColumn(
      'f64',
      numbers((frame) => frame.firstSec),
    ),
    lastSec: packColumn(
      'f64',
      numbers((frame) => frame.lastSec),
    ),
    length: packColumn(
      'u32',
      numbers((frame) => frame.bytes.length),
    ),
    bytes: packBytes(Buffer.concat(ordered.map((frame) => frame.bytes))),
  };
}

/** The messages again, or what is wrong with which part of them. */
export function unpackFrames(packed: PackedFrames): EvidenceFrame[] | { readonly path: string; readonly says: string } {
  const columns: Partial<Record<(typeof COLUMNS)[number], Float64Array>> = {};
  for (const name of COLUMNS) {
    const column = unpackColumn(packed[name], packed.count);
    if (typeof column === 'string') return { path: name, says: column };
    columns[name] = column;
  }
  const { terminal, receivedSec, firstSec, lastSec, length } = columns;
  if (!terminal || !receivedSec || !firstSec || !lastSec || !length) throw new Error('a column was not unpacked');
  const total = length.reduce((sum, each) => sum + each, 0);
  if (total > MAX_BYTES) return { path: 'length', says: `adds up to ${total} bytes, more than ${MAX_BYTES}` };
  const bytes = unpackBytes(packed.bytes, total);
  if (typeof bytes === 'string') return { path: 'bytes', says: bytes };
  const frames: EvidenceFrame[] = [];
  let at = 0;
  for (let i = 0; i < packed.count; i += 1) {
    const terminalId = packed.terminals[terminal[i] as number];
    if (terminalId === undefined) return { path: `terminal[${i}]`, says: 'is no terminal of the list' };
    const end = at + (length[i] as number);
    frames.push({
      terminalId,
      receivedSec: receivedSec[i] as number,
      firstSec: orNull(firstSec[i] as number),
      lastSec: orNull(lastSec[i] as number),
      bytes: bytes.subarray(at, end),
    });
    at = end;
  }
  return frames;
}

const COLUMNS = ['terminal', 'receivedSec', 'firstSec', 'lastSec', 'length'] as const;

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
