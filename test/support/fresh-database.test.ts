import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { dropLeftovers, freshDatabase, isLeftOver } from './fresh-database.ts';

const serverUrl = inject('serverUrl');

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('which databases are left over', () => {
  const now = 1_800_000_000;
  const dead = () => false;
  const alive = () => true;

  it.each([
    ['plume_test_1800000000_41_1', true, dead, true, 'its process has ended, on the same machine'],
    ['plume_test_1700000000_41_1', true, alive, false, 'its process still runs, however long'],
    ['plume_test_1799978399_41_1', false, alive, true, 'six hours and a second old, elsewhere'],
    ['plume_test_1799978400_41_1', false, dead, false, 'exactly six hours old, elsewhere'],
    ['plume', true, dead, false, 'not one of ours'],
    ['plume_test_mine', true, dead, false, 'not named by freshDatabase'],
  ])('%s: same machine %s → %s (%s)', (name, sameMachine, running, expected) => {
    expect(isLeftOver(name, sameMachine, now, running)).toBe(expected);
  });
});

describe.runIf(serverUrl !== null)('databases on the server engine', () => {
  const url = serverUrl ?? '';

  it('are apart from each other, empty, UTF-8, and gone after drop', async () => {
    const [one, two] = await Promise.all([freshDatabase(url), freshDatabase(url)]);
    try {
      await query(one.url, 'create table t as select 1 as x');
      expect(await query(two.url, "select tablename from pg_tables where schemaname = 'public'")).toEqual([]);
      expect(await query(two.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
    }
    const left = await query<{ datname: string }>(url, 'select datname from pg_database');
    expect(left.map((row) => row.datname)).not.toContain(one.name);
    expect(left.map((row) => row.datname)).not.toContain(two.name);
    await one.drop();
  });

  it('can be dropped while TimescaleDB is loaded and a connection is open', async () => {
    const own = await freshDatabase(url);
    const client = new pg.Client({ connectionString: own.url });
    const cut = new Promise<string>((resolve) => client.on('error', (error) => resolve(error.message)));
    await client.connect();
    await client.query('create extension timescaledb');
    await own.drop();
    expect(await cut).toMatch(/terminat/i);
  });

  it('of a process that has ended are removed, those of a running one stay', async () => {
    const kept = await freshDatabase(url);
    const ended = `plume_test_${Math.floor(Date.now() / 1000)}_999999999_1`;
    await query(url, `create database ${ended} template template0`);
    try {
      const dropped = await dropLeftovers(url, true);
      expect(dropped).toContain(ended);
      expect(dropped).not.toContain(kept.name);
    } finally {
      await kept.drop();
    }
  });
});
