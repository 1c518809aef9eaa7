import { C_G_PER_MOL, HOUR_S, NO2_G_PER_MOL, U_NOX_R49_05, U_NOX_R49_06 } from './constants.ts';

/** Emission stage of the truck's approval. */
export type EmissionStage = 'III' | 'IV' | 'V' | 'VI';

/** The basis of every NOx mass in this service; NO-based figures of the literature are 1.5 to 1.6 times lower (E29). */
export const MASS_BASIS = 'NO2';

/** u for NOx of a stage [g/(kg ppm)]: R49-05 up to V [C], R49-06 / GB 17691-2018 for VI [M+] (emissions §2.3). */
export function uNox(stage: EmissionStage | null): number {
  return stage === 'VI' ? U_NOX_R49_06 : U_NOX_R49_05;
}

/**
 * NOx mass flow as NO2 [g/h] = u × c × k_h × G (UN R49; emissions §2.3, E3). [C]
 * @param ppmWet concentration, wet [ppm]
 * @param exhaustKgh wet exhaust [kg/h]
 * @param kH humidity factor; 1 for monitoring, else only to compare with a laboratory
 */
export function noxGh(ppmWet: number, exhaustKgh: number, u: number, kH = 1): number {
  return u * ppmWet * kH * exhaustKgh;
}

/** NOx mass flow as NO2 [g/s] by moles, with the exhaust's own molar mass [g/mol] (40 CFR 1065.650; emissions §2.3, E3c). [C] */
export function noxMolarGs(ppmWet: number, exhaustKgh: number, exhaustGPerMol: number): number {
  const molPerS = (exhaustKgh * 1000) / HOUR_S / exhaustGPerMol;
  return ppmWet * 1e-6 * molPerS * NO2_G_PER_MOL;
}

/** NOx per fuel [g/kg] from the sensor alone: the ratio of two wet mole fractions and the fuel's carbon (emissions §2.3, E22). [C] arithmetic */
export function noxPerFuelFromSensor(noxFraction: number, co2Fraction: number, carbonFraction: number): number {
  return (noxFraction / co2Fraction) * (NO2_G_PER_MOL / C_G_PER_MOL) * carbonFraction * 1000;
}

/** u of an ideal mixture [g/(kg ppm)] from a density of exhaust at 0 °C, as Cao 2025 writes it: 46/22.4/1.29 (E3d). [C] */
export function uFromDensity(no2GPerMol: number, molarVolumeL: number, exhaustKgM3: number): number {
  return no2GPerMol / molarVolumeL / exhaustKgM3 / 1000;
}

/** Molar masses and the factor in the public code that matches Wang 2022. */
const PUBLISHED = { no: 30, no2: 46, air: 29, factor: 0.95 } as const;

/** Mean molar mass of NOx over that of air in the published code, by NO share (trap T1, emissions §2.3). [C] for the code */
export function publishedMassRatio(noShare: number): number {
  return (PUBLISHED.no * noShare + PUBLISHED.no2 * (1 - noShare)) / PUBLISHED.air;
}

/** NOx [g/s] as the published code computes it: mass of the NO/NO2 mixture, times 0.95. Only to read papers with (E3e). */
export function publishedNoxGs(ppmWet: number, exhaustKgh: number, noShare: number): number {
  return ppmWet * 1e-6 * publishedMassRatio(noShare) * PUBLISHED.factor * ((exhaustKgh * 1000) / HOUR_S);
}

/** What a published figure of that basis is to be multiplied by to be NO2-equivalent (E29). [C] for the code, [L] that the paper used it */
export function publishedToNo2(noShare: number): number {
  return NO2_G_PER_MOL / PUBLISHED.air / (publishedMassRatio(noShare) * PUBLISHED.factor);
}
