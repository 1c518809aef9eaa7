import type { Db, ExportTruck } from '@plume/db';
import { TABLES, type TableId } from './tables/index.ts';

/** A value in JSON. */
export type CellValue = string | number | boolean | null;

/** A row of a table by the ids of its columns, and its place in the table's order. */
export interface PageRow {
  readonly values: Record<string, CellValue>;
  readonly key: (string | number)[];
}

function cell(value: unknown): CellValue {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

/** Rows of a table behind a key, in its order, at most `most`. */
export async function readTablePage(
  db: Db,
  table: TableId,
  range: { readonly trucks: readonly ExportTruck[]; readonly fromMs: number; readonly toMs: number },
  after: readonly (string | number)[] | undefined,
  most: number,
): Promise<PageRow[]> {
  const { page, columns } = TABLES[table];
  if (!page) throw new Error(`the table ${table} has no pages`);
  const { select, from, where, groupBy, key } = page(range);
  const params: unknown[] = [range.trucks.map(({ id }) => id)];
  const behind =
    after === undefined
      ? []
      : [
          `(${key.map(({ sql }) => sql).join(', ')}) > (${key
            .map(({ type }, i) => {
              params.push(after[i] ?? null);
              return `$${params.length}::${type}`;
            })
            .join(', ')})`,
        ];
  params.push(most);
  // The key is read as text, so that it comes back exactly as it was: microseconds, all digits of a number.
  const keys = key.map(({ sql, type }, i) => `${type === 'timestamptz' ? `(${sql})` : sql}::text as "key ${i}"`);
  const ids = columns({ signals: null }).map(({ id }) => id);
  const rows = await db.query<Record<string, unknown>>(
    `select * from (select ${select}, ${keys.join(', ')} from ${from}
       where ${[where, ...behind].join(' and ')}
       ${groupBy === undefined ? '' : `group by ${groupBy}`}
       order by ${key.map(({ sql }) => sql).join(', ')} limit $${params.length}::int) as t (${[...ids, ...key.map((_, i) => `key ${i}`)].map((id) => `"${id}"`).join(', ')})`,
    params,
    { priority: 'read' },
  );
  return rows.map((row) => ({
    values: Object.fromEntries(ids.map((id) => [id, cell(row[id])])),
    key: key.map((_, i) => String(row[`key ${i}`])),
  }));
}
