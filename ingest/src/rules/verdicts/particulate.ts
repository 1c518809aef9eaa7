import { median } from '@plume/ingest/emissions';
import type { DaySummary } from '../day/day-summary.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';

/**
 * R-DPF: the filter's flow resistance against the truck's own baseline (emissions §6): below 30 % of it, or hardly any pressure drop at
 * high flow, on three days in a row: removed, cracked, or the hose off; above 3 × it: clogged; a fall by more than 70 % within a day, or
 * from one day's end to the next one's beginning: a removal at a stop. Of a truck that is registered with a filter the norm of its model
 * counts as well, frozen by month: a filter that went before the truck's oldest day here must not become its own norm. [eng]
 */
export function judgeDpf(on: Case): Outcome {
  const { day, p, facts } = on;
  if (day === null) return notEvaluated('R-DPF', 'noData');
  if (facts.hasDpf === false) return notEvaluated('R-DPF', 'noDpf');
  if (!sent(on, 'dpfDeltaKpa')) return notEvaluated('R-DPF', 'noDpfPressure');
  const { dpf } = day;
  if (dpf.median === null || dpf.samples < p.dpfMinSamples)
    return notEvaluated('R-DPF', 'tooLittleFlow', { dpfSamples: dpf.samples, neededSamples: p.dpfMinSamples });
  const usable = on.days.filter((each) => each.dpf.median !== null && each.dpf.samples >= p.dpfMinSamples);
  const baseline = baselineOf(usable, p.dpfDays, p.dpfBaselineDays);
  const recent = usable.slice(-p.dpfDays);
  const offset = dpf.offsetKpa;
  const before = on.days.filter((each) => each.date < day.date && each.dpf.lastMedian !== null).at(-1)?.dpf.lastMedian ?? null;
  const fell = (from: number | null, to: number | null): boolean => from !== null && to !== null && to < (1 - p.dpfFall) * from;
  const fallen = fell(dpf.firstMedian, dpf.lastMedian) || fell(before, dpf.firstMedian);
  const fleet = facts.hasDpf === true ? (on.context.reference?.dpfResistance ?? null) : null;
  const norm = baseline === null ? fleet : Math.max(baseline, fleet ?? 0);
  const lowDrop = lastsFor(recent, p.dpfDays, (each) => (each.dpf.lowDropShare ?? 0) > p.dpfLowDropShare);
  const removed = norm !== null && lastsFor(recent, p.dpfDays, (each) => (each.dpf.median ?? Number.NaN) < p.dpfRemoved * norm);
  const clogged =
    baseline !== null && lastsFor(recent, p.dpfDays, (each) => (each.dpf.median ?? Number.NaN) > p.dpfClogged * baseline);
  const kind = removed ? 'removed' : fallen ? 'fallen' : lowDrop && facts.hasDpf === true ? 'noDrop' : clogged ? 'clogged' : null;
  const figures: Said = {
    dpfKind: kind,
    resistance: dpf.median,
    baseline: norm,
    resistanceShare: norm !== null && norm > 0 ? dpf.median / norm : null,
    lowDropShare: dpf.lowDropShare,
    offsetKpa: offset,
  };
  if (offset !== null && Math.abs(offset) > p.dpfOffsetKpa) return notEvaluated('R-DPF', 'dpfOffset', figures);
  if (kind !== null)
    return found('R-DPF', 'fault', figures, {
      days: kind === 'fallen' ? [day.date] : recent.map((each) => each.date),
      caveats: offset === null ? ['dpfOffsetNotChecked'] : [],
    });
  if (norm === null && facts.hasDpf !== true) return notEvaluated('R-DPF', 'noBaseline', figures);
  return clear('R-DPF', figures);
}

/** Median of the daily medians of the truck's oldest days, those under test left out: a filter that went long ago must not become its own norm. Null with too few. */
function baselineOf(usable: readonly DaySummary[], tested: number, least: number): number | null {
  const before = usable.slice(0, Math.max(0, usable.length - tested)).slice(0, least);
  return before.length < least ? null : median(before.map((each) => each.dpf.median as number));
}

function lastsFor(recent: readonly DaySummary[], days: number, holds: (day: DaySummary) => boolean): boolean {
  return recent.length >= days && recent.every(holds);
}

/** R-SMOKE: visible smoke again and again, or long stretches far above the truck's own level: an indicator, never a limit (emissions §6). [eng] */
export function judgeSmoke(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-SMOKE', 'noData');
  const { source, seconds, highShare, visibleEvents, meanMgM3 } = day.smoke;
  if (source === null) return notEvaluated('R-SMOKE', 'noSmokeSignal');
  const figures: Said = { visibleEvents, highShare, meanMgM3, smokeS: seconds };
  if (seconds < p.minEngineOnS) return notEvaluated('R-SMOKE', 'tooLittleEngineOn', { ...figures, neededS: p.minEngineOnS });
  if (visibleEvents < p.smokeEvents && !((highShare ?? 0) > p.smokeHighShare)) return clear('R-SMOKE', figures);
  return found('R-SMOKE', 'attention', figures, { days: [day.date], caveats: ['indicatorOnly'] });
}
