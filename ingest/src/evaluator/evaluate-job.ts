import { setTimeout as sleep } from 'node:timers/promises';
import type { Db, JobRunner } from '@plume/db';
import { cancelOrder, countBeyondSamples, type DayRange, orderProgress, orderRange } from '@plume/db/evaluation';
import { addDays, beijingDay, earlier } from './beijing-days.ts';

const LOOK_EVERY_MS = 500;
/** Without a day named, the order goes back this far. */
const BACK_DAYS = 30;

/** What evaluating anew needs. */
export interface EvaluateDeps {
  readonly db: Db;
  readonly clock: () => number;
  /** Aborts when the service stops; the job then begins again at the next start. */
  readonly signal: AbortSignal;
}

/**
 * The runner of `evaluate` jobs: marks days and waits until whichever process evaluates has done them. Arguments, all optional: `vehicleId`
 * (absent: all trucks), `from` and `to` (Beijing days, both included; absent: the last 30 days up to today). A cancelled job takes the
 * marks back that are not done yet. Result: the days asked for, how many of them failed, and how many `kept` what they
 * were evaluated to, because their samples are no longer kept.
 */
export function evaluateRunner({ db, clock, signal }: EvaluateDeps): JobRunner {
  return async (job, report) => {
    const range = rangeOf(job.arguments, beijingDay(clock() / 1000));
    const days = await orderRange(db, range);
    const kept = await countBeyondSamples(db, range);
    for (;;) {
      const { waiting, failed } = await orderProgress(db, range);
      const done = Math.max(0, days - waiting - failed);
      if (!(await report(days === 0 ? 1 : done / days, `${done} of ${days} truck-days evaluated`))) {
        await cancelOrder(db, range);
        return { days, done, failed, kept };
      }
      if (waiting === 0) return { days, done, failed, kept };
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  };
}

function rangeOf(args: Readonly<Record<string, unknown>>, today: string): DayRange {
  const { vehicleId, from, to } = args;
  const toDay = typeof to === 'string' ? earlier(to, today) : today;
  return {
    vehicleId: typeof vehicleId === 'number' ? vehicleId : null,
    fromDay: typeof from === 'string' ? from : addDays(toDay, 1 - BACK_DAYS),
    toDay,
  };
}
