import { type Db, retentionFloors } from '@plume/db';
import { addDays } from '../beijing-day.ts';
import { Problem } from '../problem.ts';
import { none } from './cells.ts';
import type { Cell } from './content.ts';

/** First Beijing days that retention has left of what reports are made of; null: it has dropped nothing. */
export interface Kept {
  readonly days: string | null;
  readonly minutes: string | null;
}

/** What retention has left. */
export async function keptOf(db: Db): Promise<Kept> {
  const floors = await retentionFloors(db);
  const of = (tier: string) => floors.find((floor) => floor.tier === tier)?.before ?? null;
  return { days: of('days'), minutes: of('minutes') };
}

/** Whether a period begins before what is kept: its figures would be those of the rest. */
export function isGone({ from }: { readonly from: string }, floor: string | null): boolean {
  return floor !== null && from < floor;
}

/** Throws the problem when truck-days of a period were dropped: a report made of what is left would be frozen with figures that are too small. */
export function requireKept(period: { readonly from: string }, { days }: Kept): void {
  if (days === null || !isGone(period, days)) return;
  throw new Problem(
    409,
    'NOT_KEPT',
    `Truck-days before ${days} were dropped by retention: no report of them can be made or revised any more.`,
    `Reports that were issued stay as they are. Choose a period that begins on or after ${days}; ${addDays(days, -1)} and before are in the statistics of whole months.`,
  );
}

/** Instead of a figure of truck-days that were dropped. */
export const DAYS_GONE: Cell = none('车日数据已过保留期', 'truck-days are past their retention');
const MINUTES_GONE = none('分钟数据已过保留期', 'minutes are past their retention');
const WAITING = none('部分车日等待重新计算', 'some truck-days wait to be evaluated anew');

/** Instead of a figure of minutes, when fewer days have minutes than have data. */
export function withoutMinutes(minutesGone: boolean): Cell {
  return minutesGone ? MINUTES_GONE : WAITING;
}
