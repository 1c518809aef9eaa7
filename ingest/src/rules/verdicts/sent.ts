import { type Channel, JUDGED_NAMES } from '@plume/ingest/emissions';
import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';

/** Whether a channel had anything but missing values on a day. */
export function sentOn(day: DaySummary, channel: Channel): boolean {
  const counts = day.quality.channels[channel]?.counts;
  if (counts === undefined) return false;
  for (const judged of JUDGED_NAMES) if (judged !== 'missing' && counts[judged] > 0) return true;
  return false;
}

/** Whether a truck sends a channel at all: on any day that is looked at. */
export function sent(on: Case, channel: Channel): boolean {
  return on.days.some((day) => sentOn(day, channel));
}
