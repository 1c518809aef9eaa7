import { casePrint, type Db, dayPrints, periodPrint, queryOutages, type ReportKey, type StatFilter, statTrucks } from '@plume/db';
import { sha256OfJson } from '@plume/ingest/rules';
import { z } from 'zod';
import { parametersOn } from '../rules-in-force.ts';
import { comparedPeriod } from '../statistics/period.ts';
import { isGone, keptOf } from './kept.ts';

const Nullable = z.string().nullable();

/** Fingerprints of all that a report is made of, by which it is told later that something changed, and what. */
export const BasisSchema = z.object({
  step: z.enum(['day', 'month']),
  /** Id, plate, and the facts that trucks are gathered by. */
  trucks: z.array(z.tuple([z.number(), z.string(), Nullable, Nullable, Nullable, Nullable, Nullable])),
  /** Truck, day or month, samples, versions of formulas and rules, fingerprint. */
  days: z.array(z.tuple([z.number(), z.string(), z.number(), z.string(), z.string()])),
  compared: z.object({ previous: Nullable, year: Nullable }),
  cases: z.tuple([z.number(), Nullable]),
  /** Truck, its last sample before a silence, the first after it. */
  outages: z.array(z.tuple([z.number(), Nullable, Nullable])),
});
export type Basis = z.infer<typeof BasisSchema>;

/** The trucks of a report, for every question about it. */
export function filterOf({ district, enterprise }: Pick<ReportKey, 'district' | 'enterprise'>): StatFilter {
  return { districts: null, district: district ?? undefined, enterprise: enterprise ?? undefined };
}

/**
 * Gathers what a report would be made of now. `before`: what it was made of last; a period compared with whose truck-days were dropped since
 * then counts as it was.
 */
export async function basisOf(db: Db, key: ReportKey, nowMs: number, before: Basis | null): Promise<Basis> {
  const filter = filterOf(key);
  const at = { filter, atMs: nowMs };
  const range = { ...at, from: key.from, to: key.to };
  const step = key.kind === 'year' ? 'month' : 'day';
  const trucks = await statTrucks(db, filter, nowMs);
  const days = await dayPrints(db, { ...range, step });
  const { steps, digest } = await casePrint(db, range);
  const { offlineHours } = (await parametersOn(db, key.to)).verdicts;
  const outages = await queryOutages(db, { ...range, leastHours: offlineHours });
  const { days: floor } = await keptOf(db);
  const compared = async (which: 'previous' | 'year') => {
    const period = comparedPeriod(key, which);
    return isGone(period, floor) && before !== null ? before.compared[which] : await periodPrint(db, { ...at, ...period });
  };
  return {
    step,
    trucks: trucks.map((t) => [t.id, t.plate, t.district, t.enterprise, t.use_type, t.stage, t.model]),
    days: days.map((d) => [d.vehicle_id, d.step, d.samples, d.versions, d.digest]),
    compared: {
      previous: await compared('previous'),
      year: await compared('year'),
    },
    cases: [steps, digest],
    outages: outages.map((o) => [o.vehicle_id, o.last_time?.toISOString() ?? null, o.back?.toISOString() ?? null]),
  };
}

/** What two bases are compared by. */
export function hashOfBasis(basis: Basis): string {
  return sha256OfJson(basis);
}
