import { HOUR_S, shortColumn } from '@plume/ingest/emissions';
import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';

/** Hours of a day. */
export const HOURS = 24;

/** Hour of the Beijing day, 0 … 23, of each of some times [epoch s] that ascend: reckoned once an hour. */
export function hoursOf(timeSec: Float64Array): Int16Array {
  const hours = shortColumn(timeSec.length);
  let hour = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < hours.length; i += 1) {
    const time = timeSec[i] as number;
    if (time >= until) {
      const whole = Math.floor((time + BEIJING_OFFSET_S) / HOUR_S);
      hour = whole % HOURS;
      until = (whole + 1) * HOUR_S - BEIJING_OFFSET_S;
    }
    hours[i] = hour;
  }
  return hours;
}
