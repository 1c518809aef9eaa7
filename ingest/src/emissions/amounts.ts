import { HOUR_S } from './constants.ts';
import type { Derived } from './derive.ts';
import { ENGINE, validOf } from './engine-state.ts';
import { byteColumn, floatColumn } from './lent-columns.ts';

/** What is known of a sample, as bits: the state of the engine, and of a running one fuel (with CO2), work and a valid NOx mass; distance of any. */
export const KNOWN = { engineOn: 1, engineOff: 2, distance: 4, fuel: 8, work: 16, nox: 32 } as const;

/** All that can be known of a sample of a running engine. */
export const ALL_KNOWN = KNOWN.engineOn | KNOWN.distance | KNOWN.fuel | KNOWN.work | KNOWN.nox;

/** What each sample adds to sums over it: rate × time it stands for. Told once, as many sums go over the same samples; 0 where it is not known. */
export interface Amounts {
  readonly known: Uint8Array;
  readonly distanceKm: Float64Array;
  readonly fuelKg: Float64Array;
  readonly co2G: Float64Array;
  /** Work of positive power [kWh]. */
  readonly workKwh: Float64Array;
  /** NOx as NO2 [g], valid readings only. */
  readonly noxG: Float64Array;
}

/** The amounts of derived quantities. */
export function amountsOf({
  trace,
  coverS,
  noxGs,
  noxValid,
  co2Gs,
  fuelKgh,
  powerKw,
}: Pick<Derived, 'trace' | 'coverS' | 'noxGs' | 'noxValid' | 'co2Gs' | 'fuelKgh' | 'powerKw'>): Amounts {
  const { on, off } = ENGINE;
  const { count, engine } = trace;
  const speed = validOf(trace, 'speedKmh');
  const known = byteColumn(count);
  const distanceKm = floatColumn(count);
  const fuelKg = floatColumn(count);
  const co2G = floatColumn(count);
  const workKwh = floatColumn(count);
  const noxG = floatColumn(count);
  const { distance, engineOn, engineOff, fuel, work, nox } = KNOWN;
  const hour = HOUR_S;
  for (let i = 0; i < count; i += 1) {
    const s = coverS[i] as number;
    let bits = 0;
    const km = ((speed[i] as number) * s) / hour;
    if (km >= 0) {
      distanceKm[i] = km;
      bits = distance;
    }
    if (engine[i] === on) {
      bits |= engineOn;
      const kg = ((fuelKgh[i] as number) * s) / hour;
      if (!Number.isNaN(kg)) {
        fuelKg[i] = kg;
        co2G[i] = (co2Gs[i] as number) * s;
        bits |= fuel;
      }
      const kw = powerKw[i] as number;
      if (!Number.isNaN(kw)) {
        if (kw > 0) workKwh[i] = (kw * s) / hour;
        bits |= work;
      }
      const grams = (noxGs[i] as number) * s;
      if (noxValid[i] === 1 && !Number.isNaN(grams)) {
        noxG[i] = grams;
        bits |= nox;
      }
    } else if (engine[i] === off) bits |= engineOff;
    known[i] = bits;
  }
  return { known, distanceKm, fuelKg, co2G, workKwh, noxG };
}
