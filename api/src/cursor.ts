import { z } from '@hono/zod-openapi';
import { invalid } from './problem.ts';

/** A place in a list as text for a URL. */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
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
export const TimeCursorSchema = z.object({ micros: z.number().int(), id: z.number().int() });
