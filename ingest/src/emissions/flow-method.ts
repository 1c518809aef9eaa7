import { type AirFuelMap, airFuelAt } from './air-fuel-map.ts';
import { METHOD_DEFAULTS, ZERO_C_IN_K } from './constants.ts';
import { ENGINE, validOf } from './engine-state.ts';
import { exhaustFromRatioKgh, exhaustKgh, oxygenBalance, speedDensityAirKgh } from './exhaust-flow.ts';
import type { JudgedTrace } from './judge.ts';
import { floatColumn, unfilledColumn } from './lent-columns.ts';
import type { MethodClass, VehicleFacts } from './vehicle.ts';

/** How the exhaust flow is known, best first (emissions §2.2); a flow meter in the exhaust is that of a measuring campaign. */
export const FLOW_METHODS = ['flowMeter', 'airFlow', 'oxygen', 'speedDensity', 'learnedMap'] as const;

/** A way to the exhaust flow. */
export type FlowMethod = (typeof FLOW_METHODS)[number];

/** Class of results that rest on a way to the exhaust flow (emissions §4). */
export const FLOW_CLASS: Readonly<Record<FlowMethod, MethodClass>> = {
  flowMeter: 'A',
  airFlow: 'A',
  oxygen: 'B',
  speedDensity: 'C',
  learnedMap: 'C',
};

/** A method is left for a better one only when it covers less than this share of what the next covers. [eng] */
const KEEP_SHARE = 0.9;

/** The exhaust flow of a trace. */
export interface ExhaustFlow {
  readonly method: FlowMethod | null;
  readonly class: MethodClass | null;
  /** Wet exhaust [kg/h]; NaN where the method says nothing. */
  readonly exhaustKgh: Float64Array;
  /** Share of the engine-on samples that have an exhaust flow. */
  readonly coverage: number;
}

/**
 * Exhaust flow of a trace by one method throughout, so that no figure mixes classes: the best one, unless it covers less than 90 % of
 * what a lesser one covers. Null method when there is none.
 * @param fuelKgh fuel mass flow per sample [kg/h], NaN where not known
 * @param decideFrom first sample the method is chosen by; those before are only lead-in
 */
export function exhaustFlow(
  trace: JudgedTrace,
  vehicle: VehicleFacts,
  fuelKgh: Float64Array,
  map: AirFuelMap | null = null,
  decideFrom = 0,
): ExhaustFlow {
  const { on } = ENGINE;
  let base = 0;
  for (let i = decideFrom; i < trace.count; i += 1) if (trace.engine[i] === on) base += 1;
  let chosen: ExhaustFlow | null = null;
  for (const method of FLOW_METHODS) {
    const flow = flowBy(method, trace, vehicle, fuelKgh, map);
    if (flow === null) continue;
    let covered = 0;
    for (let i = decideFrom; i < trace.count; i += 1) if (trace.engine[i] === on && !Number.isNaN(flow[i])) covered += 1;
    const coverage = base === 0 ? 0 : covered / base;
    if (covered > 0 && (chosen === null || chosen.coverage < KEEP_SHARE * coverage))
      chosen = { method, class: FLOW_CLASS[method], exhaustKgh: flow, coverage };
    if (chosen !== null && chosen.coverage >= KEEP_SHARE) break;
  }
  return chosen ?? { method: null, class: null, exhaustKgh: floatColumn(trace.count, Number.NaN), coverage: 0 };
}

/** Whether there is all that a method needs. */
function known(method: FlowMethod, { columns }: JudgedTrace, { displacementL }: VehicleFacts, map: AirFuelMap | null): boolean {
  const { exhaustFlowKgh, airFlowKgh, o2Pct, intakePressureKpa, intakeTempC } = columns;
  switch (method) {
    case 'flowMeter':
      return exhaustFlowKgh !== undefined;
    case 'airFlow':
      return airFlowKgh !== undefined;
    case 'oxygen':
      return o2Pct !== undefined;
    case 'speedDensity':
      return displacementL !== null && intakePressureKpa !== undefined && intakeTempC !== undefined;
    case 'learnedMap':
      return map !== null;
  }
}

/** Exhaust flow [kg/h] by one method; null when the truck does not send what it needs. */
function flowBy(
  method: FlowMethod,
  trace: JudgedTrace,
  vehicle: VehicleFacts,
  fuelKgh: Float64Array,
  map: AirFuelMap | null,
): Float64Array | null {
  if (!known(method, trace, vehicle, map)) return null;
  const flow = unfilledColumn(trace.count);
  switch (method) {
    case 'flowMeter':
      flow.set(validOf(trace, 'exhaustFlowKgh'));
      return flow;
    case 'airFlow': {
      const air = validOf(trace, 'airFlowKgh');
      for (let i = 0; i < flow.length; i += 1) flow[i] = exhaustKgh(air[i] as number, fuelKgh[i] as number);
      return flow;
    }
    case 'oxygen': {
      const o2Pct = validOf(trace, 'o2Pct');
      for (let i = 0; i < flow.length; i += 1) {
        const fuel = fuelKgh[i] as number;
        const balance = fuel > 0 ? oxygenBalance((o2Pct[i] as number) / 100) : null;
        flow[i] = balance === null ? Number.NaN : exhaustFromRatioKgh(fuel, balance.airFuelRatio);
      }
      return flow;
    }
    case 'speedDensity':
      return speedDensityFlow(trace, vehicle, fuelKgh, flow);
    case 'learnedMap':
      if (map === null) return null;
      for (let i = 0; i < flow.length; i += 1) {
        const fuel = fuelKgh[i] as number;
        flow[i] = exhaustFromRatioKgh(fuel, airFuelAt(map, fuel));
      }
      return flow;
  }
}

function speedDensityFlow(
  trace: JudgedTrace,
  vehicle: VehicleFacts,
  fuelKgh: Float64Array,
  flow: Float64Array,
): Float64Array | null {
  const { displacementL } = vehicle;
  if (displacementL === null) return null;
  const engineRpm = validOf(trace, 'engineRpm');
  const intakePressureKpa = validOf(trace, 'intakePressureKpa');
  const intakeTempC = validOf(trace, 'intakeTempC');
  const filling = METHOD_DEFAULTS.volumetricEfficiency.value;
  for (let i = 0; i < flow.length; i += 1) {
    const kelvin = (intakeTempC[i] as number) + ZERO_C_IN_K;
    const air = speedDensityAirKgh(engineRpm[i] as number, displacementL, intakePressureKpa[i] as number, kelvin, filling);
    flow[i] = exhaustKgh(air, fuelKgh[i] as number);
  }
  return flow;
}
