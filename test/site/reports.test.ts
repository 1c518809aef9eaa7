import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  keepReports,
  provenanceOf,
  type ReportContent,
  ReportContentSchema,
  type ReportOutcome,
  reportRunner,
  reportWorkbook,
} from '@plume/api/reports';
import { enqueueJob, getJob, getReport, JobQueue, listRevisions, revisionContent, storeSetting } from '@plume/db';
import { asReissue, history, type TerminalMessage, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EvaluationSite } from '../support/evaluation-site.ts';
import { findPython, python, READ_XLSX } from '../support/python.ts';

const DAY_S = 86_400;
const FIRST_SEC = Date.parse('2026-09-29T00:00:00+08:00') / 1000;
const DAYS = 6;
/** 3 November 08:00 in Beijing: when October's report is due by the schedule's defaults. */
const DUE_MS = Date.parse('2026-11-03T08:00:00+08:00');
/** A formula: what a plate must not do to a spreadsheet. */
const EVIL = '=HYPERLINK("http://192.0.2.1","新B")';
const SPECS = [
  { ...truckSpec(7, 2, 'scrFailed'), shiftStartS: 9 * 3600, shiftHours: 2, plate: EVIL },
  { ...truckSpec(7, 10, 'healthyV'), shiftStartS: 9 * 3600, shiftHours: 2 },
].map((spec) => ({
  ...spec,
  terminal: { ...spec.terminal, format: 'A' as const, recordPeriodS: 10 as const, uploadPeriodS: 30 as const },
}));
const SCHEDULE = {
  day: true,
  month: true,
  year: false,
  atMinute: 480,
  monthDay: 3,
  yearDay: '01-10',
  perDistrict: false,
  revise: true,
  since: { day: '2026-11-03T00:30:00.000Z', month: '2026-11-02T00:00:00.000Z', year: null },
};

describe.each(['embedded', ...(inject('serverUrl') === null ? [] : ['server'])])('reports on the %s engine', (engine) => {
  let site: EvaluationSite;
  let trucks: number[] = [];
  let late: TerminalMessage[] = [];

  beforeAll(async () => {
    site = await EvaluationSite.open(engine === 'server' ? (inject('serverUrl') ?? '') : null, DUE_MS);
    trucks = await site.enter(SPECS, (FIRST_SEC - DAY_S) * 1000);
    await site.db.query(
      `update vehicles set district = case when id = $1::int then '昌吉市' else '阜康市' end, enterprise = case when id = $1::int then '甲' else '乙' end`,
      [trucks[0]],
    );
    // Records of one message are a period apart, which a frame does not say.
    await site.db.query(`update terminals set profile = '{"recordPeriodS": 10}'`, [], { priority: 'write' });
    await site.start();
    const all = Array.from({ length: DAYS }, (_, day) =>
      [...history(SPECS, FIRST_SEC + day * DAY_S + 8.5 * 3600, FIRST_SEC + day * DAY_S + 11.5 * 3600)].flat(),
    ).flat();
    // The second truck's October comes a month late.
    late = all.filter(({ terminalId, sendSec }) => terminalId === SPECS[1]?.terminal.id && sendSec >= FIRST_SEC + 2 * DAY_S);
    await site.deliver(all.filter((message) => !late.includes(message)));
    await site.evaluator.idle();
    expect(site.errors).toEqual([]);
  }, 600_000);
  afterAll(() => site.remove());

  /** The queue of a service that has just started. */
  const runJobs = async () => {
    const failed: unknown[] = [];
    const runner = reportRunner({ db: site.db, version: 'test', clock: () => site.nowMs, signal: new AbortController().signal });
    await new JobQueue(site.db, new Map([['report', runner]]), { error: (fields) => failed.push(fields) }).look();
    expect(failed).toEqual([]);
  };
  const order = async (args: object): Promise<ReportOutcome> => {
    const id = await enqueueJob(site.db, 'report', { district: null, enterprise: null, what: 'make', waits: false, ...args });
    await runJobs();
    return (await getJob(site.db, id))?.result as ReportOutcome;
  };
  const read = async (id: number, revision: number): Promise<ReportContent> =>
    ReportContentSchema.parse(JSON.parse((await revisionContent(site.db, id, revision))?.content ?? ''));
  const cell = (content: ReportContent, table: string, row: string, column: string) => {
    const of = content.tables.find(({ id }) => id === table);
    return of?.rows.find(({ key }) => key === row)?.cells[of.columns.findIndex(({ id }) => id === column)];
  };
  /** Sums of October of the rows themselves, for one truck or all. */
  const plain = async (truck: number | null) => {
    const [row] = await site.db.query<Record<string, number>>(
      `select sum(nox_g) as g, sum(distance_km) as km, count(*) filter (where samples > 0)::int as data_days, count(*)::int as days,
         sum((summary #>> '{quality,received}')::float8) as received, sum((summary #>> '{quality,due}')::float8) as due,
         sum((summary #>> '{quality,channels,noxDownPpm,counts,valid}')::float8) as valid,
         count(distinct vehicle_id) filter (where exists (select 1 from jsonb_array_elements(outcomes) o where o ->> 'rule' in ('R-A3', 'R-C3') and o ->> 'outcome' <> 'notEvaluated'))::int as judged
       from truck_day where day between '2026-10-01' and '2026-10-31' and ($1::int is null or vehicle_id = $1::int)`,
      [truck],
    );
    // Minutes above 500 ppm downstream (China V) and 735 ppm (China IV), on days on which they are more than a tenth: emissions §2.4, R-C1.
    const [high] = await site.db.query<{ days: number; over: number; minutes: number }>(
      `select count(*) filter (where over > 0.1 * minutes)::int as days, coalesce(sum(over), 0)::int as over, coalesce(sum(minutes), 0)::int as minutes from (
         select m.vehicle_id, (m.time + interval '8 hours')::date as day, count(*) filter (where m."noxDownMean" is not null) as minutes,
           count(*) filter (where m."noxDownMean" > case p."values" ->> 'stage' when 'IV' then 735 else 500 end) as over
         from truck_minute m join vehicle_parameters p on p.vehicle_id = m.vehicle_id where m."engineOnS" > 0
           and m.time >= '2026-10-01T00:00:00+08:00' and m.time < '2026-11-01T00:00:00+08:00' and ($1::int is null or m.vehicle_id = $1::int) group by 1, 2) d`,
      [truck],
    );
    return { ...row, high } as Record<'g' | 'km' | 'data_days' | 'days' | 'received' | 'due' | 'valid' | 'judged', number> & {
      high: typeof high;
    };
  };
  let october = 0;

  it('make October by the schedule, once, also after a restart and by two keepers', async () => {
    const entry = {
      atMs: site.nowMs,
      actorKind: 'system',
      actorId: null,
      actor: 'test',
      address: null,
      action: 'report.schedule',
      objectKind: null,
      objectId: null,
      outcome: 'done',
      detail: {},
    } as const;
    await storeSetting(site.db, 'reports.schedule', 0, SCHEDULE, 'test', site.nowMs, entry);
    site.nowMs = DUE_MS - 1;
    expect((await keepReports(site.db, site.nowMs)).ordered).toBe(0);
    site.nowMs = DUE_MS;
    await Promise.all([keepReports(site.db, site.nowMs), keepReports(site.db, site.nowMs)]);
    await site.restart();
    await keepReports(site.db, site.nowMs);
    await runJobs();
    await keepReports(site.db, site.nowMs);
    await runJobs();
    const rows = await site.db.query<{ id: number; from_day: string; n: number }>(
      `select r.id, r.from_day::text, (select count(*)::int from report_revisions v where v.report_id = r.id) as n from reports r where kind = 'month'`,
    );
    expect(rows).toEqual([{ id: expect.any(Number), from_day: '2026-10-01', n: 1 }]);
    october = rows[0]?.id ?? 0;
  }, 300_000);

  it('say what the rows say, computed a second time in plain SQL', async () => {
    const content = await read(october, 1);
    const rows = await plain(null);
    expect(rows.data_days).toBe(4);
    const near = (value: unknown, wanted: number) =>
      expect(Math.abs(Number(value) - wanted)).toBeLessThan(1e-9 * Math.max(1, wanted));
    near(cell(content, 'key', 'noxKg', 'value'), rows.g / 1000);
    near(cell(content, 'key', 'distanceKm', 'value'), rows.km);
    near(cell(content, 'key', 'transmissionRate', 'value'), (100 * rows.received) / rows.due);
    near(cell(content, 'key', 'effectiveRate', 'value'), (100 * rows.valid) / rows.due);
    near(cell(content, 'key', 'onlineRate', 'value'), (100 * rows.data_days) / rows.days);
    near(cell(content, 'key', 'downOverShare', 'value'), (100 * (rows.high?.over ?? 0)) / (rows.high?.minutes ?? 0));
    expect(cell(content, 'key', 'downOverDays', 'value')).toBe(rows.high?.days);
    expect(rows.high?.days).toBeGreaterThan(0);
    expect(cell(content, 'key', 'trucks', 'value')).toBe(2);
    expect(cell(content, 'key', 'online', 'value')).toBe(1);
    expect(cell(content, 'key', 'judged', 'value')).toBe(rows.judged);
    const first = await plain(trucks[0] ?? 0);
    near(cell(content, 'district.emission', '昌吉市', 'noxKg'), first.g / 1000);
    near(cell(content, 'vehicle.emission', String(trucks[0]), 'noxKg'), first.g / 1000);
    // Ten-second records are taken for that: nearly all that were due came.
    expect(cell(content, 'key', 'transmissionRate', 'value')).toBeGreaterThan(90);
    // September has one truck's two days and the other's: what October is compared with.
    expect(cell(content, 'key', 'noxKg', 'previous')).toBeGreaterThan(0);
    // A truck without data in October has no false zero.
    expect(cell(content, 'vehicle.limits', String(trucks[1]), 'overDays')).toMatchObject({
      none: { zh: '未判定（0 辆有数据）' },
    });
  });

  it('are frozen: the hash is that of the content, and no statement changes it', async () => {
    const [row] = await listRevisions(site.db, october);
    const stored = await revisionContent(site.db, october, 1);
    expect(
      createHash('sha256')
        .update(stored?.content ?? '')
        .digest('hex'),
    ).toBe(row?.sha256);
    await expect(
      site.db.query(`update report_revisions set content = '{}' where report_id = $1::int8`, [october]),
    ).rejects.toThrow();
    await expect(site.db.query('delete from report_revisions where report_id = $1::int8', [october])).rejects.toThrow();
    const bad = `insert into report_revisions (report_id, revision, issued_at, issued_by, content, sha256, basis, basis_sha256, note)
      values ($1::int8, 9, now(), 'x', '{}', repeat('0', 64), '{}', '', '{}')`;
    await expect(site.db.query(bad, [october])).rejects.toThrow();
  });

  it('are not revised while not one figure differs', async () => {
    const again = await order({ kind: 'month', from: '2026-10-01', to: '2026-10-31', what: 'revise' });
    expect(again).toMatchObject({ revision: 1, issued: false });
    expect(await order({ kind: 'month', from: '2026-10-01', to: '2026-10-31' })).toMatchObject({ revision: 1, issued: false });
  });

  it('get a revision when a week comes a month late: it names the truck, the days and the figures, and the first stays as it was', async () => {
    const before = await read(october, 1);
    await site.deliver(
      late.map((message) => ({ ...message, payload: asReissue(message.payload) })),
      DUE_MS / 1000 + 600,
    );
    await site.evaluator.idle();
    // The daily look, the next morning.
    site.nowMs = DUE_MS + DAY_S * 1000;
    const kept = await keepReports(site.db, site.nowMs);
    expect(kept.changed).toBe(1);
    expect((await getReport(site.db, october))?.changed).toBe(true);
    await runJobs();
    expect(await getReport(site.db, october)).toMatchObject({ revision: 2, changed: false });
    const content = await read(october, 2);
    const rows = await plain(null);
    expect(cell(content, 'key', 'noxKg', 'value')).toBeCloseTo(rows.g / 1000, 9);
    expect(cell(content, 'key', 'online', 'value')).toBe(2);
    expect(await read(october, 1)).toEqual(before);
    const [newest] = await listRevisions(site.db, october);
    const note = newest?.note as {
      causes: { kind: string; text: { zh: string } }[];
      changes: Record<string, unknown>[];
      changed: number;
    };
    const lateData = note.causes.find(({ kind }) => kind === 'lateData');
    expect(lateData?.text.zh).toContain(`${SPECS[1]?.plate}（2026-10-01…2026-10-04，4 个）`);
    const samples = await site.db.query<{ n: number }>(
      `select sum(samples)::int as n from truck_day where vehicle_id = $1::int and day between '2026-10-01' and '2026-10-31'`,
      [trucks[1]],
    );
    expect(lateData?.text.zh).toContain(`共 ${samples[0]?.n} 个样本`);
    expect(note.changes).toContainEqual({
      table: { zh: '主要指标', en: 'Main figures' },
      row: { zh: '上线数', en: 'trucks on line' },
      column: { zh: '本期', en: 'this period' },
      unit: '',
      from: 1,
      to: 2,
    });
    const kg = note.changes.find(
      (each) => JSON.stringify(each.row).includes('NOx 实测总量') && JSON.stringify(each.column).includes('本期'),
    );
    expect(kg).toMatchObject({
      from: cell(before, 'key', 'noxKg', 'value'),
      to: cell(content, 'key', 'noxKg', 'value'),
      unit: 'kg',
    });
    // What did not change is not told: the first truck's own emission.
    const own = note.changes.filter(
      (each) => JSON.stringify(each.row).includes('HYPERLINK') && JSON.stringify(each.table).includes('排放"'),
    );
    expect(own).toEqual([]);
  }, 300_000);

  it('name a corrected registry, and nothing else, as the cause', async () => {
    await site.db.query(`update vehicles set enterprise = '丙' where id = $1::int`, [trucks[1]]);
    expect(await order({ kind: 'month', from: '2026-10-01', to: '2026-10-31', what: 'revise' })).toMatchObject({
      revision: 3,
      issued: true,
    });
    const [newest] = await listRevisions(site.db, october);
    const note = newest?.note as { causes: { kind: string; text: { zh: string } }[] };
    expect(note.causes).toEqual([
      { kind: 'registry', text: expect.objectContaining({ zh: `登记信息更正：${SPECS[1]?.plate} 企业 乙 → 丙` }) },
    ]);
  }, 120_000);

  it('count a truck that moved with where it belongs when they are issued, for the whole month, and say so', async () => {
    const [second, third] = [await read(october, 2), await read(october, 3)];
    const [was, is] = [second, third].map((content) => content.tables.find(({ id }) => id === 'enterprise.emission')?.rows ?? []);
    expect(is?.map(({ key }) => key).sort()).toEqual(['甲', '丙'].sort());
    // With the truck all that it emitted in October has moved; what it had emitted under its former enterprise is in the frozen revision alone.
    const moved = await plain(trucks[1] ?? 0);
    expect(cell(third, 'enterprise.emission', '丙', 'noxKg')).toBeCloseTo(moved.g / 1000, 9);
    expect(cell(third, 'enterprise.emission', '丙', 'noxKg')).toEqual(cell(second, 'enterprise.emission', '乙', 'noxKg'));
    expect(was?.map(({ key }) => key)).not.toContain('丙');
    const [revision] = (await listRevisions(site.db, october)).filter((each) => each.revision === 3);
    if (!revision) throw new Error('no revision');
    expect(provenanceOf(third, revision).map(({ value }) => value.zh)).toContain(
      '整个时段按本修订签发时登记的区县和企业归属；车辆此后变更归属的，由新的修订说明',
    );
  });

  it('make up for days out of service, one for each, with nothing to evaluate said as that', async () => {
    // Switched on on the 3rd at 08:30: the first is due on the 4th; the service is back on the 6th at 09:00.
    site.nowMs = Date.parse('2026-11-06T09:00:00+08:00');
    await site.evaluator.idle();
    // A report that waited for days to be evaluated is tried again when its time has come.
    await site.db.query(`update jobs set due_at = null where kind = 'report'`);
    await keepReports(site.db, site.nowMs);
    await runJobs();
    await keepReports(site.db, site.nowMs);
    await runJobs();
    const rows = await site.db.query<{ id: number; day: string; n: number }>(
      `select min(r.id) as id, r.from_day::text as day, count(*)::int as n from reports r where kind = 'day' group by 2 order by 2`,
    );
    expect(rows.map(({ day, n }) => [day, n])).toEqual([
      ['2026-11-03', 1],
      ['2026-11-04', 1],
      ['2026-11-05', 1],
    ]);
    const content = await read(rows[0]?.id ?? 0, 1);
    expect(cell(content, 'key', 'noxKg', 'value')).toMatchObject({ none: { zh: expect.any(String) } });
    expect(content.notices.map(({ zh }) => zh).join()).toContain('未判定');
  }, 300_000);

  it('of a district hold its trucks alone', async () => {
    const made = await order({ kind: 'month', from: '2026-10-01', to: '2026-10-31', district: '阜康市' });
    const content = await read(made.reportId, 1);
    const own = await plain(trucks[1] ?? 0);
    expect(cell(content, 'key', 'noxKg', 'value')).toBeCloseTo(own.g / 1000, 9);
    expect(JSON.stringify(content)).not.toContain('HYPERLINK');
  }, 120_000);

  it.runIf(findPython() !== null)(
    'are workbooks that another program opens: head frozen, no formula, numbers as they are frozen',
    async () => {
      const [revision] = (await listRevisions(site.db, october)).filter((each) => each.revision === 1);
      if (!revision) throw new Error('no revision');
      const content = await read(october, 1);
      const bytes = reportWorkbook(content, revision, null, 'zh');
      expect(reportWorkbook(content, revision, null, 'zh')).toEqual(bytes);
      const path = join(tmpdir(), `plume-report-${process.pid}-${engine}.xlsx`);
      writeFileSync(path, bytes);
      const sheets = python(READ_XLSX, [path]) as { name: string; frozen: boolean; rows: Record<string, unknown>[] }[];
      expect(sheets.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['摘要', '主要指标', '按日', '按区县 排放', '口径说明', '数据版本与修订']),
      );
      const key = sheets.find(({ name }) => name === '主要指标');
      expect(key?.frozen).toBe(true);
      const kg = key?.rows.find((row) => JSON.stringify(row).includes('NOx 实测总量'));
      expect(Object.values(kg ?? {})).toContain(cell(content, 'key', 'noxKg', 'value'));
      expect(JSON.stringify(sheets)).toContain(JSON.stringify(EVIL).slice(1, -1));
      expect(JSON.stringify(sheets.at(-1))).toContain(revision.sha256);
    },
  );
});
