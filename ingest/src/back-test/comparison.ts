import type { Figures, FoldedOutcome, Lead, Level } from '../rules/index.ts';
import { foldLeads } from '../rules/index.ts';

/** Findings or leads that are told by name; the counts hold all of them. */
export const MOST_TOLD = 500;

/** A finding, as one side of a back-test has it. */
export interface TestedFinding {
  readonly id: string;
  readonly rule: string;
  readonly day: string;
  readonly level: Level;
  readonly figures: Figures;
  readonly limit: number | null;
}

/** A finding of one side alone, or of both at different levels. */
export interface FindingChange extends TestedFinding {
  readonly vehicleId: number;
  readonly vin: string;
  /** Level on the other side; null: it does not speak there. */
  readonly otherLevel: Level | null;
}

/** A lead of one side alone. */
export interface LeadChange {
  readonly id: string;
  readonly vehicleId: number;
  readonly vin: string;
  readonly cause: string;
  readonly level: Level;
  readonly firstDay: string;
  readonly lastDay: string;
}

/** How often a rule speaks: by the numbers in force, by the numbers tried, and what of it is new or gone. */
export interface RuleCount {
  inForce: number;
  tried: number;
  appear: number;
  vanish: number;
  otherLevel: number;
}

/** What a back-test came to. Lists hold the first `MOST_TOLD`; `more` says how many of each are not in them. */
export interface BackTestResult {
  readonly rules: Readonly<Record<string, RuleCount>>;
  readonly findings: {
    readonly appear: readonly FindingChange[];
    readonly vanish: readonly FindingChange[];
    readonly otherLevel: readonly FindingChange[];
  };
  readonly leads: {
    readonly inForce: number;
    readonly tried: number;
    readonly appear: readonly LeadChange[];
    readonly vanish: readonly LeadChange[];
  };
  readonly more: Readonly<
    Record<'findingsAppear' | 'findingsVanish' | 'findingsOtherLevel' | 'leadsAppear' | 'leadsVanish', number>
  >;
}

/** One truck's days on one side. */
export interface Side {
  readonly findings: readonly TestedFinding[];
  readonly days: readonly { readonly date: string; readonly outcomes: readonly FoldedOutcome[] }[];
  /** After how many clear days a lead closes, by the numbers in force on a date. */
  readonly closeAfterOn: (date: string) => number;
}

/** Adds up, truck by truck, what changed numbers would change. */
export class Comparison {
  readonly #rules = new Map<string, RuleCount>();
  readonly #appear = new Told<FindingChange>();
  readonly #vanish = new Told<FindingChange>();
  readonly #otherLevel = new Told<FindingChange>();
  readonly #leadsAppear = new Told<LeadChange>();
  readonly #leadsVanish = new Told<LeadChange>();
  #leadsInForce = 0;
  #leadsTried = 0;

  add(truck: { readonly vehicleId: number; readonly vin: string }, inForce: Side, tried: Side): void {
    const before = new Map(inForce.findings.map((finding) => [finding.id, finding]));
    const after = new Map(tried.findings.map((finding) => [finding.id, finding]));
    for (const finding of inForce.findings) this.#count(finding.rule).inForce += 1;
    for (const finding of tried.findings) {
      const count = this.#count(finding.rule);
      count.tried += 1;
      const known = before.get(finding.id);
      if (!known) {
        count.appear += 1;
        this.#appear.add({ ...truck, ...finding, otherLevel: null });
      } else if (known.level !== finding.level) {
        count.otherLevel += 1;
        this.#otherLevel.add({ ...truck, ...finding, otherLevel: known.level });
      }
    }
    for (const finding of inForce.findings)
      if (!after.has(finding.id)) {
        this.#count(finding.rule).vanish += 1;
        this.#vanish.add({ ...truck, ...finding, otherLevel: null });
      }
    this.#addLeads(
      truck,
      foldLeads(truck.vin, inForce.days, inForce.closeAfterOn),
      foldLeads(truck.vin, tried.days, tried.closeAfterOn),
    );
  }

  result(): BackTestResult {
    return {
      rules: Object.fromEntries([...this.#rules].sort(([a], [b]) => (a < b ? -1 : 1))),
      findings: { appear: this.#appear.list, vanish: this.#vanish.list, otherLevel: this.#otherLevel.list },
      leads: {
        inForce: this.#leadsInForce,
        tried: this.#leadsTried,
        appear: this.#leadsAppear.list,
        vanish: this.#leadsVanish.list,
      },
      more: {
        findingsAppear: this.#appear.more,
        findingsVanish: this.#vanish.more,
        findingsOtherLevel: this.#otherLevel.more,
        leadsAppear: this.#leadsAppear.more,
        leadsVanish: this.#leadsVanish.more,
      },
    };
  }

  /** A lead is the same on both sides when they share a finding: its first day may be another. */
  #addLeads(truck: { readonly vehicleId: number; readonly vin: string }, before: readonly Lead[], after: readonly Lead[]): void {
    this.#leadsInForce += before.length;
    this.#leadsTried += after.length;
    const shares = (lead: Lead, others: readonly Lead[]) =>
      others.some(
        (other) => other.cause === lead.cause && other.findings.some(({ id }) => lead.findings.some((each) => each.id === id)),
      );
    const tell = ({ id, cause, level, firstDay, lastDay }: Lead): LeadChange => ({
      ...truck,
      id,
      cause,
      level,
      firstDay,
      lastDay,
    });
    for (const lead of after) if (!shares(lead, before)) this.#leadsAppear.add(tell(lead));
    for (const lead of before) if (!shares(lead, after)) this.#leadsVanish.add(tell(lead));
  }

  #count(rule: string): RuleCount {
    let count = this.#rules.get(rule);
    if (!count) {
      count = { inForce: 0, tried: 0, appear: 0, vanish: 0, otherLevel: 0 };
      this.#rules.set(rule, count);
    }
    return count;
  }
}

/** The first of many, and how many more there were. */
class Told<T> {
  readonly list: T[] = [];
  more = 0;

  add(item: T): void {
    if (this.list.length < MOST_TOLD) this.list.push(item);
    else this.more += 1;
  }
}
