import { type Db, type StatTruck, statTrucks } from '@plume/db';
import type { StatisticsContext, StatisticsFilter } from './table.ts';

/** What a fleet is made of: each value with its number of trucks, the most first; null: not registered. */
export interface FleetComposition {
  readonly trucks: number;
  readonly facts: Readonly<Record<FleetFact, readonly { readonly value: string | null; readonly trucks: number }[]>>;
}

export const FLEET_FACTS = ['district', 'enterprise', 'stage', 'model', 'use'] as const;
export type FleetFact = (typeof FLEET_FACTS)[number];

const OF: Readonly<Record<FleetFact, (truck: StatTruck) => string | null>> = {
  district: (truck) => truck.district,
  enterprise: (truck) => truck.enterprise,
  stage: (truck) => truck.stage,
  model: (truck) => truck.model,
  use: (truck) => truck.use_type,
};

/** Counts the registered trucks by each fact in force now. */
export async function fleetOf(db: Db, filter: StatisticsFilter, context: StatisticsContext): Promise<FleetComposition> {
  const trucks = await statTrucks(db, { ...filter, districts: context.districts }, context.nowMs);
  const count = (fact: FleetFact) => {
    const counts = new Map<string | null, number>();
    for (const truck of trucks) counts.set(OF[fact](truck), (counts.get(OF[fact](truck)) ?? 0) + 1);
    const values = [...counts].map(([value, n]) => ({ value, trucks: n }));
    return values.sort((a, b) => b.trucks - a.trucks || String(a.value).localeCompare(String(b.value), 'zh'));
  };
  return {
    trucks: trucks.length,
    facts: {
      district: count('district'),
      enterprise: count('enterprise'),
      stage: count('stage'),
      model: count('model'),
      use: count('use'),
    },
  };
}
