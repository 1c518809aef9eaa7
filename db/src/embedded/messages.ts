import type { Priority, Step, StepResult } from '../db.ts';

/** What the main thread asks of the engine's worker. */
export type Task =
  | { readonly kind: 'query'; readonly sql: string; readonly params: readonly unknown[] }
  | { readonly kind: 'batch'; readonly steps: readonly Step[] }
  | { readonly kind: 'copyOut'; readonly sql: string }
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'health' }
  | { readonly kind: 'close' };

export interface Request {
  readonly id: number;
  readonly priority: Priority;
  readonly task: Task;
}

export type Answer =
  | { readonly kind: 'rows'; readonly rows: readonly object[] }
  | { readonly kind: 'steps'; readonly results: readonly StepResult[] }
  | { readonly kind: 'bytes'; readonly data: Uint8Array }
  | { readonly kind: 'health'; readonly walFlushes: number; readonly queued: number }
  | { readonly kind: 'done' };

/** An error that crossed the thread: the SQLSTATE and the kind survive. */
export interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly optimistic: boolean;
  readonly detail?: string;
}

export type Reply = { readonly id: number; readonly answer: Answer } | { readonly id: number; readonly failure: Failure };

/** First message of the worker: it is open, or says why not. */
export type Opened = { readonly opened: true; readonly version: string } | { readonly opened: false; readonly message: string };
