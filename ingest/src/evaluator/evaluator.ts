import { randomUUID } from 'node:crypto';
import { type Db, type Step, troubleOf } from '@plume/db';
import {
  countMarks,
  type DayMark,
  failMarkStep,
  holdLeaseStep,
  orderDayStep,
  type RuleSettings,
  returnLease,
  ruleSettings,
  type StandingMarks,
  standingMarks,
  takeLease,
} from '@plume/db/evaluation';
import type { CommittedListener } from '../committed.ts';
import { AlarmDesk, type AlarmEvent } from './alarm-desk.ts';
import { beijingDay } from './beijing-days.ts';
import { type Computer, ComputeThread } from './compute-thread.ts';
import type { FindingChange } from './finding-book.ts';
import { Housekeeping } from './housekeeping.ts';
import { ReferenceBook, referenceMonth } from './references.ts';
import { SampleStock } from './sample-stock.ts';
import { Schedule } from './schedule.ts';
import { runTruck, type TruckOrder, type TruckReport } from './truck-run.ts';
import { WakeableRest } from './wakeable-rest.ts';

const LEASE_S = 30;
const LEASE_RENEW_MS = 10_000;
/** Marks that are looked at in one go, of the past and of today each. */
const MARKS_AT_ONCE = 10_000;
const RETRY_MS = 1_000;
const RETRY_DAY_S = 600;
/** While the pipeline is busy, a truck waits for it, but no longer than this. */
const GIVE_WAY_MS = 25;
const GIVE_WAY_LIMIT_MS = 1_000;

export interface EvaluatorConfig {
  /** A day that goes on receiving records is evaluated again at most this often, and, where there are few, at least [ms]. */
  readonly everyMs?: number;
  readonly leastMs?: number;
  /** How often it is looked for work [ms]. */
  readonly pollMs?: number;
}

export interface EvaluatorDeps {
  readonly db: Db;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** Epoch milliseconds; absent: the system's clock. */
  readonly clock?: () => number;
  /** Whether messages wait for their commit: the evaluator gives way. */
  readonly busy?: () => boolean;
  /** Where committed samples are heard of, for alarms; absent: this process watches for none. */
  readonly committed?: (listener: CommittedListener) => () => void;
  /** Absent: a worker thread. */
  readonly computer?: Computer;
}

export interface EvaluatorStats {
  /** `standby`: another process evaluates this database. */
  readonly role: 'starting' | 'active' | 'standby';
  /** Days that are marked, of these those that failed, and the oldest; as of the last look. */
  readonly waiting: number;
  readonly failed: number;
  readonly oldestDay: string | null;
  readonly lastEvaluationMs: number | null;
  /** Since start. */
  readonly days: number;
  readonly samples: number;
  readonly failures: number;
  readonly busySeconds: number;
  readonly alarmsInForce: number;
  /** The month whose fleet references could not be made, and why: its days are judged without; null: none. */
  readonly referencesFailed: string | null;
  /** Why nothing is evaluated now; null while the database answers. */
  readonly away: { readonly sinceMs: number; readonly reason: string } | null;
}

export interface Evaluator {
  stats(): EvaluatorStats;
  /** Evaluates a day of a truck as soon as its turn comes. Resolves when it is done; rejects when it failed. */
  evaluateNow(vehicleId: number, day: string): Promise<void>;
  /** Resolves when nothing is due any more, and alarms of what was committed so far are raised. */
  idle(): Promise<void>;
  /** Hears of findings that appear, change or are withdrawn, after the transaction. */
  onFindings(listener: (vehicleId: number, changes: readonly FindingChange[]) => void): () => void;
  /** Hears of alarms that are raised or end, after they were stored. */
  onAlarm(listener: (event: AlarmEvent) => void): () => void;
  /** Ends after the day under way, or at once after `graceMs`; a day half done is done again at the next start. */
  stop(graceMs: number): Promise<void>;
}

/** Starts evaluating: marked days, oldest first, days under way every few minutes, ended days once they have ended. */
export function startEvaluator(config: EvaluatorConfig, deps: EvaluatorDeps): Evaluator {
  return new Loop(config, deps);
}

interface Waiter {
  readonly vehicleId: number;
  readonly day: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class Loop implements Evaluator {
  readonly #deps: EvaluatorDeps;
  readonly #db: Db;
  readonly #clock: () => number;
  readonly #pollMs: number;
  readonly #computer: Computer;
  readonly #schedule: Schedule;
  readonly #references: ReferenceBook;
  readonly #stock = new SampleStock();
  readonly #housekeeping: Housekeeping;
  readonly #alarms: AlarmDesk | null;
  readonly #holder = randomUUID();
  readonly #rest = new WakeableRest();
  readonly #listeners = new Set<(vehicleId: number, changes: readonly FindingChange[]) => void>();
  #waiters: Waiter[] = [];
  #idlers: (() => void)[] = [];
  #leasedAtMs = Number.NEGATIVE_INFINITY;
  #stopping = false;
  readonly #running: Promise<void>;
  readonly #stats = {
    role: 'starting' as EvaluatorStats['role'],
    waiting: 0,
    failed: 0,
    oldestDay: null as string | null,
    lastEvaluationMs: null as number | null,
    days: 0,
    samples: 0,
    failures: 0,
    busySeconds: 0,
    referencesFailed: null as string | null,
    away: null as EvaluatorStats['away'],
  };

  constructor(config: EvaluatorConfig, deps: EvaluatorDeps) {
    this.#deps = deps;
    this.#db = deps.db;
    this.#clock = deps.clock ?? Date.now;
    this.#pollMs = config.pollMs ?? 5_000;
    this.#computer = deps.computer ?? new ComputeThread();
    this.#schedule = new Schedule({ everyMs: config.everyMs ?? 300_000, leastMs: config.leastMs ?? 60_000 });
    this.#references = new ReferenceBook({
      db: deps.db,
      computer: this.#computer,
      write: (steps) => this.#write(steps),
      clock: this.#clock,
    });
    this.#housekeeping = new Housekeeping(deps.db, this.#clock);
    this.#alarms = deps.committed
      ? new AlarmDesk({ db: deps.db, log: deps.log, clock: this.#clock, committed: deps.committed })
      : null;
    this.#running = this.#run();
  }

  stats(): EvaluatorStats {
    return { ...this.#stats, alarmsInForce: this.#alarms?.inForce ?? 0 };
  }

  async evaluateNow(vehicleId: number, day: string): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ vehicleId, day, resolve, reject }));
    done.catch(() => undefined);
    await this.#db.batch([orderDayStep(vehicleId, day)], 'job');
    this.#rest.wake();
    await done;
  }

  async idle(): Promise<void> {
    const done = new Promise<void>((resolve) => this.#idlers.push(resolve));
    this.#rest.wake();
    await Promise.all([done, this.#alarms?.settle()]);
  }

  onAlarm(listener: (event: AlarmEvent) => void): () => void {
    return this.#alarms?.onAlarm(listener) ?? (() => undefined);
  }

  onFindings(listener: (vehicleId: number, changes: readonly FindingChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#rest.wake();
    const giveUp = setTimeout(() => void this.#computer.stop(), graceMs);
    await Promise.all([this.#running, this.#alarms?.stop()]);
    clearTimeout(giveUp);
    await this.#computer.stop();
    for (const { reject } of this.#waiters) reject(new Error('the evaluator has stopped'));
    for (const resolve of this.#idlers) resolve();
    await returnLease(this.#db, this.#holder).catch((error: unknown) => {
      // Without it the next process waits for the lease to run out.
      this.#deps.log.warn({ err: error }, 'the lease of evaluating could not be given back');
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        const worked = (await this.#holdLease()) && (await this.#turn());
        this.#stats.away = null;
        if (!worked && !this.#stopping) await this.#rest.sleep(this.#pollMs);
      } catch (error) {
        await this.#trouble(error);
      }
    }
  }

  /** One look at what waits, and work for as long as the look is fresh. Answers whether there was any. */
  async #turn(): Promise<boolean> {
    // Those who ask from now on have something newer in mind than this look sees.
    const idlers = [...this.#idlers];
    const kept = await this.#housekeeping.look();
    const today = beijingDay(this.#clock() / 1000);
    const looked = await standingMarks(this.#db, today, MARKS_AT_ONCE);
    let standing = looked;
    // After the marks: settings that are recorded later mark anew what is looked at here.
    const settings = await ruleSettings(this.#db);
    this.#schedule.keepOnly(standing);
    Object.assign(this.#stats, await countMarks(this.#db));
    const until = this.#clock() + this.#pollMs;
    let worked = kept;
    for (;;) {
      const order = this.#schedule.next(standing, today, this.#clock());
      if (order === null || this.#stopping) break;
      worked = true;
      const month = referenceMonth(order.marks[0]?.day ?? '');
      // Made references mark the days that they are for. A day that was worked on since the look may have failed.
      if (await this.#makeReferences(month, looked.marks, settings)) return true;
      await this.#giveWay();
      await this.#runTruck(order, settings);
      standing = without(standing, order.marks);
      if (this.#clock() >= until || !(await this.#holdLease())) break;
    }
    // What kept references from being made may have been the last that was evaluated.
    if (!worked)
      for (const month of this.#references.unmade()) if (await this.#makeReferences(month, looked.marks, settings)) worked = true;
    if (worked) this.#housekeeping.hasWorked();
    else {
      this.#idlers = this.#idlers.filter((each) => !idlers.includes(each));
      for (const resolve of idlers) resolve();
    }
    return worked;
  }

  async #runTruck(order: TruckOrder, settings: readonly RuleSettings[]): Promise<void> {
    const startedMs = this.#clock();
    const began = performance.now();
    let report: TruckReport;
    try {
      report = await runTruck(
        {
          db: this.#db,
          computer: this.#computer,
          references: this.#references,
          stock: this.#stock,
          settings,
          write: (steps) => this.#write(steps),
          nowSec: () => this.#clock() / 1000,
          stopping: () => this.#stopping,
        },
        order,
      );
    } catch (error) {
      if (this.#stopping || troubleOf(error) === 'away' || troubleOf(error) === 'collision') throw error;
      report = await this.#failRun(order, error);
    }
    const tookMs = performance.now() - began;
    this.#schedule.done(order, startedMs, tookMs);
    this.#note(order, report, tookMs);
  }

  /** Code of ours failed on a month's references: its days are judged without them, and again once they are made. */
  async #makeReferences(month: string, marks: readonly DayMark[], settings: readonly RuleSettings[]): Promise<boolean> {
    try {
      const made = await this.#references.make(month, marks, settings);
      if (made) this.#stats.referencesFailed = null;
      return made;
    } catch (error) {
      if (this.#stopping || troubleOf(error) === 'away' || troubleOf(error) === 'collision') throw error;
      this.#references.putOff(month);
      this.#stats.referencesFailed = `${month}: ${error instanceof Error ? error.message : String(error)}`;
      this.#deps.log.error({ err: error, month }, 'the references of a month could not be made; days are judged without them');
      return false;
    }
  }

  /** Code of ours failed on a truck, or its values cannot be stored: its days wait, the others go on. */
  async #failRun({ marks }: TruckOrder, error: unknown): Promise<TruckReport> {
    const message = error instanceof Error ? error.message : String(error);
    this.#deps.log.error({ err: error, vehicleId: marks[0]?.vehicleId }, 'a truck could not be evaluated');
    await this.#write(marks.map((mark) => failMarkStep(mark, message, RETRY_DAY_S)));
    return { days: 0, samples: 0, kept: 0, changes: [], failures: marks.map(({ day }) => ({ day, error: message })) };
  }

  #note(order: TruckOrder, report: TruckReport, tookMs: number): void {
    const stats = this.#stats;
    stats.days += report.days;
    stats.samples += report.samples;
    stats.failures += report.failures.length;
    stats.busySeconds += tookMs / 1000;
    stats.lastEvaluationMs = this.#clock();
    for (const failure of report.failures)
      this.#deps.log.error({ vehicleId: order.vehicleId, ...failure }, 'a day could not be evaluated');
    if (report.kept > 0)
      this.#deps.log.info(
        { vehicleId: order.vehicleId, days: report.kept },
        'days keep what they were evaluated to: their samples are no longer kept',
      );
    if (report.changes.length > 0) for (const listener of this.#listeners) listener(order.vehicleId, report.changes);
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.vehicleId !== order.vehicleId || !order.marks.some((mark) => mark.day === waiter.day)) return true;
      const failure = report.failures.find((each) => each.day === waiter.day);
      if (failure) waiter.reject(new Error(failure.error));
      else waiter.resolve();
      return false;
    });
  }

  async #write(steps: readonly Step[]): Promise<void> {
    await this.#db.batch([holdLeaseStep(this.#holder, LEASE_S), ...steps], 'job');
  }

  /** On the embedded engine no other process can be, so a lease that a crash left behind is not waited for. */
  async #holdLease(): Promise<boolean> {
    if (performance.now() - this.#leasedAtMs < LEASE_RENEW_MS) return true;
    const mine = await takeLease(this.#db, this.#holder, LEASE_S, this.#db.kind === 'embedded');
    this.#leasedAtMs = mine ? performance.now() : Number.NEGATIVE_INFINITY;
    this.#stats.role = mine ? 'active' : 'standby';
    return mine;
  }

  async #giveWay(): Promise<void> {
    for (let waited = 0; waited < GIVE_WAY_LIMIT_MS && this.#deps.busy?.(); waited += GIVE_WAY_MS)
      await this.#rest.sleep(GIVE_WAY_MS);
  }

  /** An outage is waited out; a collision, or a lease that went to another, is looked at anew; anything else is told and tried again. */
  async #trouble(error: unknown): Promise<void> {
    if (this.#stopping) return;
    this.#leasedAtMs = Number.NEGATIVE_INFINITY;
    const trouble = troubleOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    if (trouble === 'away') {
      if (!this.#stats.away) this.#deps.log.warn({ reason }, 'database away; nothing is evaluated until it is back');
      this.#stats.away ??= { sinceMs: this.#clock(), reason };
    } else if (trouble !== 'collision') this.#deps.log.error({ err: error }, 'the evaluator failed');
    await this.#rest.sleep(RETRY_MS);
  }
}

function without(standing: StandingMarks, done: readonly DayMark[]): StandingMarks {
  const gone = new Set(done);
  return { ...standing, marks: standing.marks.filter((mark) => !gone.has(mark)) };
}
