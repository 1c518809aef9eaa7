import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium, launch } from '../support/chromium.ts';
import { openConsoleSite, signedIn } from '../support/console-site.ts';
import { openCase } from '../support/page-list.ts';
import type { Service } from '../support/service.ts';

const LOOK = { language: 'zh', scheme: 'light', width: 1440, height: 900 } as const;
const Lead = z.object({
  id: z.string(),
  vehicle: z.object({ id: z.number(), plate: z.string() }),
  triage: z.object({ state: z.string() }),
});

describe.runIf(findChromium() !== null)('people at one site', () => {
  let site: Awaited<ReturnType<typeof openConsoleSite>>;
  let service: Service;
  let browser: Browser;
  let zhao: Page;
  let qian: Page;
  let analysts: readonly [Page, Page];
  let officer: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    site = await openConsoleSite();
    service = site.service;
    browser = await launch();
    const person = async (name: string, displayName: string, role: 'administrator' | 'analyst' | 'officer') => {
      const { page } = await signedIn(service, browser, { name, displayName, role }, LOOK);
      page.on('pageerror', (error) => faults.push(error.message));
      return page;
    };
    zhao = await person('zhao', '赵敏', 'administrator');
    qian = await person('qian', '钱进', 'administrator');
    analysts = [await person('sun', '孙立', 'analyst'), await person('zhou', '周明', 'analyst')];
    officer = await person('wang', '王建国', 'officer');
  });
  afterAll(async () => {
    await browser?.close();
    await site?.remove();
  });

  const leads = async () =>
    z.object({ leads: z.array(Lead) }).parse(await service.api('GET', '/api/v1/leads?state=open&triage=new&limit=50')).leads;
  const stateOf = async (id: string) => Lead.parse(await service.api('GET', `/api/v1/leads/${id}`)).triage.state;
  const field = (page: Page, name: string): Locator => page.locator(`dialog [name="${name}"]`);
  const save = (page: Page) => page.locator('dialog button[type=submit]').click();
  const told = (page: Page, words: RegExp) => page.locator('dialog [role=alert]').filter({ hasText: words }).first().waitFor();
  const closed = (page: Page) => page.locator('dialog[open]').waitFor({ state: 'detached' });

  it('who change one truck: the second is told what the first wrote, keeps what was typed, and takes back nothing', async () => {
    const id = (await leads())[0]?.vehicle.id ?? 0;
    for (const page of [zhao, qian]) {
      await page.goto(`${service.url}/vehicles/${id}`);
      await page.getByRole('button', { name: '修改车辆信息' }).click();
      await field(page, 'enterprise').waitFor();
    }
    await field(zhao, 'enterprise').fill('甲运输公司');
    await field(zhao, 'useType').fill('危险品运输');
    await save(zhao);
    await closed(zhao);
    await field(qian, 'enterprise').fill('乙运输公司');
    await save(qian);
    await told(qian, /改成了“甲运输公司”，没有被覆盖/);
    const Truck = z.object({ enterprise: z.string().nullable(), useType: z.string().nullable() });
    const truck = async () => Truck.parse(await service.api('GET', `/api/v1/vehicles/${id}`));
    expect(await truck()).toEqual({ enterprise: '甲运输公司', useType: '危险品运输' });
    expect(await field(qian, 'enterprise').inputValue()).toBe('乙运输公司');
    // What the first wrote where the second wrote nothing stays when the second insists.
    await save(qian);
    await closed(qian);
    expect(await truck()).toEqual({ enterprise: '乙运输公司', useType: '危险品运输' });
  });

  it('who change one terminal: the same', async () => {
    for (const page of [zhao, qian]) {
      await page.goto(`${service.url}/terminals`);
      await page.locator('tbody tr', { hasText: 'demo-001' }).getByRole('button', { name: '修改' }).click();
      await field(page, 'firmware').waitFor();
    }
    await field(zhao, 'firmware').fill('9.1');
    await field(zhao, 'model').fill('M-9');
    await save(zhao);
    await closed(zhao);
    await field(qian, 'firmware').fill('9.2');
    await save(qian);
    await told(qian, /改成了“9\.1”，没有被覆盖/);
    const Device = z.object({ terminals: z.array(z.object({ firmware: z.string().nullable(), model: z.string().nullable() })) });
    const device = async () => Device.parse(await service.api('GET', '/api/v1/terminals?q=demo-001')).terminals[0];
    expect(await device()).toEqual({ firmware: '9.1', model: 'M-9' });
    expect(await field(qian, 'firmware').inputValue()).toBe('9.2');
    await save(qian);
    await closed(qian);
    expect(await device()).toEqual({ firmware: '9.2', model: 'M-9' });
  });

  it('who set numbers of rules: the second is told who set which and why, and keeps the reason that was typed', async () => {
    const [sun, zhou] = analysts;
    const Settings = z.object({ settings: z.array(z.object({ note: z.string(), overrides: z.record(z.string(), z.number()) })) });
    for (const page of analysts) {
      await page.goto(
        `${service.url}/rules?rule=R-OFFLINE&draft=${encodeURIComponent(`verdicts.offlineHours=${page === sun ? 30 : 36}`)}`,
      );
      await page.locator('.draft-bar').waitFor();
      await page.locator('.draft-bar button.primary').click();
      await field(page, 'note').fill(page === sun ? '夜间停放' : '冬季停工');
      await field(page, 'sure').check();
    }
    await save(sun);
    await closed(sun);
    await save(zhou);
    await told(zhou, /孙立|sun/);
    expect(await zhou.locator('dialog [role=alert]').first().textContent()).toMatch(
      /夜间停放.*verdicts\.offlineHours = 30.*没有覆盖/,
    );
    expect(await field(zhou, 'note').inputValue()).toBe('冬季停工');
    const { settings } = Settings.parse(await service.api('GET', '/api/v1/rules/settings'));
    expect(settings.map(({ note, overrides }) => [note, overrides['verdicts.offlineHours']])).toEqual([['夜间停放', 30]]);
  });

  it('who hold a key down decide on one lead, not on all that come after it', async () => {
    const before = await leads();
    expect(before.length).toBeGreaterThanOrEqual(3);
    const [first, second] = before;
    await officer.goto(`${service.url}/leads/${first?.id}`);
    await officer.locator('.deeds').first().waitFor();
    await officer.locator('tbody tr.chosen').first().waitFor();
    await officer.keyboard.down('e');
    await officer.waitForFunction(`location.pathname === '/leads/${second?.id}'`);
    await officer.locator('.deeds').first().waitFor();
    // The key is still down: these are what a keyboard repeats by itself.
    for (let i = 0; i < 10; i += 1) await officer.keyboard.down('e');
    await officer.keyboard.up('e');
    await expect.poll(() => stateOf(first?.id ?? '')).toBe('confirmed');
    // A decision made after all of them has come: what a held key asked for would be there by then.
    await officer.keyboard.press('s');
    await officer.locator('dialog[open]').waitFor();
    await officer.keyboard.press('Escape');
    expect((await leads()).map(({ id }) => id)).toEqual(before.slice(1).map(({ id }) => id));
    await officer.keyboard.press('u');
    await expect.poll(() => stateOf(first?.id ?? '')).toBe('new');
  });

  it('who open a lead that went on under another id are shown that one, in its place in the history', async () => {
    const [first, second] = await leads();
    await officer.goto(`${service.url}/leads`);
    await officer.locator('tbody tr.pointed').waitFor();
    await officer.route(`**/api/v1/leads/${first?.id}?*`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), successor: second?.id } });
    });
    await officer.evaluate(`history.pushState(null, '', '/leads/${first?.id}'); dispatchEvent(new PopStateEvent('popstate'))`);
    await officer.waitForFunction(`location.pathname === '/leads/${second?.id}'`);
    await officer.locator('.deeds').first().waitFor();
    await officer.unroute(`**/api/v1/leads/${first?.id}?*`);
    await officer.goBack();
    await officer.waitForFunction("location.pathname === '/leads'");
  });

  it('who come in the morning see on Today which cases a deadline presses, and a click opens one', async () => {
    const id = await openCase(service.api);
    const { number } = z.object({ number: z.string() }).parse(await service.api('GET', `/api/v1/cases/${id}`));
    // The owner has one working day: a deadline that presses.
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const step = async (version: number, kind: string, values: object) =>
      await service.api('POST', `/api/v1/cases/${id}/steps`, { version, step: { kind, day: today, values } });
    await step(1, 'verify', { result: 'confirmed' });
    await step(2, 'notice', { number: '告-1', kind: 'repairNotice', channel: 'direct', workingDays: 1 });
    await officer.goto(`${service.url}/`);
    await officer.getByRole('heading', { name: '案件期限' }).waitFor();
    await officer.getByRole('link', { name: number }).click();
    await officer.waitForFunction(`location.pathname === '/cases/${id}'`);
  });

  it('who sign out leave nothing behind: the console is loaded anew, and the way back leads to the sign-in', async () => {
    await officer.goto(`${service.url}/leads`);
    await officer.locator('tbody tr.pointed').waitFor();
    const [{ vehicle } = { vehicle: { plate: '?' } }] = await leads();
    await officer.evaluate('window.ofThisPerson = true');
    await officer.getByRole('button', { name: '退出' }).click();
    await officer.locator('input[type=password]').waitFor();
    expect(await officer.evaluate('window.ofThisPerson')).toBeUndefined();
    await officer.goBack();
    await officer.locator('input[type=password]').waitFor();
    expect(await officer.evaluate<string>('document.body.innerText')).not.toContain(vehicle.plate);
    expect(faults).toEqual([]);
  });
});
