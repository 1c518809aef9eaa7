import { demoFleet, TELLING_TRUCKS } from '../fleet/demo-fleet.ts';
import { runFleet } from '../fleet/run-fleet.ts';
import { type WriteHistoryOptions, writeHistory } from '../fleet/write-history.ts';
import { type Call, registerFleet } from '../register.ts';
import type { TruckSpec } from '../truck/spec.ts';

/** What a demonstration was begun with, and how far its history is. */
export interface DemoBegin {
  readonly seed: number;
  /** Begin of the history, a Beijing midnight [epoch s]. */
  readonly historyFromSec: number;
  /** Its end: from here on the trucks speak for themselves [epoch s]. */
  readonly liveFromSec: number;
  /** Terminals whose history is written whole. */
  readonly written: readonly string[];
}

/** What a demonstration needs from its surroundings. */
export interface RunDemoOptions {
  readonly begin: DemoBegin;
  readonly call: Call;
  /** The broker. */
  readonly url: string;
  /** Opens a way into the pipeline that is not the doors' own, so that nothing live waits for the past. */
  readonly openHistory: () => Promise<{ readonly accept: WriteHistoryOptions['accept']; stop(): Promise<void> }>;
  /** Called when the trucks and terminals are entered, before the first record: dates them back. */
  readonly entered: () => Promise<void>;
  /** The history of these terminals is about to be written. */
  readonly begun: (terminalIds: readonly string[]) => Promise<void>;
  /** The history of these terminals is durable. */
  readonly written: (terminalIds: readonly string[]) => Promise<void>;
  /** Told how much of the history is there, 0 … 1. */
  readonly onProgress: (share: number) => void;
  /** Whether live messages wait: the past then waits for them. */
  readonly busy: () => boolean;
  readonly signal: AbortSignal;
}

/** Trucks whose history is written together; the first few are those that tell most. */
const TRUCKS_AT_ONCE = 4;
/** True time of one turn of making history [s], some ten milliseconds of work, and messages of it that may wait to be stored. */
const SLICE_S = 120;
const IN_FLIGHT = 400;
/** A live truck starts with what it sent since then, at most [s]: what is older was lost while nothing ran. */
const FRESH_S = 600;

/** Runs the demonstration's trucks in the present, and writes beside it what is not there yet of their history. Ends with the signal. */
export async function runDemo(options: RunDemoOptions): Promise<void> {
  const { begin, signal } = options;
  const specs = demoFleet(begin.seed, begin.historyFromSec);
  const secrets = await registerFleet(options.call, specs);
  await options.entered();
  const live = runFleet({
    specs,
    credentials: (terminalId) => secrets.get(terminalId) ?? '',
    url: options.url,
    signal,
    ...(Date.now() / 1000 - begin.liveFromSec < FRESH_S && { fromSec: begin.liveFromSec }),
  });
  await Promise.all([live, writePast(options, specs)]);
}

/** Records a truck makes a day, by which progress is told. */
const weightOf = ({ shiftHours, terminal }: TruckSpec): number => shiftHours / terminal.recordPeriodS;

async function writePast(options: RunDemoOptions, specs: readonly TruckSpec[]): Promise<void> {
  const { begin, signal } = options;
  const total = specs.reduce((sum, spec) => sum + weightOf(spec), 0);
  const missing = specs.filter(({ terminal }) => !begin.written.includes(terminal.id));
  let done = total - missing.reduce((sum, spec) => sum + weightOf(spec), 0);
  options.onProgress(done / total);
  if (missing.length === 0) return;
  const way = await options.openHistory();
  try {
    for (const group of groupsOf(missing)) {
      const terminals = group.map(({ terminal }) => terminal.id);
      await options.begun(terminals);
      const weight = group.reduce((sum, spec) => sum + weightOf(spec), 0);
      const length = begin.liveFromSec - begin.historyFromSec;
      await writeHistory({
        specs: group,
        fromSec: begin.historyFromSec,
        toSec: begin.liveFromSec,
        accept: way.accept,
        sliceS: SLICE_S,
        inFlight: IN_FLIGHT,
        busy: options.busy,
        signal,
        onProgress: ({ atSec }) => options.onProgress((done + (weight * (atSec - begin.historyFromSec)) / length) / total),
      });
      if (signal.aborted) return;
      await options.written(terminals);
      done += weight;
      options.onProgress(done / total);
    }
  } finally {
    await way.stop();
  }
}

/** Those that tell something in groups of a few, then the others, of which each has little. */
function groupsOf(specs: readonly TruckSpec[]): TruckSpec[][] {
  const groups: TruckSpec[][] = [];
  const telling = specs.filter(({ terminal }) => terminal.recordPeriodS === 1);
  const others = specs.filter(({ terminal }) => terminal.recordPeriodS !== 1);
  for (const [of, size] of [
    [telling, TRUCKS_AT_ONCE],
    [others, TELLING_TRUCKS],
  ] as const)
    for (let from = 0; from < of.length; from += size) groups.push(of.slice(from, from + size));
  return groups;
}
