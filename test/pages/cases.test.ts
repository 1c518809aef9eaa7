import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openDb, Registry } from '@plume/db';
import { startIngest } from '@plume/ingest';
import { type TruckSpec, truckSpec, writeHistory } from '@plume/simulators';
import { connectAsync } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launch } from '../support/chromium.ts';
import { signedIn } from '../support/console-site.ts';
import { EvaluationSite } from '../support/evaluation-site.ts';
import { type Service, startService } from '../support/service.ts';
import type { Look, Visitor } from '../support/visit.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOOK: Look = { language: 'zh', scheme: 'light', width: 1440, height: 900 };
const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;
/** Beijing midnight of today [epoch s]. */
const TODAY = Math.floor((Date.now() / 1000 + BEIJING_S) / DAY_S) * DAY_S - BEIJING_S;
/** So long ago the truck was repaired, and so many days it had driven with its fault before. */
const REPAIRED_AGO = 20;
const FAULTY_DAYS = 18;
const REPAIRED = TODAY - REPAIRED_AGO * DAY_S;
const day = (ago: number): string => new Date((TODAY + BEIJING_S - ago * DAY_S) * 1000).toISOString().slice(0, 10);

const Whole = z.looseObject({
  id: z.number(),
  state: z.string(),
  version: z.number(),
  reopened: z.number(),
  steps: z.array(
    z.looseObject({ kind: z.string(), by: z.object({ name: z.string() }), values: z.record(z.string(), z.unknown()) }),
  ),
});
const Cases = z.object({ cases: z.array(z.looseObject({ id: z.number(), state: z.string(), type: z.string() })) });
const Leads = z.object({
  leads: z.array(z.looseObject({ id: z.string(), cause: z.string(), vehicle: z.object({ id: z.number() }) })),
});

/** A truck that drives every day, its records 30 s apart; its fault ends with the repair. */
function driving(index: number, scenario: 'scrFailed' | 'healthyV'): TruckSpec {
  const spec = truckSpec(7, index, 'healthyV', { shiftHours: 8 });
  return {
    ...spec,
    scenario,
    stage: 'V',
    hasAirFlow: true,
    shiftStartS: 7 * 3600,
    terminal: { ...spec.terminal, format: 'A', recordPeriodS: 30, uploadPeriodS: 30 },
    faultFromSec: Number.NEGATIVE_INFINITY,
    faultUntilSec: REPAIRED,
  };
}

/** Every Beijing day in a record of a case, so many days earlier. */
function earlier<T>(value: T, days: number): T {
  const text = JSON.stringify(value).replaceAll(/"(\d{4}-\d\d-\d\d)"/g, (_, date: string) =>
    JSON.stringify(new Date(Date.parse(date) - days * DAY_S * 1000).toISOString().slice(0, 10)),
  );
  return JSON.parse(text) as T;
}

describe.runIf(findChromium() !== null)('cases, as an officer follows them', () => {
  let site: EvaluationSite;
  let service: Service;
  let browser: Browser;
  let wang: Visitor;
  let dataDir = '';
  let caseId = 0;
  const [truck, silent] = [driving(1, 'scrFailed'), driving(2, 'healthyV')];
  const ids: number[] = [];
  const complaints: string[] = [];
  const TEXT = 'document.body.innerText';
  const says = (pattern: RegExp) => wang.page.waitForFunction(`${pattern}.test(${TEXT})`);
  const now = async () => Whole.parse(await service.api('GET', `/api/v1/cases/${caseId}`));
  const reaches = (state: string) => expect.poll(async () => (await now()).state).toBe(state);

  /** Opens the form of a step, fills it by the labels of its fields, and sends it. */
  async function take(step: string, values: Record<string, string>): Promise<void> {
    await wang.page.locator('.case-next .choice-wrap').getByRole('button', { name: step, exact: true }).first().click();
    const form = wang.page.locator('.case-next form');
    for (const [label, value] of Object.entries(values)) {
      const field = form.getByLabel(label, { exact: false }).first();
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
    await form.getByRole('button', { name: step, exact: true }).click();
  }

  async function serve(): Promise<void> {
    service = await startService({ dataDir });
  }

  beforeAll(async () => {
    site = await EvaluationSite.open(null, (REPAIRED + 60) * 1000);
    ids.push(...(await site.enter([truck, silent], (REPAIRED - (FAULTY_DAYS + 1) * DAY_S) * 1000)));
    await site.start();
    const accept = (envelope: Parameters<typeof site.ingest.accept>[0]) => site.ingest.accept(envelope);
    await writeHistory({ specs: [truck], fromSec: REPAIRED - FAULTY_DAYS * DAY_S, toSec: REPAIRED, accept });
    await writeHistory({ specs: [silent], fromSec: REPAIRED - 3 * DAY_S, toSec: REPAIRED - 2 * DAY_S, accept });
    await site.evaluator.idle();
    dataDir = await site.close();
    await serve();
    browser = await launch();
    await service.api('POST', '/api/v1/people', { name: 'chief', displayName: '管理员', role: 'administrator', districts: null });
    for (const [kind, name] of [
      ['M', '昌吉维修一站'],
      ['I', '昌吉检验二站'],
    ])
      await service.api('POST', '/api/v1/stations', { kind, name });
    const office = {
      issuer: '昌吉州生态环境局',
      address: '昌吉市延安北路',
      contact: '王建国 0994-2300000',
      legalBasis: '《大气污染防治法》第五十三条',
      objectionDays: 5,
      prefixes: { repairNotice: '昌环机告', rectification: '昌环限改' },
    };
    await service.api('PUT', '/api/v1/documents/office', { version: 0, office });
    wang = await signedIn(service, browser, { name: 'wang', displayName: '王建国', role: 'officer' }, LOOK);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await site?.remove();
  });

  it('opens one from a lead of the simulated violator, and shows what set it off', async () => {
    const { leads } = Leads.parse(await service.api('GET', '/api/v1/leads?state=open&limit=50'));
    const lead = leads.find(({ cause, vehicle }) => cause === 'overLimit' && vehicle.id === ids[0]);
    expect(lead).toBeDefined();
    await wang.page.goto(`${service.url}/leads/${lead?.id}`);
    await wang.page.getByRole('button', { name: '立案 / 并入案件' }).click();
    await wang.page.waitForURL(/\/cases\/\d+$/);
    caseId = Number(new URL(wang.page.url()).pathname.split('/').at(-1));
    await says(/待核实[\s\S]*R-A3[\s\S]*4(\.00)?\s*g\/kWh/);
  });

  it('is verified; its notice is issued with a number, printed, and given', async () => {
    await take('核实', { 核实结果: '属实' });
    await reaches('notice');
    await wang.page.getByRole('button', { name: '出具文书', exact: true }).click();
    await wang.page.locator('dialog form button[type=submit]').click();
    const printed = wang.page.getByRole('link', { name: '打印页' }).first();
    await printed.waitFor();
    const paper = await wang.context.newPage();
    await paper.goto(new URL((await printed.getAttribute('href')) ?? '', service.url).href);
    const text = await paper.evaluate<string>(TEXT);
    const number = /昌环机告〔\d{4}〕1号/.exec(text)?.[0];
    expect(number).toBeDefined();
    for (const part of ['超标维护修理告知书', '疑似超标线索', truck.plate, '昌吉州生态环境局']) expect(text).toContain(part);
    await paper.close();
    await take('告知', { 文书编号: number ?? '', 文书种类: '超标维护修理告知书', 送达方式: '直接送达' });
    await reaches('repair');
  });

  it('has its repair and retest entered, faults at their fields, and says that there is nothing to compare yet', async () => {
    const repair = { 'M 站': '昌吉维修一站', 故障原因: 'SCR 催化剂失效', 维修项目及更换件: '更换 SCR 催化剂' };
    await take('维修完成', { ...repair, 进厂日期: day(100) });
    await says(/不得早于问题开始日期/);
    const form = wang.page.locator('.case-next form');
    await form.getByLabel('进厂日期').fill(day(0));
    await form.getByRole('button', { name: '维修完成', exact: true }).click();
    await reaches('retest');
    await take('复检', { 'I 站': '昌吉检验二站', 检验方法: '加载减速法 (GB 3847)', 检验结论: '合格', 报告编号: 'J-7' });
    await reaches('roadCheck');
    await wang.page.getByRole('button', { name: '立即计算' }).click();
    await says(/尚不能判定[\s\S]*还需 14 个有效日/);
  });

  it('weeks later the service itself finds the repair on the road: the case waits for closing, with picture and sentence', async () => {
    await service.stop();
    // Nobody waits three weeks: what was done today is moved to the day of the repair, and the truck drives on, healed.
    const db = await openDb({ url: null, dataDir });
    const tables = ['case_steps', 'road_checks'];
    for (const table of tables) await db.query(`alter table ${table} disable trigger user`, [], { priority: 'write' });
    await db.query('delete from road_checks', [], { priority: 'write' });
    const steps = await db.query<{ id: number; day: string; values: object }>(
      'select id, day::text as day, "values" from case_steps where case_id = $1::int',
      [caseId],
    );
    for (const row of steps) {
      const moved = earlier(row, REPAIRED_AGO);
      await db.query(
        'update case_steps set day = $2::date, "values" = $3::jsonb where id = $1::int',
        [row.id, moved.day, JSON.stringify(moved.values)],
        { priority: 'write' },
      );
    }
    const [row] = await db.query<{ progress: object }>('select progress from cases where id = $1::int', [caseId]);
    await db.query(
      `update cases set opened_day = opened_day - ${REPAIRED_AGO}, close_by = close_by - ${REPAIRED_AGO}, progress = $2::jsonb where id = $1::int`,
      [caseId, JSON.stringify(earlier(row?.progress ?? {}, REPAIRED_AGO))],
      { priority: 'write' },
    );
    for (const table of tables) await db.query(`alter table ${table} enable trigger user`, [], { priority: 'write' });
    const registry = new Registry(db);
    await registry.refresh();
    const quiet = () => undefined;
    const ingest = await startIngest({ maxAgeDays: 0 }, { db, registry, log: { info: quiet, warn: quiet, error: quiet } });
    await writeHistory({
      specs: [truck],
      fromSec: REPAIRED + DAY_S,
      toSec: TODAY,
      accept: (envelope) => ingest.accept(envelope),
    });
    await ingest.stop(10_000);
    await db.close();
    await serve();
    await reaches('closing');
    const step = (await now()).steps.at(-1);
    expect(step).toMatchObject({ kind: 'roadCheck', by: { name: 'plume' }, values: { verdict: 'repaired' } });
    await wang.page.goto(`${service.url}/cases/${caseId}`);
    await says(/✓ 已修复[\s\S]*可比工况下 NOx 由维修前 14 个有效日的 [\d.]+ g\/kWh 变为维修后 1[4-9] 个有效日的/);
    expect(await wang.page.locator('.road-picture circle').count()).toBeGreaterThanOrEqual(28);
    await wang.page.locator('.road-days summary').click();
    expect(await wang.page.locator('.road-days tbody tr').count()).toBeGreaterThanOrEqual(28);
    await wang.page.locator('.road-rests summary').click();
    await says(/由保存的输入重算，结果一致/);
    expect(await wang.page.evaluate<string>(TEXT)).not.toMatch(/undefined|NaN/);
  });

  it('is closed by the officer, and opened again when the closing is revoked', async () => {
    await take('销案', { 销案原因: '治理合格' });
    await reaches('closed');
    await says(/已销案[\s\S]*王建国/);
    await take('重新立案', { 原因: '新证据' });
    await reaches('verify');
    await says(/重开 1 次/);
    expect(await now()).toMatchObject({ reopened: 1 });
  });

  it('tells the officer what somebody else did meanwhile, and keeps what was typed', async () => {
    await wang.page.locator('.case-next .choice-wrap').getByRole('button', { name: '备注', exact: true }).click();
    await wang.page.locator('.case-next textarea').fill('已电话联系车主');
    const { version } = await now();
    const note = { kind: 'note', day: day(0), note: '另一人先记了一条' };
    await service.api('POST', `/api/v1/cases/${caseId}/steps`, { version, step: note });
    await wang.page.locator('.case-next form').getByRole('button', { name: '备注', exact: true }).click();
    await says(/他人已先办理/);
    await says(/另一人先记了一条/);
    expect(await wang.page.locator('.case-next textarea').inputValue()).toBe('已电话联系车主');
  });

  it('has an offline case by itself, closed by itself when the truck reports again', async () => {
    const offline = async () =>
      Cases.parse(await service.api('GET', `/api/v1/cases?type=offline&vehicle=${ids[1]}`)).cases[0]?.state;
    await expect.poll(offline).toBe('verify');
    await wang.page.goto(`${service.url}/cases?type=offline`);
    await says(new RegExp(silent.plate.replaceAll(/[^\p{L}\p{N}]/gu, '.')));
    const { secret } = z
      .looseObject({ secret: z.string() })
      .parse(await service.api('POST', `/api/v1/terminals/${silent.terminal.id}/rotate`, {}));
    const id = silent.terminal.id;
    const client = await connectAsync(`mqtt://127.0.0.1:${service.mqttPort}`, { clientId: id, username: id, password: secret });
    const sample = { t: new Date().toISOString(), speedKmh: 41, engineRpm: 1200 };
    await client.publishAsync(`obd/v1/${id}/up`, JSON.stringify({ v: 1, seq: 1, samples: [sample] }), { qos: 1 });
    await client.endAsync();
    await expect.poll(offline).toBe('closed');
  });

  it('has no fault that axe knows, and no complaint of the browser', async () => {
    for (const path of [`/cases/${caseId}`, '/cases?tab=figures', '/cases?tab=workload', '/cases?tab=stations']) {
      await wang.visit(service.url + path);
      await wang.page.evaluate(axeSource);
      const found = await wang.page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.map((each) => each.id + " " + each.nodes[0].html))',
      );
      expect(found, path).toEqual([]);
    }
    complaints.push(...wang.complaints().filter((each) => !/status of 409|status of 400|ERR_|Failed to fetch|net::/.test(each)));
    expect(complaints).toEqual([]);
  });
});
