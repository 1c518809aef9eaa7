import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { API_BASE } from './doorkeeper.ts';
import { EXAMPLES, type RecordedExample } from './examples/index.ts';
import { type OpenApiDocument, operations } from './openapi-document.ts';
import type { JsonSchema } from './tabular/schema-columns.ts';
import { addSamples, addVehicle, NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, PASSWORD, signedIn } from './test-people.ts';

/**
 * Every route that documents a JSON answer is asked for one on a site where there is something of every kind, and what it answers is held
 * against the schema that the OpenAPI document publishes. `PLUME_RECORD_EXAMPLES=1` writes the examples of the document from these answers.
 */
let test: TestApp;
let document: OpenApiDocument;
const people: Partial<Record<'analyst' | 'officer' | 'administrator' | 'auditor', Browser>> = {};
const WRITE = { priority: 'write' } as const;
const FINDING = '00000000000000a1';
const PACK = '000001-0123456789ab';
const known: Record<string, string> = { id: '', terminal: 'T-1', lead: FINDING, date: '2026-11-22' };

/** A schema of the document as one that stands alone and takes nothing that it does not name. */
function alone(schema: JsonSchema, document: OpenApiDocument): Record<string, unknown> {
  if (schema.$ref !== undefined) {
    const named = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    if (!named) throw new Error(`the document has no ${schema.$ref}`);
    return alone(named, document);
  }
  if (schema.allOf) {
    const parts = schema.allOf.map((part) => alone(part, document));
    const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
    return {
      ...Object.assign({}, ...parts),
      properties: Object.assign({}, ...parts.map((part) => part.properties)),
      required,
      additionalProperties: false,
    };
  }
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties')
      out[key] = Object.fromEntries(
        Object.entries(value as Record<string, JsonSchema>).map(([name, each]) => [name, alone(each, document)]),
      );
    else if (key === 'anyOf' || key === 'oneOf') out[key] = (value as JsonSchema[]).map((each) => alone(each, document));
    else if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object'))
      out[key] = alone(value as JsonSchema, document);
    // What only people read, and the bounds of examples, say nothing of an answer.
    else if (key !== 'description' && key !== 'example' && key !== 'pattern') out[key] = value;
  }
  if (out.properties !== undefined && out.additionalProperties === undefined) out.additionalProperties = false;
  return out;
}

/** What is wrong with a value by a schema of the document; '' when nothing is. */
function wrong(schema: JsonSchema, value: unknown): string {
  const parsed = z.fromJSONSchema(alone(schema, document) as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  return parsed.success ? '' : z.prettifyError(parsed.error);
}

interface Asked {
  readonly key: string;
  readonly as?: keyof typeof people | 'service' | 'nobody';
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status?: number;
  /** Takes what later requests need from the answer. */
  readonly keep?: (answer: Record<string, unknown>) => void;
}

const PERIOD = { from: '2026-11-01', to: '2026-11-22' };
const MOMENTS = { from: '2026-11-22T01:00:00Z', to: '2026-11-22T02:00:00Z' };
const id = () => ({ id: known.id ?? '' });

/** Requests in order: what some make, others read. */
const REQUESTS: readonly (() => Asked)[] = [
  () => ({ key: 'GET /session' }),
  () => ({ key: 'POST /session', as: 'nobody', body: { name: 'the-officer', password: PASSWORD } }),
  () => ({ key: 'GET /account' }),
  () => ({ key: 'GET /account/sessions' }),
  () => ({
    key: 'POST /tokens',
    body: { name: 'monthly report', permissions: ['export.run', 'statistics.read'], expiresInDays: 90 },
    status: 201,
  }),
  () => ({ key: 'GET /tokens' }),
  () => ({
    key: 'POST /people',
    as: 'administrator',
    body: { name: 'new-officer', displayName: '新', role: 'officer', districts: ['昌吉市'] },
    status: 201,
  }),
  () => ({ key: 'GET /people', as: 'administrator' }),
  () => ({ key: 'GET /settings/security', as: 'administrator' }),
  () => ({ key: 'GET /audit', as: 'auditor' }),
  () => ({ key: 'GET /audit/verify', as: 'auditor' }),
  () => ({ key: 'GET /districts' }),
  () => ({ key: 'GET /today', as: 'officer' }),
  () => ({ key: 'GET /today/trucks', as: 'officer' }),
  () => ({ key: 'GET /demo' }),
  () => ({
    key: 'POST /vehicles',
    as: 'administrator',
    body: { vin: 'LZZ5CLVB0JA000009', plate: '新B·00009', district: '昌吉市', parameters: { stage: 'V', ratedPowerKw: 276 } },
    status: 201,
  }),
  () => ({ key: 'GET /vehicles', query: { limit: '2', sort: 'plate' } }),
  () => ({ key: 'GET /vehicles/{id}', path: id() }),
  () => ({ key: 'GET /vehicles/{id}/parameters', path: id() }),
  () => ({ key: 'GET /vehicles/{id}/lay-ups', path: id() }),
  () => ({ key: 'GET /vehicles/{id}/data-quality', path: id(), query: PERIOD }),
  () => ({ key: 'GET /vehicles/{id}/series', path: id(), query: { signals: 'speedKmh,noxDownPpm', ...MOMENTS } }),
  () => ({ key: 'GET /vehicles/{id}/track', path: id(), query: MOMENTS }),
  () => ({ key: 'GET /vehicles/{id}/frames', path: id(), query: { from: MOMENTS.from, to: '2026-11-22T01:05:00Z' } }),
  () => ({ key: 'GET /vehicles/{id}/trouble-codes', path: id() }),
  () => ({ key: 'GET /vehicles/{id}/days', path: id(), query: PERIOD }),
  () => ({ key: 'GET /vehicles/{id}/days/{date}', path: { ...id(), date: '2026-11-22' } }),
  () => ({ key: 'GET /vehicles/{id}/history', path: id(), query: PERIOD }),
  () => ({ key: 'GET /data-quality', query: { ...PERIOD, limit: '2' } }),
  () => ({ key: 'GET /map' }),
  () => ({ key: 'GET /roads' }),
  () => ({ key: 'GET /signals' }),
  () => ({ key: 'GET /terminals', as: 'administrator' }),
  () => ({ key: 'POST /terminals', as: 'administrator', body: { id: 'T-9', vendor: 'A' }, status: 201 }),
  () => ({ key: 'POST /terminals/{id}/rotate', as: 'administrator', path: { id: 'T-9' }, body: {} }),
  () => ({ key: 'GET /ledger', query: { limit: '2' } }),
  () => ({ key: 'GET /ledger/{id}', path: { id: known.entry ?? '' } }),
  () => ({ key: 'GET /link', query: { from: '2026-11-23T00:00:00Z' } }),
  () => ({ key: 'GET /incidents' }),
  () => ({ key: 'GET /leads', query: { limit: '2', lang: 'en' } }),
  () => ({ key: 'GET /leads/{id}', path: { id: FINDING } }),
  () => ({ key: 'GET /officers' }),
  () => ({ key: 'GET /alarms', query: { limit: '2' } }),
  () => ({ key: 'POST /stations', as: 'officer', body: { kind: 'M', name: '甲站' }, status: 201 }),
  () => ({ key: 'GET /stations' }),
  () => ({ key: 'GET /calendar' }),
  () => ({ key: 'GET /calendar/deadline', query: { from: '2026-11-23', workingDays: '5' } }),
  () => ({ key: 'GET /cases', query: { limit: '2' } }),
  () => ({ key: 'GET /cases/{id}', path: { id: known.case ?? '' } }),
  () => ({ key: 'GET /cases/{id}/road-check', path: { id: known.case ?? '' } }),
  () => ({ key: 'GET /cases/{id}/documents', path: { id: known.case ?? '' } }),
  () => ({ key: 'GET /case-steps' }),
  () => ({ key: 'GET /case-workload' }),
  () => ({ key: 'GET /case-figures', query: PERIOD }),
  () => ({ key: 'GET /inspections', query: { limit: '2' } }),
  () => ({ key: 'GET /inspections/{id}', path: { id: known.inspection ?? '' } }),
  () => ({ key: 'GET /inspection-catalogue' }),
  () => ({ key: 'GET /inspection-agreement', query: PERIOD }),
  () => ({ key: 'GET /evidence' }),
  () => ({ key: 'GET /evidence/chain' }),
  () => ({ key: 'GET /rules' }),
  () => ({ key: 'GET /rules/settings' }),
  () => ({ key: 'GET /exports/tables' }),
  () => ({ key: 'POST /exports/plan', body: { table: 'days', format: 'csv', ...PERIOD } }),
  () => ({
    key: 'POST /exports',
    body: { table: 'days', format: 'csv', ...PERIOD },
    status: 202,
    keep: (answer) => {
      known.export = String(answer.jobId);
    },
  }),
  () => ({ key: 'GET /exports' }),
  () => ({ key: 'GET /exports/{id}', path: { id: known.export ?? '' } }),
  () => ({ key: 'POST /exports/{id}/cancel', path: { id: known.export ?? '' }, body: {} }),
  () => ({ key: 'DELETE /exports/{id}', path: { id: known.export ?? '' } }),
  () => ({ key: 'GET /jobs' }),
  () => ({ key: 'GET /jobs/{id}', path: { id: known.export ?? '' } }),
  () => ({ key: 'GET /tables/{table}', path: { table: 'days' }, query: { ...PERIOD, limit: '1' } }),
  () => ({ key: 'GET /statistics/catalogue' }),
  () => ({
    key: 'GET /statistics/table',
    query: { ...PERIOD, measures: 'noxKg,exceedanceRate', by: 'district', compare: 'previous' },
  }),
  () => ({ key: 'GET /statistics/distribution', query: { ...PERIOD, measure: 'noxGPerKwh' } }),
  () => ({ key: 'GET /statistics/ranking', query: PERIOD }),
  () => ({ key: 'GET /statistics/contract', query: PERIOD }),
  () => ({ key: 'GET /statistics/map', query: PERIOD }),
  () => ({ key: 'GET /statistics/guidance', query: PERIOD }),
  () => ({ key: 'GET /statistics/exemptions', query: { to: '2026-11-22' } }),
  () => ({ key: 'GET /statistics/treatment', query: { ...PERIOD, by: 'station' } }),
  () => ({
    key: 'POST /statistics/views',
    body: { name: '月报', page: 'explorer', query: 'by=month', shared: false },
    status: 201,
  }),
  () => ({ key: 'GET /statistics/views' }),
  () => ({ key: 'GET /documents/templates', as: 'administrator' }),
  () => ({ key: 'GET /documents/office', as: 'administrator' }),
  () => ({ key: 'GET /notices/channels', as: 'administrator' }),
  () => ({ key: 'GET /notices/addresses', as: 'administrator' }),
  () => ({ key: 'GET /notices/subscriptions', as: 'administrator' }),
  () => ({ key: 'GET /notices/outbox', as: 'administrator' }),
  () => ({ key: 'GET /reports' }),
  () => ({ key: 'GET /report-schedule' }),
  () => ({ key: 'GET /retention', as: 'administrator' }),
];

/** Routes of the API of analysts: each has an example, of its request and of its answer. */
const ANALYST =
  /^(GET|POST) \/(statistics|tables|exports|vehicles|data-quality|leads|cases|case-figures|case-workload|inspections|districts|signals|stations|alarms|tokens)\b/;
/** Changes by officers and administrators under the same paths: their bodies are told in the tests of their own. */
const NOT_ANALYST = /^POST \/(vehicles|leads|cases|inspections|stations)\b/;
/** Read elsewhere: files and streams have no JSON; the rest is asked by the test that is named. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'GET /reports/{id}': 'a report is made by a job: test/site/reports.test.ts',
  'GET /retention/plans/{id}': 'a plan is made by a job: test/site/retention.test.ts',
  'GET /vehicles/{id}/days/{date}/trace': 'the evaluator makes it: test/site/triage.test.ts',
  'GET /notices/subscriptions/{id}/digest': 'notices/desk.test.ts',
  'GET /evidence/{id}': 'evidence.test.ts: the pack is a file',
  'GET /setup': 'people.test.ts: there is an answer only as long as there is no account',
};

beforeAll(async () => {
  test = await openTestApp({ demo: false });
  document = (await (await test.app.request('/api/openapi.json')).json()) as OpenApiDocument;
  for (const role of ['analyst', 'officer', 'administrator', 'auditor'] as const) {
    await addAccount(test, `the-${role}`, role);
    people[role] = await signedIn(test, `the-${role}`);
  }
  await enterSite();
}, 300_000);
afterAll(() => test.close());

async function enterSite(): Promise<void> {
  const { db } = test;
  const truck = await addVehicle(db, 'LZZ5CLVB0JA000001', '新B·00001');
  known.id = String(truck);
  await db.query("update vehicles set district = '昌吉市', enterprise = '甲运输' where id = $1::int", [truck], WRITE);
  await db.query(
    `insert into vehicle_parameters (vehicle_id, valid_from, recorded_at, recorded_by, "values") values ($1::int, '2026-01-01Z', '2026-01-01Z', 'x', '{"stage": "V", "ratedPowerKw": 276, "engineModel": "WP10"}')`,
    [truck],
    WRITE,
  );
  const start = Date.parse(MOMENTS.from) / 1000;
  const rows = Array.from({ length: 120 }, (_, i) => ({
    timeSec: start + i,
    raw: { speedKmh: 256 * 40, noxDownPpm: i % 7 === 0 ? null : 5000, lonDeg: 87_310_000 + 90 * i, latDeg: 44_010_000 },
  }));
  await addSamples(db, truck, rows, ['speedKmh', 'noxDownPpm', 'lonDeg', 'latDeg']);
  await db.query("insert into terminals (id, secret_hash, profile) values ('T-1', '\\x00', '{}')", [], WRITE);
  await db.query(
    "insert into assignments (terminal_id, vehicle_id, valid_from) values ('T-1', $1::int, '2026-01-01Z')",
    [truck],
    WRITE,
  );
  const totals = {
    engineOnS: 3600,
    noxValidS: 3300,
    noxG: 55,
    co2G: 13_300,
    fuelKg: 4.2,
    workKwh: 20,
    distanceKm: 40,
    noxOfWorkG: 55,
    workOfNoxKwh: 19,
    noxOfFuelG: 55,
    fuelOfNoxKg: 4,
    noxOfDistanceG: 55,
    distanceOfNoxKm: 38,
  };
  const tank = {
    reason: 'noReadings',
    first: null,
    last: null,
    events: [],
    usedPct: null,
    minPct: null,
    maxPct: null,
    fuelL: null,
    distanceKm: null,
    frozenS: 0,
  };
  const summary = {
    totals,
    facts: { fuelTankL: 600, ureaTankL: 40 },
    fuelTank: tank,
    ureaTank: tank,
    obd: { readings: 4, milOn: 1, dtcs: [], milSec: null },
    plausibility: { hotMeanPpm: 321, hotMeanS: 3000 },
    trips: [
      { fromSec: start, toSec: start + 3600, open: false, totals, kind: 'work', valid: 3, validShare: 0.6, p90: 4.2, void: null },
    ],
    work: { count: 7, valid: 5, validShare: 0.7, p90: 4.25, class: 'B', reference: { value: 12.5, assumed: true } },
    quality: {
      engineOnS: 3600,
      received: 3500,
      due: 3600,
      transmissionRate: 0.97,
      channels: { noxDownPpm: { counts: { valid: 3300 }, validRate: 0.94, hotValidRate: 0.98, effectiveRate: 0.916 } },
      gaps: 0,
      gapS: 0,
      longestGapS: 0,
      lateShare: 0.01,
      clockErrorS: 2,
      conflicts: 0,
      noxValidShare: 0.94,
      hotS: 3400,
    },
  };
  for (const day of ['2026-11-20', '2026-11-21', '2026-11-22']) {
    await db.query(
      `insert into truck_day (vehicle_id, day, until, samples, first_time, last_time, engine_on_s, nox_valid_s, distance_km, work_kwh, fuel_kg, nox_g, co2_g, transmission_rate, nox_valid_share, p90_g_per_kwh, method_class, formula, rules_version, outcomes, outcomes_sha256, verdicts, summary)
       values ($1::int, $2::date, ($2::date + 1)::timestamp at time zone 'Asia/Shanghai', 3500, ($2 || 'T09:00:00+08')::timestamptz, ($2 || 'T10:00:00+08')::timestamptz, 3600, 3300, 40, 20, 4.2, 55, 13300, 0.97, 0.94, 4.25, 'B', '1', '1', '[]', '\\x00', '[{"rule": "R-A3", "outcome": "clear"}]', $3::jsonb)`,
      [truck, day, JSON.stringify({ date: day, ...summary })],
      WRITE,
    );
    await db.query(
      `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, engine_on_s, nox_valid_s, nox_g, co2_g, fuel_kg, work_kwh, distance_km, nox_of_work_g, work_of_nox_kwh)
       select 'day', k, $2::date, $1::int, case k when 'day' then 0 else 5 end, 1, 1, 3600, 3300, 55, 13300, 4.2, 20, 40, 55, 19 from unnest(array['day', 'operation']) k`,
      [truck, day],
      WRITE,
    );
  }
  await db.batch([
    {
      sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail) values ('${FINDING}', $1::int, 'R-U2', '2026-11-22', 'suspected', 'urea', '1.0.0', 'B', '{"limit":null,"figures":{},"days":[],"stretches":[],"caveats":[]}')`,
      params: [truck],
    },
    {
      sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ('${FINDING}', $1::int, 'urea', 'suspected', '2026-11-22', '2026-11-22', array['${FINDING}'], 'open')`,
      params: [truck],
    },
    {
      sql: `insert into evidence_packs (seq, id, finding_id, created_by, reason, sha256, prev_sha256, file) values (1, '${PACK}', '${FINDING}', 'test', 'demand', repeat('1', 64), repeat('0', 64), 'x.json')`,
    },
  ]);
  await db.query("insert into link_hours (terminal_id, hour, messages) values ('T-1', '2026-11-23T05:00:00Z', 1)", [], WRITE);
  await db.query(
    "insert into incidents (first_at, last_at, kind, terminal_id, detail, count) values ('2026-11-23T05:00:00Z', '2026-11-23T05:00:00Z', 'x', 'T-1', 'x', 1)",
    [],
    WRITE,
  );
  const officer = people.officer as Browser;
  const opened = await officer.request('POST', '/cases', {
    from: 'leads',
    leads: [{ id: FINDING, version: 0, throughDay: '2026-11-22' }],
  });
  expect([opened.status, opened.status < 300 ? '' : await opened.text()]).toEqual([opened.status, '']);
  const [row] = await db.query<{ id: number }>('select id from cases order by id limit 1');
  known.case = String(row?.id);
  const [inspected] = await db.query<{ id: number }>(
    `insert into inspections (vehicle_id, kind, day, organisation, method, "values", measured, over, result, created_at, created_by, updated_at, updated_by)
     values ($1::int, 'roadside', '2026-11-22', 'x', 'other', '[]', '{}', '{}', 'passed', now(), 'test', now(), 'test') returning id`,
    [truck],
    WRITE,
  );
  known.inspection = String(inspected?.id);
  const [entry] = await db.query<{ id: string }>(
    `insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, vehicle_id, byte_count, sha256, decoder)
     values ('2026-11-23T05:00:00Z', 'T-1', 'mqtt', 'rejected', 'BAD_FIELD', 'samples[0].t', 'x', 1, $1::int, 10, '\\x00', '1') returning id::text as id`,
    [truck],
    WRITE,
  );
  known.entry = entry?.id ?? '';
}

function addressOf({ key, path = {}, query = {} }: Asked): string {
  const below = (key.split(' ')[1] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return `${API_BASE}${below}${search === '' ? '' : `?${search}`}`;
}

async function asked(request: Asked): Promise<Response> {
  const method = request.key.split(' ')[0] ?? '';
  const as = request.as ?? 'analyst';
  const address = addressOf(request);
  if (as === 'service') return method === 'GET' ? await test.get(address) : await test.post(address, request.body);
  const who = as === 'nobody' ? browser(test) : people[as];
  if (!who) throw new Error(`there is no ${as}`);
  return await who.request(method, address, request.body);
}

/** An answer cut to what shows its shape: the first entries of lists, no long texts. */
function brief(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.slice(0, depth > 3 ? 1 : 2).map((each) => brief(each, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'token' ? 'plume_…' : brief(each, depth + 1)]),
  );
}

describe('answers', () => {
  it('are what the OpenAPI document says of them, on every route that answers JSON', async () => {
    const recorded: Record<string, RecordedExample> = {};
    const faults: string[] = [];
    for (const make of REQUESTS) {
      const request = make();
      if (Object.values(request.path ?? {}).includes('')) {
        faults.push(`${request.key}: nothing of the kind was entered`);
        continue;
      }
      const [method = '', path = ''] = request.key.split(' ');
      const operation = document.paths[API_BASE + path]?.[method.toLowerCase()];
      const response = await asked(request);
      const status = request.status ?? 200;
      const text = await response.text();
      if (response.status !== status || !operation) {
        faults.push(`${request.key}: ${response.status} ${text.slice(0, 300)}`);
        continue;
      }
      const content = operation.responses[String(status)]?.content ?? {};
      const schema = (content['application/json'] ?? content['application/problem+json'])?.schema;
      if (!schema) faults.push(`${request.key}: the document has no schema of ${status}`);
      else {
        const answer: unknown = JSON.parse(text);
        const said = wrong(schema, answer);
        if (said !== '') faults.push(`${request.key}:\n${said}`);
        if (typeof answer === 'object' && answer !== null) request.keep?.({ ...answer });
        if (ANALYST.test(request.key) && !NOT_ANALYST.test(request.key))
          recorded[request.key] = {
            ...(request.path ? { path: request.path } : {}),
            ...(request.query ? { query: request.query } : {}),
            ...(request.body === undefined ? {} : { body: request.body }),
            status,
            answer: brief(answer),
          };
      }
    }
    expect(faults).toEqual([]);
    if (process.env.PLUME_RECORD_EXAMPLES)
      writeFileSync(
        fileURLToPath(new URL('./examples/recorded.json', import.meta.url)),
        `${JSON.stringify(recorded, null, 2)}\n`,
      );
  }, 600_000);

  it('are asked of every route that reads', () => {
    const own = new Set(REQUESTS.map((make) => make().key));
    const missing = [...operations(document)]
      .filter(({ key, operation }) => key.startsWith('GET ') && operation.responses['200']?.content?.['application/json'])
      .map(({ key }) => key)
      .filter((key) => !own.has(key) && !Object.hasOwn(ELSEWHERE, key));
    expect(missing).toEqual([]);
  });

  it('of problems are what the document says, too', async () => {
    for (const path of ['/vehicles/999999', '/vehicles?limit=0', '/people', '/nothing']) {
      const response = await (people.analyst as Browser).request('GET', path);
      expect(wrong({ $ref: '#/components/schemas/Problem' }, await objectOf(response))).toBe('');
    }
  });
});

describe('examples', () => {
  it('are there for every operation of analysts, of the request where it takes something and of the answer', () => {
    const all = [...operations(document)].filter(({ key }) => ANALYST.test(key) && !NOT_ANALYST.test(key));
    const json = all.filter(({ operation }) =>
      Object.entries(operation.responses).some(
        ([status, { content }]) => status.startsWith('2') && content?.['application/json'],
      ),
    );
    expect(
      json
        .map(({ key }) => key)
        .filter(
          (key) =>
            !Object.hasOwn(EXAMPLES, key) &&
            !Object.hasOwn(ELSEWHERE, key) &&
            !/\{layUpId\}|POST \/statistics\/views\/|import|road-check$/.test(key),
        ),
    ).toEqual([]);
  });

  it.each(Object.entries(EXAMPLES))('of %s keep to the schemas', (key, example) => {
    const [method = '', path = ''] = key.split(' ');
    const operation = document.paths[API_BASE + path]?.[method.toLowerCase()];
    const answered = operation?.responses[String(example.status)]?.content?.['application/json'];
    expect(answered?.example).toEqual(example.answer);
    expect(wrong(answered?.schema ?? {}, example.answer)).toBe('');
    const body = operation?.requestBody?.content['application/json'];
    if (body) expect(wrong(body.schema ?? {}, example.body)).toBe('');
    for (const parameter of operation?.parameters ?? []) {
      const given = (parameter.in === 'path' ? example.path : example.query)?.[parameter.name];
      if (parameter.required) expect(given, parameter.name).toBeDefined();
    }
  });

  it('would be found out if they did not', () => {
    const [key, example] = Object.entries(EXAMPLES).find(([, { answer }]) => typeof answer === 'object') ?? ['', undefined];
    const [method = '', path = ''] = key.split(' ');
    const schema =
      document.paths[API_BASE + path]?.[method.toLowerCase()]?.responses[String(example?.status)]?.content?.['application/json']
        ?.schema;
    expect(wrong(schema ?? {}, { ...Object(example?.answer), more_than_told: 1 })).not.toBe('');
  });
});

it('the clock of these tests is the one that the examples were recorded by', () => {
  expect(new Date(NOW_MS).toISOString()).toBe('2026-11-23T06:00:00.000Z');
});
