import { AIR_G_PER_MOL, AIR_KJ_PER_KG_K, AIR_O2_FRACTION, FUEL_G_PER_MOL_C, FUEL_H_TO_C, HOUR_S } from './constants.ts';

/** Revolutions of a four-stroke engine for one filling, times seconds of a minute. */
const RPM_TO_FILLINGS = 120;

/** Fuel mass flow [kg/h] of a volume flow [L/h] at a density [kg/L] (UN R49; emissions §2.2). [C] */
export function fuelMassKgh(fuelLph: number, densityKgL: number): number {
  return fuelLph * densityKgL;
}

/** Wet exhaust mass flow [kg/h] = air + fuel (UN R49; Cao 2025; emissions §2.2, E2). [C] */
export function exhaustKgh(airKgh: number, fuelKgh: number): number {
  return airKgh + fuelKgh;
}

/** Wet exhaust of complete combustion, as mole fractions. */
export interface ExhaustFractions {
  readonly co2: number;
  readonly h2o: number;
  readonly o2: number;
}

/** Composition of the wet exhaust of so many mol of fuel carbon (CH1.86) for a mol of air; the water of the air left out (emissions §2.2, E2). [C] arithmetic */
export function exhaustFractions(carbonPerAir: number): ExhaustFractions {
  const quarter = FUEL_H_TO_C / 4;
  const whole = 1 + carbonPerAir * quarter;
  return {
    co2: carbonPerAir / whole,
    h2o: (2 * quarter * carbonPerAir) / whole,
    o2: (AIR_O2_FRACTION - carbonPerAir * (1 + quarter)) / whole,
  };
}

/** Mol of fuel carbon for a mol of air at an air to fuel ratio by mass (emissions §2.2). [C] arithmetic */
export function carbonPerAirOf(airFuelRatio: number): number {
  return AIR_G_PER_MOL / (airFuelRatio * FUEL_G_PER_MOL_C);
}

/** What the oxygen left in the wet exhaust says of the mixture. */
export interface OxygenBalance {
  /** Mol of fuel carbon for a mol of air. */
  readonly carbonPerAir: number;
  /** Air to fuel by mass. */
  readonly airFuelRatio: number;
  /** CO2, wet mole fraction. */
  readonly co2Fraction: number;
}

/**
 * Mixture from the wet O2 mole fraction of the NOx sensor, fuel CH1.86 (emissions §2.2 fallback 1, E22). [C] arithmetic.
 * Null where no lean combustion could leave that much: at or above the oxygen of air (overrun), or below 0.
 */
export function oxygenBalance(o2Fraction: number): OxygenBalance | null {
  if (!(o2Fraction >= 0 && o2Fraction < AIR_O2_FRACTION)) return null;
  const quarter = FUEL_H_TO_C / 4;
  const carbonPerAir = (AIR_O2_FRACTION - o2Fraction) / (1 + quarter + o2Fraction * quarter);
  return {
    carbonPerAir,
    airFuelRatio: AIR_G_PER_MOL / (carbonPerAir * FUEL_G_PER_MOL_C),
    co2Fraction: exhaustFractions(carbonPerAir).co2,
  };
}

/** Molar mass of the wet exhaust [g/mol] of such a mixture: 29.00 for lean diesel exhaust (emissions §2.3, E2). [C] arithmetic */
export function exhaustGPerMol(carbonPerAir: number): number {
  return (AIR_G_PER_MOL + FUEL_G_PER_MOL_C * carbonPerAir) / (1 + (carbonPerAir * FUEL_H_TO_C) / 4);
}

/** Wet exhaust mass flow [kg/h] of a fuel flow [kg/h] burnt at an air to fuel ratio (emissions §2.2, E22). [C] arithmetic */
export function exhaustFromRatioKgh(fuelKgh: number, airFuelRatio: number): number {
  return fuelKgh * (1 + airFuelRatio);
}

/**
 * Air mass flow [kg/h] by speed and density (emissions §2.2 fallback 2, E23). [M] volumetric efficiency.
 * @param rpm engine speed [1/min], four-stroke
 * @param displacementL swept volume [L]
 * @param manifoldKpa intake manifold pressure, absolute [kPa]
 * @param manifoldK intake manifold temperature [K]
 */
export function speedDensityAirKgh(
  rpm: number,
  displacementL: number,
  manifoldKpa: number,
  manifoldK: number,
  volumetricEfficiency: number,
): number {
  const densityKgM3 = manifoldKpa / (AIR_KJ_PER_KG_K * manifoldK);
  return volumetricEfficiency * (rpm / RPM_TO_FILLINGS) * (displacementL / 1000) * densityKgM3 * HOUR_S;
}
