import { type ApiCall, demoBeginning } from '@plume/api';
import {
  backdateAssignmentsStep,
  beginDemoStep,
  countDemo,
  type Db,
  type DemoPlan,
  demoPlan,
  demoVehiclesOf,
  demoWrittenSteps,
  endDemoStep,
  holdDemoStep,
  inBackground,
  type JobRunner,
  type Registry,
  removeDemo,
} from '@plume/db';
import { startIngest } from '@plume/ingest';
import { runDemo } from '@plume/simulators';
import type pino from 'pino';
import { INGEST_GRACE_MS } from './limits.ts';

const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;
/** The history of a few trucks is written in less than this, on any machine. */
const HISTORY_LIMIT_S = 3_600;

/** What the simulated trucks need of the service that they report to. */
export interface SimulationDeps {
  readonly db: Db;
  readonly registry: Registry;
  readonly log: pino.Logger;
  /** Where its MQTT door is. */
  url(): string;
  readonly call: ApiCall;
  /** Whether what was sent waits for its commit: then history gives way. */
  busy(): boolean;
}

/** The simulated trucks of a service: begun, ended and begun again. */
export class Simulation {
  historyShare: number | null = null;
  readonly #deps: SimulationDeps;
  #ending = new AbortController();
  #under: Promise<void> | null = null;
  #stopped = false;
  #toldTenths = 0;

  constructor(deps: SimulationDeps) {
    this.#deps = deps;
  }

  get running(): boolean {
    return this.#under !== null;
  }

  begin(): void {
    if (this.#under || this.#stopped) return;
    this.#ending = new AbortController();
    this.#toldTenths = 0;
    this.#under = drive(this.#deps, this.#ending.signal, (share) => this.#tell(share))
      .catch((error: unknown) => this.#deps.log.error({ err: error }, 'the simulated trucks stopped'))
      .finally(() => {
        this.#under = null;
        this.historyShare = null;
      });
  }

  /** Ends them; they may be begun again. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#under;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.end();
  }

  #tell(share: number): void {
    const tenths = Math.floor(share * 10);
    const whole = share >= 1;
    if (tenths > this.#toldTenths && (this.historyShare !== null || !whole))
      process.stdout.write(
        whole ? 'Demonstration: three days of history are written\n' : `Demonstration: history ${tenths * 10} %\n`,
      );
    this.#toldTenths = tenths;
    this.historyShare = whole ? null : share;
  }
}

/** Drives the trucks of the demonstration that is wanted, until the signal. */
async function drive(deps: SimulationDeps, signal: AbortSignal, onProgress: (share: number) => void): Promise<void> {
  const { db, registry, log, call, busy } = deps;
  const begin = await demoToRun(db);
  if (begin === null) return;
  await runDemo({
    begin,
    call,
    url: deps.url(),
    openHistory: async () => {
      const past = await startIngest({ maxAgeDays: 0 }, { db: inBackground(db), registry, log });
      return { accept: (envelope) => past.accept(envelope), stop: () => past.stop(INGEST_GRACE_MS) };
    },
    entered: async () => {
      await db.batch([backdateAssignmentsStep(begin.historyFromSec, null)]);
      await registry.refresh();
    },
    begun: async (terminals) => {
      const lastDay = beijingDay(begin.liveFromSec - DAY_S);
      await db.batch([holdDemoStep(await demoVehiclesOf(db, terminals), lastDay, Date.now() / 1000 + HISTORY_LIMIT_S)]);
    },
    written: async (terminals) => {
      await db.batch(demoWrittenSteps(await demoVehiclesOf(db, terminals), terminals, begin.historyFromSec));
    },
    busy,
    onProgress,
    signal,
  });
}

/** The demonstration that is wanted; one that was added while nothing ran begins now. */
async function demoToRun(db: Db): Promise<DemoPlan | null> {
  const plan = await demoPlan(db);
  if (!plan?.wanted) return null;
  if (plan.written.length > 0 || (await countDemo(db)).demo > 0) return plan;
  await db.batch([endDemoStep(), beginDemoStep(demoBeginning(Date.now()))]);
  return (await demoPlan(db)) ?? null;
}

/** The Beijing calendar day of a time [epoch s]. */
function beijingDay(sec: number): string {
  return new Date((sec + BEIJING_S) * 1000).toISOString().slice(0, 10);
}

/**
 * Begins the demonstration that is wanted, and says so when there is none. A first start brings one; one that was removed is not brought
 * back, and a site with trucks of its own gets none unasked.
 */
export async function bringDemo(db: Db, simulation: Simulation): Promise<void> {
  const { demo, real } = await countDemo(db);
  if ((await demoPlan(db)) === undefined && demo + real === 0) await db.batch([beginDemoStep(demoBeginning(Date.now()))]);
  if ((await demoPlan(db))?.wanted) simulation.begin();
  else process.stdout.write('No simulated trucks: bring them with "npm run plume -- demo add"\n');
}

/** Ends the simulated trucks, then removes all that there is of them. */
export function demoRemovalRunner(db: Db, end: () => Promise<void>, tellDoors: () => Promise<void>): JobRunner {
  return async (_job, report) => {
    await end();
    const removed = await removeDemo(db, report);
    await tellDoors();
    return removed;
  };
}
