import type { BeforeAfter, BinSums, MethodClass, ValuesOf } from '@plume/ingest/emissions';
import type { Day } from '../cases/calendar.ts';
import type { Limit } from '../verdicts/limits.ts';
import type { ROAD_CHECK_PARAMETERS } from './road-check-parameters.ts';

/** Version of the road check: raised with every change of its arithmetic or of what decides. */
export const ROAD_CHECK_VERSION = '1.1.0';

export type RoadCheckParameters = ValuesOf<typeof ROAD_CHECK_PARAMETERS>;

/** By what operation is matched and g/kWh are reckoned: power in speed classes and the truck's own consumption (`work`), or speed alone and the reference consumption where there is no torque (`fuel`). */
export type RoadBasis = 'work' | 'fuel';

/** A valid day of the truck. */
export interface RoadDay {
  readonly day: Day;
  /** Version of the arithmetic that its sums are of; null: not known. */
  readonly formula: string | null;
  /** NOx [g] and fuel ÷ consumption [kWh] by operating bin: standstill, then power in speed classes (`work`); by speed alone (`fuel`). */
  readonly bins: readonly BinSums[];
  /** Valid windows, those over the in-use limit, and those that stay over it when divided by the guard factor. */
  readonly windows: number;
  readonly over: number;
  readonly overGuarded: number;
  /** Urea used [L] over fuel burnt [L], where the tank told it. */
  readonly ureaL: number | null;
  readonly fuelL: number | null;
}

/** An untreated truck over the same days. */
export interface RoadControl {
  readonly vehicleId: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly before: readonly BinSums[];
  readonly after: readonly BinSums[];
}

/** The days that a road check looks at. */
export interface RoadSpan {
  /** Calendar days, both included; empty when `to` lies before `from`. */
  readonly before: { readonly from: Day; readonly to: Day };
  /** `to`: the last day before the truck went into a workshop again; null: it did not. */
  readonly after: { readonly from: Day; readonly to: Day | null };
}

/** All that a road check rests on: the same input gives the same result, to the last digit. */
export interface RoadCheckInput {
  readonly version: string;
  readonly parameters: RoadCheckParameters;
  readonly seed: number;
  /** Into the workshop, and out of it repaired. */
  readonly repair: { readonly inDay: Day; readonly doneDay: Day };
  /** Between which days it looks, cut by the other repairs of the truck. */
  readonly span: RoadSpan;
  /** Version of the arithmetic that every day must be of. */
  readonly formula: string;
  readonly basis: RoadBasis;
  /** Consumption that turns fuel into work [kg/kWh]: the truck's own over all these days (`work`), or its reference; and whether that is the method's default. */
  readonly bsfc: { readonly value: number; readonly assumed: boolean };
  readonly methodClass: MethodClass | null;
  /** In-use limit [g/kWh]; null: the truck has none. */
  readonly limit: Limit | null;
  /** Guard factor for the measurement uncertainty of one truck (E20). */
  readonly guard: number;
  /** Least share of windows within the limit on a day that keeps it. */
  readonly minShareWithin: number;
  /** Valid days, ascending: the last so many before, the first so many after. */
  readonly before: readonly RoadDay[];
  readonly after: readonly RoadDay[];
  /** Days with samples in the same spans that were not valid, by the reason why. */
  readonly notValid: { readonly before: Readonly<Record<string, number>>; readonly after: Readonly<Record<string, number>> };
  readonly controls: readonly RoadControl[];
}

export type RoadVerdict = 'repaired' | 'notRepaired' | 'notYetDecidable';

/** What decided, or what is still in the way. */
export type RoadReason =
  /** The level lies under the limit, the reduction is shown, and the windows of the days keep the limit. */
  | 'underLimit'
  /** Over the limit even beyond the measurement uncertainty. */
  | 'overGuardedLimit'
  /** Over the limit, and a reduction worth the name is ruled out. */
  | 'noReduction'
  /** Most days are over the limit by their windows, beyond the measurement uncertainty. */
  | 'daysOver'
  | 'noLimit'
  /** Days are of different arithmetic, or not of the one in force: they cannot be compared. */
  | 'otherArithmetic'
  /** The truck was repaired again: no more days of this repair will come. */
  | 'anotherRepair'
  | 'tooFewDaysBefore'
  | 'tooFewDaysAfter'
  | 'operationDiffers'
  /** The intervals are too wide: more days narrow them. */
  | 'tooWide'
  /** More days of the same kind would decide nothing. */
  | 'undecidable';

/** How many days are missing was found so. */
export type DaysBy = 'minimum' | 'width';

/** What a road check says. */
export interface RoadCheckResult {
  readonly verdict: RoadVerdict;
  readonly reason: RoadReason;
  /** Valid days still missing, as far as can be said; null: decided, or days alone will not decide. */
  readonly daysMissing: number | null;
  readonly daysBy: DaysBy | null;
  readonly comparison: BeforeAfter;
  /** Days over the limit by their windows, with the one-sided bounds of their share; `guarded`: by windows ÷ guard. */
  readonly days: {
    readonly beforeOver: number;
    readonly afterOver: number;
    readonly afterOverGuarded: number;
    /** Upper bound of the share of days after over the limit; lower bound of that of days over it beyond the uncertainty. */
    readonly upper: number | null;
    readonly guardedLower: number | null;
  };
  /** Share of valid windows over the limit. */
  readonly windows: { readonly before: number | null; readonly after: number | null };
  /** Urea ÷ fuel [L/L], over the days that told both. */
  readonly urea: { readonly before: number | null; readonly after: number | null };
  /** Level of each day in the common mix [g/kWh]; null: the day has none of the matched bins. */
  readonly daily: { readonly before: readonly DayLevel[]; readonly after: readonly DayLevel[] };
}

export interface DayLevel {
  readonly day: Day;
  readonly level: number | null;
}
