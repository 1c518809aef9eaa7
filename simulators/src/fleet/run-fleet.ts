import { type BadLinkOptions, badLink } from '../terminal/bad-link.ts';
import { MessageSource } from '../terminal/message-source.ts';
import { mqttTransport } from '../terminal/mqtt-transport.ts';
import { createTerminal, type Terminal, type TerminalLedger } from '../terminal/terminal.ts';
import { faultsAt } from '../truck/scenarios.ts';
import type { TruckSpec } from '../truck/spec.ts';
import { truck } from '../truck/truck.ts';

/** Sums over a fleet. */
export interface FleetStats {
  readonly terminals: number;
  readonly connected: number;
  readonly sent: number;
  readonly acked: number;
  readonly ackedSamples: number;
  readonly reconnects: number;
  /** Messages kept and not acknowledged. */
  readonly unacked: number;
  /** Messages overwritten because a terminal's memory was full. */
  readonly dropped: number;
  /** The time the trucks live in, epoch seconds. */
  readonly simulatedSec: number;
  readonly lastError: string | null;
}

/** How a fleet is run. */
export interface RunFleetOptions {
  readonly specs: readonly TruckSpec[];
  /** Secret of a terminal. */
  readonly credentials: (terminalId: string) => string;
  /** The broker: `mqtt://127.0.0.1:1883`. */
  readonly url: string;
  /** Simulated seconds a second; 1 unless told. At 1 and without `toSec` the trucks live in the present. */
  readonly speed?: number;
  /** From when on records are sent [epoch s]; in the present two minutes ago unless told, otherwise also where the trucks' clock begins. */
  readonly fromSec?: number;
  /** Where it ends [epoch s]: the run resolves when everything up to there is acknowledged. Never unless told. */
  readonly toSec?: number;
  /** Ends the run: what is due is sent for at most two seconds, then every link is closed. */
  readonly signal: AbortSignal;
  readonly onStats?: (stats: FleetStats) => void;
  /** Faults of the network; none unless told. */
  readonly badLink?: Omit<BadLinkOptions, 'seed'>;
  readonly ledger?: TerminalLedger;
}

const CATCH_UP_S = 120;
const TICK_MS = 250;
const STATS_MS = 5000;
const STOP_MS = 2000;
/** Trucks connect one after another, this far apart [ms]. */
const STAGGER_MS = 40;
/** Longest turn of making messages before others get the thread [ms]. */
const TURN_MS = 8;
/** A faster clock than the link can carry waits for it: no more than this kept unacknowledged. */
const FAST_BACKLOG = 200;

interface Unit {
  readonly terminal: Terminal;
  readonly source: MessageSource;
  nextSec: number;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

function statsOf(units: readonly Unit[], simulatedSec: number): FleetStats {
  const all = units.map(({ terminal }) => terminal.stats());
  const sum = (pick: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + pick(one), 0);
  return {
    terminals: all.length,
    connected: sum(({ connected }) => (connected ? 1 : 0)),
    sent: sum(({ sent }) => sent),
    acked: sum(({ acked }) => acked),
    ackedSamples: sum(({ ackedSamples }) => ackedSamples),
    reconnects: sum(({ reconnects }) => reconnects),
    unacked: sum(({ waiting, inFlight }) => waiting + inFlight),
    dropped: sum(({ dropped }) => dropped),
    simulatedSec,
    lastError: all.find(({ lastError }) => lastError !== null)?.lastError ?? null,
  };
}

/**
 * Runs trucks against a broker, as their terminals would, until the signal or `toSec`. Resolves with the final sums. A broker that is
 * away is no error: the terminals keep their messages and come back.
 */
export async function runFleet(options: RunFleetOptions): Promise<FleetStats> {
  const { signal } = options;
  const speed = options.speed ?? 1;
  const startMs = Date.now();
  const fromSec = Math.floor(options.fromSec ?? startMs / 1000 - CATCH_UP_S);
  const present = speed === 1 && options.toSec === undefined;
  const origin = present ? startMs / 1000 : fromSec;
  const end = options.toSec ?? Number.POSITIVE_INFINITY;
  // A fast clock that has caught up with the present goes on with it: no terminal speaks of the future.
  const nowSec = (): number => Math.min(end, Date.now() / 1000, origin + ((Date.now() - startMs) / 1000) * speed);

  const units: Unit[] = [];
  const running: Promise<void>[] = [];
  const begun = (async () => {
    for (const spec of options.specs) {
      if (signal.aborted) return;
      const unit = unitOf(spec, options, fromSec, nowSec);
      units.push(unit);
      running.push(unit.terminal.run());
      await sleep(STAGGER_MS, signal);
    }
  })();

  let reported = Date.now();
  let finished = false;
  while (!signal.aborted && !finished) {
    await produce(units, nowSec(), speed, signal);
    if (Date.now() - reported >= STATS_MS) {
      reported = Date.now();
      options.onStats?.(statsOf(units, nowSec()));
    }
    finished =
      units.length === options.specs.length && units.every(({ terminal, nextSec }) => nextSec > end && terminal.unacked === 0);
    if (!finished) await sleep(TICK_MS, signal);
  }
  await begun;
  await Promise.all(units.map(({ terminal }) => terminal.stop(STOP_MS)));
  await Promise.all(running);
  const stats = statsOf(units, nowSec());
  options.onStats?.(stats);
  return stats;
}

function unitOf(spec: TruckSpec, options: RunFleetOptions, fromSec: number, nowSec: () => number): Unit {
  const source = new MessageSource(truck(spec));
  const { id } = spec.terminal;
  const good = mqttTransport({ url: options.url, terminalId: id, secret: options.credentials(id) });
  const transport = options.badLink === undefined ? good : badLink(good, { ...options.badLink, seed: spec.seed });
  // A truck that was out of reach has its backlog in memory when it connects.
  const backlogS = faultsAt(spec, fromSec).backlogHours * 3600;
  const terminal = createTerminal(source, transport, nowSec, options.ledger);
  return { terminal, source, nextSec: source.nextSendSec(fromSec - backlogS + 1) };
}

/** Hands every terminal the messages that are due, in short turns. */
async function produce(units: readonly Unit[], nowSec: number, speed: number, signal: AbortSignal): Promise<void> {
  let turn = performance.now();
  for (const unit of units) {
    const period = unit.source.truck.spec.terminal.uploadPeriodS;
    while (unit.nextSec <= nowSec && !signal.aborted) {
      if (speed > 1 && unit.terminal.unacked >= FAST_BACKLOG) break;
      for (const { payload, samples, sendSec } of unit.source.window(unit.nextSec))
        unit.terminal.offer(payload, samples, sendSec);
      unit.nextSec += period;
      if (performance.now() - turn > TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turn = performance.now();
      }
    }
  }
}
