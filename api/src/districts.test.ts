import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { permissionsOf } from './permissions.ts';
import { ROUTES, type Scope } from './route-table.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** Two districts, a truck and its terminal in each; a truck in none; an officer and an analyst of the first district. */
let test: TestApp;
let officer: Browser;
let analyst: Browser;
let whole: Browser;
const trucks = { here: 0, there: 0, nowhere: 0 };
const spans = { here: 0, there: 0 };
const entries = { here: 0, there: 0, spare: 0 };
const jobs = { mine: 0, theirs: 0 };
/** Of each kind that a path may name, the id of one that lies in another district. */
const elsewhere = new Map<Scope, string>();

const one = async (sql: string, params: unknown[] = []): Promise<number> => {
  const [row] = await test.db.query<{ id: number }>(sql, params, { priority: 'write' });
  return row?.id ?? 0;
};

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'chief', 'administrator');
  const mine = await addAccount(test, 'here-officer', 'officer', { districts: ['昌吉市', '阜康市'] });
  await addAccount(test, 'here-analyst', 'analyst', { districts: ['昌吉市', '阜康市'] });
  await addAccount(test, 'whole-analyst', 'analyst');
  trucks.here = await addVehicle(test.db, 'LZZ5CLVB0JA000001', '新B·H');
  trucks.there = await addVehicle(test.db, 'LZZ5CLVB0JA000002', '新B·T');
  trucks.nowhere = await addVehicle(test.db, 'LZZ5CLVB0JA000003', '新B·N');
  await test.db.query("update vehicles set district = '昌吉市' where id = $1", [trucks.here], { priority: 'write' });
  await test.db.query("update vehicles set district = '奇台县' where id = $1", [trucks.there], { priority: 'write' });
  await test.db.query(
    "insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, values) values ($1, '2026-01-01Z', 'test', '{}')",
    [trucks.here],
    { priority: 'write' },
  );
  const assign = (terminal: string, vehicle: number, from: string) =>
    one('insert into assignments (terminal_id, vehicle_id, valid_from) values ($1, $2, $3::timestamptz) returning id', [
      terminal,
      vehicle,
      from,
    ]);
  for (const id of ['T-HERE', 'T-THERE', 'T-SPARE'])
    await test.db.query("insert into terminals (id, secret_hash) values ($1, '\\x01')", [id], { priority: 'write' });
  spans.here = await assign('T-HERE', trucks.here, '2026-01-01T00:00:00Z');
  spans.there = await assign('T-THERE', trucks.there, '2026-01-01T00:00:00Z');
  const enter = (terminal: string, vehicle: number | null) =>
    one(
      `insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, vehicle_id, byte_count, sha256, decoder)
       values ('2026-11-23T05:00:00Z', $1, 'mqtt', 'quarantined', 'NO_VEHICLE', '', 'x', 1, $2::int, 1, '\\x00', '1') returning id`,
      [terminal, vehicle],
    );
  entries.here = await enter('T-HERE', trucks.here);
  entries.there = await enter('T-HERE', trucks.there);
  entries.spare = await enter('T-SPARE', null);
  await enter('T-THERE', null);
  for (const terminal of ['T-HERE', 'T-THERE', 'T-SPARE']) {
    await test.db.query(
      "insert into link_hours (terminal_id, hour, messages) values ($1, '2026-11-23T05:00:00Z', 1)",
      [terminal],
      { priority: 'write' },
    );
    await test.db.query(
      "insert into incidents (first_at, last_at, kind, terminal_id, detail, count) values ('2026-11-23T05:00:00Z', '2026-11-23T05:00:00Z', 'x', $1, 'x', 1)",
      [terminal],
      { priority: 'write' },
    );
  }
  await test.db.query(
    "insert into incidents (first_at, last_at, kind, address, detail, count) values ('2026-11-23T05:00:00Z', '2026-11-23T05:00:00Z', 'x', '192.0.2.1', 'x', 1)",
    [],
    { priority: 'write' },
  );
  jobs.mine = await one("insert into jobs (kind, ordered_by, ordered_by_user) values ('x', 'here-officer', $1) returning id", [
    mine.id,
  ]);
  jobs.theirs = await one("insert into jobs (kind) values ('x') returning id");
  await enterElsewhere();
  officer = await signedIn(test, 'here-officer');
  analyst = await signedIn(test, 'here-analyst');
  whole = await signedIn(test, 'whole-analyst');
});
afterAll(async () => {
  await test.close();
});

/** A finding with its lead, a case, an evidence pack and an inspection of the truck in the other district, and what somebody of the whole site ordered. */
async function enterElsewhere(): Promise<void> {
  // A lead has the id of its first finding.
  const [finding, lead, pack] = ['00000000000000a1', '00000000000000a1', '000001-0123456789ab'];
  const there = [trucks.there];
  await test.db.batch([
    {
      sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ('${finding}', $1::int, 'R-A2', '2026-11-22', 'suspected', 'overLimit', '1', '{}')`,
      params: there,
    },
    {
      sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state)
            values ('${lead}', $1::int, 'overLimit', 'suspected', '2026-11-22', '2026-11-22', array['${finding}'], 'open')`,
      params: there,
    },
    {
      sql: `insert into evidence_packs (seq, id, finding_id, created_by, reason, sha256, prev_sha256, file)
            values (1, '${pack}', '${finding}', 'test', 'demand', repeat('1', 64), repeat('0', 64), 'x.json')`,
    },
  ]);
  const caseId = await one(
    `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, progress, trigger, vehicle, updated_at)
     values (2026, 1, $1::int, 'overLimit', 'hand', 'other', 'verify', 'normal', '2026-11-22', now(), 'test', '{}', '{}', '{}', now()) returning id`,
    there,
  );
  const inspection = await one(
    `insert into inspections (vehicle_id, kind, day, organisation, method, "values", measured, over, result, created_at, created_by, updated_at, updated_by)
     values ($1::int, 'roadside', '2026-11-22', 'x', 'other', '[]', '{}', '{}', 'passed', now(), 'test', now(), 'test') returning id`,
    there,
  );
  const exported = await one("insert into jobs (kind) values ('export') returning id");
  const report = await one(
    "insert into reports (kind, from_day, to_day, district, look_at) values ('day', '2026-11-22', '2026-11-22', '奇台县', now()) returning id",
  );
  await test.db.query(
    `insert into report_revisions (report_id, revision, issued_at, issued_by, content, sha256, basis, basis_sha256)
     values ($1::int8, 1, now(), 'test', '{}', encode(sha256('{}'), 'hex'), '{}', '')`,
    [report],
    { priority: 'write' },
  );
  for (const [scope, id] of [
    ['vehicle', trucks.there],
    ['terminal', 'T-THERE'],
    ['assignment', spans.there],
    ['ledgerEntry', entries.there],
    ['lead', lead],
    ['finding', finding],
    ['evidencePack', pack],
    ['case', caseId],
    ['inspection', inspection],
    ['job', jobs.theirs],
    ['export', exported],
    ['report', report],
  ] as const)
    elsewhere.set(scope, String(id));
}

async function rows(who: Browser, path: string, key: string): Promise<Record<string, unknown>[]> {
  const value = (await objectOf(await who.request('GET', path)))[key];
  return Array.isArray(value) ? value : [];
}

describe('lists of who has districts', () => {
  it.each([
    ['/vehicles', 'vehicles', 'plate', ['新B·H']],
    ['/vehicles?q=新B', 'vehicles', 'plate', ['新B·H']],
    ['/terminals', 'terminals', 'id', ['T-HERE']],
    ['/ledger', 'entries', 'vehicleId', ['here']],
    ['/link?from=2026-11-23T00:00:00Z', 'terminals', 'terminalId', ['T-HERE']],
    ['/incidents', 'incidents', 'terminalId', ['T-HERE']],
    ['/districts', 'districts', 'district', ['昌吉市']],
    ['/jobs', 'jobs', 'orderedBy', ['here-officer']],
  ])('%s hold what lies in them and nothing else', async (path, key, field, expected) => {
    const seen = (await rows(officer, path, key)).map((row) => row[field]);
    expect(seen).toEqual(expected.map((each) => (each === 'here' ? trucks.here : each)));
    expect((await rows(whole, path, key)).length).toBeGreaterThan(seen.length);
  });

  it('count what lies in them, too', async () => {
    expect(await objectOf(await officer.request('GET', '/vehicles'))).toMatchObject({ counts: { total: 1 } });
    expect(await objectOf(await whole.request('GET', '/vehicles'))).toMatchObject({ counts: { total: 3 } });
  });

  it('cannot be widened by naming what lies elsewhere', async () => {
    const ids = Object.values(trucks).join(',');
    expect(await rows(officer, `/vehicles?ids=${ids}`, 'vehicles')).toHaveLength(1);
    expect(await rows(officer, '/ledger?terminal=T-THERE', 'entries')).toHaveLength(0);
    expect(await rows(officer, '/link?terminal=T-THERE&from=2026-11-23T00:00:00Z', 'terminals')).toHaveLength(0);
  });
});

/** The routes whose path names a thing of a district, with one inside, one outside, and the account to ask with. */
const OBJECTS: readonly { key: string; as: 'officer' | 'analyst'; ids: () => (number | null)[]; query?: string }[] = [
  { key: 'GET /vehicles/{id}', as: 'officer', ids: () => [trucks.here, trucks.there, trucks.nowhere] },
  {
    key: 'GET /vehicles/{id}/series',
    as: 'officer',
    ids: () => [trucks.here, trucks.there, trucks.nowhere],
    query: '?signals=speedKmh',
  },
  {
    key: 'GET /vehicles/{id}/track',
    as: 'officer',
    ids: () => [trucks.here, trucks.there, trucks.nowhere],
    query: '?signal=noxDownPpm&from=now-1h',
  },
  { key: 'GET /vehicles/{id}/parameters', as: 'officer', ids: () => [trucks.here, trucks.there, trucks.nowhere] },
  { key: 'GET /vehicles/{id}/days', as: 'officer', ids: () => [trucks.here, trucks.there, trucks.nowhere] },
  { key: 'PATCH /vehicles/{id}', as: 'officer', ids: () => [trucks.here, trucks.there, trucks.nowhere] },
  { key: 'POST /vehicles/{id}/parameters', as: 'officer', ids: () => [trucks.here, trucks.there, trucks.nowhere] },
  ...Object.keys(ROUTES)
    .filter((key) => /^\w+ \/vehicles\/\{id\}\/(lay-ups|data-quality|trouble-codes)/.test(key))
    .map((key) => ({ key, as: 'officer' as const, ids: () => [trucks.here, trucks.there, trucks.nowhere] })),
  {
    key: 'GET /vehicles/{id}/frames',
    as: 'officer',
    ids: () => [trucks.here, trucks.there, trucks.nowhere],
    query: '?from=2026-11-23T05:00:00Z&to=2026-11-23T05:10:00Z',
  },
  {
    key: 'GET /vehicles/{id}/history',
    as: 'officer',
    ids: () => [trucks.here, trucks.there, trucks.nowhere],
    query: '?from=2026-11-01&to=2026-11-22',
  },
  { key: 'POST /assignments/{id}/end', as: 'officer', ids: () => [spans.here, spans.there] },
  { key: 'GET /ledger/{id}', as: 'officer', ids: () => [entries.here, entries.there, entries.spare] },
  { key: 'GET /jobs/{id}', as: 'officer', ids: () => [jobs.mine, jobs.theirs] },
  { key: 'POST /jobs/{id}/cancel', as: 'analyst', ids: () => [null, jobs.mine, jobs.theirs] },
];

describe('a thing in another district', () => {
  it.each(OBJECTS)(
    'of $key is not there, to the letter as if it did not exist, and the trail knows',
    async ({ key, as, ids, query = '' }) => {
      const who = as === 'officer' ? officer : analyst;
      const [method = '', path = ''] = key.split(' ');
      const body = method === 'GET' ? undefined : {};
      const ask = async (id: number | string) => {
        const response = await who.request(method, path.replace('{id}', String(id)).replace('{layUpId}', '1') + query, body);
        return { status: response.status, text: (await response.text()).replaceAll(String(id), '#') };
      };
      const [inside, ...outside] = ids();
      if (inside !== null) expect([200, 400]).toContain((await ask(inside ?? 0)).status);
      for (const id of outside) {
        const there = await ask(id ?? 0);
        expect(there.status).toBe(404);
        if (method === 'GET') expect(there).toEqual(await ask(99_999_999));
        const [row] = await trail(test, 1);
        expect(row).toMatchObject({ action: 'access.district', outcome: 'refused', object_id: String(id), actor: `here-${as}` });
      }
    },
  );

  /** Other parameters of paths, of a form that the routes take. */
  const OTHERS = { revision: '1', layUpId: '1', date: '2026-11-22', document: '1', format: 'pdf', file: '0'.repeat(32) } as const;
  const named = Object.entries(ROUTES).filter(([, { scope }]) => !['none', 'filtered', 'body'].includes(scope));

  it.each(named)('is not there by %s, and the trail knows', async (key, { needs, scope }) => {
    const [method = '', path = ''] = key.split(' ');
    const role = (['officer', 'analyst'] as const).find((each) =>
      [...permissionsOf(each)].some((permission) => permission === needs),
    );
    // What only duties of the whole site may do with a thing, nobody with districts comes to.
    if (role === undefined) return expect(['terminals.manage']).toContain(needs);
    const id = elsewhere.get(scope) ?? '';
    expect(id).not.toBe('');
    const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => (name === 'id' ? id : Reflect.get(OTHERS, name)));
    const who = role === 'officer' ? officer : analyst;
    const answer = await who.request(method, filled, method === 'GET' || method === 'DELETE' ? undefined : {});
    expect([answer.status, await objectOf(answer)]).toMatchObject([404, { code: 'NOT_FOUND' }]);
    // The same refusal of the same person is told once in a while, not each time.
    const line = expect.objectContaining({ action: 'access.district', outcome: 'refused', object_kind: scope, object_id: id });
    expect(await trail(test, 200)).toContainEqual(line);
  });

  it('cannot be reached by writing its number differently', async () => {
    for (const id of [
      `0${trucks.there}`,
      `%3${trucks.there}`,
      `${trucks.there}.0`,
      `${trucks.there}%20`,
      `+${trucks.there}`,
      `${trucks.there};x`,
      `${trucks.here},${trucks.there}`,
      `${trucks.there}/`,
      `.%2F${trucks.there}`,
    ]) {
      const response = await officer.request('GET', `/vehicles/${id}`);
      expect([400, 404]).toContain(response.status);
    }
  });
});

describe('what a body names', () => {
  it('must lie in one’s districts: an assignment of a truck or terminal elsewhere', async () => {
    const assign = (terminalId: string, vehicleId: number) =>
      officer.request('POST', '/assignments', { terminalId, vehicleId, from: '2027-01-01T00:00:00+08:00' });
    for (const [terminal, vehicle] of [
      ['T-THERE', trucks.here],
      ['T-SPARE', trucks.here],
      ['T-HERE', trucks.there],
    ] as const)
      expect((await assign(terminal, vehicle)).status).toBe(404);
    expect((await assign('T-HERE', trucks.here)).status).toBe(201);
  });

  it('must be one of one’s districts: a new truck', async () => {
    const add = (district: string | undefined, vin: string) =>
      officer.request('POST', '/vehicles', { vin, plate: 'x', district, parameters: { stage: 'V', ratedPowerKw: 276 } });
    expect(await objectOf(await add('奇台县', 'LZZ5CLVB0JA000011'))).toMatchObject({
      status: 403,
      errors: [{ field: 'body.district' }],
    });
    expect((await add(undefined, 'LZZ5CLVB0JA000012')).status).toBe(403);
    expect((await add('阜康市', 'LZZ5CLVB0JA000013')).status).toBe(201);
  });

  it('cannot move a truck away, or take in the messages of all', async () => {
    const response = await officer.request('PATCH', `/vehicles/${trucks.here}`, { version: 'x', district: '奇台县' });
    expect(response.status).toBe(403);
    expect((await analyst.request('POST', '/ledger/reprocess', { codes: ['NO_VEHICLE'] })).status).toBe(403);
    expect((await analyst.request('POST', '/ledger/reprocess', { codes: ['NO_VEHICLE'], terminalId: 'T-THERE' })).status).toBe(
      404,
    );
    expect((await analyst.request('POST', '/ledger/reprocess', { codes: ['NO_VEHICLE'], terminalId: 'T-HERE' })).status).toBe(
      202,
    );
  });

  it('cannot change the rules of the whole site', async () => {
    const response = await analyst.request('POST', '/rules/settings', {
      overrides: {},
      validFrom: '2026-11-23',
      note: 'x',
      after: null,
    });
    expect(response.status).toBe(403);
  });
});

describe('the live stream', () => {
  it('tells of trucks in one’s districts alone, and ends with the session', async () => {
    const sample = (vehicleId: number) => ({ vehicleId, timeSec: 1_795_413_600, receivedAtMs: test.state.nowMs, raw: [] });
    const page = await signedIn(test, 'here-officer');
    const response = await page.request('GET', `/live?vehicles=${Object.values(trucks).join(',')}`);
    const reader = response.body?.getReader();
    test.emit([sample(trucks.there), sample(trucks.here), sample(trucks.nowhere)]);
    let text = '';
    for (let done = false; !done; ) {
      const next = await reader?.read();
      done = next?.done ?? true;
      text += Buffer.from(next?.value ?? new Uint8Array()).toString('utf8');
      if (text.includes('event: samples') && page.cookies.size > 0) await page.request('DELETE', '/session');
    }
    expect(text).toContain(`"vehicleId":${trucks.here},`);
    expect(text).not.toContain(`"vehicleId":${trucks.there},`);
    expect(text).not.toContain(`"vehicleId":${trucks.nowhere},`);
    expect(test.listeners.size).toBe(1);
  });
});
