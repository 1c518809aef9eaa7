import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, openDb, SAMPLE_COLUMNS, SAMPLE_QUALITY_BYTES, MINUTE_COLUMNS as STORED_MINUTE_COLUMNS } from '@plume/db';
import { QUALITY_BYTES, SIGNALS, toPhysical } from '@plume/ingest/protocol';
import { MINUTE_COLUMNS } from '@plume/ingest/rules';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

describe('the signal catalogue and the database', () => {
  let db: Db;
  const folder = mkdtempSync(join(tmpdir(), 'plume-catalogue-'));
  beforeAll(async () => {
    cpSync(inject('embeddedTemplate'), folder, { recursive: true });
    db = await openDb({ url: null, dataDir: folder });
  });
  afterAll(async () => {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('have the same signals in the same order and storage', () => {
    expect(SAMPLE_COLUMNS.map(({ name, type }) => [name, type])).toEqual(SIGNALS.map(({ id, storage }) => [id, storage]));
    expect(SAMPLE_QUALITY_BYTES).toBe(QUALITY_BYTES);
  });

  it('have the same figures of a minute in the same order', () => {
    expect(STORED_MINUTE_COLUMNS).toEqual(MINUTE_COLUMNS.map(({ id }) => id));
  });

  it('turn raw integers into the same units', async () => {
    const raw = SIGNALS.map((signal, index) => Math.min(signal.rawMax, signal.rawMin + 97 + index * 31));
    await db.query(
      `insert into samples (vehicle_id, time, ${SIGNALS.map((signal) => `"${signal.id}"`).join(', ')}, quality) values (1, '2026-01-01Z', ${raw.join(', ')}, '\\x00')`,
    );
    const [row] = await db.query<Record<string, unknown>>('select * from samples_units');
    for (const [index, signal] of SIGNALS.entries()) {
      expect(Number(row?.[signal.id]), signal.id).toBe(toPhysical(signal, raw[index] ?? 0));
    }
  });

  it('name the columns of the view alike', async () => {
    const columns = await db.query<{ name: string }>(
      "select column_name::text as name from information_schema.columns where table_name = 'samples_units' order by ordinal_position",
    );
    expect(columns.map((column) => column.name)).toEqual([
      'vehicle_id',
      'time',
      ...SIGNALS.map((signal) => signal.id),
      'quality',
    ]);
  });
});
