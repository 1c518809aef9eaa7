import type { Connection, PoolClient, Submittable } from 'pg';
import { OptimisticConflict, type Step, type StepResult } from './db.ts';

/** Message kinds of the PostgreSQL protocol, version 3 ("Message Formats"). */
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const HEADER_BYTES = 5;

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** Turns the text of a value into what `Db` promises for its type. */
export type ParserOf = (oid: number) => (text: string) => unknown;

/**
 * Sends the steps in one go, answers and all: the server works through them while nothing is waited for in between. (Step by step, each
 * COPY costs two round trips and every other statement one, each of which has to wait for its turn of a busy event loop.)
 * Runs inside a transaction that the caller has begun with the first step or before; after a rejection that transaction is in error and
 * must be rolled back. Copied bytes are sent as they are: they must not be changed until the promise has settled.
 */
export function sendSteps(client: PoolClient, steps: readonly Step[], parserOf: ParserOf): Promise<StepResult[]> {
  return new Promise((resolve, reject) => {
    client.query(new StepsOnTheWire(steps, parserOf, resolve, reject));
  });
}

/** What `pg` needs to know of a query of our own: messages out, and what becomes of each message in. One Sync, so one ReadyForQuery. */
class StepsOnTheWire implements Submittable {
  readonly #steps: readonly Step[];
  readonly #params: readonly (string | Buffer | null)[][];
  readonly #parserOf: ParserOf;
  readonly #resolve: (results: StepResult[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #results: StepResult[] = [];
  #fields: readonly Field[] = [];
  #rows: object[] = [];
  #conflict: OptimisticConflict | null = null;

  constructor(
    steps: readonly Step[],
    parserOf: ParserOf,
    resolve: (results: StepResult[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#steps = steps;
    // Here, because a value that has no text form must be found before a byte is sent.
    this.#params = steps.map((step) => ('copy' in step ? [] : (step.params ?? []).map(wireValue)));
    this.#parserOf = parserOf;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** `pg` puts its time limit here; it is called when there is nothing to wait for any more. */
  callback = (): void => undefined;

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    this.#steps.forEach((step, index) => {
      const text = 'copy' in step ? `copy ${step.copy} from stdin (format binary)` : step.sql;
      connection.parse({ name: '', text, types: [] }, true);
      connection.bind({ values: this.#params[index] ?? [] }, true);
      if (!('copy' in step)) connection.describe({ type: 'P' }, true);
      connection.execute({}, true);
      if ('copy' in step) sendCopy(stream, step.data);
    });
    connection.sync();
    stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const entries = this.#fields.map(({ name, dataTypeID }, index): [string, unknown] => {
      const text = fields[index] ?? null;
      return [name, text === null ? null : this.#parserOf(dataTypeID)(text)];
    });
    this.#rows.push(Object.fromEntries(entries));
  }

  handleCommandComplete({ text }: { text: string }): void {
    const affected = Number(/ (\d+)$/.exec(text)?.[1] ?? 0);
    const step = this.#steps[this.#results.length];
    this.#results.push({ rows: this.#rows, affected });
    this.#rows = [];
    if (step && 'sql' in step && step.expect !== undefined && affected !== step.expect)
      this.#conflict ??= new OptimisticConflict(`a step affected ${affected} rows instead of ${step.expect}`);
  }

  handleReadyForQuery(): void {
    this.callback();
    if (this.#conflict) this.#reject(this.#conflict);
    else this.#resolve(this.#results);
  }

  /** What followed a step that found changed rows has no meaning: that it found them is what the caller must hear. */
  handleError(error: unknown): void {
    this.callback();
    this.#reject(this.#conflict ?? error);
  }

  handleCopyInResponse(): void {
    // Its data is on the way already.
  }

  handleEmptyQuery(): void {
    this.#results.push({ rows: [], affected: 0 });
  }

  handlePortalSuspended(): void {
    // Every portal is run to its end.
  }

  handleCopyData(): void {
    // No step copies out.
  }
}

function sendCopy(stream: Connection['stream'], pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) {
    const header = Buffer.alloc(HEADER_BYTES, COPY_DATA);
    header.writeUInt32BE(piece.length + HEADER_BYTES - 1, 1);
    stream.write(header);
    stream.write(piece);
  }
  stream.write(COPY_DONE);
}

/** A parameter in the text form of its type, or bytes as they are. */
function wireValue(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return String(value);
}

function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `"${String(wireValue(value)).replace(/[\\"]/g, '\\$&')}"`;
}
