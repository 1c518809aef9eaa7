/**
 * The one face of the database, whichever engine stands behind it.
 *
 * Values: int8 and float8 are numbers, timestamptz is a Date, date is a string `YYYY-MM-DD`, bytea is a Uint8Array, jsonb is parsed, numeric is a string.
 * Parameters: jsonb as JSON text, timestamps as Date or ISO text with offset, arrays as JS arrays of numbers or texts.
 */
export interface Db {
  readonly kind: 'embedded' | 'server';
  /** `apache` has hypertables but neither compression nor continuous aggregates; Plume then does without, and says so. */
  readonly edition: 'community' | 'apache';
  /** Server and TimescaleDB versions, for people. */
  readonly version: string;
  /** One statement outside any transaction of the caller. Reads give way to writes, jobs give way to both. */
  query<T extends object>(sql: string, params?: readonly unknown[], options?: { priority?: Priority }): Promise<T[]>;
  /** All steps in one transaction; when the promise resolves they are flushed to disk. Any error undoes them all. */
  batch(steps: readonly Step[], priority?: Priority): Promise<StepResult[]>;
  /**
   * The binary COPY stream of a select, in pieces of whole rows, which nobody writes to any more. `alongKey`: an index has the rows in the
   * order asked for, and a server reads along it rather than to gather and sort them.
   */
  copyOut(sql: string, options?: { priority?: Priority; alongKey?: boolean }): AsyncIterable<Uint8Array>;
  /** Cheap proof of life; rejects when the engine does not answer. */
  health(): Promise<DbHealth>;
  close(): Promise<void>;
}

export type Priority = 'write' | 'read' | 'job';

/** One step of a batch: a statement, or a binary COPY into `copy` (table and column list). */
export type Step =
  | {
      readonly sql: string;
      readonly params?: readonly unknown[] /** Rows that must be affected, else the batch is undone with `OptimisticConflict`. */;
      readonly expect?: number;
    }
  | { readonly copy: string; readonly data: readonly Uint8Array<ArrayBuffer>[] };

export interface StepResult {
  readonly rows: readonly object[];
  readonly affected: number;
}

export interface DbHealth {
  readonly latencyMs: number;
  /** Embedded engine only: flushes of the write-ahead log since it was opened. */
  readonly walFlushes?: number;
  readonly queued?: number;
}

/** A batch found rows changed since they were read; read again and repeat. */
export class OptimisticConflict extends Error {
  override readonly name = 'OptimisticConflict';
}

/** Trouble that the person who starts Plume must mend; the message says what to do. */
export class DbStartError extends Error {
  override readonly name = 'DbStartError';
}

/** What a failed statement means for the caller. */
export type Trouble = 'data' | 'collision' | 'away' | 'defect';

/**
 * `defect`: our own code failed (TypeError, RangeError, ReferenceError, SyntaxError): the database has nothing to do with it, and waiting mends nothing;
 * `data`: this statement's values can never be stored (SQLSTATE 22xxx, 23xxx but 23505, 53400);
 * `collision`: someone else was faster (23505, 40001, 40P01, `OptimisticConflict`): read again and repeat;
 * `away`: everything else: the engine cannot be asked now, keep the data and repeat later.
 */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof OptimisticConflict) return 'collision';
  const code = sqlStateOf(error);
  if (code === undefined) return isDefect(error) ? 'defect' : 'away';
  if (code === '23505' || code === '40001' || code === '40P01') return 'collision';
  if (code.startsWith('22') || code.startsWith('23') || code === '53400') return 'data';
  return 'away';
}

function isDefect(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError || error instanceof SyntaxError
  );
}

/** The five-character SQLSTATE of a database error, if it carries one. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
