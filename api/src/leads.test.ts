import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
const trucks: number[] = [];
const id = (n: number) => n.toString(16).padStart(16, '0');

const DETAIL = {
  limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'L' },
  figures: { windows: 1200, shareOver: 0.25, p90: 6.5 },
  days: ['2026-11-20', '2026-11-18', '2026-11-19'],
  stretches: [{ fromSec: 1_795_000_000, toSec: 1_795_003_600 }],
  caveats: ['unverifiedLimit'],
};

async function addFinding(n: number, truck: number, rule: string, day: string, level: string, cause: string, withdrawn = false) {
  await test.db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail, withdrawn_at) values ($1, $2, $3, $4, $5, $6, '1.0.0', 'B', $7, ${withdrawn ? 'now()' : 'null'})`,
    [id(n), truck, rule, day, level, cause, JSON.stringify(DETAIL)],
    { priority: 'write' },
  );
}

async function addLead(
  n: number,
  truck: number,
  more: { level: string; last: string; state?: string; cause?: string; findings: number[] },
) {
  await test.db.query(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1, $2, $3, $4, '2026-11-10', $5, $6, $7)`,
    [id(n), truck, more.cause ?? 'overLimit', more.level, more.last, more.findings.map(id), more.state ?? 'open'],
    { priority: 'write' },
  );
}

beforeAll(async () => {
  test = await openTestApp();
  trucks.push(
    await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001'),
    await addVehicle(test.db, 'LFWSRXSJ2G1F00002', '新B00002'),
  );
  const [a = 0, b = 0] = trucks;
  await test.db.query("update vehicles set district = case id when $1 then '奇台县' else '昌吉市' end", [a], {
    priority: 'write',
  });
  await addFinding(1, a, 'R-A2', '2026-11-19', 'suspected', 'overLimit');
  await addFinding(2, a, 'R-A3', '2026-11-20', 'probable', 'overLimit');
  await addFinding(3, a, 'R-A3', '2026-11-21', 'probable', 'overLimit', true);
  await addFinding(4, b, 'R-MIL', '2026-11-22', 'fault', 'mil');
  await addFinding(5, b, 'R-A2', '2026-11-10', 'suspected', 'overLimit');
  await addFinding(6, b, 'R-U2', '2026-11-23', 'fault', 'urea');
  await addLead(1, a, { level: 'probable', last: '2026-11-20', findings: [1, 2, 3] });
  await addLead(4, b, { level: 'fault', last: '2026-11-22', cause: 'mil', findings: [4] });
  await addLead(5, b, { level: 'suspected', last: '2026-11-10', state: 'closed', findings: [5] });
  await addLead(6, b, { level: 'fault', last: '2026-11-23', cause: 'urea', findings: [6] });
  await test.db.query(
    `insert into lead_events (lead_id, vehicle_id, kind, reason, detail) values ($1, $2, 'opened', 'R-A2 spoke', '{}'), ($1, $2, 'extended', 'R-A3 spoke', '{"finding":"x"}')`,
    [id(1), a],
    { priority: 'write' },
  );
  // An earlier finding came: what was lead 2 goes on as lead 1.
  await addLead(2, a, { level: 'probable', last: '2026-11-20', state: 'withdrawn', findings: [2, 3] });
  await test.db.query(
    `insert into lead_events (lead_id, vehicle_id, kind, reason, detail) values ($1, $3, 'opened', 'firstFinding', '{}'),
       ($1, $3, 'withdrawn', 'mergedInto', jsonb_build_object('figures', jsonb_build_object('lead', $2::text)))`,
    [id(2), id(1), a],
    { priority: 'write' },
  );
  await test.db.query(
    `insert into lead_events (lead_id, vehicle_id, kind, reason, detail) values ($1, $2, 'closed', 'clearDays', '{}')`,
    [id(5), b],
    { priority: 'write' },
  );
  for (const [day, samples] of [
    ['2026-11-19', 0],
    ['2026-11-20', 28_800],
    ['2026-11-21', 100],
  ] as const)
    await test.db.query(
      `insert into truck_day (vehicle_id, day, until, samples, distance_km, nox_g, nox_valid_s, transmission_rate, nox_valid_share, rules_version, worst_level, summary, summary_sha256, outcomes, outcomes_sha256, verdicts)
       values ($1, $2, '2026-11-22T16:00:00Z', $3, 310.5, 812.25, 26208, 0.97, 0.91, '1.0.0', 'probable', $4::jsonb, '\\xabcd', $5::jsonb, '\\x00', '[]')`,
      [
        a,
        day,
        samples,
        samples === 0 ? null : JSON.stringify({ date: day, samples }),
        JSON.stringify([
          { outcome: 'found', rule: 'R-A3', level: 'probable', cause: 'overLimit', class: 'B', ...DETAIL },
          { outcome: 'clear', rule: 'R-T1', figures: { stuckShare: 0.01 } },
          { outcome: 'notEvaluated', rule: 'R-E1', reason: 'noUpstreamNox', figures: {} },
        ]),
      ],
      { priority: 'write' },
    );
});
afterAll(() => test.close());

const Page = z.object({ leads: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
const ids = async (query: string) =>
  Page.parse(await (await test.get(`/api/v1/leads?${query}`)).json()).leads.map((lead) => Number.parseInt(lead.id, 16));

describe('leads', () => {
  it('come by urgency: the gravest level first, then the newest day', async () => {
    expect(await ids('')).toEqual([1, 5, 6, 4]);
  });

  it('are paged in that order, each once', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof Page> = Page.parse(
        await (await test.get(`/api/v1/leads?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)).json(),
      );
      expect(page.leads).toHaveLength(1);
      seen.push(...page.leads.map((lead) => lead.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([1, 5, 6, 4].map(id));
  });

  it.each([
    { query: 'sort=day', order: [6, 4, 1, 5] },
    { query: 'sort=day&order=reversed', order: [5, 1, 4, 6] },
    { query: 'sort=urgency&order=reversed', order: [4, 6, 5, 1] },
    { query: 'sort=plate', order: [1, 5, 4, 6] },
    { query: 'sort=plate&order=reversed', order: [6, 4, 5, 1] },
  ])('are sorted by $query, and paged in that order', async ({ query, order }) => {
    expect(await ids(query)).toEqual(order);
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof Page> = Page.parse(
        await (await test.get(`/api/v1/leads?limit=1&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)).json(),
      );
      seen.push(...page.leads.map((lead) => Number.parseInt(lead.id, 16)));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(order);
  });

  it('do not go on in another order than they began in', async () => {
    const first = Page.parse(await (await test.get('/api/v1/leads?limit=1')).json());
    expect((await test.get(`/api/v1/leads?sort=day&cursor=${first.nextCursor}`)).status).toBe(400);
  });

  it('that became part of another are neither listed nor counted; by their id they name it', async () => {
    expect(await ids('state=withdrawn')).toEqual([]);
    const { counts } = z
      .object({ counts: z.array(z.object({ state: z.string() })) })
      .parse(await (await test.get('/api/v1/leads')).json());
    expect(counts.map(({ state }) => state)).not.toContain('withdrawn');
    expect(await objectOf(await test.get(`/api/v1/leads/${id(2)}?lang=en`))).toMatchObject({
      state: 'withdrawn',
      successor: id(1),
      ended: 'became part of another lead',
    });
    expect(await objectOf(await test.get(`/api/v1/leads/${id(1)}`))).toMatchObject({ successor: null });
  });

  it('say why they are not open any more', async () => {
    const body = await objectOf(await test.get('/api/v1/leads?state=closed&lang=en'));
    expect(body).toMatchObject({ leads: [{ ended: 'enough evaluated days without a finding' }] });
    expect(await objectOf(await test.get('/api/v1/leads?state=open&limit=1'))).toMatchObject({ leads: [{ ended: null }] });
  });

  it.each([
    { query: 'state=open', found: [1, 6, 4] },
    { query: 'state=closed,withdrawn', found: [5] },
    { query: 'level=fault', found: [6, 4] },
    { query: 'cause=urea,mil', found: [6, 4] },
    { query: `district=${encodeURIComponent('奇台县')}`, found: [1] },
    { query: 'from=2026-11-21', found: [6, 4] },
    { query: 'to=2026-11-09', found: [] },
    { query: `q=${encodeURIComponent('b0000')}`, found: [1, 5, 6, 4] },
    { query: 'q=G1F00001', found: [1] },
    { query: 'q=%25', found: [] },
    { query: 'q=_', found: [] },
  ])('are filtered by $query', async ({ query, found }) => {
    expect(await ids(query)).toEqual(found);
  });

  it('of one truck', async () => {
    expect(await ids(`vehicle=${trucks[1]}`)).toEqual([5, 6, 4]);
  });

  it('show the finding that tells most, with figures in the asked language, units, limit, period and the data behind', async () => {
    const body = await objectOf(await test.get('/api/v1/leads?lang=en&limit=1'));
    expect(body).toMatchObject({
      leads: [
        {
          vehicle: { plate: '新B00001', district: '奇台县' },
          findings: 2,
          days: 2,
          headline: {
            id: id(2),
            rule: 'R-A3',
            level: 'probable',
            class: 'B',
            limit: { value: 4, unit: 'g/kWh', mark: 'L', verified: false },
            period: { from: '2026-11-18', to: '2026-11-20' },
            data: { noxValidShare: 0.91, transmissionRate: 0.97, distanceKm: 310.5 },
            explanation: expect.stringContaining('Limit 4 g/kWh'),
          },
        },
      ],
    });
    const figures = z.object({ leads: z.array(z.object({ headline: z.object({ figures: z.array(z.unknown()) }) })) }).parse(body)
      .leads[0]?.headline.figures;
    expect(figures).toContainEqual({ id: 'p90', name: '90th percentile', value: 6.5, unit: 'g/kWh', digits: 2 });
    expect(await objectOf(await test.get('/api/v1/leads?limit=1'))).toMatchObject({
      leads: [{ headline: { figures: expect.arrayContaining([expect.objectContaining({ id: 'p90', name: '第 90 百分位' })]) } }],
    });
  });

  it('are shown whole, with withdrawn findings and what became of them', async () => {
    const lead = await objectOf(await test.get(`/api/v1/leads/${id(1)}?lang=en`));
    expect(lead).toMatchObject({
      findings: [
        { id: id(1), withdrawnAt: null },
        { id: id(2), withdrawnAt: null },
        { id: id(3), withdrawnAt: expect.any(String) },
      ],
      events: [{ kind: 'opened', reason: 'R-A2 spoke' }, { kind: 'extended' }],
    });
    expect((await test.get(`/api/v1/leads/${id(99)}`)).status).toBe(404);
    expect((await test.get('/api/v1/leads/1')).status).toBe(400);
  });

  it.each(['state=asleep', 'level=high', 'cause=', 'vehicle=x', 'lang=fr', 'cursor=abc', 'from=2026-13-01', 'limit=0'])(
    'are refused for %s',
    async (query) => {
      expect((await test.get(`/api/v1/leads?${query}`)).status).toBe(400);
    },
  );
});

describe('days of a truck', () => {
  it('come newest first with key figures, units, and the rules that spoke', async () => {
    const body = await objectOf(await test.get(`/api/v1/vehicles/${trucks[0]}/days?from=2026-11-01&to=2026-11-30`));
    expect(body).toMatchObject({
      units: { noxG: { unit: 'g' }, p90GPerKwh: { unit: 'g/kWh' } },
      days: [
        { date: '2026-11-21', found: [] },
        {
          date: '2026-11-20',
          figures: { samples: 28_800, noxG: 812.25, noxValidShare: 0.91, workKwh: null },
          found: [{ rule: 'R-A3', level: 'probable' }],
          stale: false,
        },
        { date: '2026-11-19', found: [{ rule: 'R-A2' }] },
      ],
      nextCursor: null,
    });
  });

  it('are paged, and say when a day is about to be evaluated anew', async () => {
    await test.db.query("insert into dirty_days (vehicle_id, day, reason) values ($1, '2026-11-20', 'late')", [trucks[0]], {
      priority: 'write',
    });
    const path = `/api/v1/vehicles/${trucks[0]}/days?to=2026-11-23&limit=1`;
    const first = await objectOf(await test.get(path));
    expect(first).toMatchObject({ from: '2026-10-25', to: '2026-11-23', days: [{ date: '2026-11-21', stale: false }] });
    expect(await objectOf(await test.get(`${path}&cursor=${String(first.nextCursor)}`))).toMatchObject({
      days: [{ date: '2026-11-20', stale: true }],
    });
  });

  it('are shown whole: summary with its hash, and what every rule says', async () => {
    const day = await objectOf(await test.get(`/api/v1/vehicles/${trucks[0]}/days/2026-11-20?lang=en`));
    expect(day).toMatchObject({
      summary: { samples: 28_800 },
      summarySha256: 'abcd',
      outcomes: [
        { rule: 'R-A3', outcome: 'found', level: 'probable', limit: { value: 4 } },
        { rule: 'R-T1', outcome: 'clear', figures: [{ id: 'stuckShare', unit: 'share', value: 0.01 }] },
        {
          rule: 'R-E1',
          outcome: 'notEvaluated',
          reason: 'noUpstreamNox',
          explanation: expect.stringContaining('no upstream NOx sensor'),
        },
      ],
    });
    expect(await objectOf(await test.get(`/api/v1/vehicles/${trucks[0]}/days/2026-11-19`))).toMatchObject({ summary: null });
  });

  it.each([
    { path: 'days?from=2026-11-02&to=2026-11-01', status: 400 },
    { path: 'days?from=2020-01-01&to=2026-11-01', status: 400 },
    { path: 'days/2026-11-31', status: 400 },
    { path: 'days/2026-11-01', status: 404 },
  ])('are refused with $status for $path', async ({ path, status }) => {
    expect((await test.get(`/api/v1/vehicles/${trucks[0]}/${path}`)).status).toBe(status);
  });

  it('of a truck that there is not are told so', async () => {
    expect((await test.get('/api/v1/vehicles/999999/days')).status).toBe(404);
  });
});

describe('alarms', () => {
  it('come by the time they began, filtered and paged', async () => {
    for (let i = 0; i < 3; i++)
      await test.db.query(
        `insert into alarms (id, vehicle_id, kind, started_at, ended_at, detail) values ($1, $2, $3, '2026-11-23T05:00:00Z', $4, '{"litres":40}')`,
        [`a${i}`, trucks[i % 2], i === 0 ? 'tamper' : 'fuelTheft', i === 2 ? '2026-11-23T05:10:00Z' : null],
        { priority: 'write' },
      );
    const Alarms = z.object({ alarms: z.array(z.looseObject({ id: z.string() })), nextCursor: z.string().nullable() });
    const ask = async (query: string) => Alarms.parse(await (await test.get(`/api/v1/alarms?${query}`)).json());
    expect((await ask('')).alarms.map((alarm) => alarm.id)).toEqual(['a2', 'a1', 'a0']);
    expect((await ask('inForce=true')).alarms.map((alarm) => alarm.id)).toEqual(['a1', 'a0']);
    expect((await ask('kind=tamper')).alarms).toMatchObject([
      { id: 'a0', endedAt: null, startedAt: '2026-11-23T05:00:00.000Z', detail: { litres: 40 }, vehicle: { plate: '新B00001' } },
    ]);
    expect((await ask(`vehicle=${trucks[1]}`)).alarms.map((alarm) => alarm.id)).toEqual(['a1']);
    expect((await ask('from=now-30m')).alarms).toEqual([]);
    const first = await ask('limit=2');
    expect((await ask(`limit=2&cursor=${first.nextCursor}`)).alarms.map((alarm) => alarm.id)).toEqual(['a0']);
    expect((await test.get('/api/v1/alarms?kind=fire')).status).toBe(400);
  });
});
