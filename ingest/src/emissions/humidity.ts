/** Comparison with laboratory values only: monitoring uses k_h = 1 and in-situ sensors read wet (emissions §2.3). */

/** Humidity of intake air [g water / kg dry air] at a relative humidity [%], saturation pressure and barometric pressure [kPa] (UN R49; emissions §2.3, E4). [C] */
export function humidityGKg(relativePct: number, saturationPressureKpa: number, baroKpa: number): number {
  return (6.22 * relativePct * saturationPressureKpa) / (baroKpa - saturationPressureKpa * relativePct * 0.01);
}

/** NOx humidity factor of R49-05, air at `intakeK` [K]. [C] */
export function humidityFactor05(haGKg: number, intakeK: number): number {
  return 1 / (1 - 0.0182 * (haGKg - 10.71) + 0.0045 * (intakeK - 298));
}

/** NOx humidity factor of R49-06 and GB 17691-2018. [M+] */
export function humidityFactor06(haGKg: number): number {
  return (15.698 * haGKg) / 1000 + 0.832;
}

/** Composition of the fuel by mass [%]: hydrogen, nitrogen, oxygen. */
export interface FuelComposition {
  readonly hydrogenPct: number;
  readonly nitrogenPct: number;
  readonly oxygenPct: number;
}

/** Fuel factor k_f of the wet correction (UN R49; emissions §2.3). [C] */
export function fuelFactor(fuel: FuelComposition): number {
  return 0.055594 * fuel.hydrogenPct + 0.0080021 * fuel.nitrogenPct + 0.0070046 * fuel.oxygenPct;
}

/** Wet over dry concentration, for dry analysers only (UN R49; emissions §2.3, E4). [C] */
export function dryToWet(haGKg: number, airKgh: number, fuelKgh: number, fuel: FuelComposition): number {
  const dryAirKgh = (1 - haGKg / 1000) * airKgh;
  const ratio = fuelKgh / dryAirKgh;
  const water = 1.2442 * haGKg + 111.19 * fuel.hydrogenPct * ratio;
  return (1 - water / (773.4 + 1.2442 * haGKg + ratio * fuelFactor(fuel) * 1000)) * 1.008;
}
