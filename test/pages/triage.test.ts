import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launch } from '../support/chromium.ts';
import { openConsoleSite, signedIn } from '../support/console-site.ts';
import type { Service } from '../support/service.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const Lead = z.object({
  id: z.string(),
  vehicle: z.object({ id: z.number(), plate: z.string() }),
  headline: z.object({ id: z.string() }),
  triage: z.object({ state: z.string(), reason: z.string().nullable() }),
});

describe.runIf(findChromium() !== null)('leads, as officers work through them', () => {
  let site: Awaited<ReturnType<typeof openConsoleSite>>;
  let service: Service;
  let browser: Browser;
  let wang: Page;
  let li: Page;
  let leads: z.infer<typeof Lead>[];
  const faults: string[] = [];

  const TEXT = 'document.body.innerText';
  const says = (page: Page, pattern: RegExp) => page.waitForFunction(`${pattern}.test(${TEXT})`);
  const shows = (page: Page, id: string) => page.waitForFunction(`location.pathname === '/leads/${id}'`);
  const leadNow = async (id: string) => Lead.omit({ headline: true }).parse(await service.api('GET', `/api/v1/leads/${id}`));

  beforeAll(async () => {
    site = await openConsoleSite();
    service = site.service;
    browser = await launch();
    await service.api('POST', '/api/v1/people', { name: 'chief', displayName: '管理员', role: 'administrator', districts: null });
    const officer = async (name: string, displayName: string) => {
      const look = { language: 'zh', scheme: 'light', width: 1440, height: 900 } as const;
      const { page } = await signedIn(service, browser, { name, displayName, role: 'officer' }, look);
      page.on('pageerror', (error) => faults.push(error.message));
      return page;
    };
    wang = await officer('wang', '王建国');
    li = await officer('li', '李娜');
    leads = z.object({ leads: z.array(Lead) }).parse(await service.api('GET', '/api/v1/leads?state=open&limit=50')).leads;
  });
  afterAll(async () => {
    await browser?.close();
    await site?.remove();
  });

  it('are opened by keyboard, and say why: limit, formula, data, judged stretches, track', async () => {
    expect(leads.length).toBeGreaterThanOrEqual(3);
    const [first] = leads;
    await wang.goto(`${service.url}/leads`);
    await wang.locator('tbody tr.pointed').waitFor();
    await wang.keyboard.press('Enter');
    await shows(wang, first?.id ?? '');
    await says(wang, /限值换算 ≈|≈ \d+ ppm/);
    await says(wang, /按桶 最小\/最大 .* 样本|原始 · .* 样本/);
    await wang.waitForFunction(
      "document.querySelectorAll('.evidence-charts canvas').length >= 4 && document.querySelector('.track canvas')",
    );
    const text = await wang.evaluate<string>(TEXT);
    for (const part of ['疑似超标线索', '限值', '方法等级', '传输率', '按规则排除', '回放']) expect(text).toContain(part);
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it('show every chart as a table, and the original message behind a row, decoded', async () => {
    await wang.keyboard.press('t');
    await says(wang, /参与判定[\s\S]*UTC\+8/);
    await wang.locator('.series-table .moment').first().focus();
    await wang.keyboard.press('Enter');
    await says(wang, /demo-00\d · .* 收到/);
    // The bytes begin as GB 17691 has them, and the first field is told in words.
    await wang.waitForFunction("/23 23 02/.test([...document.querySelectorAll('.bytes.hex')].map((e) => e.textContent).join())");
    await wang.keyboard.press('t');
    await wang.locator('.evidence-charts canvas').first().waitFor();
  });

  it('leave the list with one key, the next one opens, and u brings them back', async () => {
    const [first, second] = leads;
    await wang.keyboard.press('e');
    await shows(wang, second?.id ?? '');
    await wang.keyboard.press('u');
    await shows(wang, first?.id ?? '');
    await expect.poll(async () => (await leadNow(first?.id ?? '')).triage.state).toBe('new');
  });

  it('are never decided over: the second officer is told who was faster, and a pack is made', async () => {
    const id = leads[0]?.id ?? '';
    await li.goto(`${service.url}/leads/${id}`);
    await li.locator('.deeds').first().waitFor();
    await li.locator('tbody tr.chosen').first().waitFor();
    await li.keyboard.press('x');
    await li.locator('dialog input[type=radio]').first().waitFor();
    await wang.keyboard.press('e');
    await shows(wang, leads[1]?.id ?? '');
    await expect.poll(async () => (await leadNow(id)).triage.state).toBe('confirmed');
    await li.keyboard.press('3');
    await says(li, /王建国 \d\d:\d\d 已先处理：确认。没有覆盖/);
    expect((await leadNow(id)).triage).toMatchObject({ state: 'confirmed', reason: null });
    await expect
      .poll(async () => JSON.stringify(await service.api('GET', `/api/v1/evidence?finding=${leads[0]?.headline.id}`)))
      .toMatch(/"sha256":"[0-9a-f]{64}"/);
  });

  it('are dismissed with a reason and not without one', async () => {
    const [, second, third] = leads;
    await wang.keyboard.press('x');
    await wang.locator('dialog form button').last().press('Enter');
    await says(wang, /请选择原因/);
    await wang.locator('dialog input[type=radio]').first().focus();
    await wang.keyboard.press('1');
    await shows(wang, third?.id ?? '');
    expect((await leadNow(second?.id ?? '')).triage).toMatchObject({ state: 'dismissed', reason: 'dataAbnormal' });
  });

  it('are chosen in ranges and searched for, and the address keeps it', async () => {
    await wang.keyboard.press('Escape');
    await wang.waitForFunction("location.pathname === '/leads'");
    await wang.keyboard.press('J');
    await says(wang, /已选 2 条/);
    const plate = leads.at(-1)?.vehicle.plate ?? '';
    await wang.keyboard.press('/');
    await wang.keyboard.type(plate.slice(-4));
    await wang.keyboard.press('Escape');
    await wang.waitForFunction(
      `new Set([...document.querySelectorAll('tbody th')].map((e) => e.textContent)).size === 1 && location.search.includes('q=')`,
    );
    await wang.keyboard.press('?');
    await says(wang, /连续选择/);
    await wang.keyboard.press('Escape');
  });

  it('print as one page that quotes the pack and says what a lead is', async () => {
    const [first] = leads;
    await wang.goto(`${service.url}/leads/${first?.id}?finding=${first?.headline.id}&print=on`);
    await says(wang, /SHA-256 [0-9a-f]{64}/);
    await wang.waitForFunction("document.querySelectorAll('.print-chart').length === 2");
    expect(await wang.evaluate<string>(TEXT)).toContain('不是违法结论');
    const pdf = (await wang.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1);
    // 210 × 297 mm in points.
    expect(pdf).toMatch(/\/MediaBox\s*\[\s*0 0 59[45](\.\d+)? 84[12]/);
  });

  it('are not printed before both charts are there, and say what failed', async () => {
    const [first] = leads;
    const print = wang.getByRole('button', { name: '打印', exact: true });
    const held: Route[] = [];
    await wang.route('**/days/*/trace?*', (route) => void held.push(route));
    await wang.route('**/series?*', (route) => route.fulfill({ status: 500, body: '' }), { times: 1 });
    await wang.goto(`${service.url}/leads/${first?.id}?finding=${first?.headline.id}&print=on`);
    await says(wang, /SHA-256 [0-9a-f]{64}/);
    // The failure stands in the bar that is not printed; the series is read anew by itself, the trace is still under way.
    await wang.locator('.no-print [role=alert]').waitFor();
    await wang.locator('.no-print [role=alert]').waitFor({ state: 'detached' });
    expect(await print.isDisabled()).toBe(true);
    await Promise.all(held.map((route) => route.continue()));
    await wang.unroute('**/days/*/trace?*');
    await expect.poll(() => print.isEnabled()).toBe(true);
    expect(await wang.locator('.print-chart').count()).toBe(2);
  });

  it('speak English completely, and axe knows no violation: evidence, table, calendar; light and dark', async () => {
    const [second] = leads;
    await wang.goto(`${service.url}/leads/${second?.id}`);
    await wang.locator('.evidence-charts canvas').first().waitFor();
    await wang.getByRole('button', { name: 'English' }).click();
    await says(wang, /Judged or not/);
    // What the service says in words comes anew in the other language.
    const words = () => wang.evaluate<string>("document.querySelector('.split-detail').innerText");
    await expect
      .poll(async () => (await words()).replaceAll(/疑似\S*线索|新B\S+|王建国|李娜/g, ''))
      .not.toMatch(/\p{Script=Han}/u);
    const vehicle = leads[0]?.vehicle.id;
    for (const address of [
      `/leads/${second?.id}`,
      `/leads/${second?.id}?table=on`,
      `/vehicles/${vehicle}?tab=days`,
      `/vehicles/${vehicle}?tab=tanks`,
    ]) {
      await wang.goto(service.url + address);
      await wang.waitForFunction(`!/Loading/.test(${TEXT}) && document.querySelector('main .section, main .part')`);
      await wang.evaluate(axeSource);
      for (const scheme of ['light', 'dark'] as const) {
        await wang.emulateMedia({ colorScheme: scheme });
        const found = await wang.evaluate<string[]>(
          'axe.run().then(({ violations }) => violations.map((each) => each.id + " " + each.nodes[0].html))',
        );
        expect(found, `${address} ${scheme}`).toEqual([]);
      }
    }
    expect(faults).toEqual([]);
  });
});
