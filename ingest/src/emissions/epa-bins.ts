import { HOUR_S } from './constants.ts';
import { type EpaWindows, inBinOne, normalisedCo2 } from './epa-windows.ts';
import { type Figure, noFigure, quotient, scaled } from './figure.ts';

/** Numbers of windows that make a bin valid (40 CFR 1036.530, 1036.420). [C] */
export const EPA_LEAST_WINDOWS = { bin1: 2400, bin2: 10_000 } as const;

/** A test interval as sums. */
export interface EpaInterval {
  readonly noxG: number;
  readonly co2G: number;
  readonly seconds: number;
}

/** The two bins of a stretch. */
export interface EpaBins {
  readonly windows: number;
  readonly bin1: { readonly windows: number; readonly gPerHour: Figure; readonly enough: boolean };
  readonly bin2: { readonly windows: number; readonly gPerKwh: Figure; readonly enough: boolean };
}

/** Bin 1: Σ NOx / Σ t [g/h] (40 CFR 1036.530(g)(2)(i), equation 4). [C] */
export function binOneGPerHour(intervals: readonly EpaInterval[]): Figure {
  return scaled(quotient(total(intervals, 'noxG'), total(intervals, 'seconds'), 'noSamples'), HOUR_S);
}

/** Bin 2: Σ NOx / Σ CO2 × e_CO2,FCL, in the unit of work of that factor (40 CFR 1036.530(g)(2)(ii), equation 5). [C] */
export function binTwoPerWork(intervals: readonly EpaInterval[], fclPerWork: number): Figure {
  return scaled(quotient(total(intervals, 'noxG'), total(intervals, 'co2G'), 'zeroFuel'), fclPerWork);
}

function total(intervals: readonly EpaInterval[], key: keyof EpaInterval): number {
  return intervals.reduce((sum, each) => sum + each[key], 0);
}

/**
 * Sorts test intervals into the two bins and evaluates these (40 CFR 1036.530(e) – (g)). Sums are taken over windows, so each second
 * weighs as often as it is in one. Without rated power there are no bins.
 * @param co2GPerKwh CO2 for work at the reference [g/kWh], the FCL of the regulation
 */
export function epaBins({ series, spans }: EpaWindows, co2GPerKwh: number, ratedPowerKw: number | null): EpaBins {
  const { noxG, co2G, timeS } = series;
  const one = { n: 0, nox: 0, seconds: 0 };
  const two = { n: 0, nox: 0, co2: 0 };
  if (ratedPowerKw === null || co2G === null) return noBins(spans.count);
  for (let k = 0; k < spans.count; k += 1) {
    const i = spans.start[k] as number;
    const j = spans.end[k] as number;
    const nox = (noxG[j] as number) - (noxG[i] as number);
    const co2 = (co2G[j] as number) - (co2G[i] as number);
    const seconds = (timeS[j] as number) - (timeS[i] as number);
    if (inBinOne(normalisedCo2(co2, co2GPerKwh, ratedPowerKw, seconds))) {
      one.n += 1;
      one.nox += nox;
      one.seconds += seconds;
    } else {
      two.n += 1;
      two.nox += nox;
      two.co2 += co2;
    }
  }
  return {
    windows: spans.count,
    bin1: {
      windows: one.n,
      gPerHour: scaled(quotient(one.nox, one.seconds, 'noSamples'), HOUR_S),
      enough: one.n >= EPA_LEAST_WINDOWS.bin1,
    },
    bin2: {
      windows: two.n,
      gPerKwh: scaled(quotient(two.nox, two.co2, 'noSamples'), co2GPerKwh),
      enough: two.n >= EPA_LEAST_WINDOWS.bin2,
    },
  };
}

function noBins(windows: number): EpaBins {
  return {
    windows,
    bin1: { windows: 0, gPerHour: noFigure('noParameter'), enough: false },
    bin2: { windows: 0, gPerKwh: noFigure('noParameter'), enough: false },
  };
}

/** Off-cycle standard with its accuracy margin at a mean ambient temperature. */
export interface EpaStandard {
  readonly bin1GPerHour: number;
  readonly bin2GPerHph: number;
}

/** Standards and margins for model year 2027 and later, and what each degree below 25 °C adds (40 CFR 1036.104, 1036.420; emissions §1.6). [C] */
const STANDARD = {
  bin1: 10,
  bin1Margin: 0.4,
  bin1PerDegree: 0.25,
  bin2: 0.058,
  bin2Margin: 0.005,
  bin2PerDegree: 0.0022,
  fromC: 25,
} as const;

/** Standard plus margin at an ambient temperature [°C] (emissions §1.6, E9). [C] */
export function epaStandard(ambientC: number): EpaStandard {
  const below = Math.max(0, STANDARD.fromC - ambientC);
  return {
    bin1GPerHour: STANDARD.bin1 + STANDARD.bin1Margin + STANDARD.bin1PerDegree * below,
    bin2GPerHph: STANDARD.bin2 + STANDARD.bin2Margin + STANDARD.bin2PerDegree * below,
  };
}
