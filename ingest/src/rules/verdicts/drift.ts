import { cusum, median, trend } from '@plume/ingest/emissions';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { massCaveats } from './caveats.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { dayValidity } from './valid-day.ts';

/** One valid day: when, and its mean NOx over valid windows [g/kWh]. */
interface DailyFactor {
  readonly date: string;
  readonly dayNumber: number;
  readonly ln: number;
}

/**
 * R-DRIFT: the truck's own NOx rises. CUSUM on ln(daily mean ÷ baseline) with k 0.25 and h 2.0 (E27), the baseline being the median of
 * the oldest valid days; or a slow rise by Mann-Kendall and Theil-Sen (E26) over at least 14 valid days (emissions §5.3). [eng]
 */
export function judgeDrift(on: Case): Outcome {
  const { day, p } = on;
  if (day === null) return notEvaluated('R-DRIFT', 'noData');
  const validity = dayValidity(on, day);
  if (!validity.ok) return notEvaluated('R-DRIFT', validity.reason, validity.figures);
  const factors = dailyFactors(on);
  const { driftBaselineDays: baseDays } = p;
  if (factors.length <= baseDays)
    return notEvaluated('R-DRIFT', 'noBaseline', { validDays: factors.length, neededDays: baseDays + 1 });
  const base = median(factors.slice(0, baseDays).map((each) => each.ln));
  const { sums, alarmAt } = cusum(
    factors.map((each) => each.ln - base),
    { k: p.driftK, h: p.driftH },
  );
  const sum = sums.at(-1) ?? 0;
  const slow =
    factors.length < p.driftDays
      ? null
      : trend(
          factors.map((each) => each.ln),
          factors.map((each) => each.dayNumber),
        );
  const span = (factors.at(-1)?.dayNumber ?? 0) - (factors[0]?.dayNumber ?? 0);
  const rise = slow === null ? null : Math.expm1(slow.slope * span);
  const jumped = alarmAt !== null && sum > p.driftH;
  const rises = slow !== null && rise !== null && slow.twoSidedP < p.driftP && rise > p.driftRise;
  const figures: Said = {
    validDays: factors.length,
    baselineGPerKwh: Math.exp(base),
    newestGPerKwh: Math.exp(factors.at(-1)?.ln ?? Number.NaN),
    cusum: sum,
    cusumLimit: p.driftH,
    trendP: slow?.twoSidedP ?? null,
    trendRise: rise,
    alarmDay: alarmAt === null ? null : (factors[alarmAt]?.date ?? null),
  };
  if (!jumped && !rises) return clear('R-DRIFT', figures);
  return found('R-DRIFT', 'attention', figures, {
    class: validity.best.class,
    days: factors.slice(jumped ? (alarmAt ?? 0) : 0).map((each) => each.date),
    caveats: massCaveats(day, validity.best),
  });
}

function dailyFactors(on: Case): DailyFactor[] {
  return on.days.flatMap((day) => {
    const validity = dayValidity(on, day);
    const mean = validity.ok ? validity.best.window.mean : null;
    if (mean === null || !(mean > 0)) return [];
    return [{ date: day.date, dayNumber: Date.parse(`${day.date}T00:00:00Z`) / 86_400_000, ln: Math.log(mean) }];
  });
}
