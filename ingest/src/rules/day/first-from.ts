/** The first place of ascending times that is not before a time. Quick when that lies soon behind `near`, a place at the wrong side of which does no harm. */
export function firstFrom(timeSec: Float64Array, time: number, near = 0): number {
  let low = 0;
  let high = timeSec.length;
  if (near > 0 && near <= high && (timeSec[near - 1] as number) < time) low = near;
  // From a place that is too early the bound is doubled away: most searches end within a few samples.
  for (let step = 16; low + step < high; step *= 2) {
    if ((timeSec[low + step] as number) >= time) high = low + step;
    else low += step;
  }
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeSec[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
