import { jointLikelihood } from '../day/joint-distribution.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';

/**
 * R-T8: against the reference trucks of the engine model, the readings are ones that such trucks hardly ever give in the same
 * engine state, or far more
 * readings are invalid or negative (emissions §5.4, after US 11,561,212). A comparison: attention only. [C] abstract, [eng] thresholds
 */
export function judgeT8(on: Case): Outcome {
  const { day, p, context } = on;
  if (day === null) return notEvaluated('R-T8', 'noData');
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-T8', 'noNox');
  const { reference } = context;
  if (reference === null) return notEvaluated('R-T8', 'noReference');
  if (reference.trucks < p.minReferenceTrucks)
    return notEvaluated('R-T8', 'referenceTooSmall', { referenceTrucks: reference.trucks, neededTrucks: p.minReferenceTrucks });
  if (reference.joint === null && reference.noxOddShare === null) return notEvaluated('R-T8', 'noReference');
  const days = on.last(p.testDays);
  const joint = sumOf(days.flatMap((each) => (each.plausibility.joint === null ? [] : [each.plausibility.joint])));
  const seconds = joint?.reduce((all, each) => all + each, 0) ?? 0;
  if (joint === null || seconds < p.jointMinS)
    return notEvaluated('R-T8', 'tooLittleEngineOn', { jointS: seconds, neededS: p.jointMinS });
  const likely = reference.joint === null ? null : jointLikelihood(joint, reference.joint);
  const odd = day.plausibility.noxOddShare;
  const figures: Said = {
    jointRatio: likely?.ratio ?? null,
    jointKnown: likely?.knownShare ?? null,
    jointS: seconds,
    oddShare: odd,
    oddReference: reference.noxOddShare,
  };
  const apart = likely !== null && likely.knownShare >= p.jointKnown && likely.ratio < p.jointRatio;
  const tooOdd = odd !== null && reference.noxOddShare !== null && odd > p.oddShare && odd > p.oddFactor * reference.noxOddShare;
  return apart || tooOdd
    ? found('R-T8', 'attention', figures, { days: days.map((each) => each.date), caveats: ['comparisonOnly'] })
    : clear('R-T8', figures);
}

/** Counts added up, place by place; null without any, or with unlike forms. */
function sumOf(parts: readonly (readonly number[])[]): number[] | null {
  const [head] = parts;
  if (head === undefined || parts.some((each) => each.length !== head.length)) return null;
  return head.map((_, i) => parts.reduce((all, each) => all + (each[i] as number), 0));
}
