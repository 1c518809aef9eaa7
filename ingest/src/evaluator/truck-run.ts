import { type Db, retentionFloors, type Step } from '@plume/db';
import {
  type DayMark,
  databaseMicros,
  failMarkStep,
  lastSampleBefore,
  markDayStep,
  marksOf,
  oweJudgementStep,
  type RuleSettings,
  removeMarkStep,
  renewMarkStep,
  renewMonthSteps,
  replaceMinutesSteps,
  replaceSlicesSteps,
  type StoredDay,
  saveDayStep,
  saveVerdictsStep,
  storedDays,
  storedSummaries,
  type TruckHistory,
  truckHistory,
} from '@plume/db/evaluation';
import { type Overrides, parametersWith } from '../rules/index.ts';
import { addDays, DAY_S, dayStartSec, later } from './beijing-days.ts';
import { type ComputedDay, WINDOW_DAYS } from './compute-core.ts';
import { ComputeError, ComputeLost, type Computer } from './compute-thread.ts';
import { type DayData, dayInput, factsOfDay, hasRecords, readDay } from './day-reader.ts';
import { figureRow, verdictRow } from './day-rows.ts';
import { factsAt, inServiceOn, inServiceSince } from './facts.ts';
import { FindingBook, type FindingChange } from './finding-book.ts';
import { LeadBook } from './lead-book.ts';
import type { ReferenceBook } from './references.ts';
import type { SampleStock } from './sample-stock.ts';
import { settingsOn } from './settings.ts';

/** Samples of the last minutes of a day are the lead-in of the next [s]. */
const LEAD_IN_S = 900;
const RETRY_FIRST_S = 60;
const RETRY_MAX_S = 6 * 3600;

/** Marked days of one truck, ascending, all of one reference month. */
export interface TruckOrder {
  readonly vehicleId: number;
  readonly marks: readonly DayMark[];
}

export interface TruckRunDeps {
  readonly db: Db;
  readonly computer: Computer;
  readonly references: ReferenceBook;
  /** What days are read into. */
  readonly stock: SampleStock;
  readonly settings: readonly RuleSettings[];
  /** Writes in one transaction under the evaluator's lease. */
  readonly write: (steps: readonly Step[]) => Promise<void>;
  readonly nowSec: () => number;
  /** True when the evaluator stops: the run ends after the day under way, and its marks stay. */
  readonly stopping: () => boolean;
}

/** What a run did. */
export interface TruckReport {
  days: number;
  samples: number;
  /** Days whose samples, or those of the days they are judged by, are no longer kept: what stands of them stays. */
  kept: number;
  failures: { readonly day: string; readonly error: string }[];
  changes: FindingChange[];
}

/**
 * Evaluates marked days of one truck, in order, and what depends on them: stage 1 of each, then stage 2 of it and, when its summary changed, of
 * the evaluated days up to 29 later. Each day is one transaction; the marks go with the last. Evaluating again what was evaluated already
 * writes nothing.
 */
export async function runTruck(deps: TruckRunDeps, order: TruckOrder): Promise<TruckReport> {
  const run = await TruckRun.open(deps, order);
  return await run.execute();
}

/** What retention has left: from which Beijing day on there are samples, truck-days, and truck-days to judge others by. */
interface Floors {
  readonly samplesFrom: string;
  readonly daysFrom: string;
  readonly judgedFrom: string;
}

async function floorsOf(db: Db): Promise<Floors> {
  const floors = new Map((await retentionFloors(db)).map(({ tier, before }) => [tier, before]));
  const daysFrom = floors.get('days') ?? '';
  return {
    samplesFrom: floors.get('samples') ?? '',
    daysFrom,
    judgedFrom: daysFrom === '' ? '' : addDays(daysFrom, WINDOW_DAYS - 1),
  };
}

/** Tells the computer all that these days of a truck can rest on, and that can rest on them. */
async function openTruck({ db, computer }: TruckRunDeps, vehicleId: number, marks: readonly DayMark[]): Promise<void> {
  const from = addDays(marks[0]?.day ?? '', 1 - WINDOW_DAYS);
  const until = addDays(marks.at(-1)?.day ?? '', WINDOW_DAYS);
  await computer.run({ kind: 'openTruck', summaries: await storedSummaries(db, vehicleId, from, until) });
}

class TruckRun {
  readonly #deps: TruckRunDeps;
  readonly #marks: readonly DayMark[];
  readonly #history: TruckHistory;
  readonly #readMicros: number;
  /** Evaluated days from the first marked one on, as they stand in the database. */
  readonly #stored: Map<string, StoredDay>;
  readonly #floors: Floors;
  readonly #lastBefore: number | null;
  /** Days that are marked beside this run's: they are judged when their turn comes. */
  readonly #pending: ReadonlySet<string>;
  readonly #findings: FindingBook;
  readonly #leads: LeadBook;
  readonly #report: TruckReport = { days: 0, samples: 0, kept: 0, failures: [], changes: [] };
  readonly #failed = new Set<DayMark>();
  /** The last day that a changed summary reaches to: of this run, or of one that did not come to its end. */
  #affectedUntil: string;
  /** A day of each month whose sums are to be made anew: of this run, or of one that did not come to its end. */
  readonly #months = new Map<string, string>();
  /** The transaction under way. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    deps: TruckRunDeps,
    order: TruckOrder,
    at: {
      history: TruckHistory;
      readMicros: number;
      stored: readonly StoredDay[];
      floors: Floors;
      lastBefore: number | null;
      pending: readonly string[];
      findings: FindingBook;
      leads: LeadBook;
    },
  ) {
    this.#deps = deps;
    this.#marks = order.marks;
    this.#history = at.history;
    this.#readMicros = at.readMicros;
    this.#stored = new Map(at.stored.map((day) => [day.day, day]));
    this.#floors = at.floors;
    this.#lastBefore = at.lastBefore;
    const own = new Set(order.marks.map((mark) => mark.day));
    this.#pending = new Set(at.pending.filter((day) => !own.has(day)));
    this.#findings = at.findings;
    this.#leads = at.leads;
    this.#affectedUntil = order.marks.reduce((day, mark) => later(day, mark.judgeUntil ?? ''), '');
    for (const { day, judgeUntil } of order.marks) if (judgeUntil !== null) this.#months.set(monthOf(day), day);
  }

  static async open(deps: TruckRunDeps, order: TruckOrder): Promise<TruckRun> {
    const { db } = deps;
    const { vehicleId } = order;
    const first = order.marks[0]?.day;
    const last = order.marks.at(-1)?.day;
    if (first === undefined || last === undefined) throw new RangeError('a run without days');
    const readMicros = await databaseMicros(db);
    const history = await truckHistory(db, vehicleId);
    if (history === null) throw new RangeError(`there is no truck ${vehicleId}`);
    const until = addDays(last, WINDOW_DAYS);
    await openTruck(deps, vehicleId, order.marks);
    return new TruckRun(deps, order, {
      history,
      readMicros,
      stored: await storedDays(db, vehicleId, first, until),
      floors: await floorsOf(db),
      lastBefore: await lastSampleBefore(db, vehicleId, first),
      pending: await marksOf(db, vehicleId, first, until),
      findings: await FindingBook.open(db, vehicleId, first, until),
      leads: await LeadBook.open(
        db,
        history,
        first,
        (day) => parametersWith(settingsOn(deps.settings, day)?.overrides ?? {}).verdicts.closeAfterDays,
      ),
    });
  }

  async execute(): Promise<TruckReport> {
    try {
      await this.#evaluateDays();
      await this.#writing;
    } finally {
      // Whoever tries again reads what this run has written, whatever ended it.
      await this.#writing.catch(() => undefined);
    }
    return this.#report;
  }

  async #evaluateDays(): Promise<void> {
    let next = this.#read(0);
    for (const [at, mark] of this.#marks.entries()) {
      const data = await next;
      if (this.#deps.stopping()) break;
      // The next day is read while this one is computed.
      next = this.#read(at + 1);
      if (data) await this.#evaluate(mark, data, at + 1 === this.#marks.length);
    }
    await next;
  }

  /** Writes after what is being written; the next day is computed meanwhile. What fails is told by the next that waits. */
  async #write(steps: readonly Step[]): Promise<void> {
    await this.#writing;
    this.#writing = this.#deps.write(steps);
    this.#writing.catch(() => undefined);
  }

  #read(at: number): Promise<DayData | null> {
    const mark = this.#marks[at];
    const reading = mark ? readDay(this.#deps.db, this.#history, mark.day, this.#deps.stock.take()) : Promise.resolve(null);
    // Until it is waited for, its failure is nobody's.
    reading.catch(() => undefined);
    return reading;
  }

  async #evaluate(mark: DayMark, data: DayData, isLast: boolean): Promise<void> {
    const steps: Step[] = [];
    try {
      steps.push(...(await this.#stageOne(mark, data)));
    } catch (error) {
      if (error instanceof ComputeLost) return await this.#afterLoss(mark, error, isLast);
      if (!(error instanceof ComputeError)) throw error;
      this.#fail(mark, error, steps);
    }
    const until = this.#nextMarked(mark.day);
    for (const day of [...this.#stored.keys()].sort()) {
      if (day <= mark.day || day >= until || day > this.#affectedUntil || this.#pending.has(day)) continue;
      try {
        steps.push(...(await this.#stageTwo(day, null, mark.reason)));
      } catch (error) {
        if (!(error instanceof ComputeError)) throw error;
        this.#fail(mark, error, steps);
        break;
      }
    }
    steps.push(...this.#leads.steps());
    if (isLast) steps.push(...this.#settle());
    if (steps.length > 0) await this.#write(steps);
  }

  /** The thread that knew the truck is gone: the day that ended it waits, and another thread is told what is stored. */
  async #afterLoss(mark: DayMark, error: Error, isLast: boolean): Promise<void> {
    const steps: Step[] = [];
    this.#fail(mark, error, steps);
    if (isLast) steps.push(...this.#settle());
    await this.#write(steps);
    // What it is told is what is stored.
    await this.#writing;
    await openTruck(this.#deps, this.#history.id, this.#marks);
  }

  /** Stage 1 of a marked day, and its own stage 2. */
  async #stageOne(mark: DayMark, data: DayData): Promise<Step[]> {
    const { day } = mark;
    const { computer } = this.#deps;
    const before = this.#stored.get(day);
    const known = hasRecords(data);
    if (this.#isGone(data, before)) {
      this.#report.kept += 1;
      return before === undefined ? [] : await this.#stageTwo(day, null, mark.reason);
    }
    // A truck that is not in service is not asked for a day of which there is nothing.
    if (!known && before === undefined && !inServiceOn(this.#history, day)) return [];
    let made: ComputedDay | null = null;
    if (known) {
      const facts = factsOfDay(this.#history, data);
      const input = dayInput(data, facts, await this.#deps.references.find(day, facts));
      made = await computer.run({ kind: 'computeDay', vehicleId: this.#history.id, input, overrides: this.#overridesOn(day) });
      this.#deps.stock.giveBack(made.samples);
    } else await computer.run({ kind: 'dropDay', day });
    this.#report.days += 1;
    this.#report.samples += data.own;
    const steps: Step[] = [];
    const lastSec = made?.figures.lastSec ?? null;
    const figuresChanged = (made?.hash ?? null) !== (before?.summaryHash ?? null);
    const minutesChanged = (made?.minutesHash ?? null) !== (before?.minutesHash ?? null);
    if (minutesChanged) steps.push(...replaceMinutesSteps(this.#history.id, data.fromSec, data.toSec, made?.minutes ?? null));
    if (figuresChanged || minutesChanged) {
      steps.push(...replaceSlicesSteps(this.#history.id, day, made?.slices ?? null, made?.cells ?? null));
      this.#months.set(monthOf(day), day);
      const until = addDays(day, WINDOW_DAYS);
      this.#affectedUntil = later(this.#affectedUntil, until);
      steps.push(oweJudgementStep(mark, until));
      const reach = Math.max(lastSec ?? 0, before?.lastSec ?? 0);
      if (reach >= data.toSec - LEAD_IN_S) steps.push(...this.#orderTomorrow(day));
    }
    this.#stored.set(day, {
      day,
      untilSec: before?.untilSec ?? 0,
      lastSec,
      summaryHash: made?.hash ?? null,
      minutesHash: made?.minutesHash ?? null,
      outcomesHash: before?.outcomesHash ?? '',
      samples: data.own,
    });
    steps.push(...(await this.#stageTwo(day, { made, changed: figuresChanged || minutesChanged }, mark.reason)));
    return steps;
  }

  /**
   * Whether what a day was made of is no longer there, so that it would only lose by being made anew. Samples are never taken away but by
   * retention: a day that has fewer than it was made of has lost some, whoever dropped them.
   */
  #isGone(data: DayData, before: StoredDay | undefined): boolean {
    if (data.own < (before?.samples ?? 0) || this.#floors.daysFrom > data.day) return true;
    return before === undefined && !hasRecords(data) && data.day < this.#floors.samplesFrom;
  }

  /** The end of a day is the lead-in of the next, which is computed anew unless it is about to be. */
  #orderTomorrow(day: string): Step[] {
    const tomorrow = addDays(day, 1);
    const computed = (this.#stored.get(tomorrow)?.summaryHash ?? null) !== null;
    if (!computed || this.#marks.some((mark) => mark.day === tomorrow)) return [];
    return [markDayStep(this.#history.id, tomorrow, 'the day before changed')];
  }

  #overridesOn(day: string): Overrides {
    return settingsOn(this.#deps.settings, day)?.overrides ?? {};
  }

  /** Stage 2 of a day; with `stageOne`, what stage 1 has just made of it is written along. */
  async #stageTwo(
    day: string,
    stageOne: { readonly made: ComputedDay | null; readonly changed: boolean } | null,
    because: string,
  ): Promise<Step[]> {
    const stored = this.#stored.get(day);
    // A day is judged by those before it: where they are gone, what it was judged stays.
    if (stored === undefined || day < this.#floors.judgedFrom) return [];
    const endSec = dayStartSec(day) + DAY_S;
    const untilSec = Math.min(endSec, Math.max(this.#deps.nowSec(), stored.lastSec ?? 0));
    const facts = factsAt(this.#history, stored.lastSec ?? endSec - 1);
    const reference = await this.#deps.references.find(day, facts);
    const settings = settingsOn(this.#deps.settings, day);
    const judged = await this.#deps.computer.run({
      kind: 'judge',
      request: {
        date: day,
        facts,
        reference,
        inService: inServiceOn(this.#history, day),
        lastSampleSec: this.#lastSampleUpTo(day),
        fittedSec: inServiceSince(this.#history, day),
        untilSec,
      },
      overrides: settings?.overrides ?? {},
    });
    const closes = untilSec === endSec && stored.untilSec !== endSec;
    const found = this.#findings.steps(day, judged, because);
    this.#report.changes.push(...found.changes);
    this.#leads.note(day, judged.verdicts);
    const row = verdictRow(judged, { untilSec, settingsId: settings?.id ?? null, referenceId: reference?.id ?? null });
    const steps: Step[] = [];
    if (stageOne && (stageOne.changed || stored.outcomesHash === ''))
      steps.push(saveDayStep(this.#history.id, day, stageOne.made && figureRow(stageOne.made), row));
    else if (closes || judged.hash !== stored.outcomesHash) steps.push(saveVerdictsStep(this.#history.id, day, row));
    this.#stored.set(day, { ...stored, outcomesHash: judged.hash, untilSec });
    return [...steps, ...found.steps];
  }

  #lastSampleUpTo(day: string): number | null {
    let newest = this.#lastBefore;
    for (const stored of this.#stored.values())
      if (stored.day <= day && stored.lastSec !== null && stored.lastSec > (newest ?? Number.NEGATIVE_INFINITY))
        newest = stored.lastSec;
    return newest;
  }

  #nextMarked(day: string): string {
    return this.#marks.find((mark) => mark.day > day)?.day ?? '9999-12-31';
  }

  #fail(mark: DayMark, error: Error, steps: Step[]): void {
    this.#failed.add(mark);
    this.#report.failures.push({ day: mark.day, error: error.message });
    const retryS = Math.min(RETRY_MAX_S, RETRY_FIRST_S * 2 ** Math.min(20, mark.attempts));
    steps.push(failMarkStep(mark, error.message, retryS));
    // What earlier days owe would go with their marks.
    if (this.#affectedUntil > mark.day) steps.push(oweJudgementStep(mark, this.#affectedUntil));
  }

  /** Makes the months of changed days anew, and takes the marks away whose days, and the days after them, are done. */
  #settle(): Step[] {
    const months = [...this.#months.values()].flatMap((day) => renewMonthSteps(this.#history.id, day));
    const done = this.#marks.filter((mark) => !this.#failed.has(mark));
    return [...months, ...done.flatMap((mark) => [removeMarkStep(mark, this.#readMicros), renewMarkStep(mark)])];
  }
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}
