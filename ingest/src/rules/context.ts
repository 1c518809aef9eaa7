import type { FleetReference, TruckFacts } from './day/day-input.ts';
import type { DaySummary } from './day/day-summary.ts';

/** All that stage 2 may look at for one truck and one Beijing day. */
export interface RuleContext {
  readonly date: string;
  readonly facts: TruckFacts;
  /** Summaries of the truck's days with samples from 29 days before `date` up to it, ascending. The day itself may be missing. */
  readonly days: readonly DaySummary[];
  readonly reference: FleetReference | null;
  /** False while the truck is reported laid up (报停) or its terminal is not fitted. */
  readonly inService: boolean;
  /** Newest sample up to the end of the day [epoch s]; null: never seen. */
  readonly lastSampleSec: number | null;
  /** Since when the truck is to be heard of [epoch s]: fitted, or back from a lay-up. */
  readonly fittedSec: number;
  /** End of the day, or now on the day under way [epoch s]: what "offline for 24 h" is counted to. */
  readonly untilSec: number;
}
