import type { Channel } from '@plume/ingest/emissions';
import type { Reason } from '../catalogue/reasons.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';
import type { Said } from './outcomes.ts';
import { sent } from './sent.ts';
import { failedTests, MASS_CHANNELS } from './void-tests.ts';
import { type BestWindows, bestWindows } from './windows-of.ts';

/** Whether a day may carry a verdict against a limit, and if not, why. */
export type DayValidity = { readonly ok: true; readonly best: BestWindows } | NotValid;

/** A precondition that failed, with the figures that say so. */
export interface NotValid {
  readonly ok: false;
  readonly reason: Reason;
  readonly figures: Said;
}

/**
 * The preconditions of a valid vehicle day (emissions §4): mass computable, sampling no coarser than 30 s, plausible sensors, enough
 * valid NOx, within the ambient range and altitude, enough windows and work.
 */
export function dayValidity(on: Case, day: DaySummary): DayValidity {
  const known = on.validities.get(day) ?? validityOf(on, day);
  on.validities.set(day, known);
  return known;
}

function validityOf(on: Case, day: DaySummary): DayValidity {
  const { p } = on;
  const best = bestWindows(day);
  if (best === null) return no(massReason(on, day), {});
  const unfit = sensorsUnfit(on, day, MASS_CHANNELS);
  if (unfit !== null) return unfit;
  const outside = outsideReason(day, p.maxOutsideShare);
  if (outside !== null) return outside;
  const { window } = best;
  const figures: Said = { windows: window.valid, validWindowShare: window.validShare, references: window.references };
  if (window.void === 'noWindows' || (window.references ?? 0) < p.minReferences)
    return no('tooLittleWork', { ...figures, neededReferences: p.minReferences });
  if (window.void !== null || window.validShare < p.minWindowShare || window.valid === 0)
    return no('tooFewValidWindows', { ...figures, neededShare: p.minWindowShare });
  return { ok: true, best };
}

/** What both kinds of limit verdict ask of a day's sensors: sampling, plausibility, share of valid NOx. */
export function sensorsUnfit(on: Case, day: DaySummary, channels: readonly Channel[]): NotValid | null {
  const { p } = on;
  if (day.periodS > p.maxPeriodS) return no('periodTooLong', { periodS: day.periodS, longestPeriodS: p.maxPeriodS });
  const failed = failedTests(on, day, channels);
  if (failed.length > 0) return no('plausibilityFailed', { tests: failed.join(', ') });
  const { noxValidShare } = day.quality;
  if (noxValidShare === null) return no('noHotEngine', { hotS: day.quality.hotS });
  if (noxValidShare < p.minNoxValidShare) return no('noxValidShare', { noxValidShare, neededShare: p.minNoxValidShare });
  return null;
}

/** Why NOx mass for work cannot be computed: the first thing that lacks. */
function massReason(on: Case, day: DaySummary): Reason {
  if (!sent(on, 'noxDownPpm')) return 'noNox';
  if (day.method.flow === null) return 'noExhaustFlow';
  return day.facts.ratedPowerKw === null ? 'noRatedPower' : 'massNotComputable';
}

function outsideReason(day: DaySummary, most: number): NotValid | null {
  const received = day.quality.received;
  const { altitude = 0, ambient = 0 } = day.work.dropped;
  if (received === 0) return null;
  if (altitude > most * received) return no('altitude', { outsideShare: altitude / received, mostShare: most });
  return ambient > most * received ? no('ambient', { outsideShare: ambient / received, mostShare: most }) : null;
}

function no(reason: Reason, figures: Said): NotValid {
  return { ok: false, reason, figures };
}
