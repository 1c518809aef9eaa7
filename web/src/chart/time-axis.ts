import { beijing } from '../model/format.ts';

const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 604_800,
  1_209_600, 2_592_000,
];
const BEIJING_S = 8 * 3600;

/** Times (epoch seconds) at which a Beijing clock shows round figures, at least `minGapS` apart. */
export function timeSplits(fromSec: number, toSec: number, minGapS: number): number[] {
  const step = STEPS_S.find((each) => each >= minGapS) ?? 5_184_000;
  const splits: number[] = [];
  for (let at = Math.ceil((fromSec + BEIJING_S) / step) * step - BEIJING_S; at <= toSec; at += step) splits.push(at);
  return splits;
}

/** Labels for such times: the day where a day begins (and on the first one), else the time, with seconds only where they differ. */
export function timeLabels(splits: readonly number[]): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0);
  return splits.map((sec) => {
    const { month, day, hour, minute, second } = beijing(sec * 1000);
    if (step >= 86_400 || (hour === '00' && minute === '00' && second === '00')) return `${month}-${day}`;
    return step > 0 && step < 60 ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
  });
}
