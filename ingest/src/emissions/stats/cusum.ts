/** Settings of a one-sided CUSUM, in the unit of its values. */
export interface CusumSettings {
  /** Allowance. */
  readonly k: number;
  /** Alarm above this. */
  readonly h: number;
}

/** For ln(daily factor / baseline) (emissions §5.3, E27). [eng] */
export const DRIFT_CUSUM: CusumSettings = { k: 0.25, h: 2 };

/** One step: max(0, sum + value − k). */
export function cusumStep(sum: number, value: number, k: number): number {
  return Math.max(0, sum + value - k);
}

/** Upward CUSUM of a series (emissions §5.3, E27), and the index of the first value at which it is above h; null when never. */
export function cusum(values: readonly number[], settings: CusumSettings): { sums: number[]; alarmAt: number | null } {
  let sum = 0;
  const sums = values.map((value) => {
    sum = cusumStep(sum, value, settings.k);
    return sum;
  });
  const at = sums.findIndex((each) => each > settings.h);
  return { sums, alarmAt: at < 0 ? null : at };
}
