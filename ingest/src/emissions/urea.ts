import { type Figure, noFigure, quotient } from './figure.ts';

/** Molar mass of urea [g/mol]; one mol gives two of NH3, one of NH3 takes one of NO. [C] */
const UREA_G_PER_MOL = 60.055;
const NH3_PER_UREA = 2;
const NO2_G_PER_MOL = 46.0055;
/** Urea in the solution of AUS 32, by mass (ISO 22241). [C] */
const UREA_FRACTION = 0.325;
/** Density of the solution [kg/L] at 20 °C (ISO 22241: 1.087–1.093). [C] */
export const UREA_SOLUTION_KG_L = 1.09;

/** Urea [g] for a gram of NOx (as NO2) removed: 0.6527 (emissions §5.1, E11). [C] arithmetic */
export const UREA_G_PER_G_NOX = UREA_G_PER_MOL / NH3_PER_UREA / NO2_G_PER_MOL;
/** 32.5 % solution [g] for a gram of NOx (as NO2) removed: 2.008 (emissions §5.1, E11). [C] arithmetic */
export const SOLUTION_G_PER_G_NOX = UREA_G_PER_G_NOX / UREA_FRACTION;

/** Urea solution needed to bring NOx from one level to another. */
export interface UreaDemand {
  /** Solution for work [g/kWh]. */
  readonly gPerKwh: number;
  /** Solution over fuel by mass. */
  readonly massRatio: number;
  /** Solution over fuel by volume. */
  readonly volumeRatio: number;
}

/**
 * Urea solution that takes engine-out NOx [g/kWh] down to the tailpipe figure at a fuel consumption [g/kWh] (emissions §5.1, E11). [C] arithmetic
 */
export function ureaDemand(engineOut: number, tailpipe: number, bsfcGPerKwh: number, fuelDensityKgL: number): UreaDemand {
  const gPerKwh = (engineOut - tailpipe) * SOLUTION_G_PER_G_NOX;
  return {
    gPerKwh,
    massRatio: gPerKwh / bsfcGPerKwh,
    volumeRatio: gPerKwh / UREA_SOLUTION_KG_L / (bsfcGPerKwh / fuelDensityKgL),
  };
}

/** Efficiency an SCR must have to bring engine-out NOx down to a limit: 1 − limit/engineOut (E11). [C] arithmetic */
export function neededEfficiency(engineOut: number, limit: number): number {
  return 1 - limit / engineOut;
}

/** Litres of a level [%] in a straight-walled tank of that size [L]. */
export function levelLitres(levelPct: number, tankL: number): number {
  return (levelPct / 100) * tankL;
}

/** Urea used over fuel used, by volume; no figure without fuel (emissions §5.1, E11). */
export function ureaToFuel(ureaL: number, fuelL: number): Figure {
  return ureaL < 0 ? noFigure('outsideRange') : quotient(ureaL, fuelL, 'zeroFuel');
}

/** Fuel [L] after which the urea level of a tank must have dropped by that many per cent at a ratio by volume (frozen-level test, E11). [C] arithmetic */
export function fuelForDropL(dropPct: number, tankL: number, ratio: number): number {
  return levelLitres(dropPct, tankL) / ratio;
}
