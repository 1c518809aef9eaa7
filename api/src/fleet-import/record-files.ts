import { z } from '@hono/zod-openapi';
import { CSV_BOM, csvLine } from '../csv.ts';
import { invalid } from '../problem.ts';
import { body, plainText, problems } from '../schemas.ts';
import { columnLetter } from './columns.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { readFile } from './read-file.ts';

/** Most rows of one file. */
const MOST_ROWS = 2_000;

/** The order to check or write a file of records, one row a record; `name` is that of its schema. */
export function importOrder(name: string) {
  return body(
    z
      .strictObject({
        name: plainText(200),
        content: z
          .string()
          .max(Math.ceil(MAX_FILE_BYTES / 3) * 4, `the file must not be larger than ${MAX_FILE_BYTES} bytes`)
          .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64')
          .openapi({ description: 'The file in base64' }),
        mode: z.enum(['check', 'write']),
      })
      .openapi(name),
  );
}

/** What every answer about such a file tells. */
export const IMPORT_ANSWER = {
  rows: z.number().int(),
  ready: z.number().int().openapi({ description: 'Rows without a fault' }),
  written: z.number().int(),
  columnsLeftOut: z
    .array(z.object({ column: z.string(), head: z.string() }))
    .openapi({ description: 'Columns that hold something and fill nothing: letter, and head, which may be empty' }),
};

/** The cells of a file in base64, row by row. Throws a Problem at `body.content` when it is no Excel or CSV file. */
export async function cellsOf(content: string): Promise<readonly (readonly string[])[]> {
  const read = await readFile(Buffer.from(content, 'base64'));
  if (!read.ok) throw invalid('body.content', `${read.code} ${read.detail}`.trim());
  return read.rows;
}

/** Throws a Problem at `body.content` when a file has more rows than one order may. */
export function limitRows(rows: readonly unknown[]): void {
  if (rows.length > MOST_ROWS) throw invalid('body.content', `has more than ${MOST_ROWS} rows`);
}

/** A column of a file that fills nothing: its letter, and its head, which may be empty. */
export interface ColumnLeftOut {
  readonly column: string;
  readonly head: string;
}

/** How many columns a file has: data may stand beside the last head. */
export function widthOf(heads: readonly string[], data: readonly (readonly string[])[]): number {
  return Math.max(heads.length, ...data.map((cells) => cells.length));
}

/** The columns that hold something, and for which `taken` says that nothing reads them. */
export function columnsLeftOut(
  heads: readonly string[],
  data: readonly (readonly string[])[],
  taken: (index: number) => boolean,
): ColumnLeftOut[] {
  return Array.from({ length: widthOf(heads, data) }, (_, i) => i)
    .filter((i) => !taken(i) && data.some((cells) => (cells[i] ?? '').trim() !== ''))
    .map((i) => ({ column: columnLetter(i), head: (heads[i] ?? '').trim() }));
}

/** What the route of an empty file answers. */
export const TEMPLATE_RESPONSES = {
  200: { description: 'CSV, UTF-8', content: { 'text/csv': { schema: z.string() } } },
  ...problems,
};

/** An empty file with all columns, their heads in both languages. */
export function templateFile(columns: readonly { readonly zh: string; readonly en: string }[], fileName: string): Response {
  const text = CSV_BOM + csvLine(columns.map(({ zh, en }) => (zh === en ? zh : `${zh} / ${en}`)));
  return new Response(text, {
    headers: { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': `attachment; filename="${fileName}"` },
  });
}
