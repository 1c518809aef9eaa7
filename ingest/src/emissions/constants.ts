import type { Sourced } from './sourced.ts';

/** Molar mass of NO2 [g/mol]; NOx mass is always stated as NO2 (GB 17691-2005 §3; UN R49). [C] */
export const NO2_G_PER_MOL = 46.0055;
/** Molar mass of CO2 [g/mol]. [C] */
export const CO2_G_PER_MOL = 44.0095;
/** Molar mass of carbon [g/mol]. [C] */
export const C_G_PER_MOL = 12.011;
/** Molar mass of dry air [g/mol]. [C] */
export const AIR_G_PER_MOL = 28.965;
/** Mass of fuel that goes with one mol of its carbon, CH1.86 [g/mol]. [C] arithmetic */
export const FUEL_G_PER_MOL_C = 13.886;
/** Hydrogen to carbon ratio of diesel fuel, mol/mol. [M+] */
export const FUEL_H_TO_C = 1.86;
/** Oxygen in dry air, mole fraction. [C] */
export const AIR_O2_FRACTION = 0.2095;
/** Specific gas constant of air [kJ/(kg K)]. [C] */
export const AIR_KJ_PER_KG_K = 0.28705;
/** Universal gas constant [J/(mol K)]; written with the digits of the DPF formula of the method. [C] */
export const GAS_J_PER_MOL_K = 8.314;
/** Molar mass of diesel exhaust for volumes [kg/mol] (DPF formula). [C] arithmetic */
export const EXHAUST_KG_PER_MOL = 0.02885;
/** Standard gravity as the MOVES equations write it [m/s²]. [C] */
export const GRAVITY_MS2 = 9.81;
/** Metres a second of one mile an hour. [C] */
export const MS_PER_MPH = 0.44704;
/** kWh of one horsepower hour (mechanical). [C] */
export const KWH_PER_HPH = 0.745699872;
/** 0 °C in kelvin. */
export const ZERO_C_IN_K = 273.15;
/** Seconds of an hour. */
export const HOUR_S = 3600;

/** NOx mass per ppm and kg of wet exhaust [g/(kg ppm)], UN R49-05, stages IV and V. [C] */
export const U_NOX_R49_05 = 0.001587;
/** The same, UN R49-06 and GB 17691-2018, stage VI. [M+]; confirmed by calculation from a CH1.86 balance. */
export const U_NOX_R49_06 = 0.001586;

/** Numbers a method falls back on when the truck's own are not known. Each may be replaced per truck. */
export const METHOD_DEFAULTS = {
  fuelDensityKgL: { value: 0.835, unit: 'kg/L', source: 'diesel fuel, emissions §2.2; Chinese studies use 0.85', mark: 'C' },
  fuelCarbonFraction: { value: 0.866, unit: 'kg/kg', source: 'emissions §2.6', mark: 'M+' },
  workRefKwhPerKw: {
    value: 0.09,
    unit: 'kWh per kW rated',
    source: 'work of the reference cycle, emissions §3.4 (0.08–0.10)',
    mark: 'M',
  },
  bsfcRefKgPerKwh: { value: 0.22, unit: 'kg/kWh', source: 'fuel window, emissions §3.4', mark: 'M' },
  torqueReserve: { value: 1.25, unit: '1', source: 'reference torque from rated power and speed, emissions §2.5', mark: 'M' },
  volumetricEfficiency: { value: 0.92, unit: '1', source: 'speed-density air flow, emissions §2.2', mark: 'M' },
  sootPerSmoke: {
    value: 120,
    unit: 'mg/m³ per 1/m',
    source: 'indicator between two correlations that differ by 2, emissions §6 (100–210)',
    mark: 'L',
  },
  exhaustDensityKgM3: { value: 1.293, unit: 'kg/m³ at 0 °C', source: 'emissions §6', mark: 'C' },
} as const satisfies Readonly<Record<string, Sourced>>;
