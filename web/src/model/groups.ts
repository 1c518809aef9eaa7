/** Signals by what they tell about; what the catalogue has beyond these is shown last. */
export const GROUPS = [
  { id: 'emissions', signals: ['noxDownPpm', 'noxUpPpm', 'pmMgM3', 'opacityPct', 'lightAbsorptionPerM'] },
  { id: 'aftertreatment', signals: ['scrInTempC', 'scrOutTempC', 'dpfDeltaKpa', 'dpfTempC', 'ureaInjectionMlh'] },
  { id: 'tanks', signals: ['ureaLevelPct', 'fuelLevelPct', 'ureaTankTempC', 'fuelTotalL', 'ureaTotalG'] },
  {
    id: 'engine',
    signals: [
      'engineRpm',
      'netTorquePct',
      'frictionTorquePct',
      'torqueMode',
      'acceleratorPct',
      'fuelRateLph',
      'airFlowKgh',
      'coolantTempC',
    ],
  },
  { id: 'driving', signals: ['speedKmh', 'odometerKm', 'lonDeg', 'latDeg'] },
  { id: 'ambient', signals: ['baroKpa', 'ambientTempC'] },
] as const;

/** A group's name, for the dictionaries. */
export type GroupId = (typeof GROUPS)[number]['id'] | 'other';

/** The catalogue's signals sorted into groups; empty groups are left out. */
export function grouped<T extends { id: string }>(catalogue: readonly T[]): { id: GroupId; signals: T[] }[] {
  const left = new Map(catalogue.map((signal) => [signal.id, signal]));
  const groups: { id: GroupId; signals: T[] }[] = GROUPS.map((group) => {
    const signals = group.signals.flatMap((id) => left.get(id) ?? []);
    for (const signal of signals) left.delete(signal.id);
    return { id: group.id, signals };
  });
  groups.push({ id: 'other', signals: [...left.values()] });
  return groups.filter((group) => group.signals.length > 0);
}
