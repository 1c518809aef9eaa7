const OVERSCAN = 16;
/** Rows are exchanged in steps of this many. */
const STEP = 8;

/** Which of many equally high rows are in sight of a scrolling box, with some around them: `start` (inclusive) to `end` (exclusive). */
export function windowOf(scrollTop: number, height: number, rowPx: number, count: number): { start: number; end: number } {
  const first = Math.floor((Math.max(0, scrollTop) / rowPx - OVERSCAN) / STEP) * STEP;
  const last = Math.ceil(((scrollTop + height) / rowPx + OVERSCAN) / STEP) * STEP;
  return { start: Math.max(0, Math.min(count, first)), end: Math.min(count, last) };
}
