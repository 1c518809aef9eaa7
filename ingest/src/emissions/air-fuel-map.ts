import { ENGINE, validAt } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';

/** Classes of fuel flow, as shares of the fuel flow at rated power. */
const CLASSES = 20;
/** Samples a class needs before it says anything. [eng] */
const LEAST_SAMPLES = 60;

/** Air to fuel by mass per class of load (fuel flow over that at rated power, steps of 5 %); null where too little was seen. */
export interface AirFuelMap {
  readonly fullFuelKgh: number;
  readonly ratio: readonly (number | null)[];
  readonly samples: readonly number[];
}

/**
 * Learns the air to fuel ratio by load from trucks of a model that do send air flow (emissions §2.2 fallback 3). Each class is
 * Σ air / Σ fuel. Results that rest on such a map are class C.
 * @param fullFuelKgh fuel flow at rated power [kg/h], the base of load
 */
export function learnAirFuelMap(traces: readonly JudgedTrace[], fullFuelKgh: number, fuelDensityKgL: number): AirFuelMap {
  const air = new Float64Array(CLASSES);
  const fuel = new Float64Array(CLASSES);
  const samples = new Array<number>(CLASSES).fill(0);
  for (const trace of traces) {
    const { airFlowKgh, fuelRateLph } = trace.columns;
    for (let i = 0; i < trace.count; i += 1) {
      if (trace.engine[i] !== ENGINE.on) continue;
      const fuelKgh = validAt(fuelRateLph, i) * fuelDensityKgL;
      const airKgh = validAt(airFlowKgh, i);
      if (!(fuelKgh > 0 && airKgh > 0)) continue;
      const k = classOf(fuelKgh, fullFuelKgh);
      air[k] = (air[k] as number) + airKgh;
      fuel[k] = (fuel[k] as number) + fuelKgh;
      samples[k] = (samples[k] as number) + 1;
    }
  }
  const ratio = samples.map((n, k) => (n >= LEAST_SAMPLES ? (air[k] as number) / (fuel[k] as number) : null));
  return { fullFuelKgh, ratio, samples };
}

/** Air to fuel of a fuel flow [kg/h]; NaN where the map says nothing (and without fuel, where it cannot). */
export function airFuelAt(map: AirFuelMap, fuelKgh: number): number {
  if (!(fuelKgh > 0)) return Number.NaN;
  return map.ratio[classOf(fuelKgh, map.fullFuelKgh)] ?? Number.NaN;
}

function classOf(fuelKgh: number, fullFuelKgh: number): number {
  return Math.min(CLASSES - 1, Math.floor((fuelKgh / fullFuelKgh) * CLASSES));
}
