import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../support/fresh-database.ts';
import { serverEngine } from '../support/server-engine.ts';

const engine = serverEngine();

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // the server is cut off on purpose
  await client.connect();
  return client;
}

/** The harness of the fault tests itself: what they conclude holds only when the server is really cut, halted and recovered. */
describe.runIf(engine?.ours === true)('the test server', () => {
  if (engine === null) return;
  afterAll(() => {
    engine.thaw();
    engine.start();
  });

  it('keeps what it had committed, and nothing else, when it is killed', async () => {
    const database = await freshDatabase(engine.url);
    const client = await connect(database.url);
    await client.query('create table kept (x int)');
    await client.query('insert into kept select generate_series(1, 1000)');
    await client.query('begin');
    await client.query('insert into kept values (0)');
    engine.kill();
    await expect(client.query('commit')).rejects.toThrow();
    await expect(connect(database.url)).rejects.toThrow(/ECONNREFUSED/);
    engine.start();
    const after = await connect(database.url);
    expect((await after.query('select count(*)::int as n, min(x) from kept')).rows).toEqual([{ n: 1000, min: 1 }]);
    await after.end();
    await database.drop();
  });

  it('hangs, refusing nothing, while it is frozen, and answers after the thaw', async () => {
    const client = await connect(engine.url);
    engine.freeze();
    const answer = client.query('select 1 as one').then((result) => result.rows);
    const pause = new Promise((resolve) => setTimeout(resolve, 300, 'no answer'));
    expect(await Promise.race([answer, pause])).toBe('no answer');
    engine.thaw();
    expect(await answer).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('ends in order on stop and has the same address afterwards', async () => {
    engine.stop();
    await expect(connect(engine.url)).rejects.toThrow(/ECONNREFUSED/);
    engine.start();
    const client = await connect(engine.url);
    expect((await client.query('select pg_is_in_recovery() as recovering')).rows).toEqual([{ recovering: false }]);
    await client.end();
  });

  it('flushes each commit: the settings that durability rests on are on', async () => {
    const client = await connect(engine.url);
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      expect((await client.query(`show ${name}`)).rows).toEqual([{ [name]: 'on' }]);
    }
    await client.end();
  });
});
