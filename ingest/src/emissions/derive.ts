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
  const hour = HOUR_S;
  const { valid, excluded } = JUDGED;
  const density = fuelDensity(vehicle).value;
  const fuel = validOf(trace, 'fuelRateLph');
  const gramsPerKg = 1000 * co2PerFuel(METHOD_DEFAULTS.fuelCarbonFraction.value);
  const fuelKgh = unfilledColumn(trace.count);
  const co2Gs = unfilledColumn(trace.count);
  for (let i = 0; i < trace.count; i += 1) {
    const kgh = fuelMassKgh(fuel[i] as number, density);
    fuelKgh[i] = kgh;
    co2Gs[i] = (kgh * gramsPerKg) / hour;
  }
  const flow = exhaustFlow(trace, vehicle, fuelKgh, options.airFuelMap ?? null, options.decideFrom ?? 0);
  const torque = options.torque ?? findTorqueKind(trace, vehicle);
  const u = uNox(vehicle.stage);
  const down = trace.columns.noxDownPpm;
  const up = validOf(trace, 'noxUpPpm');
  const { exhaustKgh } = flow;
  const noxGs = floatColumn(trace.count, Number.NaN);
  const noxUpGs = unfilledColumn(trace.count);
  const noxValid = byteColumn(trace.count);
  if (down !== undefined) {
    const { values, codes } = down;
    for (let i = 0; i < codes.length; i += 1) {
      const code = codes[i] as number;
      if (code === valid) noxValid[i] = 1;
      else if (code !== excluded) continue;
      noxGs[i] = ((u * (exhaustKgh[i] as number)) / hour) * (values[i] as number);
    }
  }
  for (let i = 0; i < trace.count; i += 1) noxUpGs[i] = ((u * (exhaustKgh[i] as number)) / hour) * (up[i] as number);
  const work = torque.kind === null ? null : referenceTorque(vehicle);
  const sure = torque.confirmed && work?.assumed === false && trace.periodS <= SECOND_BY_SECOND_S;
  const workClass = flow.class === null || work === null ? null : worst(flow.class, sure ? 'A' : 'B');
  const rates = {
    trace,
    coverS: coverOf(trace.timeSec, trace.periodS, trace.count),
    fuelKgh,
    noxGs,
    noxValid,
    co2Gs,
    powerKw: power(trace, torque, work?.value ?? null),
  };
  return {
    ...rates,
    vehicle,
    flow,
    noxUpGs,
    amounts: amountsOf(rates),
    torque,
    workClass,
    fuelClass: flow.class === null ? null : worst(flow.class, 'B'),
  };
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
