import type { Day } from './calendar.ts';
import type { CaseState, CaseType, Priority } from './case-types.ts';

/** What is due. `penaltyDecision` runs in calendar days by law; all others in working days. */
export type DueFor = 'verify' | 'notice' | 'repair' | 'retest' | 'closing' | 'penaltyDecision';

/** Which closing reasons a case that waits for closing has earned; `any`: the officer says. */
export type ClosingGround = 'compliant' | 'falseAlarm' | 'any';

/** What the next step of a case is checked against: what all its steps amount to. */
export interface CaseFacts {
  readonly type: CaseType;
  readonly state: CaseState;
  readonly priority: Priority;
  readonly officer: string | null;
  /** Day that the trouble began, as far as known: nothing of the case happened before. */
  readonly beganDay: Day;
  readonly openedDay: Day;
  /** Day of the newest step on the way from notice to closing. */
  readonly lastDay: Day;
  readonly dueDay: Day | null;
  readonly dueFor: DueFor | null;
  readonly closeBy: Day | null;
  /** Whether a deadline leads through a year whose holidays are not known. */
  readonly estimated: boolean;
  /** Day of the owner's objection that is not answered, and by when it is to be; null: none. */
  readonly objectionDay: Day | null;
  readonly objectionDue: Day | null;
  /** Day of the notice in force, and its working days; null before the first. */
  readonly notice: { readonly day: Day; readonly workingDays: number; readonly receivedDay: Day | null } | null;
  readonly secondNotice: boolean;
  /** Day on which the newest repair of this round was completed. */
  readonly repairedDay: Day | null;
  readonly retestPassed: boolean;
  readonly ground: ClosingGround | null;
  /** While laid up: where it goes on, and the working days that were left of its deadlines. */
  readonly paused: { readonly state: CaseState; readonly due: number | null; readonly closeBy: number } | null;
  readonly closedDay: Day | null;
  readonly closedReason: string | null;
  readonly reopened: number;
}

/** How long the steps of a case may take, in working days. The site's own numbers; no national rule sets them. */
export interface CasePeriods {
  readonly verify: number;
  readonly notice: number;
  readonly repair: number;
  readonly retest: number;
  readonly closing: number;
  readonly objection: number;
  readonly closeWithin: number;
  readonly dueSoon: number;
}

/** What holds until an administrator sets something else. */
export const DEFAULT_PERIODS: CasePeriods = {
  verify: 5,
  notice: 3,
  repair: 15,
  retest: 10,
  closing: 5,
  objection: 5,
  closeWithin: 60,
  dueSoon: 3,
};

/** Calendar days from filing to the decision (行政处罚法 第六十条: within ninety days of filing). */
export const PENALTY_DAYS = 90;
