import {
  type Derived,
  DPF_MIN_FLOW_M3S,
  ENGINE,
  exhaustM3s,
  floatColumn,
  median,
  type Stretch,
  type ValuesOf,
  validOf,
} from '@plume/ingest/emissions';
import type { DpfDay } from './day-summary.ts';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

/**
 * Flow resistance of the particulate filter over the samples of a day (emissions §6): what the rules on a removed, cracked or clogged
 * filter compare. The gas has the filter's temperature (SCR inlet where that is not sent) and the pressure of the air plus the drop.
 * A median needs 60 samples; the pressure drop with the engine standing is the sensor's offset.
 */
export function dpfDay(derived: Derived, range: Stretch, parameters: ValuesOf<typeof PLAUSIBILITY_PARAMETERS>): DpfDay {
  const { on, off } = ENGINE;
  const { trace, flow, coverS } = derived;
  const { engine, columns } = trace;
  const nothing = { samples: 0, median: null, highFlowSamples: 0, lowDropShare: null };
  if (columns.dpfDeltaKpa === undefined) return { ...nothing, offsetKpa: null, firstMedian: null, lastMedian: null };
  const dpfDeltaKpa = validOf(trace, 'dpfDeltaKpa');
  const baroKpa = validOf(trace, 'baroKpa');
  const temperature = columns.dpfTempC?.valid ?? validOf(trace, 'scrInTempC');
  const { exhaustKgh } = flow;
  const resistances = floatColumn(range.to - range.from);
  const seconds = floatColumn(range.to - range.from);
  const offsets = floatColumn(range.to - range.from);
  let samples = 0;
  let standing = 0;
  let high = 0;
  let low = 0;
  for (let i = range.from; i < range.to; i += 1) {
    const drop = dpfDeltaKpa[i] as number;
    if (Number.isNaN(drop)) continue;
    if (engine[i] === off) {
      offsets[standing] = drop;
      standing += 1;
      continue;
    }
    if (engine[i] !== on) continue;
    const volume = exhaustM3s(exhaustKgh[i] as number, temperature[i] as number, (baroKpa[i] as number) + drop);
    if (!(volume > DPF_MIN_FLOW_M3S)) continue;
    resistances[samples] = drop / volume;
    seconds[samples] = coverS[i] as number;
    samples += 1;
    if (!(volume > parameters.dpfHighFlowM3s)) continue;
    high += 1;
    if (drop < parameters.dpfLowDropKpa) low += 1;
  }
  const known = resistances.subarray(0, samples);
  const middle = (values: Float64Array): number | null => (values.length < parameters.dpfLeastSamples ? null : median(values));
  const firstEnd = edge(seconds, samples, parameters.dpfEdgeS, 1);
  const lastBegin = samples - edge(seconds, samples, parameters.dpfEdgeS, -1);
  const twoParts = firstEnd <= lastBegin;
  return {
    samples,
    median: middle(known),
    highFlowSamples: high,
    lowDropShare: high === 0 ? null : low / high,
    offsetKpa: standing === 0 ? null : median(offsets.subarray(0, standing)),
    firstMedian: twoParts ? middle(known.subarray(0, firstEnd)) : null,
    lastMedian: twoParts ? middle(known.subarray(lastBegin)) : null,
  };
}

/** How many samples, from the beginning (step 1) or the end (−1), make up so many seconds. */
function edge(seconds: Float64Array, count: number, wantedS: number, step: 1 | -1): number {
  let sum = 0;
  for (let k = 0; k < count; k += 1) {
    sum += seconds[step === 1 ? k : count - 1 - k] as number;
    if (sum >= wantedS) return k + 1;
  }
  return count;
}
