import type { Db, Step } from '@plume/db';
import {
  type DayMark,
  fleetReferences,
  makeReferencesSteps,
  type RuleSettings,
  referenceDays,
  referenceGroups,
  referencesMade,
  referenceTrucks,
} from '@plume/db/evaluation';
import { type FleetReference, FORMULA_VERSION, type Overrides, type TruckFacts } from '../rules/index.ts';
import { addDays, addMonths, beijingDay } from './beijing-days.ts';
import type { ComputedReference } from './compute-core.ts';
import type { Computer } from './compute-thread.ts';
import { settingsOn } from './settings.ts';

/** A month's references are made when the month before has been closed for this many days: what comes later does not change them. */
const CLOSED_FOR_DAYS = 3;
/** A day of the month before that cannot be evaluated holds the references up for so long, and then they are made without it. */
const FAILED_HOLD_UP_DAYS = 7;
/** Medians over so many trucks of one engine model do not move any more; bounds what is read at once. */
const MOST_TRUCKS = 300;
const RETRY_MS = 600_000;

/** The month whose references a day is judged with: its own from the fourth day on, before that the month before. */
export function referenceMonth(day: string): string {
  return addDays(day, -CLOSED_FOR_DAYS).slice(0, 7);
}

/** First and last day that a month's references are for. */
export function referenceSpan(month: string): { readonly from: string; readonly to: string } {
  return { from: addDays(`${month}-01`, CLOSED_FOR_DAYS), to: addDays(`${addMonths(month, 1)}-01`, CLOSED_FOR_DAYS - 1) };
}

export interface ReferenceDeps {
  readonly db: Db;
  readonly computer: Computer;
  /** Writes in one transaction under the evaluator's lease. */
  readonly write: (steps: readonly Step[]) => Promise<void>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The frozen fleet references by month. */
export class ReferenceBook {
  readonly #deps: ReferenceDeps;
  /** Months that were made. */
  readonly #months = new Map<string, ReadonlyMap<string, FleetReference>>();
  /** Months that were not made when they were asked for; forgotten by `make`, which comes before each run. */
  readonly #missing = new Set<string>();
  readonly #notBeforeMs = new Map<string, number>();
  readonly #unmade = new Set<string>();

  constructor(deps: ReferenceDeps) {
    this.#deps = deps;
  }

  /** The reference for a truck's day; null when its month has none for its engine, or was not made yet. */
  async find(day: string, { engineModel, stage }: TruckFacts): Promise<FleetReference | null> {
    if (engineModel === null || stage === null) return null;
    const made = await this.#made(referenceMonth(day));
    return made?.get(keyOf(engineModel, stage)) ?? null;
  }

  /**
   * Makes the references of a month, once, when the month before has been evaluated: when no day of it, or before it, waits, or has failed
   * (a day that fails for good holds them up for `FAILED_HOLD_UP_DAYS` alone), and it has days at all. Answers whether they were made now.
   */
  async make(month: string, standing: readonly DayMark[], settings: readonly RuleSettings[]): Promise<boolean> {
    const { clock } = this.#deps;
    this.#unmade.add(month);
    this.#missing.clear();
    if ((this.#notBeforeMs.get(month) ?? 0) > clock()) return false;
    const span = referenceSpan(month);
    const heldUp = addDays(span.from, FAILED_HOLD_UP_DAYS) > beijingDay(clock() / 1000);
    if (standing.some((mark) => mark.day < `${month}-01` && (heldUp || !mark.waits))) return false;
    if ((await this.#made(month)) !== null) {
      this.#unmade.delete(month);
      return false;
    }
    const from = `${addMonths(month, -1)}-01`;
    const to = addDays(`${month}-01`, -1);
    const made = await this.#compute(month, from, to, settingsOn(settings, span.from)?.overrides ?? {});
    if (made.truckDays === 0) {
      // Late records may still bring some.
      this.putOff(month);
      return false;
    }
    const rows = made.rows.map(({ text, ...row }) => ({ ...row, month, reference: text }));
    await this.#deps.write(
      makeReferencesSteps({ month, truckDays: made.truckDays, formula: FORMULA_VERSION }, rows, span.from, span.to),
    );
    return true;
  }

  /** Months that were asked for and not made, in order: days were judged without them. */
  unmade(): string[] {
    return [...this.#unmade].sort();
  }

  /** Not to be tried again for a while. */
  putOff(month: string): void {
    this.#notBeforeMs.set(month, this.#deps.clock() + RETRY_MS);
  }

  async #compute(
    month: string,
    from: string,
    to: string,
    overrides: Overrides,
  ): Promise<{ readonly rows: ComputedReference[]; readonly truckDays: number }> {
    const { db, computer } = this.#deps;
    const rows: ComputedReference[] = [];
    let truckDays = 0;
    for (const group of await referenceGroups(db, from, to)) {
      const trucks: { vin: string; texts: readonly string[] }[] = [];
      for (const { vehicleId, vin } of await referenceTrucks(db, group, from, to, MOST_TRUCKS)) {
        const texts = await referenceDays(db, vehicleId, group, from, to);
        trucks.push({ vin, texts });
        truckDays += texts.length;
      }
      rows.push(...(await computer.run({ kind: 'makeReferences', month, trucks, overrides })));
    }
    return { rows, truckDays };
  }

  async #made(month: string): Promise<ReadonlyMap<string, FleetReference> | null> {
    const known = this.#months.get(month);
    if (known) return known;
    if (this.#missing.has(month)) return null;
    if (!(await referencesMade(this.#deps.db, month))) {
      this.#missing.add(month);
      return null;
    }
    const references = (await fleetReferences(this.#deps.db, month)).map((text) => JSON.parse(text) as FleetReference);
    const made = new Map(references.map((each) => [keyOf(each.engineModel, each.stage), each]));
    this.#months.set(month, made);
    return made;
  }
}

function keyOf(engineModel: string, stage: string): string {
  return JSON.stringify([engineModel, stage]);
}
