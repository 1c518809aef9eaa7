import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launch } from '../support/chromium.ts';
import { type Service, startService } from '../support/service.ts';
import { enterSite, newPlace, type Place, withDb } from '../support/site.ts';

const PASSWORD = 'Kunlun-river-5591';
const OFFICE = {
  issuer: '示例局',
  address: '示例路 1 号',
  contact: '机动车科',
  legalBasis: '（核定的依据）',
  objectionDays: 5,
  prefixes: { repairNotice: '示环告', rectification: '示环限' },
};

describe.runIf(findChromium() !== null)('inspections, as an officer enters and follows them', () => {
  let place: Place;
  let service: Service;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const says = (pattern: RegExp) => page.waitForFunction(`${pattern}.test(document.body.innerText)`);
  const at = (pattern: RegExp) => page.waitForFunction(`${pattern}.test(location.pathname)`);
  const field = (label: string) => page.locator('dialog').getByLabel(label, { exact: true });

  beforeAll(async () => {
    place = await newPlace(null);
    await withDb(place, (db) => enterSite(db, [{ id: 'T1', vin: 'LZZ5CLVB0JA550001' }]));
    service = await startService({ dataDir: place.dataDir });
    const invite = async (name: string, role: string) =>
      z
        .object({ path: z.string() })
        .parse(await service.api('POST', '/api/v1/people', { name, displayName: name, role, districts: null }));
    await invite('chen', 'administrator');
    const { path } = await invite('wang', 'officer');
    browser = await launch();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
    await context.request.post(`${service.url}/api/v1/links/use`, {
      data: { token: path.split('=').at(-1), password: PASSWORD },
      headers: { origin: service.url },
    });
    await context.request.put(`${service.url}/api/v1/documents/office`, {
      data: { version: 0, office: OFFICE },
      headers: { origin: service.url },
    });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await place?.remove();
  });

  it('says that there is nothing yet, in the list and in the table of agreement', async () => {
    await page.goto(`${service.url}/inspections`);
    await says(/没有检查记录/);
    await page.goto(`${service.url}/inspections?tab=agreement`);
    await says(/该时段没有可以比较的检查/);
  });

  it('takes one from the form, refuses what contradicts itself at its field, and shows what was above its limit', async () => {
    await page.goto(`${service.url}/inspections`);
    await page.getByRole('button', { name: '录入检查' }).click();
    await field('车辆').fill('P550001');
    await field('检查单位').fill('阜康市路检组');
    await page.locator('dialog select[name="method"]').selectOption('lugDown');
    await page.locator('dialog input[name="noxPpm"]').fill('1620');
    expect(await page.locator('dialog input[name="noxPpm.limit"]').inputValue()).toBe('1500');
    await page.locator('dialog select[name="result"]').selectOption('passed');
    await page.locator('dialog').getByRole('button', { name: '保存' }).click();
    await says(/有测量值超过限值，结论不能为合格/);
    await page.locator('dialog select[name="result"]').selectOption('failed');
    await page.locator('dialog').getByRole('button', { name: '保存' }).click();
    await at(/^\/inspections\/\d+$/);
    await says(/▲ 不合格/);
    await says(/超过限值/);
  });

  it('is corrected with a reason, and both versions stay on the page', async () => {
    await page.getByRole('button', { name: '更正', exact: true }).click();
    await page.locator('dialog input[name="noxPpm"]').fill('1720');
    await page.locator('dialog').getByRole('button', { name: '保存' }).click();
    await says(/必填/);
    await field('更正原因').fill('读数录错');
    await page.locator('dialog').getByRole('button', { name: '保存' }).click();
    await says(/第 2 版[\s\S]*读数录错[\s\S]*第 1 版/);
    await says(/1720/);
  });

  it('opens a case, and the step of its notice starts with the document that was issued', async () => {
    await page.getByRole('button', { name: '立案', exact: true }).click();
    await page.locator('dialog').getByRole('button', { name: '立案' }).click();
    await at(/^\/cases\/\d+$/);
    await says(/来自检查 1/);
    await page.getByRole('button', { name: '核实', exact: true }).click();
    await page.locator('form.case-form select').first().selectOption('confirmed');
    await page.locator('form.case-form').getByRole('button', { name: '核实' }).click();
    await says(/当前[:：] *待告知/);
    // The form is open while the document is issued: what is empty in it is filled, and what was chosen stays.
    await page.getByRole('button', { name: '告知', exact: true }).click();
    await page.locator('form.case-form select[name="v.channel"]').selectOption('direct');
    await page.getByRole('button', { name: '出具文书' }).click();
    await page.locator('dialog form').getByRole('button').first().click();
    await page.waitForFunction(
      `/^示环告〔\\d{4}〕1号$/.test(document.querySelector('form.case-form [name="v.number"]')?.value ?? '')`,
    );
    expect(await page.locator('form.case-form select[name="v.kind"]').inputValue()).toBe('repairNotice');
    expect(await page.locator('form.case-form select[name="v.channel"]').inputValue()).toBe('direct');
    await page.locator('form.case-form').getByRole('button', { name: '告知' }).click();
    await says(/当前[:：] *待维修/);
  });

  it('stands on the truck’s file, with its case', async () => {
    await page.getByRole('link', { name: '车辆档案' }).click();
    await at(/^\/vehicles\/\d+$/);
    await says(/其他检查/);
    await says(/▲ 不合格/);
    expect(faults).toEqual([]);
  });
});
