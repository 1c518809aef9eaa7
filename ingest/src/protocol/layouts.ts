import { bodyLength, USER_TYPE_FIRST, USER_TYPE_LAST } from './bodies.ts';
import { readTime, TIME_BYTES } from './time.ts';

/**
 * How a data unit of command 02 or 03 is put together. A (GB 17691 Annex Q as shipped): time, then type, seq, body each. B (Shanghai in-use guide): time, seq,
 * then type, body each. H (HJ 1239.3-2021 table 2): send time, seq, then type, sample time, body each.
 */
export type LayoutId = 'A' | 'B' | 'H';

/** A row: bytes before the first body, and bytes between a type byte and its body. A further layout of this form is one more row. */
export interface Layout {
  readonly id: LayoutId;
  readonly zh: string;
  readonly en: string;
  /** `seqAt`: offset of the sequence number from the start of the data unit; -1 when each body has its own. */
  readonly seqAt: number;
  readonly headBytes: number;
  readonly gapBytes: number;
  readonly ownTime: boolean;
  readonly source: string;
}

/** The layouts in the order in which they are tried. */
export const LAYOUTS: readonly Layout[] = [
  {
    id: 'H',
    zh: 'HJ 1239',
    en: 'HJ 1239',
    seqAt: TIME_BYTES,
    headBytes: 8,
    gapBytes: TIME_BYTES,
    ownTime: true,
    source: 'HJ 1239.3-2021 table 2',
  },
  {
    id: 'B',
    zh: '上海在用车指南',
    en: 'Shanghai in-use guide',
    seqAt: TIME_BYTES,
    headBytes: 8,
    gapBytes: 0,
    ownTime: false,
    source: 'Shanghai in-use OBD guide',
  },
  {
    id: 'A',
    zh: 'GB 17691',
    en: 'GB 17691',
    seqAt: -1,
    headBytes: TIME_BYTES,
    gapBytes: 2,
    ownTime: false,
    source: 'GB 17691-2018 Annex Q',
  },
];

const byId: Readonly<Record<LayoutId, Layout>> = { H: LAYOUTS[0] as Layout, B: LAYOUTS[1] as Layout, A: LAYOUTS[2] as Layout };

/** The row of a layout. */
export function layoutOf(id: LayoutId): Layout {
  return byId[id];
}

const SMALLEST_BODY = 18;
const MAX_BODIES = Math.ceil(0x1_0000 / SMALLEST_BODY);

/** Where the bodies of a data unit lie under one layout. Reused: valid until the next walk into it. */
export interface Walk {
  count: number;
  /** Offset of the type byte of each body. */
  readonly typeAt: Int32Array;
  /** Offset of each body. */
  readonly bodyAt: Int32Array;
  /** Offset after the last body that was understood. */
  end: number;
  /** Times of the data unit or, in layout H, of bodies that are no real date. */
  badTimes: number;
}

/** A fresh walk for one data unit of any length. */
export function newWalk(): Walk {
  return { count: 0, typeAt: new Int32Array(MAX_BODIES), bodyAt: new Int32Array(MAX_BODIES), end: 0, badTimes: 0 };
}

/** Reads the data unit from `start` to `end` as `layout`. True when bodies of known types consume it exactly; otherwise `walk` holds the bodies up to the first that does not fit. */
export function walkLayout(layout: Layout, bytes: Uint8Array, start: number, end: number, walk: Walk): boolean {
  walk.count = 0;
  walk.badTimes = 0;
  let at = start + layout.headBytes;
  walk.end = at;
  if (at >= end) return false;
  const gap = layout.gapBytes;
  if (!layout.ownTime && readTime(bytes, start) < 0) walk.badTimes = 1;
  let count = 0;
  while (at < end) {
    const body = at + 1 + gap;
    const length = bodyLength(bytes[at] as number, bytes, body, end);
    if (length < 0) break;
    if (layout.ownTime && readTime(bytes, at + 1) < 0) walk.badTimes += 1;
    walk.typeAt[count] = at;
    walk.bodyAt[count] = body;
    count += 1;
    at = body + length;
  }
  walk.count = count;
  walk.end = at;
  return at === end && count > 0;
}

/** Shortens a walk that stopped early to the longest run of bodies after which a user-defined body (80 … FE) begins. False when there is no such place. */
export function cutAtUserBody(bytes: Uint8Array, end: number, walk: Walk): boolean {
  for (let count = walk.count; count > 0; count -= 1) {
    const at = count === walk.count ? walk.end : (walk.typeAt[count] as number);
    const type = bytes[at] ?? 0;
    if (at < end && type >= USER_TYPE_FIRST && type <= USER_TYPE_LAST) {
      walk.count = count;
      walk.end = at;
      return true;
    }
  }
  return false;
}
