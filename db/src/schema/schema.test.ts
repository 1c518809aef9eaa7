import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, freshDb } from '../test-engines.ts';
import * as schema from './index.ts';

interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
}

const sortKey = (column: Column) => `${column.table}.${column.name}`;
const sorted = (columns: Column[]) => columns.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));

function declared(): Column[] {
  const tables = Object.values(schema).filter((value) => value instanceof PgTable);
  return sorted(
    tables.flatMap((table) => {
      const { name, columns, primaryKeys } = getTableConfig(table);
      const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
      return columns.map((column) => ({
        table: name,
        name: column.name,
        type: column.getSQLType(),
        nullable: !column.notNull && !keys.has(column.name),
      }));
    }),
  );
}

describe.each(ENGINES)('the declared tables against the migrated %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  beforeAll(async () => {
    site = await freshDb(engine);
  });
  afterAll(() => site.remove());

  it('have the same columns, types and nullability, both ways', async () => {
    const actual = await site.db.query<Column>(
      `select c.relname::text as table, a.attname::text as name, format_type(a.atttypid, null) as type, not a.attnotnull as nullable
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relname <> 'schema_migrations'`,
    );
    expect(declared()).toEqual(sorted(actual));
  });
});
