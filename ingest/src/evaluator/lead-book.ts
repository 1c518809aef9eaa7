import type { Db, Step } from '@plume/db';
import {
  addLeadEventsStep,
  type LeadEventRow,
  type NamedFinding,
  namedFindings,
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
  type LeadFinding,
} from '../rules/index.ts';
import { earlier } from './beijing-days.ts';

/** The leads of one truck: folded anew from its verdicts in every run, and compared with what is stored. */
export class LeadBook {
  readonly #vehicleId: number;
  readonly #vin: string;
  readonly #days: Map<string, readonly FoldedOutcome[]>;
  readonly #stored: Map<string, StoredLead>;
  readonly #from: string;
  readonly #closeAfterOn: (date: string) => number;
  #before: readonly Lead[];
  /** Numbers that hold for days that are not judged anew may have changed as well. */
  #changed = true;

  private constructor(
    truck: { readonly id: number; readonly vin: string },
    closeAfterOn: (date: string) => number,
    at: {
      readonly from: string;
      readonly leads: readonly StoredLead[];
      readonly findings: ReadonlyMap<string, NamedFinding>;
      readonly days: readonly { day: string; text: string }[];
    },
  ) {
    this.#vehicleId = truck.id;
    this.#vin = truck.vin;
    this.#closeAfterOn = closeAfterOn;
    this.#from = at.from;
    this.#stored = new Map(at.leads.map((lead) => [lead.id, lead]));
    this.#before = at.leads
      .filter((lead) => lead.state !== 'withdrawn' && lead.firstDay >= at.from)
      .map((lead) => leadOf(truck.vin, lead, at.findings));
    this.#days = new Map(at.days.map(({ day, text }) => [day, JSON.parse(text) as FoldedOutcome[]]));
  }

  /** Reads what the leads of a truck are folded from, as far back as a day from `firstDay` on can change them. */
  static async open(
    db: Db,
    truck: { readonly id: number; readonly vin: string },
    firstDay: string,
    closeAfterOn: (date: string) => number,
  ): Promise<LeadBook> {
    const leads = await storedLeads(db, truck.id);
    const from = foldFrom(leads, firstDay);
    const findings = await namedFindings(db, truck.id, from);
    return new LeadBook(truck, closeAfterOn, { from, leads, findings, days: await storedVerdicts(db, truck.id, from) });
  }

  /** Notes what the rules say of a day. */
  note(day: string, verdicts: readonly FoldedOutcome[]): void {
    if (canonicalJson(this.#days.get(day) ?? null) === canonicalJson(verdicts)) return;
    this.#days.set(day, verdicts);
    this.#changed = true;
  }

  /** What makes the stored leads those of the verdicts noted so far. */
  steps(): Step[] {
    if (!this.#changed) return [];
    const judged = [...this.#days].map(([date, outcomes]): JudgedDay => ({ date, outcomes }));
    const after = foldLeads(this.#vin, judged, this.#closeAfterOn);
    const events = compareLeads(this.#before, after, judged);
    const rows = [...after.flatMap((lead) => this.#changedRow(lead)), ...this.#withdrawnRows(after)];
    const steps = rows.map((row) => saveLeadStep({ ...row, vehicleId: this.#vehicleId }));
    if (events.length > 0) steps.push(addLeadEventsStep(events.map((event) => this.#eventRow(event))));
    for (const row of rows) this.#stored.set(row.id, row);
    this.#before = after;
    this.#changed = false;
    return steps;
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

/** A stored lead as it was folded: the table holds no other causes, levels and rules than those of folding. */
function leadOf(vin: string, stored: StoredLead, known: ReadonlyMap<string, NamedFinding>): Lead {
  return {
    ...stored,
    vin,
    cause: stored.cause as Lead['cause'],
    level: stored.level as Lead['level'],
    state: stored.state === 'closed' ? 'closed' : 'open',
    findings: stored.findings.flatMap((id) => (known.get(id) as LeadFinding | undefined) ?? []),
  };
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
