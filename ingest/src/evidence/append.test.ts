import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainAfter } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestSite, type TestSite } from '../test-site.ts';
import { appendPack } from './append.ts';
import { SECTION_NAMES, type SectionName } from './format.ts';

const FINDING = '0123456789abcdef';
const ROUNDS = 10;
/** Several processes ask for the same pack, with clocks that show the same millisecond all along. */
const AT_ONCE = 3;

function each<T>(value: T): Record<SectionName, T> {
  return Object.fromEntries(SECTION_NAMES.map((name) => [name, value])) as Record<SectionName, T>;
}

describe('packs of one finding, asked for by one person in the same millisecond', () => {
  let site: TestSite;
  const folder = mkdtempSync(join(tmpdir(), 'plume-append-'));
  beforeAll(async () => {
    site = await openTestSite();
    await site.db.query(
      `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ($1, $2, 'R-A2', '2026-11-20', 'suspected', 'overLimit', '1', '{}')`,
      [FINDING, site.truckA],
    );
  });
  afterAll(async () => {
    await site.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('each keep their file, and leave no other', async () => {
    const deps = { db: site.db, folder, version: '0.0.0-test', clock: () => Date.UTC(2026, 10, 24) };
    const built = { texts: each('{}'), hashes: each('a'.repeat(64)) };
    for (let round = 0; round < ROUNDS; round += 1)
      await Promise.all(
        Array.from({ length: AT_ONCE }, () => appendPack(deps, { findingId: FINDING, reason: 'notice', by: 'li' }, built)),
      );
    const rows = await chainAfter(site.db, 0, ROUNDS * AT_ONCE + 1);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: ROUNDS * AT_ONCE }, (_, i) => i + 1));
    expect(readdirSync(folder).sort()).toEqual(rows.map(({ file }) => file).sort());
    for (const row of rows)
      expect(JSON.parse(readFileSync(join(folder, row.file), 'utf8'))).toMatchObject({
        sha256: row.sha256,
        head: { seq: row.seq },
      });
  });
});
