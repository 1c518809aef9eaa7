/** Optical path of an opacimeter [m] (GB 3847; emissions §6). [C] */
export const OPACITY_PATH_M = 0.43;

/** Opacity [%] of a light absorption [1/m] over a path [m]: Beer-Lambert (emissions §6, E12). [C] */
export function opacityPct(absorptionPerM: number, pathM: number = OPACITY_PATH_M): number {
  return 100 * (1 - Math.exp(-absorptionPerM * pathM));
}

/** From this opacity [%] on no light is left to measure. */
export const OPAQUE_PCT = 100;

/** Light absorption [1/m] of an opacity [%]; null at 100 % and above, where no light is left to measure. [C] */
export function absorptionPerM(opacity: number, pathM: number = OPACITY_PATH_M): number | null {
  return opacity < OPAQUE_PCT ? absorptionOf(opacity, pathM) : null;
}

/** The same of an opacity below 100 %. */
export function absorptionOf(opacity: number, pathM: number = OPACITY_PATH_M): number {
  return -Math.log(1 - opacity / 100) / pathM;
}

/** Soot [mg/m³] of a filter smoke number by the correlation of UN R49 calculators (emissions §6, E12). [C] */
export function sootOfFsnR49(fsn: number): number {
  return (-184 * fsn - 727.5) * Math.log10(1 - fsn / 10);
}

/** Soot [mg/m³] of a filter smoke number in the AVL 415S form (emissions §6, E12). [M+] */
export function sootOfFsnAvl(fsn: number): number {
  return (4.95 / 0.405) * fsn * Math.exp(0.38 * fsn);
}

/** Soot [mg/m³] of a light absorption [1/m] by mass extinction [m²/g] (emissions §6, E12; 7.5 … 9). [M] */
export function sootOfAbsorption(absorption: number, extinctionM2G: number): number {
  return (absorption / extinctionM2G) * 1000;
}

/** PM [mg/m³] an absorption [1/m] stands for. An indicator to ±50 %, never a limit decision (emissions §6). [L] */
export function pmIndicatorMgM3(absorption: number, sootPerSmoke: number): number {
  return absorption * sootPerSmoke;
}

/** Half width of the PM indicator, as a share of it (emissions §6). */
export const PM_INDICATOR_HALF_WIDTH = 0.5;

/** PM mass flow [g/h] of a concentration [mg/m³] in exhaust [kg/h] whose density [kg/m³] is at the concentration's own temperature (E12). [C] */
export function pmGh(mgM3: number, exhaustKgh: number, exhaustKgM3: number): number {
  return (mgM3 * exhaustKgh) / exhaustKgM3 / 1000;
}
