/** What is kept for how long: the nearer to a result, the longer. Each tier is made from the one before it. */
export const TIERS = ['frames', 'samples', 'minutes', 'days'] as const;
export type Tier = (typeof TIERS)[number];

/** Days that each tier is kept; 0: for ever. */
export type Retention = Readonly<Record<Tier, number>>;

/** Originals a good year, everything else for ever: nothing that was measured goes unless the site says so. */
export const DEFAULT_RETENTION: Retention = { frames: 400, samples: 0, minutes: 0, days: 0 };

/** Least days of each tier: a case and its road check look back for months, and a season is compared with the one of the year before. */
export const LEAST_DAYS: Retention = { frames: 40, samples: 400, minutes: 400, days: 400 };

const DAY_MS = 86_400_000;
const BEIJING_MS = 28_800_000;

/**
 * What is wrong with such times, in one sentence that goes behind the tier's name; null when nothing is. `maxAgeDays`: how old a record may
 * be that is still taken in (0: any age).
 */
export function retentionFault(keep: Retention, maxAgeDays: number): { readonly tier: Tier; readonly reason: string } | null {
  for (const [at, tier] of TIERS.entries()) {
    const days = keep[tier];
    if (days === 0) continue;
    if (days < LEAST_DAYS[tier]) return { tier, reason: `must be 0 (for ever) or at least ${LEAST_DAYS[tier]} days` };
    const source = TIERS[at - 1];
    if (source !== undefined && (keep[source] === 0 || keep[source] > days))
      return {
        tier,
        reason: `must not be less than that of ${source} (${keep[source] === 0 ? 'for ever' : `${keep[source]} days`}), from which ${tier} are made`,
      };
  }
  if (keep.samples > 0 && maxAgeDays > 0 && keep.samples <= maxAgeDays)
    return { tier: 'samples', reason: `must be more than PLUME_MAX_AGE_DAYS (${maxAgeDays}), which lets in records of that age` };
  return null;
}

/**
 * The Beijing day before which a tier is due to go; null: it is kept for ever. Truck-days go by whole months, so that the sums of a month
 * stay those of all its days.
 */
export function dueBefore(tier: Tier, keep: Retention, nowMs: number): string | null {
  if (keep[tier] === 0) return null;
  const day = new Date(nowMs + BEIJING_MS - keep[tier] * DAY_MS).toISOString().slice(0, 10);
  return tier === 'days' ? `${day.slice(0, 7)}-01` : day;
}

/** Beginning of a Beijing day [epoch ms]. */
export function dayStartMs(day: string): number {
  return Date.parse(`${day}T00:00:00+08:00`);
}

/** A Beijing day some days later (or earlier). */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
