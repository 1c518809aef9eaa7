import type { Derived } from './derive.ts';
import { dpfResistance, exhaustM3s } from './dpf.ts';
import { ENGINE, validAt } from './engine-state.ts';

/**
 * Filter resistance [kPa/(m³/s)] of each running sample (emissions §6, E13); NaN where flow, temperature or pressure is not known or
 * the volume flow is at or below 0.15 m³/s. The gas has the filter's temperature (SCR inlet where that is not sent) and the pressure of
 * the air plus the drop.
 */
export function dpfResistances(derived: Derived): Float64Array {
  const { trace, flow } = derived;
  const { dpfDeltaKpa, dpfTempC, scrInTempC, baroKpa } = trace.columns;
  const temperature = dpfTempC ?? scrInTempC;
  const out = new Float64Array(trace.count).fill(Number.NaN);
  for (let i = 0; i < trace.count; i += 1) {
    if (trace.engine[i] !== ENGINE.on) continue;
    const drop = validAt(dpfDeltaKpa, i);
    const volume = exhaustM3s(flow.exhaustKgh[i] as number, validAt(temperature, i), validAt(baroKpa, i) + drop);
    out[i] = dpfResistance(drop, volume) ?? Number.NaN;
  }
  return out;
}
