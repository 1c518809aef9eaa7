import { ENGINE, validOf } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';
import { netTorqueNm, netTorqueOfIndicatedNm, powerKw, type TorqueKind } from './power.ts';
import { QUALITY_PARAMETERS } from './quality-parameters.ts';
import { fuelDensity, referenceTorque, type VehicleFacts } from './vehicle.ts';

/** Fuel consumption [g/kWh] between which a torque definition is believed, on seconds above 20 % of rated power (emissions §2.5). [C] */
export const BSFC_RANGE_G_PER_KWH: readonly [number, number] = [170, 280];
const BSFC_LOAD = 0.2;
/** Samples that must speak before a kind is said. [eng] */
const LEAST_SAMPLES = 30;
/** Friction [%] from which indicated and net torque can be told apart, and how near to a value torque must lie. [eng] */
const LEAST_FRICTION = 5;
const NEAR = 2;
/** Share of those samples that must agree. [eng] */
const AGREEMENT = 0.8;
/** Above this engine speed [rpm] a standing truck is not at idle. [eng] */
const IDLE_RPM = 1000;

/** What the data say of a truck's torque signal. */
export interface TorqueFinding {
  readonly kind: TorqueKind | null;
  /** Class A rests on it: the kind is clear and the fuel consumption it gives is possible. */
  readonly confirmed: boolean;
  readonly idleSamples: number;
  readonly overrunSamples: number;
  /** Fuel consumption with that kind [g/kWh]; null when it cannot be computed. */
  readonly bsfcGPerKwh: number | null;
  readonly reason: 'registry' | 'idleOverrun' | 'consumption' | 'undetermined' | 'implausibleConsumption' | 'noSignal';
}

/**
 * Whether a truck sends net or indicated torque (emissions §2.5): at warm idle an indicated torque is about the friction and a net one
 * about 0; in overrun (no fuel above 20 km/h) an indicated one is 0 and a net one negative. The fuel consumption that follows must lie
 * in 170 … 280 g/kWh, else the definition or the reference torque is wrong. Where idle and overrun say nothing, the one kind with a
 * possible consumption is taken, unconfirmed.
 */
export function findTorqueKind(trace: JudgedTrace, vehicle: VehicleFacts): TorqueFinding {
  const torque = trace.columns.netTorquePct;
  const none = { idleSamples: 0, overrunSamples: 0, bsfcGPerKwh: null, confirmed: false };
  if (torque === undefined) return { ...none, kind: null, reason: 'noSignal' };
  const votes = countVotes(trace);
  const said = vehicle.torqueKind ?? verdictOf(votes);
  const tally = { idleSamples: votes.idle, overrunSamples: votes.overrun };
  if (said !== null) {
    const bsfc = consumption(trace, vehicle, said);
    const possible = bsfc !== null && inRange(bsfc);
    const reason = vehicle.torqueKind === null ? 'idleOverrun' : 'registry';
    return {
      ...tally,
      kind: said,
      bsfcGPerKwh: bsfc,
      confirmed: possible,
      reason: bsfc !== null && !possible ? 'implausibleConsumption' : reason,
    };
  }
  const candidates = (['net', 'indicated'] as const)
    .map((kind) => ({ kind, bsfc: consumption(trace, vehicle, kind) }))
    .filter((each): each is { kind: TorqueKind; bsfc: number } => each.bsfc !== null && inRange(each.bsfc));
  const [only, second] = candidates;
  if (only === undefined || second !== undefined)
    return { ...tally, kind: null, bsfcGPerKwh: null, confirmed: false, reason: 'undetermined' };
  return { ...tally, kind: only.kind, bsfcGPerKwh: only.bsfc, confirmed: false, reason: 'consumption' };
}

interface Votes {
  idle: number;
  idleNet: number;
  idleIndicated: number;
  overrun: number;
  overrunNet: number;
  overrunIndicated: number;
}

function countVotes(trace: JudgedTrace): Votes {
  const { on } = ENGINE;
  const netTorquePct = validOf(trace, 'netTorquePct');
  const frictionTorquePct = validOf(trace, 'frictionTorquePct');
  const engineRpm = validOf(trace, 'engineRpm');
  const speedKmh = validOf(trace, 'speedKmh');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const coolantTempC = validOf(trace, 'coolantTempC');
  const { count, engine } = trace;
  const idleKmh = QUALITY_PARAMETERS.idleSpeedKmh.value;
  const overrunKmh = QUALITY_PARAMETERS.overrunSpeedKmh.value;
  const hotC = QUALITY_PARAMETERS.coolantHotC.value;
  const votes = { idle: 0, idleNet: 0, idleIndicated: 0, overrun: 0, overrunNet: 0, overrunIndicated: 0 };
  for (let i = 0; i < count; i += 1) {
    if (engine[i] !== on) continue;
    const speed = speedKmh[i] as number;
    const pct = netTorquePct[i] as number;
    if (speed < idleKmh) {
      const friction = frictionTorquePct[i] as number;
      const warm = (coolantTempC[i] as number) >= hotC;
      if (!warm || !(friction >= LEAST_FRICTION) || !((engineRpm[i] as number) < IDLE_RPM) || Number.isNaN(pct)) continue;
      votes.idle += 1;
      if (Math.abs(pct) <= NEAR) votes.idleNet += 1;
      else if (Math.abs(pct - friction) <= NEAR) votes.idleIndicated += 1;
    } else if (speed > overrunKmh && fuelRateLph[i] === 0 && !Number.isNaN(pct)) {
      votes.overrun += 1;
      if (pct < -NEAR) votes.overrunNet += 1;
      else if (Math.abs(pct) <= NEAR) votes.overrunIndicated += 1;
    }
  }
  return votes;
}

function verdictOf(votes: Votes): TorqueKind | null {
  const idle = clear(votes.idle, votes.idleNet, votes.idleIndicated);
  const overrun = clear(votes.overrun, votes.overrunNet, votes.overrunIndicated);
  if (idle !== null && overrun !== null) return idle === overrun ? idle : null;
  return overrun ?? idle;
}

function clear(samples: number, net: number, indicated: number): TorqueKind | null {
  if (samples < LEAST_SAMPLES) return null;
  if (net >= AGREEMENT * samples) return 'net';
  return indicated >= AGREEMENT * samples ? 'indicated' : null;
}

/** Fuel for work [g/kWh] over the loaded seconds with a torque definition; null when it cannot be computed. */
function consumption(trace: JudgedTrace, vehicle: VehicleFacts, kind: TorqueKind): number | null {
  const reference = referenceTorque(vehicle);
  if (reference === null || vehicle.ratedPowerKw === null) return null;
  const netTorquePct = validOf(trace, 'netTorquePct');
  const frictionTorquePct = validOf(trace, 'frictionTorquePct');
  const engineRpm = validOf(trace, 'engineRpm');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const loadedKw = BSFC_LOAD * vehicle.ratedPowerKw;
  const density = fuelDensity(vehicle).value;
  let fuelKgh = 0;
  let power = 0;
  let n = 0;
  for (let i = 0; i < trace.count; i += 1) {
    const pct = netTorquePct[i] as number;
    if (!(pct > 0)) continue;
    const torque =
      kind === 'net'
        ? netTorqueNm(pct, reference.value)
        : netTorqueOfIndicatedNm(pct, frictionTorquePct[i] as number, reference.value);
    const kw = powerKw(torque, engineRpm[i] as number);
    const litres = fuelRateLph[i] as number;
    if (!(kw > loadedKw) || Number.isNaN(litres)) continue;
    fuelKgh += litres * density;
    power += kw;
    n += 1;
  }
  return n >= LEAST_SAMPLES ? (fuelKgh * 1000) / power : null;
}

function inRange(bsfc: number): boolean {
  return bsfc >= BSFC_RANGE_G_PER_KWH[0] && bsfc <= BSFC_RANGE_G_PER_KWH[1];
}
