import type { Channel } from '@plume/ingest/emissions';
import { reasonOf } from '../catalogue/reasons.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { overrunsUpTo } from './overruns.ts';
import { sent } from './sent.ts';

/** Seconds of a stretch that T2 and T3 look at. */
const STRETCH_S = 1800;

/** R-T1: a reading stands still for more than 2 % of engine-on time while the engine's others move (emissions §5.4). [C] */
export function judgeT1(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-T1', 'noData');
  const { reason, stuckShare, stuckS } = day.plausibility;
  if (reason !== null) return notEvaluated('R-T1', reasonOf(reason));
  if (day.method.notChecked.includes('stuck')) return notEvaluated('R-T1', 'noEngineMotion');
  if (stuckS < p.minEngineOnS) return notEvaluated('R-T1', 'tooLittleEngineOn', { engineOnS: stuckS, neededS: p.minEngineOnS });
  const shares = Object.entries(stuckShare) as [Channel, number][];
  const worst = Math.max(0, ...shares.map(([, share]) => share));
  const channels = shares.flatMap(([channel, share]) => (share > p.stuckShare ? [channel] : [])).sort();
  const figures: Said = { stuckShare: worst, channels: channels.join(', ') || null, engineOnS: stuckS };
  if (channels.length === 0) return clear('R-T1', figures);
  return found('R-T1', 'fault', figures, { days: [day.date] });
}

/** R-T2: 20 s means of downstream NOx vary by less than 3 ppm over 30 minutes in which fuel varies by more than 30 % (emissions §5.4). [eng] */
export function judgeT2(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-T2', 'noData');
  const { reason, flatSdPpm, flatFromSec } = day.plausibility;
  if (reason !== null) return notEvaluated('R-T2', reasonOf(reason));
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-T2', 'noNox');
  if (flatSdPpm === null) return notEvaluated('R-T2', 'noVariedStretch');
  if (!(flatSdPpm < p.flatSdPpm)) return clear('R-T2', { flatSdPpm });
  return found('R-T2', 'fault', { flatSdPpm }, { days: [day.date], stretches: stretchFrom(flatFromSec) });
}

/** R-T3: over 30 hot minutes downstream NOx is a scaled copy of upstream: r² above 0.995 and a ratio that varies by less than 2 % (emissions §5.4, E28). [eng] */
export function judgeT3(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-T3', 'noData');
  const { reason, copyCv, copyR2, copyFromSec, copyTested } = day.plausibility;
  if (reason !== null) return notEvaluated('R-T3', reasonOf(reason));
  if (!sent(on, 'noxUpPpm')) return notEvaluated('R-T3', 'noUpstreamNox');
  if (copyTested === 0) return notEvaluated('R-T3', 'noVariedStretch');
  const figures: Said = { copyCv, copyR2, stretches: copyTested };
  if (copyCv === null || !(copyCv < p.copyCv)) return clear('R-T3', figures);
  return found('R-T3', 'fault', figures, { days: [day.date], stretches: stretchFrom(copyFromSec) });
}

/** R-T4: the reading does not fall in more than 80 % of at least 20 overruns of the last days (emissions §5.4). [eng] */
export function judgeT4(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-T4', 'noData');
  const { reason } = day.plausibility;
  if (reason !== null) return notEvaluated('R-T4', reasonOf(reason));
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-T4', 'noNox');
  const { events, high, days } = overrunsUpTo(on);
  const figures: Said = { overruns: events, overrunsHigh: high, shareHigh: events > 0 ? high / events : null };
  if (events < p.overrunsNeeded) return notEvaluated('R-T4', 'tooFewOverruns', { ...figures, neededEvents: p.overrunsNeeded });
  return high > p.overrunShare * events ? found('R-T4', 'fault', figures, { days }) : clear('R-T4', figures);
}

/** R-T5: a plausible reading before a sensor can be hot, in more than half of the cold starts of the last days (emissions §5.4). [M] */
export function judgeT5(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-T5', 'noData');
  if (day.plausibility.reason !== null) return notEvaluated('R-T5', reasonOf(day.plausibility.reason));
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-T5', 'noNox');
  let starts = 0;
  let early = 0;
  const days: string[] = [];
  for (const { date, plausibility } of on.last(p.startDays)) {
    starts += plausibility.starts;
    early += plausibility.startsTooEarly;
    if (plausibility.startsTooEarly > 0) days.push(date);
  }
  const figures: Said = { starts, startsTooEarly: early, shareEarly: starts > 0 ? early / starts : null };
  if (starts < p.startsNeeded) return notEvaluated('R-T5', 'tooFewStarts', { ...figures, neededEvents: p.startsNeeded });
  return early > p.startShare * starts ? found('R-T5', 'fault', figures, { days }) : clear('R-T5', figures);
}

/** R-T9: no valid downstream reading for more than half of the hot engine-on time: what is missing is evidence too (emissions §5.4). [eng] */
export function judgeT9(on: Case): Outcome {
  const { day, p, facts } = on;
  if (day === null) return notEvaluated('R-T9', 'noData');
  if (!sent(on, 'noxDownPpm') && facts.hasScr !== true) return notEvaluated('R-T9', 'noNox');
  const { hotS, hotInvalidS } = day.plausibility;
  const figures: Said = { hotS, invalidS: hotInvalidS, invalidShare: hotS > 0 ? hotInvalidS / hotS : null };
  if (hotS < p.minEngineOnS) return notEvaluated('R-T9', 'noHotEngine', { ...figures, neededS: p.minEngineOnS });
  return hotInvalidS > p.missingShare * hotS ? found('R-T9', 'fault', figures, { days: [day.date] }) : clear('R-T9', figures);
}

function stretchFrom(fromSec: number | null): { fromSec: number; toSec: number }[] {
  return fromSec === null ? [] : [{ fromSec, toSec: fromSec + STRETCH_S }];
}
