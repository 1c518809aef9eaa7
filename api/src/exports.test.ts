import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, JobQueue } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { rangeOf } from './byte-range.ts';
import { attachment } from './content-disposition.ts';
import { csvLine } from './csv.ts';
import { exportRunner } from './exports/runner.ts';
import { addSamples, addVehicle, NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** Two trucks in two districts, an hour of samples each; an analyst of the first district and one of the whole site. */
let test: TestApp;
let here: Browser;
let whole: Browser;
let free = 1e12;
const trucks = { here: 0, there: 0 };
const DAY = '2026-11-22';
const START_SEC = Date.parse(`${DAY}T09:00:00+08:00`) / 1000;
const ORDER = { table: 'samples', format: 'csv', from: DAY, to: DAY, signals: ['speedKmh'] };

beforeAll(async () => {
  test = await openTestApp();
  test.deps.exports.freeBytes = () => free;
  await addAccount(test, 'here-analyst', 'analyst', { districts: ['昌吉市'] });
  await addAccount(test, 'whole-analyst', 'analyst');
  trucks.here = await addVehicle(test.db, 'LZZ5CLVB0JA000001', '新B·H');
  trucks.there = await addVehicle(test.db, 'LZZ5CLVB0JA000002', '新B·T');
  for (const [id, district] of [
    [trucks.here, '昌吉市'],
    [trucks.there, '奇台县'],
  ])
    await test.db.query('update vehicles set district = $2::text where id = $1::int', [id, district], { priority: 'write' });
  for (const id of [trucks.here, trucks.there])
    await addSamples(
      test.db,
      id,
      Array.from({ length: 600 }, (_, i) => ({ timeSec: START_SEC + i, raw: { speedKmh: 256 * (i % 90) } })),
      ['speedKmh'],
    );
  here = await signedIn(test, 'here-analyst');
  whole = await signedIn(test, 'whole-analyst');
});
afterAll(() => test.close());

const run = async (db: Db = test.db, signal = new AbortController().signal) => {
  const runner = exportRunner({ db, store: test.deps.exports, version: 'test', clock: test.deps.clock, signal });
  const queue = new JobQueue(test.db, new Map([['export', runner]]), { error: () => undefined });
  await queue.look();
};
const Ordered = z.object({ jobId: z.number() });
const ordered = async (who: Browser, more: object = {}) => {
  const response = await who.request('POST', '/exports', { ...ORDER, ...more });
  expect(response.status).toBe(202);
  return Ordered.parse(await response.json()).jobId;
};
const refusal = async (who: Browser, more: object) => {
  const response = await who.request('POST', '/exports/plan', { ...ORDER, ...more });
  return { status: response.status, ...(await objectOf(response)) };
};
const files = () => (existsSync(test.deps.exports.folder) ? readdirSync(test.deps.exports.folder) : []);

describe('an export', () => {
  let id: number;
  let bytes: Buffer;

  beforeAll(async () => {
    id = await ordered(here);
    await run();
    bytes = readFileSync(join(test.deps.exports.folder, `${id}.csv`));
  });

  it('holds the districts of who ordered it and nothing else, and says who, how much and with which hash', async () => {
    const lines = bytes.toString('utf8').split('\r\n');
    expect(lines).toHaveLength(602);
    expect(lines[1]).toBe('新B·H,LZZ5CLVB0JA000001,昌吉市,,2026-11-22T09:00:00+08:00,0,');
    expect(bytes.toString('utf8')).not.toContain('新B·T');
    const listed = await objectOf(await here.request('GET', `/exports/${id}`));
    expect(listed).toMatchObject({
      state: 'done',
      orderedBy: 'here-analyst',
      districts: ['昌吉市'],
      file: { rows: 600, bytes: bytes.length, there: true, name: 'plume_原始数据_20261122_昌吉市.csv' },
    });
    const rows = await trail(test, 20);
    expect(rows.some((row) => row.action === 'export.order' && row.actor === 'here-analyst')).toBe(true);
  });

  it('is downloaded whole, under its Chinese name, and told to the trail', async () => {
    const response = await here.request('GET', `/exports/${id}/file`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''plume_%E5%8E%9F%E5%A7%8B%E6%95%B0%E6%8D%AE");
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'export.download', actor: 'here-analyst' });
  });

  it('is downloaded in parts that fit together, as long as it is the same file', async () => {
    const part = async (range: string, more: Record<string, string> = {}) =>
      await here.request('GET', `/exports/${id}/file`, undefined, { range, ...more });
    const first = await part('bytes=0-999');
    const etag = first.headers.get('etag') ?? '';
    expect(first.status).toBe(206);
    expect(first.headers.get('content-range')).toBe(`bytes 0-999/${bytes.length}`);
    const rest = await part('bytes=1000-', { 'if-range': etag });
    expect(rest.status).toBe(206);
    const both = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await rest.arrayBuffer())]);
    expect(both.equals(bytes)).toBe(true);
    expect((await part('bytes=1000-', { 'if-range': '"another"' })).status).toBe(200);
    const behind = await part(`bytes=${bytes.length}-`);
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
    expect((await here.request('GET', `/exports/${id}/file`, undefined, { 'if-none-match': etag })).status).toBe(304);
  });

  it('is there for the whole site’s analyst and its own, and for no other district', async () => {
    const theirs = await ordered(whole, { districts: ['奇台县'] });
    expect((await whole.request('GET', `/exports/${id}`)).status).toBe(200);
    for (const path of [`/exports/${theirs}`, `/exports/${theirs}/file`])
      expect((await here.request('GET', path)).status).toBe(404);
    expect((await here.request('POST', `/exports/${theirs}/cancel`, {})).status).toBe(404);
    expect((await here.request('DELETE', `/exports/${theirs}`)).status).toBe(404);
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'access.district', object_id: String(theirs) });
    const { exports } = z
      .object({ exports: z.array(z.object({ id: z.number() })) })
      .parse(await (await here.request('GET', '/exports')).json());
    expect(exports.map((each) => each.id)).toEqual([id]);
    expect((await whole.request('POST', `/exports/${theirs}/cancel`, {})).status).toBe(200);
  });

  it('is removed when its time is over, and its hash stays listed', async () => {
    test.state.nowMs = NOW_MS + 8 * 86_400_000;
    await test.deps.exports.sweep();
    test.state.nowMs = NOW_MS;
    expect(files()).toEqual([]);
    expect(await objectOf(await here.request('GET', `/exports/${id}`))).toMatchObject({ file: { there: false, rows: 600 } });
    expect((await here.request('GET', `/exports/${id}/file`)).status).toBe(404);
  });
});

describe('an order', () => {
  it.each([
    ['in the future', { from: '2026-11-24', to: '2026-11-25' }, 'body.from', 'future'],
    ['that goes on after today', { to: '2026-11-24' }, 'body.to', 'after today'],
    ['reversed', { from: '2026-11-20', to: '2026-11-19' }, 'body.to', 'before from'],
    ['of ten years at 1 Hz', { from: '2016-11-22' }, 'body.from', 'take minutes or hours'],
    ['of samples as a track file', { format: 'gpx' }, 'body.format', 'tracks alone'],
    ['of a signal that there is not', { signals: ['x'] }, 'body.signals', 'unknown signal'],
  ])('%s is refused at its field', async (_name, more, field, words) => {
    const said = await refusal(whole, more);
    expect(said).toMatchObject({ status: 400, errors: [{ field }] });
    expect(JSON.stringify(said)).toContain(words);
  });

  it('larger than the disk is refused before it starts; a workbook of too many rows as well', async () => {
    await test.db.query(
      `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts)
       select $1::int, d::date, d, 86400, 't', '[]', '\\x00', '[]' from generate_series('2026-01-01'::timestamptz, '2026-03-31'::timestamptz, interval '1 day') d`,
      [trucks.here],
      { priority: 'write' },
    );
    const quarter = { from: '2026-01-01', to: '2026-03-31', signals: undefined };
    free = 2e9;
    const said = await refusal(whole, quarter);
    free = 1e12;
    expect(said).toMatchObject({ status: 409, code: 'NO_ROOM' });
    expect(await refusal(whole, { ...quarter, format: 'xlsx' })).toMatchObject({
      status: 400,
      errors: [{ field: 'body.format' }],
    });
    const track = await refusal(whole, { ...quarter, table: 'track', format: 'geojson' });
    expect(track).toMatchObject({ status: 200, stepS: 5, notes: [expect.stringContaining('One position per 5 s')] });
  });

  it('cannot reach beyond one’s districts', async () => {
    expect((await refusal(here, { districts: ['奇台县'] })).status).toBe(403);
    expect((await refusal(here, { vehicleIds: [trucks.there] })).status).toBe(404);
    expect((await refusal(whole, { vehicleIds: [999_999] })).status).toBe(404);
    expect(await refusal(here, {})).toMatchObject({ status: 200, trucks: 1 });
    expect(await refusal(whole, {})).toMatchObject({ status: 200, trucks: 2 });
  });
});

/** Something that is waited for until somebody opens it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describe('an export that is cut short', () => {
  /** The database, whose streams stop after the first until they are let go. */
  const held = (go: Promise<void>, reached: () => void): Db => ({
    kind: test.db.kind,
    edition: test.db.edition,
    version: test.db.version,
    query: (sql, params, options) => test.db.query(sql, params, options),
    batch: (steps, priority) => test.db.batch(steps, priority),
    health: () => test.db.health(),
    close: () => test.db.close(),
    async *copyOut(sql, options) {
      yield* test.db.copyOut(sql, options);
      reached();
      await go;
    },
  });

  it('by a person leaves no file and no job that runs', async () => {
    const id = await ordered(whole);
    const released = gate();
    const reached = gate();
    const running = run(held(released.passed, reached.open));
    await reached.passed;
    // It is begun by its thread, which starts while the first rows are read.
    await vi.waitFor(() => expect(files()).toEqual([`${id}.csv.part`]), { timeout: 10_000 });
    expect((await whole.request('POST', `/exports/${id}/cancel`, {})).status).toBe(200);
    released.open();
    await running;
    expect(files()).toEqual([]);
    expect(await objectOf(await whole.request('GET', `/exports/${id}`))).toMatchObject({ state: 'cancelled', file: null });
    expect((await whole.request('GET', `/exports/${id}/file`)).status).toBe(404);
  });

  it('by the end of the service leaves nothing half-done', async () => {
    const id = await ordered(whole);
    const stop = new AbortController();
    await run(
      held(Promise.resolve(), () => stop.abort()),
      stop.signal,
    );
    expect(files()).toEqual([]);
    expect((await whole.request('GET', `/exports/${id}/file`)).status).toBe(404);
  });
});

describe('parts of a file', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=0-999', { first: 0, last: 99 }],
    ['bytes=99-99', { first: 99, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', null],
    ['bytes=0-1,5-6', null],
    ['lines=0-9', null],
    [undefined, null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(rangeOf(header, 100)).toEqual(expected);
  });
});

describe('a name and a line', () => {
  it('keep their Chinese, and an old program gets something it can read', () => {
    expect(attachment('月报 (11).xlsx')).toBe(
      `attachment; filename="__ (11).xlsx"; filename*=UTF-8''%E6%9C%88%E6%8A%A5%20%2811%29.xlsx`,
    );
  });

  it.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1'])('a text that begins like a formula is kept from being one: %j', (text) => {
    expect(csvLine([text]).replace(/^"/, '').startsWith("'")).toBe(true);
    expect(csvLine([-1])).toBe('-1\r\n');
  });
});
