/** International standard atmosphere (ISO 2533): sea-level pressure [kPa] and the constants of the inverted barometric formula. [C] */
const ISA = { kPa: 101.325, scaleM: 44_330.8, exponent: 0.190263 } as const;

/** Feet of a metre. */
export const FEET_PER_M = 1 / 0.3048;

/** Altitude [m] of an atmospheric pressure [kPa] in the standard atmosphere; weather moves it by ±300 m. [C] */
export function altitudeM(baroKpa: number): number {
  return ISA.scaleM * (1 - (baroKpa / ISA.kPa) ** ISA.exponent);
}
