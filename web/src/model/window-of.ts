const OVERSCAN = 12;

/** Which of many equally high rows are in sight of a scrolling box, with some around them: `start` (inclusive) to `end` (exclusive). */
export function windowOf(scrollTop: number, height: number, rowPx: number, count: number): { start: number; end: number } {
  const start = Math.max(0, Math.min(count, Math.floor(scrollTop / rowPx) - OVERSCAN));
  return { start, end: Math.min(count, Math.ceil((scrollTop + height) / rowPx) + OVERSCAN) };
}
