import { type Derived, derive, judge, type RawSamples, traceOf, traceWithin } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { TruckFacts } from '../day/day-input.ts';
import { DAY_SIGNALS } from '../day/day-signals.ts';
import { ALARM_KINDS, type Alarm, type AlarmChange, type AlarmKind, type Sight } from './alarm.ts';
import { NO_STAND, type StandingTank, seeTheft } from './fuel-theft.ts';
import { noxBlocks, noxLevel, seeNox } from './nox-sustained.ts';
import { seeUrea } from './urea-empty.ts';

/** A tamper alarm of the terminal. */
export interface TamperRecord {
  readonly timeSec: number;
  readonly receivedSec: number;
  readonly reissued: boolean;
}

/** What a watch looks at: the newest 20 minutes or less of one truck's stored samples, in any order, backlog included. */
export interface WatchWindow {
  readonly samples: RawSamples;
  /** By row of the samples: when it was received [epoch s], and 1 for a re-issue (command 03). */
  readonly receivedSec: ArrayLike<number>;
  readonly reissued: ArrayLike<number>;
  /** Tamper alarms that came since the last look. */
  readonly tampers: readonly TamperRecord[];
  readonly facts: TruckFacts;
}

/** What a watch carries from one look to the next. Plain JSON. */
export interface WatchState {
  /** Time of the newest live sample looked at [epoch s]; null: none. */
  readonly lastSec: number | null;
  /** Alarms in force. */
  readonly open: readonly Alarm[];
  readonly tank: StandingTank;
  /** Time of the terminal's last live tamper record [epoch s]. */
  readonly tamperSec: number | null;
}

/** What a look found. */
export interface WatchStep {
  readonly state: WatchState;
  readonly changes: readonly AlarmChange[];
}

/** A watch over one truck at a time: a pure function of what it carries and sees. */
export interface Watch {
  readonly begin: WatchState;
  step(state: WatchState, window: WatchWindow): WatchStep;
}

/**
 * Live alarms with the detectors of stage 1. Every live sample that is newer than the last one looked at is judged with the samples up to it,
 * in order of time; a sample is live when it was received within 120 s and is no re-issue. Backlog is evidence for a later live
 * sample and never raises or ends anything itself. Only times of samples count: the same samples, whatever order they came in, cut
 * into looks anywhere, give the same alarms. Look after every commit and keep at least 15 minutes of samples before the first new one.
 */
export function watchOf(parameters: Parameters): Watch {
  return {
    begin: { lastSec: null, open: [], tank: NO_STAND, tamperSec: null },
    step: (state, window) => step(state, window, parameters),
  };
}

function step(state: WatchState, window: WatchWindow, parameters: Parameters): WatchStep {
  const changes: AlarmChange[] = [];
  const alarms = new Map<AlarmKind, Alarm>(state.open.map((alarm) => [alarm.kind, alarm]));
  const tamperSec = takeTampers(state.tamperSec, window.tampers, alarms, changes, parameters);
  const times = liveTimes(window, state.lastSec ?? Number.NEGATIVE_INFINITY, parameters);
  let tank = state.tank;
  const newest = times.at(-1);
  if (newest !== undefined) {
    const derived = derivedUpTo(window, newest, parameters);
    const { trace } = derived;
    const blocks = noxBlocks(derived, parameters);
    const level = noxLevel(window.facts.stage, parameters.alarms);
    let i = 0;
    for (const atSec of times) {
      while ((trace.timeSec[i] as number) < atSec) i += 1;
      const theft = seeTheft(tank, derived, i, window.facts, alarms.has('fuelTheft'), parameters);
      tank = theft.state;
      take(alarms, changes, 'fuelTheft', theft.sight, atSec, parameters);
      take(alarms, changes, 'noxSustained', seeNox(blocks, atSec, trace.periodS, level, parameters.alarms), atSec, parameters);
      take(alarms, changes, 'ureaEmpty', seeUrea(derived, i, window.facts, parameters), atSec, parameters);
      const quiet = tamperSec !== null && atSec - tamperSec >= parameters.alarms.tamperHoldS;
      take(alarms, changes, 'tamper', quiet ? { sees: 'over' } : { sees: 'nothing' }, atSec, parameters);
    }
  }
  const open = ALARM_KINDS.flatMap((kind) => alarms.get(kind) ?? []);
  return { state: { lastSec: newest ?? state.lastSec, open, tank, tamperSec }, changes };
}

/** Raises an alarm, brings it up to date, or ends it. */
function take(
  alarms: Map<AlarmKind, Alarm>,
  changes: AlarmChange[],
  kind: AlarmKind,
  sight: Sight,
  atSec: number,
  { alarms: { holdS } }: Parameters,
): void {
  const open = alarms.get(kind);
  if (sight.sees === 'holds') {
    const alarm: Alarm =
      open === undefined
        ? { kind, sinceSec: sight.sinceSec, atSec, figures: sight.figures }
        : { ...open, figures: sight.figures };
    alarms.set(kind, alarm);
    if (open === undefined) changes.push({ change: 'raised', alarm });
  } else if (sight.sees === 'over' && open !== undefined && atSec - open.atSec >= holdS) {
    alarms.delete(kind);
    changes.push({ change: 'ended', alarm: open, endedSec: atSec });
  }
}

/** The terminal's own alarms: each raises at once, or keeps in force; the last one's time. */
function takeTampers(
  lastSec: number | null,
  tampers: readonly TamperRecord[],
  alarms: Map<AlarmKind, Alarm>,
  changes: AlarmChange[],
  parameters: Parameters,
): number | null {
  const live = tampers.filter((each) => isLive(each.timeSec, each.receivedSec, each.reissued, parameters));
  let newest = lastSec;
  for (const { timeSec } of [...live].sort((a, b) => a.timeSec - b.timeSec)) {
    if (newest !== null && timeSec <= newest) continue;
    newest = timeSec;
    take(alarms, changes, 'tamper', { sees: 'holds', sinceSec: timeSec, figures: {} }, timeSec, parameters);
  }
  return newest;
}

function isLive(timeSec: number, receivedSec: number, reissued: boolean, { alarms: { liveWithinS } }: Parameters): boolean {
  return !reissued && receivedSec - timeSec <= liveWithinS;
}

/** Times of live samples after a time, ascending, each once. */
function liveTimes({ samples, receivedSec, reissued }: WatchWindow, afterSec: number, parameters: Parameters): number[] {
  const times = new Set<number>();
  for (let row = 0; row < samples.count; row += 1) {
    const timeSec = samples.timeSec[row] as number;
    if (timeSec > afterSec && isLive(timeSec, receivedSec[row] as number, reissued[row] === 1, parameters)) times.add(timeSec);
  }
  return [...times].sort((a, b) => a - b);
}

/** The samples up to a time as stage 1 sees them. Sensors are not put back in time: 20 minutes do not tell the lag. */
function derivedUpTo({ samples, facts }: WatchWindow, atSec: number, parameters: Parameters): Derived {
  const all = traceOf(samples, DAY_SIGNALS);
  let to = all.count;
  while (to > 0 && (all.timeSec[to - 1] as number) > atSec) to -= 1;
  return derive(judge(traceWithin(all, 0, to), { parameters: parameters.quality }), facts);
}
