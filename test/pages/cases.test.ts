import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Db } from '@plume/db';
import { connectAsync } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launch } from '../support/chromium.ts';
import { type Service, startService } from '../support/service.ts';
import { type Entered, enterSite, newPlace, type Place } from '../support/site.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'Kunlun-river-5591';
const LEAD = '00000000000000a1';
const AGAIN = '00000000000000a2';
const OFFLINE = '00000000000000b1';
const DAY_MS = 86_400_000;
const day = (back: number): string => new Date(Date.now() + 8 * 3_600_000 - back * DAY_MS).toISOString().slice(0, 10);
const DETAIL = {
  limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'L' },
  figures: { p90: 8.9, meanGPerKwh: 6.1, maxGPerKwh: 11.2, silentH: 80 },
  days: [],
  stretches: [],
  caveats: [],
};
const Whole = z.looseObject({ id: z.number(), number: z.string(), state: z.string(), version: z.number(), reopened: z.number() });

/** A lead of one finding, as the evaluator leaves it. */
async function addLead(db: Db, id: string, truck: Entered, cause: string, rule: string, on: string): Promise<void> {
  const level = cause === 'offline' ? 'fault' : 'probable';
  await db.batch([
    {
      sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail)
        values ($1::text, $2::int, $3::text, $4::date, $5::text, $6::text, '1.2.0', 'B', $7::jsonb)`,
      params: [id, truck.vehicleId, rule, on, level, cause, JSON.stringify(DETAIL)],
    },
    {
      sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state)
        values ($1::text, $2::int, $3::text, $4::text, $5::date, $5::date, array[$1::text], 'open')`,
      params: [id, truck.vehicleId, cause, level, on],
    },
  ]);
}

describe.runIf(findChromium() !== null)('cases, as an officer follows them', { timeout: 90_000 }, () => {
  let place: Place;
  let service: Service;
  let browser: Browser;
  let page: Page;
  let silent: Entered;
  let caseId = 0;
  const faults: string[] = [];
  const TEXT = 'document.body.innerText';
  const says = (pattern: RegExp) => page.waitForFunction(`${pattern}.test(${TEXT})`, undefined, { timeout: 30_000 });
  const now = async (id: number) => Whole.parse(await service.api('GET', `/api/v1/cases/${id}`));
  const reaches = (state: string) => expect.poll(async () => (await now(caseId)).state, { timeout: 30_000 }).toBe(state);

  /** Opens the form of a step, fills it by the labels of its fields, and sends it. */
  async function take(step: string, values: Record<string, string>): Promise<void> {
    await page.locator('.case-next').getByRole('button', { name: step, exact: true }).first().click();
    const form = page.locator('.case-next form');
    for (const [label, value] of Object.entries(values)) {
      const field = form.getByLabel(label, { exact: false }).first();
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
    await form.getByRole('button', { name: step, exact: true }).click();
  }

  beforeAll(async () => {
    place = await newPlace(null);
    const db = await place.open();
    const [truck, other] = await enterSite(db, [
      { id: 'T-1', vin: 'LZZ5CLVB0JE100001' },
      { id: 'T-2', vin: 'LZZ5CLVB0JE100002' },
    ]);
    if (!truck || !other) throw new Error('no trucks');
    silent = other;
    await db.query(
      "update vehicles set plate = case id when $1::int then '新B12345' else '新B20771' end, district = '阜康市'",
      [truck.vehicleId],
      { priority: 'write' },
    );
    await addLead(db, LEAD, truck, 'overLimit', 'R-A3', day(2));
    await addLead(db, AGAIN, truck, 'overLimit', 'R-A2', day(1));
    await addLead(db, OFFLINE, silent, 'offline', 'R-OFFLINE', day(1));
    await db.close();
    service = await startService({ dataDir: place.dataDir });
    browser = await launch();
    await service.api('POST', '/api/v1/people', { name: 'chief', displayName: '管理员', role: 'administrator', districts: null });
    const { path } = z
      .object({ path: z.string() })
      .parse(
        await service.api('POST', '/api/v1/people', { name: 'wang', displayName: '王建国', role: 'officer', districts: null }),
      );
    for (const [kind, name] of [
      ['M', '昌吉维修一站'],
      ['I', '昌吉检验二站'],
    ])
      await service.api('POST', '/api/v1/stations', { kind, name });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
    await context.request.post(`${service.url}/api/v1/links/use`, {
      data: { token: path.split('=').at(-1), password: PASSWORD },
      headers: { origin: service.url },
    });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await place?.remove();
  });

  it('opens one from a lead, and shows what set it off', async () => {
    await page.goto(`${service.url}/leads/${LEAD}`);
    await page.getByRole('button', { name: '立案 / 并入案件' }).click();
    await page.waitForURL(/\/cases\/\d+$/);
    caseId = Number(new URL(page.url()).pathname.split('/').at(-1));
    await says(/待核实[\s\S]*R-A3 1\.2\.0[\s\S]*4\.00\s*g\/kWh[\s\S]*2\.2\d×/);
  });

  it('walks it to the road check: each step with its form, faults at their fields', async () => {
    await take('核实', { 核实结果: '属实' });
    await reaches('notice');
    await take('告知', { 文书编号: '告-2026-1', 文书种类: '超标维护修理告知书', 送达方式: '直接送达' });
    await reaches('repair');
    const repair = { 'M 站': '昌吉维修一站', 故障原因: 'SCR 催化剂失效', 维修项目及更换件: '更换 SCR 催化剂' };
    await take('维修完成', { ...repair, 进厂日期: day(40) });
    await says(/不得早于问题开始日期/);
    const form = page.locator('.case-next form');
    await form.getByLabel('进厂日期').fill(day(0));
    await form
      .locator('input[type=file]')
      .setInputFiles({ name: '结算单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\nx') });
    await form.getByRole('button', { name: '维修完成', exact: true }).click();
    await reaches('retest');
    await says(/结算单\.pdf/);
    await take('复检', { 'I 站': '昌吉检验二站', 检验方法: '加载减速法 (GB 3847)', 检验结论: '合格', 报告编号: 'J-7' });
    await reaches('roadCheck');
  });

  it('closes it once the road check, computed elsewhere, says repaired', async () => {
    const { version } = await now(caseId);
    const step = { kind: 'roadCheck', day: day(0), values: { verdict: 'repaired', figures: { n: 8, shiftGPerKwh: -4.2 } } };
    await service.api('POST', `/api/v1/cases/${caseId}/steps`, { version, step });
    await reaches('closing');
    await says(/待销案/);
    await take('销案', { 销案原因: '治理合格' });
    await reaches('closed');
    await says(/已销案[\s\S]*王建国/);
  });

  it('opens it again from the next lead of its kind, when the officer says so', async () => {
    await page.goto(`${service.url}/leads/${AGAIN}`);
    await page.getByRole('button', { name: '立案 / 并入案件' }).click();
    await page.getByRole('button', { name: /^重新立案 / }).click();
    await page.waitForURL(new RegExp(`/cases/${caseId}$`));
    await says(/重开 1 次/);
    expect(await now(caseId)).toMatchObject({ state: 'verify', reopened: 1 });
  });

  it('tells the officer what somebody else did meanwhile, and keeps what was typed', async () => {
    await page.locator('.case-next').getByRole('button', { name: '备注', exact: true }).click();
    await page.locator('.case-next textarea').fill('已电话联系车主');
    const { version } = await now(caseId);
    await service.api('POST', `/api/v1/cases/${caseId}/steps`, {
      version,
      step: { kind: 'note', day: day(0), note: '另一人先记了一条' },
    });
    await page.locator('.case-next form').getByRole('button', { name: '备注', exact: true }).click();
    await says(/他人已先办理/);
    await says(/另一人先记了一条/);
    expect(await page.locator('.case-next textarea').inputValue()).toBe('已电话联系车主');
  });

  it('has an offline case by itself, closed by itself when the truck reports again', async () => {
    await page.goto(`${service.url}/cases?type=offline`);
    await says(/新B20771/);
    const Page_ = z.looseObject({ cases: z.array(Whole) });
    const offline = async () => Page_.parse(await service.api('GET', '/api/v1/cases?type=offline')).cases[0];
    expect(await offline()).toMatchObject({ state: 'verify' });
    const client = await connectAsync(`mqtt://127.0.0.1:${service.mqttPort}`, {
      clientId: silent.id,
      username: silent.id,
      password: silent.secret,
    });
    const sample = { t: new Date().toISOString(), speedKmh: 41, engineRpm: 1200 };
    await client.publishAsync(`obd/v1/${silent.id}/up`, JSON.stringify({ v: 1, seq: 1, samples: [sample] }), { qos: 1 });
    await client.endAsync();
    await expect.poll(async () => (await offline())?.state, { timeout: 45_000, interval: 500 }).toBe('closed');
  });

  it('takes one step in many cases from the keyboard, and keeps the filters in the address', async () => {
    await page.goto(`${service.url}/cases?state=verify`);
    await page.locator('tbody tr.pointed').waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: '批量办理' }).click();
    await page.getByRole('button', { name: '核实', exact: true }).click();
    await page.locator('dialog').getByLabel('核实结果').selectOption({ label: '误报' });
    await page
      .locator('dialog form')
      .getByRole('button', { name: /核实：1 件/ })
      .click();
    await says(/已办理/);
    await page.locator('dialog').getByRole('button', { name: '关闭' }).last().click();
    await reaches('closing');
    expect(new URL(page.url()).search).toBe('?state=verify');
  });

  it('shows figures, workload, stations and the calendar, without a fault that axe knows', async () => {
    for (const [path, pattern] of [
      ['/cases?tab=figures', /处置率[\s\S]*\d\/\d/],
      ['/cases?tab=workload', /王建国/],
      ['/cases?tab=stations', /昌吉检验二站/],
      ['/calendar?year=2026', /国务院办公厅[\s\S]*10 月/],
      [`/cases/${caseId}`, /办理过程/],
    ] as const) {
      await page.goto(service.url + path);
      await says(pattern);
      expect(await page.evaluate<string>(TEXT), path).not.toMatch(/undefined|NaN/);
      await page.evaluate(axeSource);
      const found = await page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.map((each) => each.id + " " + each.nodes[0].html))',
      );
      expect(found, path).toEqual([]);
    }
    expect(faults).toEqual([]);
  });
});
