import type { Db, Step } from '@plume/db';
import {
  fleetReferences,
  makeReferencesSteps,
  type RuleSettings,
  referenceDays,
  referenceGroups,
  referencesMade,
} from '@plume/db/evaluation';
import { type FleetReference, FORMULA_VERSION, type TruckFacts } from '../rules/index.ts';
import { addDays, addMonths } from './beijing-days.ts';
import type { ComputedReference } from './compute-core.ts';
import type { Computer } from './compute-thread.ts';
import { settingsOn } from './settings.ts';

/** A month's references are made when the month before has been closed for this many days: what comes later does not change them. */
const CLOSED_FOR_DAYS = 3;

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
}

/** The frozen fleet references by month. */
export class ReferenceBook {
  readonly #deps: ReferenceDeps;
  /** Months that were made; those that were not are asked for again. */
  readonly #months = new Map<string, ReadonlyMap<string, FleetReference>>();

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
   * Makes the references of a month, once: when no day before the span that they are for waits to be evaluated. Answers whether they were
   * made now.
   */
  async make(month: string, oldestWaiting: string | null, settings: readonly RuleSettings[]): Promise<boolean> {
    const span = referenceSpan(month);
    if (oldestWaiting !== null && oldestWaiting < `${month}-01`) return false;
    if ((await this.#made(month)) !== null) return false;
    const { db, computer, write } = this.#deps;
    const from = `${addMonths(month, -1)}-01`;
    const to = addDays(`${month}-01`, -1);
    const overrides = settingsOn(settings, span.from)?.overrides ?? {};
    const rows: ComputedReference[] = [];
    let truckDays = 0;
    for (const group of await referenceGroups(db, from, to)) {
      const trucks: { vin: string; texts: readonly string[] }[] = [];
      for (let truck = await referenceDays(db, group, from, to, 0); truck; ) {
        trucks.push(truck);
        truckDays += truck.texts.length;
        truck = await referenceDays(db, group, from, to, truck.vehicleId);
      }
      rows.push(...(await computer.run({ kind: 'makeReferences', month, trucks, overrides })));
    }
    await write(
      makeReferencesSteps(
        { month, truckDays, formula: FORMULA_VERSION },
        rows.map(({ text, ...row }) => ({ ...row, month, reference: text })),
        span.from,
        span.to,
      ),
    );
    return true;
  }

  async #made(month: string): Promise<ReadonlyMap<string, FleetReference> | null> {
    const known = this.#months.get(month);
    if (known) return known;
    if (!(await referencesMade(this.#deps.db, month))) return null;
    const references = (await fleetReferences(this.#deps.db, month)).map((text) => JSON.parse(text) as FleetReference);
    const made = new Map(references.map((each) => [keyOf(each.engineModel, each.stage), each]));
    this.#months.set(month, made);
    return made;
  }
}

function keyOf(engineModel: string, stage: string): string {
  return JSON.stringify([engineModel, stage]);
}
