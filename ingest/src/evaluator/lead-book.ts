import type { Db, Step } from '@plume/db';
import {
  addLeadEventsStep,
  type LeadEventRow,
  type StoredLead,
  saveLeadStep,
  storedLeads,
  storedVerdicts,
} from '@plume/db/evaluation';
import {
  canonicalJson,
  compareLeads,
  type FoldedOutcome,
  foldLeads,
  type JudgedDay,
  type Lead,
  type LeadEvent,
  type Parameters,
} from '../rules/index.ts';
import { earlier } from './beijing-days.ts';

/** The leads of one truck: folded anew from its verdicts whenever one of them changes, and compared with what is stored. */
export class LeadBook {
  readonly #vehicleId: number;
  readonly #vin: string;
  readonly #days: Map<string, readonly FoldedOutcome[]>;
  readonly #stored: Map<string, StoredLead>;
  readonly #from: string;
  #before: readonly Lead[] | null = null;
  #changed = false;

  private constructor(vehicleId: number, vin: string, from: string, leads: StoredLead[], days: { day: string; text: string }[]) {
    this.#vehicleId = vehicleId;
    this.#vin = vin;
    this.#from = from;
    this.#stored = new Map(leads.map((lead) => [lead.id, lead]));
    this.#days = new Map(days.map(({ day, text }) => [day, JSON.parse(text) as FoldedOutcome[]]));
  }

  /** Reads what the leads of a truck are folded from, as far back as a day from `firstDay` on can change them. */
  static async open(db: Db, vehicleId: number, vin: string, firstDay: string): Promise<LeadBook> {
    const leads = await storedLeads(db, vehicleId);
    const from = foldFrom(leads, firstDay);
    return new LeadBook(vehicleId, vin, from, leads, await storedVerdicts(db, vehicleId, from));
  }

  /** Notes what the rules say of a day. */
  note(day: string, verdicts: readonly FoldedOutcome[], parameters: Parameters): void {
    if (canonicalJson(this.#days.get(day) ?? null) === canonicalJson(verdicts)) return;
    this.#before ??= this.#fold(parameters);
    this.#days.set(day, verdicts);
    this.#changed = true;
  }

  /** What makes the stored leads those of the verdicts noted so far. */
  steps(parameters: Parameters): Step[] {
    if (!this.#changed) return [];
    const after = this.#fold(parameters);
    const events = compareLeads(this.#before ?? [], after, this.#judged());
    const rows = [...after.flatMap((lead) => this.#changedRow(lead)), ...this.#withdrawnRows(after)];
    const steps = rows.map((row) => saveLeadStep({ ...row, vehicleId: this.#vehicleId }));
    if (events.length > 0) steps.push(addLeadEventsStep(events.map((event) => this.#eventRow(event))));
    for (const row of rows) this.#stored.set(row.id, row);
    this.#before = after;
    this.#changed = false;
    return steps;
  }

  #judged(): JudgedDay[] {
    return [...this.#days].map(([date, outcomes]) => ({ date, outcomes }));
  }

  #fold(parameters: Parameters): readonly Lead[] {
    return foldLeads(this.#vin, this.#judged(), parameters);
  }

  #changedRow(lead: Lead): StoredLead[] {
    const row: StoredLead = {
      id: lead.id,
      cause: lead.cause,
      level: lead.level,
      firstDay: lead.firstDay,
      lastDay: lead.lastDay,
      findings: lead.findings.map((finding) => finding.id),
      state: lead.state,
      closedDay: lead.closedDay,
      clearDays: lead.clearDays,
    };
    const stored = this.#stored.get(row.id);
    return stored && canonicalJson(stored) === canonicalJson(row) ? [] : [row];
  }

  /** Stored leads of the time that was folded anew, of which nothing is left under their id. */
  #withdrawnRows(after: readonly Lead[]): StoredLead[] {
    const alive = new Set(after.map((lead) => lead.id));
    return [...this.#stored.values()]
      .filter((lead) => lead.state !== 'withdrawn' && lead.firstDay >= this.#from && !alive.has(lead.id))
      .map((lead) => ({ ...lead, state: 'withdrawn' }));
  }

  #eventRow(event: LeadEvent): LeadEventRow {
    const again = event.kind === 'opened' && this.#stored.get(event.leadId)?.state === 'withdrawn';
    return {
      leadId: event.leadId,
      vehicleId: this.#vehicleId,
      kind: again ? 'reopened' : event.kind,
      reason: event.reason,
      detail: canonicalJson({ figures: event.figures, formerId: event.formerId }),
    };
  }
}

/**
 * The day from which a truck's leads are folded anew when its verdicts change from `firstDay` on: before every lead that reaches to that day
 * and, so that none is cut, before those that reach to that beginning.
 */
export function foldFrom(leads: readonly StoredLead[], firstDay: string): string {
  let from = firstDay;
  for (;;) {
    const reaching = leads.filter(
      (lead) => lead.state !== 'withdrawn' && lead.firstDay < from && (lead.closedDay === null || lead.closedDay >= from),
    );
    const earliest = reaching.reduce((day, lead) => earlier(day, lead.firstDay), from);
    if (earliest === from) return from;
    from = earliest;
  }
}
