import recorded from './recorded.json' with { type: 'json' };

/** A request that was made of a service with a few trucks, and what it answered. */
export interface RecordedExample {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** Examples of the API by route: recorded by its own tests, never written by hand, lists cut to their first entries. */
export const EXAMPLES: Readonly<Record<string, RecordedExample>> = recorded;
