/** Bytes that are kept for the next computation at most: a day of 8 h at 1 Hz takes 18 MB, one of 24 h 54 MB. What goes beyond is new each time. */
const MOST_KEPT_BYTES = 64 * 2 ** 20;
/** Columns begin at multiples of this, as their elements must. */
const ALIGNMENT = 8;

let block = new ArrayBuffer(0);
let used = 0;
let mostUsed = 0;
let depth = 0;

/**
 * Runs a computation whose columns are needed only until it is done: those it takes from this file lie in one block of memory that is used again
 * afterwards. (New arrays for each truck-day are memory that the system hands out page by page, and made the garbage collector take a third of the
 * processor time.) Within a computation a part of it may lend by itself. What a computation answers must hold none of these columns: it would change.
 */
export function lending<T>(compute: () => T): T {
  const before = used;
  depth += 1;
  try {
    return compute();
  } finally {
    depth -= 1;
    used = before;
    if (depth === 0) makeRoom();
  }
}

/** Makes the block as large as was wanted, for the next computation. */
function makeRoom(): void {
  const wanted = Math.min(mostUsed, MOST_KEPT_BYTES);
  if (wanted > block.byteLength) block = new ArrayBuffer(wanted);
  mostUsed = 0;
}

/** Where so many bytes lie in the block; −1 when nothing is lent, or there is no room left. */
function place(bytes: number): number {
  if (depth === 0) return -1;
  const at = used;
  const end = at + Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  used = end;
  if (end > mostUsed) mostUsed = end;
  return end <= block.byteLength ? at : -1;
}

/** A column of numbers, lent within `lending`, new elsewhere. */
export function floatColumn(count: number, fill = 0): Float64Array<ArrayBuffer> {
  const at = place(count * Float64Array.BYTES_PER_ELEMENT);
  return (at < 0 ? new Float64Array(count) : new Float64Array(block, at, count)).fill(fill);
}

/** The same for who writes every element of it: until then they are what was last written there. */
export function unfilledColumn(count: number): Float64Array<ArrayBuffer> {
  const at = place(count * Float64Array.BYTES_PER_ELEMENT);
  return at < 0 ? new Float64Array(count) : new Float64Array(block, at, count);
}

/** The same of codes 0 … 255. */
export function byteColumn(count: number, fill = 0): Uint8Array<ArrayBuffer> {
  const at = place(count);
  return (at < 0 ? new Uint8Array(count) : new Uint8Array(block, at, count)).fill(fill);
}

/** The same of whole numbers of 16 bits. */
export function shortColumn(count: number, fill = 0): Int16Array<ArrayBuffer> {
  const at = place(count * Int16Array.BYTES_PER_ELEMENT);
  return (at < 0 ? new Int16Array(count) : new Int16Array(block, at, count)).fill(fill);
}

/** The same of places in other columns. */
export function indexColumn(count: number, fill = 0): Int32Array<ArrayBuffer> {
  const at = place(count * Int32Array.BYTES_PER_ELEMENT);
  return (at < 0 ? new Int32Array(count) : new Int32Array(block, at, count)).fill(fill);
}
