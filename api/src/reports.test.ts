import { enqueueJob, JobQueue, setRetentionFloor } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepReports, reportRunner } from './reports/index.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** The HTTP face of reports: what is refused, who sees what, two people at the schedule, files. The clock stands at 2026-11-23. */
let test: TestApp;
let analyst: Browser;
let here: Browser;

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'chief', 'administrator');
  await addAccount(test, 'analyst', 'analyst');
  await addAccount(test, 'here', 'officer', { districts: ['昌吉市'] });
  for (const [i, district] of ['昌吉市', '奇台县'].entries()) {
    const id = await addVehicle(test.db, `LZZ5CLVB0JA00000${i}`, `新B·${i}`);
    await test.db.query('update vehicles set district = $2::text where id = $1::int', [id, district], { priority: 'write' });
  }
  analyst = await signedIn(test, 'analyst');
  here = await signedIn(test, 'here');
});
afterAll(() => test.close());

const runJobs = async () => {
  const runner = reportRunner({ db: test.db, version: 'test', clock: test.deps.clock, signal: new AbortController().signal });
  const failed: unknown[] = [];
  await new JobQueue(test.db, new Map([['report', runner]]), { error: (fields) => failed.push(fields) }).look();
  expect(failed).toEqual([]);
};
const ids = async (who: Browser, query = ''): Promise<unknown> => {
  const { reports } = (await objectOf(await who.request('GET', `/reports${query}`))) as { reports: { id: number }[] };
  return reports.map(({ id }) => id);
};

describe('reports over HTTP', () => {
  it('refuse a period that is not over, a form that is none, and what is not asked for', async () => {
    const post = (json: object) => analyst.request('POST', '/reports', json);
    expect(await objectOf(await post({ kind: 'month', period: '2026-11' }))).toMatchObject({
      status: 400,
      errors: [{ field: 'body.period', reason: 'is not over; the last one is 2026-10' }],
    });
    for (const [field, name] of [
      ['district', '无此区'],
      ['enterprise', '无此企业'],
    ] as const)
      expect(await objectOf(await post({ kind: 'month', period: '2026-10', [field]: name }))).toMatchObject({
        status: 400,
        errors: [{ field: `body.${field}` }],
      });
    expect((await post({ kind: 'week' })).status).toBe(400);
    expect((await post({ kind: 'month', period: '2026-10', more: 1 })).status).toBe(400);
    expect((await analyst.request('GET', '/reports/77')).status).toBe(404);
    expect((await analyst.request('GET', '/reports?cursor=xx')).status).toBe(400);
  });

  it('are made once: a second order is answered with the report, which says that there is nothing to evaluate', async () => {
    const order = await analyst.request('POST', '/reports', { kind: 'month', period: '2026-10' });
    expect(order.status).toBe(202);
    await runJobs();
    const again = await analyst.request('POST', '/reports', { kind: 'month', period: '2026-10' });
    expect(await objectOf(again)).toEqual({ reportId: 1 });
    const whole = await objectOf(await analyst.request('GET', '/reports/1'));
    expect(whole).toMatchObject({
      report: { id: 1, kind: 'month', from: '2026-10-01', to: '2026-10-31', changed: false, district: null },
      revision: { revision: 1, dataVersion: 1, issuedBy: 'analyst', note: null },
      content: { notices: [{ zh: '未判定：该时段没有数据（0 个车日）' }] },
    });
    expect((await analyst.request('GET', '/reports/1?revision=2')).status).toBe(404);
    const actions = (await trail(test, 20)).map((row) => row.action);
    expect(actions).toEqual(expect.arrayContaining(['report.order', 'report.issue']));
  });

  it('of the whole site, or of another district, are not there for who has districts', async () => {
    expect((await here.request('GET', '/reports/1')).status).toBe(404);
    expect((await here.request('GET', '/reports/1/revisions/1/xlsx')).status).toBe(404);
    expect((await here.request('POST', '/reports/1/revisions', {})).status).toBe(404);
    expect(await ids(here)).toEqual([]);
    expect((await here.request('POST', '/reports', { kind: 'month' })).status).toBe(403);
    expect((await here.request('POST', '/reports', { kind: 'month', district: '奇台县' })).status).toBe(403);
    expect((await here.request('POST', '/reports', { kind: 'month', district: '昌吉市' })).status).toBe(202);
    await enqueueJob(test.db, 'report', {
      kind: 'month',
      from: '2026-10-01',
      to: '2026-10-31',
      district: '奇台县',
      enterprise: null,
      what: 'make',
      waits: false,
    });
    await runJobs();
    expect(await ids(here)).toEqual([2]);
    expect(await ids(analyst)).toEqual([3, 2, 1]);
    expect(await ids(analyst, '?district=奇台县&kind=month')).toEqual([3]);
    expect(await objectOf(await here.request('GET', '/reports/2'))).toMatchObject({ report: { district: '昌吉市' } });
  });

  it('are listed page by page, none twice and none left out', async () => {
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await objectOf(await analyst.request('GET', `/reports?limit=2${cursor && `&cursor=${cursor}`}`))) as {
        reports: { id: number }[];
        nextCursor: string | null;
      };
      seen.push(...page.reports.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([3, 2, 1]);
  });

  it('are handed out as a workbook under a Chinese name', async () => {
    const file = await analyst.request('GET', '/reports/1/revisions/1/xlsx');
    expect(file.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent('plume_月报_2026-10_全站_第1版.xlsx')}`,
    );
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it('have a schedule: off at first; who comes second is told; nobody with districts sets it', async () => {
    const { schedule, version } = (await objectOf(await analyst.request('GET', '/report-schedule'))) as {
      schedule: Record<string, unknown>;
      version: number;
    };
    expect({ version, ...schedule }).toMatchObject({ version: 0, day: false, month: false, year: false });
    const { since: _since, ...input } = schedule;
    const put = (who: Browser, seen: number, change: object) =>
      who.request('PUT', '/report-schedule', { version: seen, schedule: { ...input, ...change } });
    expect((await put(here, 0, { day: true })).status).toBe(403);
    expect((await put(analyst, 0, { monthDay: 31 })).status).toBe(400);
    expect(await objectOf(await put(analyst, 0, { month: true }))).toMatchObject({
      version: 1,
      schedule: { month: true, since: { month: '2026-11-23T06:00:00.000Z', day: null } },
    });
    expect((await put(analyst, 0, { day: true })).status).toBe(409);
    test.state.nowMs += 60_000;
    // What was on stays on since then; what was off begins now.
    expect(await objectOf(await put(analyst, 1, { month: true, day: true }))).toMatchObject({
      schedule: { since: { month: '2026-11-23T06:00:00.000Z', day: '2026-11-23T06:01:00.000Z' } },
    });
  });
});

describe('reports of days that retention dropped', () => {
  const WRITE = { priority: 'write' } as const;
  const day = (date: string, samples: number, truck: 'min' | 'max' = 'min') =>
    test.db.query(
      `insert into truck_day (vehicle_id, day, until, samples, last_time, rules_version, outcomes, outcomes_sha256, verdicts)
       select ${truck}(id), $1::date, $1::date + 1, $2::int, $1::date + interval '4 hours', 't', '[]', '\\x00', '[]' from vehicles
       on conflict (vehicle_id, day) do update set samples = excluded.samples`,
      [date, samples],
      WRITE,
    );
  const order = async (period: string) => await analyst.request('POST', '/reports', { kind: 'day', period });
  const make = async (period: string) => {
    expect((await order(period)).status).toBe(202);
    await runJobs();
    return Number((await objectOf(await order(period))).reportId);
  };
  const revise = async (id: number) => await analyst.request('POST', `/reports/${id}/revisions`, {});
  const read = async (id: number) =>
    (await objectOf(await analyst.request('GET', `/reports/${id}`))) as {
      report: { changed: boolean };
      revision: { revision: number; note: { causes: { kind: string }[] } | null };
      content: { tables: { id: string; columns: { id: string }[]; rows: { key: string; cells: unknown[] }[] }[] };
    };
  const cell = async (id: number, row: string, column: string) => {
    const [key] = (await read(id)).content.tables;
    return key?.rows.find((each) => each.key === row)?.cells[key.columns.findIndex((each) => each.id === column)];
  };
  let before = 0;
  let after = 0;

  it('say of days that wait, not that retention took their minutes', async () => {
    await day('2026-10-09', 10);
    await day('2026-10-10', 10);
    before = await make('2026-10-09');
    after = await make('2026-10-10');
    expect(await cell(after, 'upOverDays', 'value')).toMatchObject({ none: { en: 'some truck-days wait to be evaluated anew' } });
    expect(await cell(after, 'online', 'previous')).toBe(1);
    await setRetentionFloor(test.db, 'minutes', '2026-10-10', 'test');
    await day('2026-10-09', 11);
    expect((await revise(before)).status).toBe(202);
    await runJobs();
    expect(await cell(before, 'upOverDays', 'value')).toMatchObject({ none: { en: 'minutes are past their retention' } });
  });

  it('stay as they were issued, are taken for changed by nobody, and are not revised to nothing', async () => {
    await revise(after);
    await runJobs();
    await test.db.query("delete from truck_day where day = '2026-10-09'", [], WRITE);
    await setRetentionFloor(test.db, 'days', '2026-10-10', 'test');
    await test.db.query("delete from settings where key = 'reports.schedule'", [], WRITE);
    expect(await keepReports(test.db, test.state.nowMs + 3 * 86_400_000)).toMatchObject({ changed: 0 });
    expect([(await read(before)).report.changed, (await read(after)).report.changed]).toEqual([false, false]);
    const refused = await revise(before);
    expect([refused.status, await objectOf(refused)]).toMatchObject([409, { code: 'NOT_KEPT' }]);
    expect((await order('2026-10-08')).status).toBe(409);
    expect(await objectOf(await order('2026-10-09'))).toEqual({ reportId: before });
    expect((await read(before)).revision.revision).toBe(2);
  });

  it('are told with statistics that begin before what is left, and with no others', async () => {
    const codes = async (from: string) => {
      const answer = await analyst.request('GET', `/statistics/table?from=${from}&to=2026-10-31&measures=onlineRate`);
      return ((await objectOf(answer)) as { notices: { code: string }[] }).notices.map(({ code }) => code);
    };
    expect(await codes('2026-10-09')).toContain('notKept');
    expect(await codes('2026-10-10')).not.toContain('notKept');
  });

  it('count as none, not as zero, where a later report is compared with them', async () => {
    const { revision } = (await read(after)).revision;
    await revise(after);
    await runJobs();
    expect((await read(after)).revision.revision).toBe(revision);
    await day('2026-10-10', 20, 'max');
    await revise(after);
    await runJobs();
    const now = await read(after);
    expect(now.revision.revision).toBe(revision + 1);
    expect(now.revision.note?.causes.map(({ kind }) => kind)).toEqual(['lateData', 'notKept']);
    for (const row of ['trucks', 'online', 'judged', 'onlineRate', 'upOverDays', 'failureRate'])
      expect([row, await cell(after, row, 'previous')]).toMatchObject([
        row,
        { none: { en: 'truck-days are past their retention' } },
      ]);
    expect(await cell(after, 'online', 'value')).toBe(2);
  });
});
