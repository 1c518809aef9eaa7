/** One measured number, or a few of the same kind, as a person reads it. */
export interface Figure {
  readonly what: string;
  readonly value: string;
}

/** What came of a target in this run. */
export interface Finding {
  readonly verdict: 'met' | 'not met' | 'not measured';
  readonly figures: readonly Figure[];
  /** How it was measured, and what the figures do not say. */
  readonly note: string;
}

/** What a target is measured with. */
export interface Bench {
  /** Shorter runs: figures for a quick look, not for the record. */
  readonly quick: boolean;
  /** Days of the fleet that the evaluation is measured over. */
  readonly days: number;
  /** Raw rows of a whole year on the server, more than a hundred million, under the analyst's questions. */
  readonly year: boolean;
  /** A directory in which what takes long to fill is kept for the next run; null: all is made anew and removed. */
  readonly keep: string | null;
  /** Repeats of what is compared by medians. */
  readonly runs: number;
  /** An empty directory of its own, removed at the end of the bench. */
  directory(name: string): string;
  /** Whether P9 and P10 measure on the embedded engine too. */
  readonly embedded: boolean;
  /** A TimescaleDB server and how to name it; null where there is none. */
  readonly serverUrl: string | null;
  /** A line about what is going on. */
  say(line: string): void;
}

/** A target of the service's speed. */
export interface Target {
  readonly id: string;
  readonly promise: string;
  readonly measure: (bench: Bench) => Promise<Finding>;
}

/** A target that cannot be measured here. */
export function notMeasured(note: string): Finding {
  return { verdict: 'not measured', figures: [], note };
}

/** The verdict of several conditions. */
export function verdictOf(...conditions: boolean[]): 'met' | 'not met' {
  return conditions.every((holds) => holds) ? 'met' : 'not met';
}
