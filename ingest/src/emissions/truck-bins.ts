import { type BoundaryConditions, EPA_BOUNDARY, OUTSIDE, outside } from './boundary.ts';
import type { Derived } from './derive.ts';
import { type EpaBins, epaBins } from './epa-bins.ts';
import { epaWindows } from './epa-windows.ts';
import { byteColumn } from './lent-columns.ts';
import { windowFacts } from './truck-windows.ts';
import type { SeriesRange } from './window-series.ts';

/** Settings of the two bins of a truck. */
export interface TruckBinOptions extends SeriesRange {
  readonly boundary?: BoundaryConditions;
}

/**
 * The two off-cycle bins of a truck over samples from … to (emissions §3.3). They need NOx, exhaust flow and fuel, not torque. A cold
 * engine is no exclusion: readings excluded only for that count here; readings that are no measurement are excluded.
 */
export function truckBins(derived: Derived, options: TruckBinOptions = {}): EpaBins {
  const { trace, coverS, noxGs, co2Gs, vehicle } = derived;
  const reasons = outside(trace, options.boundary ?? EPA_BOUNDARY);
  const keep = byteColumn(trace.count);
  for (let i = 0; i < trace.count; i += 1)
    if (reasons[i] === OUTSIDE.no && !Number.isNaN(noxGs[i]) && !Number.isNaN(co2Gs[i])) keep[i] = 1;
  const facts = windowFacts(vehicle);
  const windows = epaWindows({ timeSec: trace.timeSec, coverS, noxGs, co2Gs }, keep, trace.periodS, options);
  return epaBins(windows, facts.co2GPerKwh ?? Number.NaN, vehicle.ratedPowerKw);
}
