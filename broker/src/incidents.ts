import type { Incident, IncidentKind, Log } from './contract.ts';
import { INCIDENT_KINDS } from './contract.ts';
import { TokenBucket } from './token-bucket.ts';

interface Budget {
  bucket: TokenBucket;
  /** Incidents since the last summary that were not reported singly. */
  withheld: number;
  total: number;
}

/** Settings of the incident reporter; units in the names. */
export interface IncidentLimits {
  incidentsPerSecond: number;
  incidentBurst: number;
  incidentSummaryMs: number;
}

/**
 * Reports incidents, each kind within its own budget: a flood of one kind neither fills the log nor hides the others.
 * What is over the budget is counted and reported as one "and n more".
 */
export class Incidents {
  readonly #budgets = new Map<IncidentKind, Budget>();
  readonly #report: (incident: Incident) => void;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;

  constructor(limits: IncidentLimits, report: (incident: Incident) => void, log: Log) {
    this.#report = report;
    this.#log = log;
    const now = performance.now();
    for (const kind of INCIDENT_KINDS) {
      this.#budgets.set(kind, {
        bucket: new TokenBucket(limits.incidentsPerSecond, limits.incidentBurst, now),
        withheld: 0,
        total: 0,
      });
    }
    this.#timer = setInterval(() => this.flush(), limits.incidentSummaryMs);
    this.#timer.unref();
  }

  raise(kind: IncidentKind, terminalId: string | null, address: string | null, detail: string): void {
    const budget = this.#budgets.get(kind);
    if (budget === undefined) return;
    budget.total += 1;
    if (budget.bucket.tryTake(performance.now())) this.#emit({ kind, terminalId, address, detail });
    else budget.withheld += 1;
  }

  /** Reports the count of what was withheld since the last time. */
  flush(): void {
    for (const [kind, budget] of this.#budgets) {
      if (budget.withheld === 0) continue;
      const more = budget.withheld;
      budget.withheld = 0;
      this.#emit({ kind, terminalId: null, address: null, detail: `and ${more} more` });
    }
  }

  /** Incidents of each kind since the start, reported singly or not. */
  totals(): Record<IncidentKind, number> {
    const of = (kind: IncidentKind): number => this.#budgets.get(kind)?.total ?? 0;
    const totals = {} as Record<IncidentKind, number>;
    for (const kind of INCIDENT_KINDS) totals[kind] = of(kind);
    return totals;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  #emit(incident: Incident): void {
    try {
      this.#report(incident);
    } catch (cause) {
      this.#log.error({ err: cause, kind: incident.kind }, 'incident could not be reported');
    }
  }
}
