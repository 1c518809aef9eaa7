/** Ranges [least, most, unit] in which a fact of a heavy diesel truck is plausible: beyond, a number is a slip of the pen, such as MW for kW. [eng] */
export const PLAUSIBLE_FACTS = {
  ratedPowerKw: [30, 500, 'kW'],
  referenceTorqueNm: [150, 4000, 'N·m'],
  fuelTankL: [40, 2000, 'L'],
  ureaTankL: [5, 250, 'L'],
  ratedRpm: [1000, 4000, 'rpm'],
  displacementL: [2, 20, 'L'],
  workRefKwh: [2, 60, 'kWh'],
  bsfcRefKgPerKwh: [0.15, 0.35, 'kg/kWh'],
  approvalGPerKwh: [0.1, 20, 'g/kWh'],
  inUseGPerKwh: [0.1, 20, 'g/kWh'],
} as const;

/** A fact that has a plausible range. */
export type PlausibleFact = keyof typeof PLAUSIBLE_FACTS;
