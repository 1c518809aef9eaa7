import { z } from '@hono/zod-openapi';
import { invalid } from './problem.ts';
import { TerminalId } from './schemas.ts';

/** A place in a list as text for a URL. */
function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}

/** Where a list goes on, told in its answer. */
export interface PagingTold {
  readonly more: boolean;
  readonly nextCursor: string | null;
}

/**
 * A page out of rows that were asked for with one more than fits, and where the next begins: behind the `place` of its last row. Places are
 * made of what rows are sorted by and an id, never counted, so that rows which come or go meanwhile neither repeat nor hide others.
 */
export function paged<T>(rows: readonly T[], most: number, place: (last: T) => unknown): { page: T[]; paging: PagingTold } {
  const page = rows.slice(0, most);
  const last = rows.length > most ? page.at(-1) : undefined;
  return { page, paging: { more: last !== undefined, nextCursor: last === undefined ? null : encodeCursor(place(last)) } };
}

/** What a cursor holds, checked against its shape; a problem when it was not made here. */
export function decodeCursor<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid('query.cursor', 'is not a cursor of this list; start without one');
  return parsed.data;
}

/** Cursor of a list by time and id. */
export const TimeCursorSchema = z.strictObject({ micros: z.number().int(), id: z.number().int() });

/** Cursor of a list by the ids of terminals. */
export const TerminalCursor = z.strictObject({ terminal: TerminalId });
