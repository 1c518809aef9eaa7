import type { Parameters } from '../catalogue/parameters.ts';
import type { RuleContext } from '../context.ts';
import type { TruckFacts } from '../day/day-input.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { Outcome, RuleId } from '../finding.ts';
import type { DayValidity } from './valid-day.ts';

/** Settles one rule of a case. */
export type Settle = (rule: RuleId, on: Case) => Outcome;

/** Days that stage 2 looks at, the day itself included (architecture, "The evaluator"). */
export const CONTEXT_DAYS = 30;

/** What a rule is asked about: a truck on a day, with the days before it, and what the other rules said. */
export interface Case {
  readonly context: RuleContext;
  readonly parameters: Parameters;
  /** The numbers of stage 2, by far the most read. */
  readonly p: Parameters['verdicts'];
  /** The day itself; null when it has no samples. */
  readonly day: DaySummary | null;
  /** Days up to the day, ascending. */
  readonly days: readonly DaySummary[];
  /** What the registry knew on the day. */
  readonly facts: TruckFacts;
  /** The days of the last so many calendar days, the day of the case included, ascending. */
  readonly last: (count: number) => readonly DaySummary[];
  /** What another rule says of the same day; asked once. */
  readonly outcome: (rule: RuleId) => Outcome;
  /** Whether each day may carry a verdict, as far as it was asked already: several rules ask of the same days. */
  readonly validities: Map<DaySummary, DayValidity>;
  /** The same truck on an earlier day of the case, with the days before that. */
  readonly at: (date: string) => Case;
}

/** Makes a case of a context; days later than its date do not count, whatever order they are given in. */
export function caseOf(context: RuleContext, parameters: Parameters, settle: Settle): Case {
  const sorted = [...context.days].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return caseAt(context, sorted, parameters, settle);
}

function caseAt(context: RuleContext, sorted: readonly DaySummary[], parameters: Parameters, settle: Settle): Case {
  const from = dateBefore(context.date, CONTEXT_DAYS - 1);
  const days = sorted.filter((day) => day.date >= from && day.date <= context.date);
  const newest = days.at(-1);
  const day = newest !== undefined && newest.date === context.date ? newest : null;
  const known = new Map<RuleId, Outcome>();
  const earlier = new Map<string, Case>();
  const recent = new Map<number, readonly DaySummary[]>();
  const self: Case = {
    context,
    parameters,
    p: parameters.verdicts,
    day,
    days,
    facts: day?.facts ?? context.facts,
    validities: new Map(),
    last: (count) => {
      const known = recent.get(count);
      if (known !== undefined) return known;
      const first = dateBefore(context.date, count - 1);
      const found = days.filter((each) => each.date >= first);
      recent.set(count, found);
      return found;
    },
    outcome: (rule) => {
      const said = known.get(rule) ?? settle(rule, self);
      known.set(rule, said);
      return said;
    },
    at: (date) => {
      if (date === context.date) return self;
      const then = earlier.get(date) ?? caseAt({ ...context, date }, days, parameters, settle);
      earlier.set(date, then);
      return then;
    },
  };
  return self;
}

/** The date so many days before another. */
export function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
