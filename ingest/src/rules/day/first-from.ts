/** The first place of ascending times that is not before a time. */
export function firstFrom(timeSec: Float64Array, time: number): number {
  let low = 0;
  let high = timeSec.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timeSec[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
