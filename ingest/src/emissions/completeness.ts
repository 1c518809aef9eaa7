import { ENGINE, validAt, validOf } from './engine-state.ts';
import { type Figure, noFigure, quotient } from './figure.ts';
import type { JudgedTrace } from './judge.ts';
import { JUDGED, JUDGED_NAMES, type JudgedCounts, judgedCounts } from './judged.ts';
import { byteColumn } from './lent-columns.ts';
import { holdLimitS } from './period.ts';
import { QUALITY_PARAMETERS } from './quality-parameters.ts';
import type { Channel } from './trace.ts';

/** A gap counts in full when the odometer moved at least this far [km] over it (emissions §7.5). [eng] */
export const GAP_DISTANCE_KM = 0.1;
/** An odometer counts in steps of 0.1 km, of which a double holds no exact multiple: one step is 0.0999… as often as not. */
const ROUNDING_KM = 1e-6;

/** Completeness of one channel. */
export interface ChannelCompleteness {
  /** Judgements of the samples received with the engine running. */
  readonly counts: JudgedCounts;
  /** Valid ÷ engine-on samples received. */
  readonly validRate: Figure;
  /** The same on hot engine only (coolant ≥ 70 °C); stands beside the other and is in no product. */
  readonly hotValidRate: Figure;
  /** Transmission rate × valid rate (传输有效率). */
  readonly effectiveRate: Figure;
}

/** A stretch without samples. */
export interface Gap {
  readonly fromSec: number;
  readonly toSec: number;
  /** Whether it counts as engine-on time: the engine ran on both sides and the truck moved. */
  readonly counted: boolean;
}

/** Completeness of a truck over some time (product, "Words"; emissions §7.5). */
export interface Completeness {
  /** Engine-on samples received, and due. */
  readonly received: number;
  readonly due: number;
  readonly engineOnS: number;
  /** Received ÷ due (数据传输率). */
  readonly transmissionRate: Figure;
  /** Samples received over 3 periods after the one before. */
  readonly gaps: readonly Gap[];
  readonly channels: Readonly<Partial<Record<Channel, ChannelCompleteness>>>;
}

/** Rates from counts alone (E16): received ÷ due, valid ÷ received, and their product. No figure where a count is zero. */
export function rates(due: number, received: number, valid: number): { transmission: Figure; valid: Figure; effective: Figure } {
  const transmission = quotient(received, due, 'noSamples');
  const validRate = quotient(valid, received, 'noSamples');
  const both = transmission.value !== null && validRate.value !== null;
  return {
    transmission,
    valid: validRate,
    effective: both ? quotient(received * valid, due * received, 'noSamples') : noFigure('noSamples'),
  };
}

/**
 * Completeness over the samples from … to: due are engine-on seconds ÷ period, where a gap counts in full when the engine ran on both
 * sides of it and the odometer (without one: mean speed × time) moved at least 0.1 km, and one period else.
 * @param hotC coolant [°C] from which the engine is hot
 */
export function completenessOf(
  trace: JudgedTrace,
  channels: readonly Channel[],
  from = 0,
  to: number = trace.count,
  hotC: number = QUALITY_PARAMETERS.coolantHotC.value,
): Completeness {
  const { on } = ENGINE;
  const { engine, timeSec, periodS } = trace;
  const limit = holdLimitS(periodS);
  const gaps: Gap[] = [];
  let received = 0;
  let engineOnS = 0;
  for (let i = from; i < to; i += 1) {
    const step = i + 1 < to ? (timeSec[i + 1] as number) - (timeSec[i] as number) : periodS;
    const running = engine[i] === on;
    const gap = step > limit;
    const counted = gap && running && engine[i + 1] === on && moved(trace, i) >= GAP_DISTANCE_KM - ROUNDING_KM;
    if (gap) gaps.push({ fromSec: timeSec[i] as number, toSec: timeSec[i + 1] as number, counted });
    if (!running) continue;
    received += 1;
    engineOnS += gap && !counted ? periodS : step;
  }
  const due = engineOnS / periodS;
  const states = runningStates(trace, from, to, hotC);
  const entries = channels.map((channel) => [channel, channelOf(trace, channel, states, from, due, received)] as const);
  return {
    received,
    due,
    engineOnS,
    transmissionRate: quotient(received, due, 'noSamples'),
    gaps,
    channels: Object.fromEntries(entries),
  };
}

/** Distance [km] between a sample and the next, by odometer, else by their mean speed; 0 when neither is known. */
function moved(trace: JudgedTrace, i: number): number {
  const { odometerKm, speedKmh } = trace.columns;
  const byOdometer = validAt(odometerKm, i + 1) - validAt(odometerKm, i);
  if (!Number.isNaN(byOdometer)) return byOdometer;
  const hours = ((trace.timeSec[i + 1] as number) - (trace.timeSec[i] as number)) / 3600;
  const bySpeed = ((validAt(speedKmh, i) + validAt(speedKmh, i + 1)) / 2) * hours;
  return Number.isNaN(bySpeed) ? 0 : bySpeed;
}

/** Number of states of the engine that are told apart here. */
const STATES = 3;

/** 0 engine not known to run, 1 running, 2 running and hot, for the samples from … to, and how many there are of each. */
interface RunningStates {
  readonly of: Uint8Array;
  readonly counts: Uint32Array;
}

function runningStates(trace: JudgedTrace, from: number, to: number, hotC: number): RunningStates {
  const { on } = ENGINE;
  const { engine } = trace;
  const coolant = validOf(trace, 'coolantTempC');
  const of = byteColumn(to - from);
  const counts = new Uint32Array(STATES);
  for (let i = from; i < to; i += 1) {
    const state = engine[i] !== on ? 0 : (coolant[i] as number) >= hotC ? 2 : 1;
    of[i - from] = state;
    counts[state] = (counts[state] as number) + 1;
  }
  return { of, counts };
}

function channelOf(
  trace: JudgedTrace,
  channel: Channel,
  states: RunningStates,
  from: number,
  due: number,
  received: number,
): ChannelCompleteness {
  const column = trace.columns[channel];
  const tally = tallyOf(column?.codes.subarray(from) ?? null, states);
  const of = (code: number, state: number): number => tally[code * STATES + state] as number;
  const running = JUDGED_NAMES.map((_, code) => of(code, 1) + of(code, 2));
  const hot = JUDGED_NAMES.reduce((sum, _, code) => sum + of(code, 2), 0);
  const hotValid = of(JUDGED.valid, 2);
  const found = rates(due, received, running[JUDGED.valid] as number);
  return {
    counts: judgedCounts(running),
    validRate: found.valid,
    hotValidRate: quotient(hotValid, hot, 'noSamples'),
    effectiveRate: found.effective,
  };
}

/**
 * How many samples have each judgement in each state, judgement by judgement; all are missing of a channel that never came (null). Counted is what
 * is not valid: the rest is.
 */
function tallyOf(codes: Uint8Array | null, { of: states, counts }: RunningStates): Uint32Array {
  const tally = new Uint32Array(JUDGED_NAMES.length * STATES);
  const { valid, missing } = JUDGED;
  tally.set(counts, (codes === null ? missing : valid) * STATES);
  if (codes === null) return tally;
  const { length } = states;
  for (let k = 0; k < length; k += 1) {
    if (codes[k] === valid) continue;
    const code = codes[k] as number;
    const state = states[k] as number;
    tally[valid * STATES + state] = (tally[valid * STATES + state] as number) - 1;
    tally[code * STATES + state] = (tally[code * STATES + state] as number) + 1;
  }
  return tally;
}
