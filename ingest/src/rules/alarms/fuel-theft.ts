import { type Derived, ENGINE, HOUR_S, JUDGED, validAt } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import { type TankFacts, type TankLimits, tankLimits } from '../day/tank-limits.ts';
import type { Sight } from './alarm.ts';

/** What is carried from sample to sample of a standing truck. Plain values: it is stored and compared as it is. */
export interface StandingTank {
  /** Time of the last sample looked at [epoch s]; null: none yet. */
  readonly lastSec: number | null;
  /** Since when the truck stands with the engine in one state, and which. */
  readonly sinceSec: number;
  readonly engine: number;
  readonly odometerKm: number | null;
  /** Level a fall is measured from [%], when it was last seen, and fuel used since [L]. */
  readonly reference: { readonly pct: number; readonly seenSec: number; readonly usedL: number } | null;
  /** Deepest fall below it so far, beyond what was used [%], and since when it is no deeper. */
  readonly deepestPct: number;
  readonly deepestSec: number;
  /** Lowest reading below it so far [%], and how many there were, each lower than the one before: a gauge's single step is one. */
  readonly lowPct: number;
  readonly lows: number;
}

/** A tank of which nothing is known yet. */
export const NO_STAND: StandingTank = {
  lastSec: null,
  sinceSec: 0,
  engine: ENGINE.unknown,
  odometerKm: null,
  reference: null,
  deepestPct: 0,
  deepestSec: 0,
  lowPct: 100,
  lows: 0,
};

/** A look at one sample of a standing tank. */
export interface TankSight {
  readonly state: StandingTank;
  readonly sight: Sight;
}

/**
 * A theft while it goes on (emissions §5.5): the level of a truck that stands, engine switched neither on nor off, falls below the one
 * it had settled at by more than a theft's size beyond what was used. The level now is the median of the last three readings, of 20 s or
 * more, so that no stray one is believed; a fall that came in one jump, no larger than a step of a reed chain may be, is not believed either. Over when the truck moves, when the level is back, or has not fallen further for ten minutes. Standing
 * needs a speed: without one nothing is said live. `i` is a sample of the trace; samples after it are not looked at.
 */
export function seeTheft(
  state: StandingTank,
  derived: Derived,
  i: number,
  facts: TankFacts,
  open: boolean,
  parameters: Parameters,
): TankSight {
  const { trace } = derived;
  const { alarms, tanks } = parameters;
  const atSec = trace.timeSec[i] as number;
  const engine = trace.engine[i] as number;
  const odometer = validAt(trace.columns.odometerKm, i);
  const speed = validAt(trace.columns.speedKmh, i);
  const gone = state.odometerKm !== null && odometer - state.odometerKm >= tanks.movedKm;
  const silent = state.lastSec === null || atSec - state.lastSec > alarms.silenceS;
  if (!(speed <= tanks.standingKmh) || gone || silent || engine !== state.engine) {
    const moved = speed > tanks.standingKmh || gone;
    const fresh = { ...NO_STAND, lastSec: atSec, sinceSec: atSec, engine, odometerKm: Number.isNaN(odometer) ? null : odometer };
    return { state: fresh, sight: { sees: moved || silent ? 'over' : 'nothing' } };
  }
  const usedL = used(derived, state.lastSec ?? atSec, i, parameters);
  const carried: StandingTank = {
    ...state,
    lastSec: atSec,
    odometerKm: state.odometerKm ?? (Number.isNaN(odometer) ? null : odometer),
    reference: state.reference === null ? null : { ...state.reference, usedL: state.reference.usedL + usedL },
  };
  const limits = tankLimits('fuel', facts, null, tanks);
  if (carried.reference === null) return { state: settle(carried, derived, i, limits, parameters), sight: { sees: 'nothing' } };
  return compare(carried, carried.reference, derived, i, limits, open, parameters);
}

/** Fuel used after a time up to a sample [L]: as sent, else idling. */
function used({ trace }: Derived, afterSec: number, i: number, { tanks }: Parameters): number {
  let litres = 0;
  for (let k = i; k > 0 && (trace.timeSec[k] as number) > afterSec; k -= 1) {
    if (trace.engine[k - 1] !== ENGINE.on) continue;
    const rate = validAt(trace.columns.fuelRateLph, k - 1);
    const stepS = Math.min((trace.timeSec[k] as number) - Math.max(afterSec, trace.timeSec[k - 1] as number), tanks.bridgeS);
    litres += ((Number.isNaN(rate) ? tanks.idleLph : rate) * stepS) / HOUR_S;
  }
  return litres;
}

/** Usable readings at or before a sample and not before a time, newest first. */
function readings({ trace }: Derived, i: number, fromSec: number, parameters: Parameters): { sec: number[]; pct: number[] } {
  const column = trace.columns.fuelLevelPct;
  const sec: number[] = [];
  const pct: number[] = [];
  for (let k = i; k >= 0 && (trace.timeSec[k] as number) >= fromSec; k -= 1) {
    if (column?.codes[k] !== JUDGED.valid) continue;
    const level = column.values[k] as number;
    if (level > 100 || (trace.engine[k] !== ENGINE.on && level <= parameters.tanks.supplyFaultPct)) continue;
    sec.push(trace.timeSec[k] as number);
    pct.push(level);
  }
  return { sec, pct };
}

/** The level now; null with too few readings. */
function levelNow(derived: Derived, i: number, fromSec: number, parameters: Parameters): number | null {
  const { alarms } = parameters;
  const found = readings(derived, i, Math.max(fromSec, (derived.trace.timeSec[i] as number) - alarms.theftSettleS), parameters);
  let n = 0;
  while (
    n < found.sec.length &&
    (n < alarms.theftReadings || (found.sec[0] as number) - (found.sec[n - 1] as number) < alarms.theftSpanS)
  )
    n += 1;
  const enough = n >= alarms.theftReadings && (found.sec[0] as number) - (found.sec[n - 1] as number) >= alarms.theftSpanS;
  return enough ? medianOf(found.pct.slice(0, n)) : null;
}

/** Takes the level of the last three minutes for the one a fall is measured from, once it has settled. */
function settle(state: StandingTank, derived: Derived, i: number, limits: TankLimits, parameters: Parameters): StandingTank {
  const { alarms } = parameters;
  const atSec = derived.trace.timeSec[i] as number;
  if (atSec - state.sinceSec < alarms.theftSettleS) return state;
  const { pct } = readings(derived, i, Math.max(state.sinceSec, atSec - alarms.theftSettleS), parameters);
  if (pct.length < alarms.theftReadings || Math.max(...pct) - Math.min(...pct) > limits.settledPct) return state;
  const level = medianOf(pct);
  return {
    ...state,
    reference: { pct: level, seenSec: atSec, usedL: 0 },
    deepestPct: 0,
    deepestSec: atSec,
    lowPct: level,
    lows: 0,
  };
}

function compare(
  state: StandingTank,
  reference: NonNullable<StandingTank['reference']>,
  derived: Derived,
  i: number,
  limits: TankLimits,
  open: boolean,
  parameters: Parameters,
): TankSight {
  const { alarms, tanks } = parameters;
  const atSec = derived.trace.timeSec[i] as number;
  const now = levelNow(derived, i, state.sinceSec, parameters);
  const reading = readings(derived, i, atSec, parameters).pct[0] ?? Number.NaN;
  if (now === null) return { state, sight: { sees: 'nothing' } };
  const anew: StandingTank = { ...state, reference: null, sinceSec: atSec };
  const fallPct = reference.pct - now - (100 * reference.usedL) / limits.reckonedL;
  if (-fallPct >= limits.risePct) return { state: anew, sight: { sees: 'over' } };
  if (open && fallPct <= tanks.returnPct) return { state: anew, sight: { sees: 'over' } };
  const further = fallPct > state.deepestPct + FURTHER_PCT;
  const seen: StandingTank = {
    ...state,
    reference: Math.abs(fallPct) <= limits.openPct ? { ...reference, seenSec: atSec } : reference,
    deepestPct: further ? fallPct : state.deepestPct,
    deepestSec: further ? atSec : state.deepestSec,
    ...lowsWith(state, reference.pct - limits.openPct, reading),
  };
  if (open && atSec - seen.deepestSec >= alarms.theftEndS) return { state: anew, sight: { sees: 'over' } };
  const oneStep = seen.lows < 2 && fallPct < tanks.gaugeSteps * tanks.mostGaugeStepPct;
  if (fallPct < limits.fallPct || oneStep) return { state: seen, sight: { sees: 'nothing' } };
  const litres = limits.tankL === null ? null : (fallPct / 100) * limits.tankL;
  const figures = { beforePct: reference.pct, afterPct: now, fallPct, litres };
  return { state: seen, sight: { sees: 'holds', sinceSec: reference.seenSec, figures } };
}

/** A fall of more than this [%] is a further one. */
const FURTHER_PCT = 0.5;
/** A reading lower by this [%], somewhat less than the finest step of a gauge, is another one. */
const LOWER_PCT = 0.3;

function lowsWith({ lowPct, lows }: StandingTank, belowPct: number, reading: number): Pick<StandingTank, 'lowPct' | 'lows'> {
  return reading < belowPct && reading <= lowPct - LOWER_PCT ? { lowPct: reading, lows: lows + 1 } : { lowPct, lows };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
