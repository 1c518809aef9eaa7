import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JobQueue } from '@plume/db';
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exportRunner } from '../exports/runner.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from '../test-app.ts';
import { addAccount, type Browser, signedIn } from '../test-people.ts';

/** Three trucks with a plate that would be a formula, minutes, days with trips and windows, and leads; an analyst of the whole site and one of a district. */
let test: TestApp;
let whole: Browser;
let here: Browser;
const ids: number[] = [];
const PLATE = '=1+1,"新B"\n';
const WRITE = { priority: 'write' } as const;

beforeAll(async () => {
  test = await openTestApp();
  for (const [i, plate] of [PLATE, '新B·2', '新B·3'].entries())
    ids.push(await addVehicle(test.db, `LZZ5CLVB0JA00000${i + 1}`, plate));
  await test.db.query(`update vehicles set district = case when id = ${ids[0]} then '昌吉市' else '奇台县' end`, [], WRITE);
  await test.db.query(
    `insert into truck_minute (vehicle_id, time, samples, "noxG", "speedMean", "speedMax", method_class, formula)
     select v, t, 60, (v * 0.1)::real, 41.3, null, 'B', '1' from unnest($1::int[]) v, generate_series('2026-11-20T01:58:00Z'::timestamptz, '2026-11-20T02:03:00Z', '1 minute') t`,
    [ids],
    WRITE,
  );
  const summary = {
    trips: [
      { fromSec: 1_795_140_000, toSec: 1_795_143_600, totals: { noxG: 1.5, distanceKm: 10 }, valid: 3, validShare: 0.6 },
      { fromSec: 1_795_150_000.5, toSec: 1_795_153_600, totals: { noxG: 2.5 }, kind: 'work', void: null },
    ],
    work: { count: 7, valid: 5, validShare: 0.7, p90: 4.25, class: 'B', reference: { value: 12.5, assumed: true } },
    fuel: { count: 3 },
  };
  await test.db.query(
    `insert into truck_day (vehicle_id, day, until, samples, nox_g, nox_valid_s, transmission_rate, rules_version, outcomes, outcomes_sha256, verdicts, summary)
     select v, d::date, d, 86400, 12.345678901234567, 3600, 0.93, 't', '[]', '\\x00', '[]', $2::jsonb from unnest($1::int[]) v, generate_series('2026-11-18'::timestamptz, '2026-11-20', '1 day') d`,
    [ids, JSON.stringify(summary)],
    WRITE,
  );
  for (const [i, id] of ids.entries())
    await test.db.batch([
      {
        sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ($1::text, $2::int, 'R-U2', '2026-11-19', 'suspected', 'urea', '1', '{"limit":null,"figures":{},"days":[],"stretches":[],"caveats":[]}')`,
        params: [`f${i}`.padEnd(16, '0'), id],
      },
      {
        sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1::text, $2::int, 'urea', 'suspected', '2026-11-19', '2026-11-19', array[$1::text], 'open')`,
        params: [`f${i}`.padEnd(16, '0'), id],
      },
    ]);
  for (const [i, id] of ids.entries()) {
    const [made] = await test.db.query<{ id: number }>(
      `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, progress, trigger, vehicle, updated_at)
       values (2026, $1::int, $2::int, 'overLimit', 'hand', 'other', 'roadCheck', 'normal', '2026-11-01', now(), 'x', '{}', '{}', '{}', now()) returning id`,
      [i + 1, id],
      WRITE,
    );
    await test.db.query(
      `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, from_state, to_state, "values")
       values ($1::int, 1, 'repair', '2026-11-18', now(), 'x', 'repair', 'roadCheck', $2::jsonb)`,
      [made?.id, JSON.stringify({ station: 1, inDay: '2026-11-18', fault: '＝SUM(A1)', work: '=HYPERLINK("x")' })],
      WRITE,
    );
  }
  await addAccount(test, 'whole', 'analyst');
  await addAccount(test, 'here', 'analyst', { districts: ['昌吉市'] });
  whole = await signedIn(test, 'whole');
  here = await signedIn(test, 'here');
});
afterAll(() => test.close());

const get = (who: Browser, path: string, accept?: string) =>
  who.request('GET', path, undefined, accept === undefined ? {} : { Accept: accept });
const lines = (text: string): Record<string, string>[] => parse(text, { columns: true });
const RANGE = 'from=2026-11-18&to=2026-11-20';

describe('the form of a table', () => {
  // RFC 9110 §12.5.1: the most specific range counts, then its weight; of equals the first that is offered.
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/*', 'text/csv'],
    ['application/vnd.apache.parquet', 'application/vnd.apache.parquet'],
    ['application/json;q=0.2, text/csv;q=0.9', 'text/csv'],
    ['text/csv;q=0.5, */*', 'application/json'],
    ['text/csv;q=0.5, */*;q=0.1', 'text/csv'],
    ['application/*;q=0.5, application/json;q=0', 'application/vnd.apache.parquet'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
  ])('for Accept: %s is %s', async (accept, type) => {
    const response = await get(whole, '/vehicles', accept);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(response.headers.get('vary')).toMatch(/\baccept\b/i);
  });

  it.each(['application/xml', 'text/csv;q=0', '*/*;q=0', 'image/*'])(
    'for Accept: %s is none, and the ones there are are named',
    async (accept) => {
      const response = await get(whole, '/vehicles', accept);
      expect(response.status).toBe(406);
      expect(await objectOf(response)).toMatchObject({
        code: 'NOT_ACCEPTABLE',
        detail: expect.stringContaining('application/json, text/csv, application/vnd.apache.parquet'),
      });
    },
  );

  it('is JSON alone where an answer is no table', async () => {
    expect((await get(whole, `/vehicles/${ids[0]}`, 'text/csv')).headers.get('content-type')).toContain('application/json');
  });

  it('leaves problems what they are', async () => {
    const response = await get(whole, '/vehicles?sort=x', 'text/csv');
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
  });
});

describe('CSV', () => {
  it('is RFC 4180 in UTF-8 without a mark, its columns named as in JSON, no text of which a spreadsheet runs', async () => {
    const response = await get(whole, '/vehicles?sort=vin', 'text/csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes[0]).not.toBe(0xef);
    const text = bytes.toString('utf8');
    expect(text).toContain(`"'=1+1,""新B""\n"`);
    expect(text.endsWith('\r\n')).toBe(true);
    const [first] = lines(text);
    expect(first).toMatchObject({
      id: String(ids[0]),
      vin: 'LZZ5CLVB0JA000001',
      plate: `'${PLATE}`,
      district: '昌吉市',
      lastReceivedAt: '',
    });
  });

  it('has times in Beijing time with their offset, dates as Beijing days, and nothing where there is nothing', async () => {
    const response = await get(whole, `/vehicles/${ids[1]}/days?${RANGE}`, 'text/csv');
    const rows = lines(await response.text());
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      date: '2026-11-20',
      until: '2026-11-20T08:00:00+08:00',
      figuresNoxG: '12.345678901234567',
      figuresWorkKwh: '',
    });
  });
});

describe('CSV of cases', () => {
  it('has no text of a workshop that a spreadsheet runs', async () => {
    const [row] = lines(await (await get(whole, `/tables/cases?${RANGE}`, 'text/csv')).text());
    expect(row).toMatchObject({ number: '2026-00001', fault: `'＝SUM(A1)`, work: `'=HYPERLINK("x")`, repairedDay: '2026-11-18' });
  });
});

describe('Parquet', () => {
  it('is typed, with the request and the meaning of columns in its metadata', async () => {
    const response = await get(whole, `/tables/days?${RANGE}&limit=4`, 'application/vnd.apache.parquet');
    expect(response.headers.get('plume-more')).toBe('true');
    const bytes = await response.arrayBuffer();
    const { schema, key_value_metadata } = parquetMetadata(bytes);
    const types = Object.fromEntries(schema.map(({ name, type, converted_type }) => [name, converted_type ?? type]));
    expect(types).toMatchObject({ plate: 'UTF8', day: 'DATE', samples: 'INT64', noxG: 'DOUBLE', firstTime: 'TIMESTAMP_MILLIS' });
    const told = Object.fromEntries((key_value_metadata ?? []).map(({ key, value }) => [key, value]));
    expect(told['plume.facts']).toContain('/api/v1/tables/days?from=2026-11-18');
    expect(told['plume.columns']).toContain('Samples received ÷ due');
    const rows = await parquetReadObjects({ file: bytes });
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatchObject({ plate: PLATE, day: new Date('2026-11-18'), samples: 86_400n, noxG: 12.345678901234567 });
  });

  it('holds what JSON holds', async () => {
    const none = await get(whole, '/inspections', 'application/vnd.apache.parquet');
    expect([none.status, await none.clone().text()]).toEqual([200, expect.stringContaining('PAR1')]);
    const bytes = await none.arrayBuffer();
    expect(await parquetReadObjects({ file: bytes })).toEqual([]);
    const some = await get(whole, '/leads', 'application/vnd.apache.parquet');
    const leads = await parquetReadObjects({ file: await some.arrayBuffer() });
    expect(leads.map((row) => [row.vehiclePlate, row.lastDay, row.findings])).toContainEqual([PLATE, new Date('2026-11-19'), 1n]);
  });
});

describe('pages', () => {
  const Answer = z.object({
    more: z.boolean(),
    nextCursor: z.string().nullable(),
    rows: z.array(z.record(z.string(), z.unknown())),
  });

  /** All rows of a table, page by page. */
  async function walk(table: string, size: number, between: () => Promise<void> = async () => undefined) {
    const rows: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/tables/${table}?${RANGE}&limit=${size}${cursor === null ? '' : `&cursor=${cursor}`}`;
      const answer = Answer.parse(await (await get(whole, path)).json());
      expect(answer.more).toBe(answer.nextCursor !== null);
      expect(answer.rows.length === size || !answer.more).toBe(true);
      rows.push(...answer.rows);
      cursor = answer.nextCursor;
      await between();
    } while (cursor !== null);
    return rows;
  }

  /** The same as an export writes it. */
  async function exported(table: string) {
    const order = await whole.request('POST', '/exports', { table, format: 'parquet', from: '2026-11-18', to: '2026-11-20' });
    const { jobId } = z.object({ jobId: z.number() }).parse(await order.json());
    const { db, deps } = test;
    const runner = exportRunner({
      db,
      store: deps.exports,
      version: 't',
      clock: deps.clock,
      signal: new AbortController().signal,
    });
    await new JobQueue(db, new Map([['export', runner]]), { error: (fields) => expect(fields).toBe(null) }).look();
    const file = readFileSync(join(deps.exports.folder, `${jobId}.parquet`));
    return await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer });
  }

  const same = (value: unknown): unknown =>
    value instanceof Date ? value.toISOString().replace('T00:00:00.000Z', '') : typeof value === 'bigint' ? Number(value) : value;
  const normal = (rows: Record<string, unknown>[]) =>
    rows.map((row) => JSON.stringify(Object.entries(row).map(([key, value]) => [key, same(value)]))).sort();

  it.each(['minutes', 'hours', 'days', 'trips', 'windows', 'leads', 'cases', 'kpis'])(
    'of %s hold together what an export holds, each row once',
    async (table) => {
      const file = await exported(table);
      expect(file.length).toBeGreaterThanOrEqual(3);
      // Each page of figures computes all of them: few pages.
      for (const size of table === 'kpis' ? [50, 500] : [1, 2, 500])
        expect(normal(await walk(table, size))).toEqual(normal(file));
    },
  );

  it('neither repeat nor hide a row when others come and go meanwhile', async () => {
    const [, second = 0] = ids;
    const insert = (time: string) =>
      test.db.query(
        `insert into truck_minute (vehicle_id, time, samples, formula) values ($1::int, $2::timestamptz, 1, '1')`,
        [second, time],
        WRITE,
      );
    let step = 0;
    const before = await walk('minutes', 500);
    const seen = await walk('minutes', 4, async () => {
      step += 1;
      // Before, within and behind what was read; and one that was read goes.
      if (step === 2) {
        await insert('2026-11-20T00:00:00Z');
        await insert('2026-11-20T02:30:00Z');
        await test.db.query('delete from truck_minute where vehicle_id = $1::int', [ids[0]], WRITE);
      }
    });
    const names = seen.map((row) => `${row.vin} ${row.time}`);
    expect(new Set(names).size).toBe(names.length);
    for (const row of before) expect(names).toContain(`${row.vin} ${row.time}`);
    expect(names).toContain('LZZ5CLVB0JA000002 2026-11-20T02:30:00.000Z');
  });

  it('are told in headers where the answer itself cannot', async () => {
    const first = await get(whole, `/tables/days?${RANGE}&limit=5`, 'text/csv');
    expect(first.headers.get('plume-more')).toBe('true');
    const next = /^<(\/api\/v1\/tables\/days\?.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const last = await get(whole, next, 'text/csv');
    expect([last.headers.get('plume-more'), last.headers.get('link')]).toEqual(['false', null]);
    expect([...lines(await first.text()), ...lines(await last.text())].map((row) => `${row.vin} ${row.day}`)).toEqual(
      ['1', '2', '3'].flatMap((n) => ['18', '19', '20'].map((day) => `LZZ5CLVB0JA00000${n} 2026-11-${day}`)),
    );
  });

  it('are of one’s own districts', async () => {
    const rows = lines(await (await get(here, `/tables/days?${RANGE}`, 'text/csv')).text());
    expect(new Set(rows.map((row) => row.district))).toEqual(new Set(['昌吉市']));
    expect((await get(here, `/tables/days?${RANGE}&district=${encodeURIComponent('奇台县')}`)).status).toBe(403);
    expect((await get(here, `/tables/days?${RANGE}&vehicles=${ids[1]}`)).status).toBe(404);
  });

  it.each([
    ['in the future', '/tables/days?from=2026-12-01&to=2026-12-02', 'query.from', 'future'],
    ['reversed', '/tables/days?from=2026-11-20&to=2026-11-19', 'query.to', 'before from'],
    ['of ten years of minutes', '/tables/minutes?from=2016-11-20&to=2026-11-19', 'query.from', 'days long'],
    ['from a day that no calendar has', '/tables/days?from=2026-02-30&to=2026-03-02', 'query.from', 'not a date'],
    ['from a moment of such a day', '/tables/minutes?from=2026-02-30T00:00:00Z&to=2026-03-02', 'query.from', 'must be'],
    ['of raw samples', '/tables/samples?from=2026-11-20&to=2026-11-20', 'path.table', 'order an export'],
    ['of too many rows', '/tables/days?from=2026-11-20&to=2026-11-20&limit=5001', 'query.limit', '5000'],
  ])('%s are refused at the field', async (_name, path, field, words) => {
    const response = await get(whole, path);
    const said = await objectOf(response);
    expect([response.status, said]).toMatchObject([400, { errors: [{ field }] }]);
    expect(JSON.stringify(said)).toContain(words);
  });
});

describe('a cursor that was not made by the list', () => {
  it('is refused with another period than its own', async () => {
    const { nextCursor } = z
      .object({ nextCursor: z.string() })
      .parse(await (await get(whole, `/tables/days?${RANGE}&limit=1`)).json());
    expect((await get(whole, `/tables/days?${RANGE}&limit=1&cursor=${nextCursor}`)).status).toBe(200);
    for (const period of ['from=2026-11-19&to=2026-11-20', 'from=2026-11-18&to=2026-11-22'])
      expect([period, (await get(whole, `/tables/days?${period}&cursor=${nextCursor}`)).status]).toEqual([period, 400]);
  });

  const Document = z.object({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.object({ parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional() })),
    ),
  });
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('is refused by every list, whatever is in it', async () => {
    const { paths } = Document.parse(await (await test.app.request('/api/openapi.json')).json());
    const lists = Object.entries(paths).filter(([, { get: one }]) => one?.parameters?.some(({ name }) => name === 'cursor'));
    expect(lists.length).toBeGreaterThan(14);
    const bad = [
      'x',
      '%%%',
      encode(null),
      encode({}),
      encode([1, 2]),
      encode('x'),
      encode({ id: 1 }),
      encode({ key: 'x', id: 1, sort: 'nothing.at.all' }),
      encode({ key: 'x', id: Number.MAX_SAFE_INTEGER, sort: 'due.asc' }),
      encode({ table: 'days', from: 0, to: 0, key: ['x', 'y'] }),
      encode({ table: 'days', from: -9_000_000_000_000_000, to: -8_999_999_999_999_999, key: [1, '2026-11-18'] }),
      encode({ table: 'days', from: 0, to: Date.parse('2026-11-20T16:00:00Z'), key: [] }),
    ];
    const required: Readonly<Record<string, string>> = { '/api/v1/tables/{table}': `${RANGE}&` };
    for (const [path] of lists)
      for (const cursor of bad) {
        const address = path.replace('{table}', 'days').replace('{id}', String(ids[0]));
        const response = await test.get(`${address}?${required[path] ?? ''}cursor=${encodeURIComponent(cursor)}`);
        const said = await objectOf(response);
        expect([path, cursor, response.status, said.code]).toEqual([path, cursor, 400, 'INVALID']);
        expect(JSON.stringify(said.errors)).toContain('query.cursor');
      }
  });
});
