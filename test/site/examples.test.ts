import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Db, makeReader, openDb } from '@plume/db';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { findPythonWith, findR } from '../support/example-languages.ts';
import { freshDatabase } from '../support/fresh-database.ts';
import { findPython } from '../support/python.ts';
import { serverEngine } from '../support/server-engine.ts';
import { type Service, startService } from '../support/service.ts';

/** The examples of docs/examples, run as they stand against a service, and against the views of a server; what is expected is added up here. */
const EXAMPLES = fileURLToPath(new URL('../../docs/examples/', import.meta.url));
const FIRST = '2026-03-28';
const LAST = '2026-04-02';
const run = promisify(execFile);

/** Truck-days of three trucks, each six days long: NOx in grams, null on every third day, which has no valid second; all of the truck without a district. */
const TRUCKS = [
  { vin: 'LZZ5CLVB0JA000001', district: '昌吉市', grams: [100, 200.5, null, 300, 50.25, null] },
  { vin: 'LZZ5CLVB0JA000002', district: '奇台县', grams: [10, 20, null, 30, 40, null] },
  { vin: 'LZZ5CLVB0JA000003', district: null, grams: [null, null, null, null, null, null] },
] as const;
/** By hand: 650.75 g and 100 g. */
const DISTRICTS = [
  '(none): not evaluated (0 of 6 truck-days with a valid NOx mass)',
  '奇台县: 0.100 kg (4 of 6 truck-days with a valid NOx mass)',
  '昌吉市: 0.651 kg (4 of 6 truck-days with a valid NOx mass)',
];

async function enter(db: Db): Promise<void> {
  const write = { priority: 'write' } as const;
  for (const { vin, district, grams } of TRUCKS) {
    await db.query('insert into vehicles (vin, plate, district) values ($1::text, $1::text, $2::text)', [vin, district], write);
    for (const [i, noxG] of grams.entries())
      await db.query(
        `insert into truck_day (vehicle_id, day, until, samples, nox_g, nox_valid_s, rules_version, outcomes, outcomes_sha256, verdicts, summary)
         select id, $2::date + $3::int, $2::date + $3::int + 1, 10, coalesce($4::float8, 0), case when $4::float8 is null then 0 else 8 end, 't', '[]', '\\x00', '[]', $5::jsonb from vehicles where vin = $1::text`,
        [
          vin,
          FIRST,
          i,
          noxG,
          JSON.stringify({ quality: { received: 9, due: 10, channels: { noxDownPpm: { counts: { valid: 8 } } } } }),
        ],
        write,
      );
  }
}

const lines = (text: string): string[] => text.trim().split('\n');

describe.runIf(findPython() !== null)('the examples over HTTP', () => {
  let service: Service;
  let token: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plume-examples-'));
    cpSync(inject('embeddedTemplate'), folder, { recursive: true });
    const db = await openDb({ url: null, dataDir: folder });
    await enter(db);
    await db.close();
    service = await startService({ dataDir: folder });
    // The first account is an administrator's.
    await service.api('POST', '/api/v1/people', { name: 'the-chief', displayName: 'C', role: 'administrator', districts: null });
    const who = { name: 'an-analyst', displayName: 'A', role: 'analyst', districts: null };
    await service.api('POST', '/api/v1/people', who);
    const asked = { name: 'examples', permissions: ['export.run'], expiresInDays: 1, owner: who.name };
    token = z.object({ token: z.string() }).parse(await service.api('POST', '/api/v1/tokens', asked)).token;
  }, 300_000);
  afterAll(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (program: string, file: string, page: string) =>
    lines(
      (
        await run(program, [join(EXAMPLES, file), FIRST, LAST], {
          env: { ...process.env, LANG: 'C.UTF-8', PLUME_URL: service.url, PLUME_TOKEN: token, PAGE: page },
        })
      ).stdout,
    );

  it.each(['1000', '5', '1'])(
    'Python reads all pages of a table, %s rows each',
    async (page) => {
      const [about, ...districts] = await ask(findPython() ?? '', 'read_table.py', page);
      expect(about).toContain(`18 truck-days from ${FIRST} to ${LAST}`);
      expect(districts.sort()).toEqual([...DISTRICTS].sort());
    },
    120_000,
  );

  it('Python orders an export and checks its hash', async () => {
    const [about, ...districts] = await ask(findPython() ?? '', 'export_days.py', '');
    expect(about).toContain('18 truck-days');
    expect(districts.map((line) => line.replace(/\d+\.\d+ kg/, (kg) => `${Number.parseFloat(kg)} kg`)).sort()).toEqual(
      DISTRICTS.map((line) => line.replace('0.100 kg', '0.1 kg').replace('0.651 kg', '0.65 kg')).sort(),
    );
  }, 120_000);

  it.runIf(findR(['jsonlite']) !== null).each(['1000', '5'])(
    'R reads all pages of a table, %s rows each',
    async (page) => {
      const [about, ...districts] = await ask(findR(['jsonlite']) ?? '', 'read_table.R', page);
      expect(about).toContain(`18 truck-days from ${FIRST} to ${LAST}`);
      expect(districts.sort()).toEqual([...DISTRICTS].sort());
    },
    120_000,
  );
});

const SERVER = serverEngine();
describe.runIf(SERVER !== null)('the examples with SQL', () => {
  /** 144 of 180 samples that were due are valid, 162 received, of 12 truck-days in March … */
  const MONTHS = ['2026-03', '2026-04'].flatMap((month, i) => {
    const days = i === 0 ? 12 : 6;
    return [
      `${month} effectiveRate: 80.00 (${8 * days} / ${10 * days})`,
      `${month} exceedanceRate: nothing to divide by (0 / 0)`,
      `${month} failureRate: 0.00 (0 / 3)`,
      `${month} onlineRate: 100.00 (${days} / ${days})`,
      `${month} repairHours: nothing to divide by (- / 0)`,
      `${month} transmissionRate: 90.00 (${9 * days} / ${10 * days})`,
    ];
  });
  const PASSWORD = 'reader-of-the-examples-0123456789-abcdefgh';
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let address: URL;

  beforeAll(async () => {
    database = await freshDatabase(SERVER?.url ?? '');
    const db = await openDb({ url: database.url, dataDir: '' });
    await enter(db);
    const { role } = await makeReader(db, PASSWORD);
    await db.close();
    address = new URL(database.url);
    address.username = role;
    address.password = PASSWORD;
  }, 300_000);
  afterAll(async () => {
    await database?.drop();
    const owner = new pg.Client({ connectionString: SERVER?.url ?? '' });
    await owner.connect();
    await owner.query('drop role if exists plume_reader');
    await owner.end();
  });

  /** PostgreSQL writes whole float8 without a point, Python with one. */
  const plain = (text: string): string[] => lines(text).map((line) => line.replace(/(\d)\.0(?= |\))/g, '$1'));
  const both = [...MONTHS, ...DISTRICTS].sort();

  it.runIf(findPythonWith('psycopg2') !== null)(
    'Python reads the views',
    async () => {
      const program = findPythonWith('psycopg2') ?? '';
      const env = { ...process.env, PLUME_SQL: address.href, PYTHONIOENCODING: 'utf-8' };
      const { stdout } = await run(program, [join(EXAMPLES, 'read_views.py'), FIRST, LAST], { env });
      expect(plain(stdout).sort()).toEqual(both);
    },
    120_000,
  );

  it.runIf(findR(['DBI', 'RPostgreSQL']) !== null)(
    'R reads the views',
    async () => {
      const program = findR(['DBI', 'RPostgreSQL']) ?? '';
      const { hostname, port, pathname, username } = address;
      const env = {
        ...process.env,
        LANG: 'C.UTF-8',
        PGHOST: hostname,
        PGPORT: port,
        PGDATABASE: pathname.slice(1),
        PGUSER: username,
        PGPASSWORD: PASSWORD,
      };
      const { stdout } = await run(program, [join(EXAMPLES, 'read_views.R'), FIRST, LAST], { env });
      expect(plain(stdout).sort()).toEqual(both);
    },
    120_000,
  );
});
