import type { DaySummary, Found, Parameters } from '../rules/index.ts';

/**
 * How sure a finding is, in one place: method class, mark of the limit, guard for the sensors' uncertainty and what it is made of, what
 * weakens it, and for each day how complete its data are. A pure function of what else the pack holds. Shares are 0 … 1.
 */
export function certaintyOf(
  found: Found,
  days: readonly DaySummary[],
  { verdicts }: Parameters,
): Readonly<Record<string, unknown>> {
  return {
    class: found.class,
    limitMark: found.limit?.mark ?? null,
    guard: found.figures.guard ?? null,
    uncertainty: {
      sensor: verdicts.uncertaintySensor,
      air: found.class === 'C' ? verdicts.uncertaintyAirC : verdicts.uncertaintyAir,
      torque: verdicts.uncertaintyTorque,
      fuel: verdicts.uncertaintyFuel,
    },
    caveats: found.caveats,
    days: days.map((day) => ({
      date: day.date,
      samples: day.samples,
      engineOnS: day.quality.engineOnS,
      transmissionRate: day.quality.transmissionRate,
      noxValidShare: day.quality.noxValidShare,
      noxEffectiveRate: day.quality.channels.noxDownPpm?.effectiveRate ?? null,
      validWindowShare: day.work.validShare,
      windows: day.work.valid,
      lateShare: day.quality.lateShare,
      clockErrorS: day.quality.clockErrorS,
      conflicts: day.quality.conflicts,
      workClass: day.method.workClass,
      fuelClass: day.method.fuelClass,
    })),
  };
}
