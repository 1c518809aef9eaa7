import { ENGINE, validAt } from './engine-state.ts';
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
  const { engine, timeSec, periodS } = trace;
  const limit = holdLimitS(periodS);
  const gaps: Gap[] = [];
  let received = 0;
  let engineOnS = 0;
  for (let i = from; i < to; i += 1) {
    const step = i + 1 < to ? (timeSec[i + 1] as number) - (timeSec[i] as number) : periodS;
    const running = engine[i] === ENGINE.on;
    const gap = step > limit;
    const counted = gap && running && engine[i + 1] === ENGINE.on && moved(trace, i) >= GAP_DISTANCE_KM - ROUNDING_KM;
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

/** 0 engine not known to run, 1 running, 2 running and hot, for the samples from … to. */
function runningStates(trace: JudgedTrace, from: number, to: number, hotC: number): Uint8Array {
  const coolant = trace.columns.coolantTempC;
  const states = byteColumn(to - from);
  for (let i = from; i < to; i += 1) if (trace.engine[i] === ENGINE.on) states[i - from] = validAt(coolant, i) >= hotC ? 2 : 1;
  return states;
}

function channelOf(
  trace: JudgedTrace,
  channel: Channel,
  states: Uint8Array,
  from: number,
  due: number,
  received: number,
): ChannelCompleteness {
  const column = trace.columns[channel];
  const tally = column === undefined ? silentTally(states) : tallyOf(column.codes, states, from);
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

/** Number of states of the engine that are told apart here. */
const STATES = 3;

/** How many samples have each judgement in each state, judgement by judgement. Counted by runs: they are mostly long. */
function tallyOf(codes: Uint8Array, states: Uint8Array, from: number): Uint32Array {
  const tally = new Uint32Array(JUDGED_NAMES.length * STATES);
  let first = 0;
  let last = -1;
  for (let k = 0; k < states.length; k += 1) {
    const at = (codes[from + k] as number) * STATES + (states[k] as number);
    if (at === last) continue;
    if (last >= 0) tally[last] = (tally[last] as number) + k - first;
    first = k;
    last = at;
  }
  if (last >= 0) tally[last] = (tally[last] as number) + states.length - first;
  return tally;
}

/** The same of a channel that never came. */
function silentTally(states: Uint8Array): Uint32Array {
  return tallyOf(byteColumn(states.length, JUDGED.missing), states, 0);
}
