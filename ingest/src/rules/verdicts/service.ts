import type { Caveat } from '../catalogue/reasons.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';

/** Days within which bad ones are counted. */
const WEEK = 7;

/** R-OFFLINE: a fitted truck in service has sent nothing for 24 h (attention) or 72 h (lead), counted to the end of the day, or to now. [eng] */
export function judgeOffline(on: Case): Outcome {
  const { context, p } = on;
  if (!context.inService) return notEvaluated('R-OFFLINE', 'notInService');
  const since = Math.max(context.lastSampleSec ?? context.fittedSec, context.fittedSec);
  const silentH = Math.max(0, context.untilSec - since) / 3600;
  const figures: Said = { silentH, lastSeen: context.lastSampleSec, neverSeen: context.lastSampleSec === null ? 'yes' : 'no' };
  if (silentH < p.offlineHours) return clear('R-OFFLINE', figures);
  return found('R-OFFLINE', silentH >= p.offlineLeadHours ? 'fault' : 'attention', figures, {
    days: [context.date],
    stretches: [{ fromSec: since, toSec: Math.max(since, context.untilSec) }],
  });
}

/** R-GPS: the position is missing for most of a drive, or for long while moving; on several days of a week a lead. [eng] */
export function judgeGps(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-GPS', 'noData');
  const { positionShare, longestLostS, lostFromSec, lostToSec } = day.place;
  if (positionShare === null || day.quality.engineOnS < p.minEngineOnS)
    return notEvaluated('R-GPS', 'tooLittleEngineOn', { engineOnS: day.quality.engineOnS, neededS: p.minEngineOnS });
  const lost = ({ place, quality }: DaySummary): boolean =>
    place.positionShare !== null &&
    quality.engineOnS >= p.minEngineOnS &&
    (place.positionShare < p.gpsShare || place.longestLostS >= p.gpsLostS);
  const bad = on.last(WEEK).filter(lost);
  const figures: Said = { positionShare, lostS: longestLostS, badDays: bad.length };
  if (!lost(day)) return clear('R-GPS', figures);
  return found('R-GPS', bad.length >= p.faultDays ? 'fault' : 'attention', figures, {
    days: bad.map((each) => each.date),
    stretches: lostFromSec === null || lostToSec === null ? [] : [{ fromSec: lostFromSec, toSec: lostToSec }],
  });
}

/** R-DATA: transmission below 90 %, NOx effective for less than 75 % of the hot engine, or a wrong clock; on several days of a week a lead (emissions §7.5). [M] */
export function judgeData(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-DATA', 'noData');
  const { transmissionRate, engineOnS, conflicts, clockErrorS } = day.quality;
  if (transmissionRate === null || engineOnS < p.minEngineOnS)
    return notEvaluated('R-DATA', 'tooLittleEngineOn', { engineOnS, neededS: p.minEngineOnS });
  const why = (each: DaySummary): string[] => {
    const { quality } = each;
    if (quality.transmissionRate === null || quality.engineOnS < p.minEngineOnS) return [];
    const effective = effectiveNox(on, each);
    return [
      ...(quality.transmissionRate < p.minTransmission ? ['transmission'] : []),
      ...(effective !== null && effective < p.minEffective ? ['noxEffective'] : []),
      ...(quality.clockErrorS !== null && Math.abs(quality.clockErrorS) > p.maxClockErrorS ? ['clock'] : []),
    ];
  };
  const bad = on.last(WEEK).filter((each) => why(each).length > 0);
  const today = why(day);
  const figures: Said = {
    problems: today.join(', ') || null,
    transmissionRate,
    noxEffectiveRate: effectiveNox(on, day),
    clockErrorS,
    conflicts,
    badDays: bad.length,
  };
  if (today.length === 0) return clear('R-DATA', figures);
  const caveats: Caveat[] = conflicts > 0 ? ['conflicts'] : [];
  return found('R-DATA', bad.length >= p.faultDays ? 'fault' : 'attention', figures, {
    days: bad.map((each) => each.date),
    caveats,
  });
}

/**
 * Transmission × valid rate of downstream NOx on the hot engine; null for a truck that never sends any and is not known to have a
 * catalyst: of it no such channel is due.
 */
function effectiveNox(on: Case, { quality }: DaySummary): number | null {
  if (on.facts.hasScr !== true && !sent(on, 'noxDownPpm')) return null;
  const rate = quality.channels.noxDownPpm?.hotValidRate ?? null;
  return rate === null || quality.transmissionRate === null ? null : rate * quality.transmissionRate;
}
