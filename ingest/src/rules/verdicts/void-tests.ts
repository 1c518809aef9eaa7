import type { Channel } from '@plume/ingest/emissions';
import type { DaySummary } from '../day/day-summary.ts';
import type { Found, RuleId } from '../finding.ts';
import type { Case } from './case.ts';
import { overrunsUpTo } from './overruns.ts';

/** Tests of which one alone says that the readings are not those of a working sensor in the exhaust (emissions §5.4). R-T6, R-T7 and R-T9 tell of the catalyst, of urea, or of missing data; R-T8 is a comparison. */
const VOIDING = ['R-T1', 'R-T2', 'R-T3', 'R-T4', 'R-T5'] as const satisfies readonly RuleId[];

/** Channels a verdict is made of: stuck readings of others do not concern it. */
export const MASS_CHANNELS: readonly Channel[] = ['noxDownPpm', 'airFlowKgh', 'fuelRateLph'];
export const PPM_CHANNELS: readonly Channel[] = ['noxDownPpm', 'fuelRateLph', 'scrInTempC'];
export const CATALYST_CHANNELS: readonly Channel[] = ['noxDownPpm', 'noxUpPpm', 'airFlowKgh', 'fuelRateLph', 'scrInTempC'];

/**
 * Plausibility tests that a day failed: with one of them no verdict against a limit is made that day, so that a broken or falsified
 * sensor never makes a truck an exceeder. Two doubts too small for a finding of their own void it as well: a reading that stayed high in
 * nearly all of a handful of overruns, and a reading behind the catalyst that lies above the one before it.
 */
export function failedTests(on: Case, day: DaySummary, channels: readonly Channel[]): string[] {
  const then = on.at(day.date);
  const failed: string[] = VOIDING.filter((rule) => {
    const said = then.outcome(rule);
    return said.outcome === 'found' && (rule !== 'R-T1' || concerns(said, channels));
  });
  if (!failed.includes('R-T4') && neverFalls(then)) failed.push('overrunDoubt');
  if (sensorsDisagree(on, day)) failed.push('downAboveUp');
  return failed;
}

/** Whether one of the stuck channels is among those that count. */
function concerns({ figures }: Found, channels: readonly Channel[]): boolean {
  const stuck = typeof figures.channels === 'string' ? figures.channels.split(', ') : [];
  return stuck.some((each) => (channels as readonly string[]).includes(each));
}

function neverFalls(then: Case): boolean {
  const { p } = then;
  const { events, high } = overrunsUpTo(then);
  return events >= p.overrunsDoubt && high > p.overrunShare * events;
}

/** More NOx behind the catalyst than before it over half an hour: one of the two sensors is wrong. */
function sensorsDisagree(on: Case, day: DaySummary): boolean {
  const { seconds, efficiency } = day.scr;
  return efficiency !== null && seconds >= on.p.scrMinS && efficiency < on.p.scrDisagree;
}
