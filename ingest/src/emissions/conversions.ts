/** Between the ways an emission is stated; for explaining, with the assumption in the argument (emissions §1.2, §2.4). */

/** NOx [g/kWh] of a concentration [ppm] at an exhaust flow for work [kg/kWh]: about 5 at high load, 6–7 at cruise, 10 and more light (E7). [C] arithmetic */
export function gPerKwhOfPpm(ppmWet: number, exhaustKgPerKwh: number, u: number): number {
  return u * ppmWet * exhaustKgPerKwh;
}

/** The concentration [ppm] that makes a NOx figure [g/kWh] at an exhaust flow for work [kg/kWh] (E7). [C] arithmetic */
export function ppmOfGPerKwh(gPerKwh: number, exhaustKgPerKwh: number, u: number): number {
  return gPerKwh / (u * exhaustKgPerKwh);
}

/** Fuel-specific [g/kg fuel] of a work-specific figure [g/kWh] at a fuel consumption [g/kWh] (E7). [C] arithmetic */
export function gPerKgFuel(gPerKwh: number, bsfcGPerKwh: number): number {
  return (gPerKwh / bsfcGPerKwh) * 1000;
}

/** Work-specific [g/kWh] of a fuel-specific figure [g/kg fuel] at a fuel consumption [kg/kWh] (fuel window, §3.4). [C] arithmetic */
export function gPerKwhOfFuel(gPerKg: number, bsfcKgPerKwh: number): number {
  return gPerKg * bsfcKgPerKwh;
}
