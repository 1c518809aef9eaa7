import { C_G_PER_MOL, CO2_G_PER_MOL } from './constants.ts';

/** CO2 [kg] of a kg of fuel with that carbon fraction, all carbon burnt (emissions §2.6, E6). [C] arithmetic, carbon fraction [M+] */
export function co2PerFuel(carbonFraction: number): number {
  return (carbonFraction * CO2_G_PER_MOL) / C_G_PER_MOL;
}
