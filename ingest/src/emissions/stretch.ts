import type { Derived } from './derive.ts';
import { type JudgedTrace, notCheckedOf } from './judge.ts';
import { type Channel, type Column, hasNumber, type Trace } from './trace.ts';

/**
 * The samples from … to (exclusive) of a trace by themselves; nothing is copied. Channels that have no value there are absent, as if they
 * had never been sent.
 */
export function traceWithin(trace: Trace, from: number, to: number): Trace {
  const columns: Partial<Record<Channel, Column>> = {};
  for (const [channel, { values, codes, valid }] of Object.entries(trace.columns) as [Channel, Column][]) {
    if (!hasNumber(values, from, to)) continue;
    const part = { values: values.subarray(from, to), codes: codes.subarray(from, to) };
    columns[channel] = { ...part, valid: valid === values ? part.values : valid.subarray(from, to) };
  }
  return { count: Math.max(0, to - from), timeSec: trace.timeSec.subarray(from, to), columns };
}

/** The same of a judged trace; what was not checked is told by the channels that are left. */
export function judgedWithin(trace: JudgedTrace, from: number, to: number): JudgedTrace {
  const part = traceWithin(trace, from, to);
  return { ...part, engine: trace.engine.subarray(from, to), periodS: trace.periodS, notChecked: notCheckedOf(part) };
}

/** Derived quantities of the samples from … to (exclusive) by themselves; nothing is copied, and methods and classes stay what they are. */
export function derivedWithin(derived: Derived, from: number, to: number): Derived {
  const part = (values: Float64Array): Float64Array => values.subarray(from, to);
  return {
    ...derived,
    trace: judgedWithin(derived.trace, from, to),
    coverS: part(derived.coverS),
    fuelKgh: part(derived.fuelKgh),
    flow: { ...derived.flow, exhaustKgh: part(derived.flow.exhaustKgh) },
    noxGs: part(derived.noxGs),
    noxValid: derived.noxValid.subarray(from, to),
    noxUpGs: part(derived.noxUpGs),
    co2Gs: part(derived.co2Gs),
    powerKw: part(derived.powerKw),
    amounts: {
      known: derived.amounts.known.subarray(from, to),
      distanceKm: part(derived.amounts.distanceKm),
      fuelKg: part(derived.amounts.fuelKg),
      co2G: part(derived.amounts.co2G),
      workKwh: part(derived.amounts.workKwh),
      noxG: part(derived.amounts.noxG),
    },
  };
}
