import type { AirFuelMap } from './air-fuel-map.ts';
import { type Amounts, amountsOf } from './amounts.ts';
import { co2PerFuel } from './carbon.ts';
import { HOUR_S, METHOD_DEFAULTS } from './constants.ts';
import { validOf } from './engine-state.ts';
import { fuelMassKgh } from './exhaust-flow.ts';
import { type ExhaustFlow, exhaustFlow } from './flow-method.ts';
import type { JudgedTrace } from './judge.ts';
import { JUDGED } from './judged.ts';
import { byteColumn, floatColumn, unfilledColumn } from './lent-columns.ts';
import { uNox } from './nox-mass.ts';
import { coverOf } from './period.ts';
import { netTorqueNm, netTorqueOfIndicatedNm, powerKw } from './power.ts';
import { findTorqueKind, type TorqueFinding } from './torque-kind.ts';
import type { Column } from './trace.ts';
import { fuelDensity, type MethodClass, referenceTorque, type VehicleFacts, worst } from './vehicle.ts';

/** Quantities computed from a judged trace, sample by sample; NaN where one cannot be known. */
export interface Derived {
  readonly trace: JudgedTrace;
  readonly vehicle: VehicleFacts;
  /** Time each sample stands for [s], hold-last. */
  readonly coverS: Float64Array;
  /** Fuel [kg/h], all valid samples. */
  readonly fuelKgh: Float64Array;
  readonly flow: ExhaustFlow;
  /** Tailpipe NOx as NO2 [g/s], where the reading is valid or excluded by condition; negative readings keep their sign. */
  readonly noxGs: Float64Array;
  /** 1 where the NOx reading may be used in a judgement (valid), 0 else. */
  readonly noxValid: Uint8Array;
  /** Engine-out NOx as NO2 [g/s], valid readings of the upstream sensor only. */
  readonly noxUpGs: Float64Array;
  /** CO2 from fuel [g/s]. */
  readonly co2Gs: Float64Array;
  /** Net power [kW], negative in overrun. */
  readonly powerKw: Float64Array;
  /** What each sample adds to sums. */
  readonly amounts: Amounts;
  readonly torque: TorqueFinding;
  /** Class of work-specific results, and of those that need no torque; null when the mass itself cannot be computed. */
  readonly workClass: MethodClass | null;
  readonly fuelClass: MethodClass | null;
}

/** Settings of the computation. */
export interface DeriveOptions {
  /** Air to fuel by load, learned from sister trucks. */
  readonly airFuelMap?: AirFuelMap | null;
  /** Torque finding of a longer stretch of the same truck, in place of this trace's own. */
  readonly torque?: TorqueFinding;
  /** First sample that the way to the exhaust flow is chosen by; those before are lead-in. */
  readonly decideFrom?: number;
}

/** Records further apart than this [s] are no second-by-second record: their work is class B (emissions §2.7: 10 s and 30 s). [eng] between */
const SECOND_BY_SECOND_S = 1;

/** Computes flow, NOx mass, CO2, and power of a judged and aligned trace (emissions §2.2 – §2.6). */
export function derive(trace: JudgedTrace, vehicle: VehicleFacts, options: DeriveOptions = {}): Derived {
  const fuelKgh = fuelOf(trace, fuelDensity(vehicle).value);
  const flow = exhaustFlow(trace, vehicle, fuelKgh, options.airFuelMap ?? null, options.decideFrom ?? 0);
  const torque = options.torque ?? findTorqueKind(trace, vehicle);
  const u = uNox(vehicle.stage);
  const work = torque.kind === null ? null : referenceTorque(vehicle);
  const sure = torque.confirmed && work?.assumed === false && trace.periodS <= SECOND_BY_SECOND_S;
  const workClass = flow.class === null || work === null ? null : worst(flow.class, sure ? 'A' : 'B');
  const rates = {
    trace,
    coverS: coverOf(trace.timeSec, trace.periodS, trace.count),
    fuelKgh,
    ...tailpipeNox(trace.columns.noxDownPpm, flow.exhaustKgh, u),
    co2Gs: co2Of(fuelKgh),
    powerKw: power(trace, torque, work?.value ?? null),
  };
  return {
    ...rates,
    vehicle,
    flow,
    noxUpGs: massOf(validOf(trace, 'noxUpPpm'), flow.exhaustKgh, u),
    amounts: amountsOf(rates),
    torque,
    workClass,
    fuelClass: flow.class === null ? null : worst(flow.class, 'B'),
  };
}

/** Fuel [kg/h]. */
function fuelOf(trace: JudgedTrace, density: number): Float64Array {
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const kgh = unfilledColumn(trace.count);
  for (let i = 0; i < kgh.length; i += 1) kgh[i] = fuelMassKgh(fuelRateLph[i] as number, density);
  return kgh;
}

/** CO2 [g/s] of fuel [kg/h]. */
function co2Of(fuelKgh: Float64Array): Float64Array {
  const hour = HOUR_S;
  const gramsPerKg = 1000 * co2PerFuel(METHOD_DEFAULTS.fuelCarbonFraction.value);
  const gs = unfilledColumn(fuelKgh.length);
  for (let i = 0; i < gs.length; i += 1) gs[i] = ((fuelKgh[i] as number) * gramsPerKg) / hour;
  return gs;
}

/** NOx as NO2 [g/s] of readings [ppm] in an exhaust flow [kg/h]. */
function massOf(ppm: Float64Array, exhaustKgh: Float64Array, u: number): Float64Array {
  const hour = HOUR_S;
  const gs = unfilledColumn(ppm.length);
  for (let i = 0; i < gs.length; i += 1) gs[i] = ((u * (exhaustKgh[i] as number)) / hour) * (ppm[i] as number);
  return gs;
}

/** The same of the downstream sensor, where its reading is valid or excluded by condition, and where it is valid. */
function tailpipeNox(
  down: Column | undefined,
  exhaustKgh: Float64Array,
  u: number,
): { readonly noxGs: Float64Array; readonly noxValid: Uint8Array } {
  const hour = HOUR_S;
  const { valid, excluded } = JUDGED;
  const noxGs = floatColumn(exhaustKgh.length, Number.NaN);
  const noxValid = byteColumn(exhaustKgh.length);
  if (down === undefined) return { noxGs, noxValid };
  const { values, codes } = down;
  for (let i = 0; i < noxGs.length; i += 1) {
    const code = codes[i] as number;
    if (code === valid) noxValid[i] = 1;
    else if (code !== excluded) continue;
    noxGs[i] = ((u * (exhaustKgh[i] as number)) / hour) * (values[i] as number);
  }
  return { noxGs, noxValid };
}

function power(trace: JudgedTrace, torque: TorqueFinding, referenceNm: number | null): Float64Array {
  const kw = unfilledColumn(trace.count);
  if (torque.kind === null || referenceNm === null) return kw.fill(Number.NaN);
  const netTorquePct = validOf(trace, 'netTorquePct');
  const frictionTorquePct = validOf(trace, 'frictionTorquePct');
  const engineRpm = validOf(trace, 'engineRpm');
  const indicated = torque.kind === 'indicated';
  for (let i = 0; i < kw.length; i += 1) {
    const pct = netTorquePct[i] as number;
    const nm = indicated
      ? netTorqueOfIndicatedNm(pct, frictionTorquePct[i] as number, referenceNm)
      : netTorqueNm(pct, referenceNm);
    kw[i] = powerKw(nm, engineRpm[i] as number);
  }
  return kw;
}
