import {
  type Db,
  enqueueReportOnce,
  listDistricts,
  noteLook,
  type ReportRow,
  reportedPeriods,
  reportsToLook,
  statFreshness,
} from '@plume/db';
import { addDays, beijingDate } from '../beijing-day.ts';
import { Keeper, type KeeperLog } from '../cases/keeper.ts';
import { comparedPeriod } from '../statistics/period.ts';
import { basisOf, filterOf, hashOfBasis } from './basis.ts';
import { nextLook, type ReportOrder, revisionBefore } from './issue.ts';
import { isGone, keptOf } from './kept.ts';
import { duePeriods } from './periods.ts';
import { kindsOn, readSchedule, type Schedule } from './schedule.ts';

/** Reports of periods that ended longer ago are looked at no more by themselves, but when somebody opens them. */
const LOOKED_AT_DAYS = 800;
const AT_ONCE = 10;
/** While days wait to be evaluated anew, the report is looked at again so much later. */
const LOOK_AGAIN_MS = 600_000;

/** What one look did. */
export interface ReportsKept {
  readonly ordered: number;
  readonly changed: number;
}

/** Orders the reports that are due and not there, and finds those whose data have changed. Safe in several processes at once. */
export async function keepReports(db: Db, nowMs: number): Promise<ReportsKept> {
  const { schedule } = await readSchedule(db);
  const ordered = await orderDue(db, schedule, nowMs);
  const look = await lookAtReports(db, schedule, nowMs);
  return { ordered: ordered + look.ordered, changed: look.changed };
}

async function orderDue(db: Db, schedule: Schedule, nowMs: number): Promise<number> {
  const kinds = kindsOn(schedule);
  if (kinds.length === 0) return 0;
  const districts = schedule.perDistrict ? (await listDistricts(db)).map(({ district }) => district) : [];
  const { days: floor } = await keptOf(db);
  let ordered = 0;
  for (const { kind, sinceMs } of kinds) {
    const due = duePeriods(kind, schedule, sinceMs, nowMs).filter((period) => !isGone(period, floor));
    const [first] = due;
    if (!first) continue;
    for (const district of [null, ...districts]) {
      const there = await reportedPeriods(db, { kind, from: first.from, district, enterprise: null });
      for (const { from, to } of due) {
        if (there.has(from)) continue;
        const order: ReportOrder = { kind, from, to, district, enterprise: null, what: 'make', waits: true };
        if (await enqueueReportOnce(db, order, nowMs)) ordered += 1;
      }
    }
  }
  return ordered;
}

async function lookAtReports(db: Db, { revise }: Schedule, nowMs: number): Promise<ReportsKept> {
  let [ordered, changed] = [0, 0];
  const nextMs = await nextLook(db, nowMs);
  const since = { toDay: addDays(beijingDate(nowMs), -LOOKED_AT_DAYS), fromDay: (await keptOf(db)).days };
  for (const row of await reportsToLook(db, nowMs, since, AT_ONCE)) {
    const key = keyOf(row);
    const { waiting } = await statFreshness(db, filterOf(key), nowMs, key.from, key.to);
    const differs = await hasChanged(db, row, nowMs);
    await noteLook(db, row.report_id, { atMs: nowMs, nextMs: waiting > 0 ? nowMs + LOOK_AGAIN_MS : nextMs, changed: differs });
    if (!differs) continue;
    changed += 1;
    // Each revision is ordered once: the number of the one before makes its order another.
    const order = { ...key, what: 'revise', waits: true, after: row.revision } as const;
    if (revise && waiting === 0 && (await enqueueReportOnce(db, order, nowMs))) ordered += 1;
  }
  return { ordered, changed };
}

/** What a report is about. */
export function keyOf({ kind, from_day: from, to_day: to, district, enterprise }: ReportRow) {
  return { kind, from, to, district, enterprise };
}

/** Whether the data of a report are others than those that its newest revision rests on, or was found to agree with. */
export async function hasChanged(db: Db, row: ReportRow, nowMs: number): Promise<boolean> {
  const { days: floor } = await keptOf(db);
  const key = keyOf(row);
  // Of truck-days that were dropped nothing can be told any more: it stays what was known.
  if (isGone(key, floor)) return row.changed;
  const partly = (['previous', 'year'] as const).some((which) => isGone(comparedPeriod(key, which), floor));
  const now = hashOfBasis(await basisOf(db, key, nowMs, partly ? (await revisionBefore(db, row)).basis : null));
  return now !== row.basis_sha256 && now !== row.settled_sha256;
}

/** Looks after reports until it is stopped. */
export class ReportKeeper extends Keeper {
  constructor(db: Db, options: { clock(): number; everyMs: number; log: KeeperLog }) {
    const { clock, log, everyMs } = options;
    super(
      async () => {
        const kept = await keepReports(db, clock());
        if (kept.ordered + kept.changed > 0) log.info(kept, 'reports were ordered, or found to rest on other data now');
      },
      { everyMs, log, failed: 'reports could not be looked after; they are looked at again' },
    );
  }
}
