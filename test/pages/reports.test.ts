import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../support/chromium.ts';
import { openConsoleSite, signedIn } from '../support/console-site.ts';
import type { Service } from '../support/service.ts';

const WAIT = { timeout: 60_000 };

describe.runIf(findChromium() !== null)('reports, as an analyst makes and prints them', { timeout: 300_000 }, () => {
  let site: { service: Service; remove(): Promise<void> };
  let browser: Browser;
  let page: Page;
  const says = (pattern: RegExp) => page.waitForFunction(`${pattern}.test(document.body.innerText)`, undefined, WAIT);

  beforeAll(async () => {
    site = await openConsoleSite();
    browser = await launch();
    // The first account is an administrator's.
    await site.service.api('POST', '/api/v1/people', {
      name: 'chief',
      displayName: '管理员',
      role: 'administrator',
      districts: null,
    });
    const person = { name: 'li', displayName: '李', role: 'analyst' } as const;
    const look = { language: 'zh', scheme: 'light', width: 1440, height: 900 } as const;
    const visitor = await signedIn(site.service, browser, person, look);
    page = visitor.page;
    await visitor.visit(`${site.service.url}/reports`);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await site?.remove();
  });

  it('says that there is none, then makes that of yesterday and shows it as a paper', async () => {
    await says(/还没有报表/);
    await page.getByRole('button', { name: '出具报表' }).click();
    await page.locator('dialog select[name="kind"]').selectOption('day');
    await page.locator('dialog').getByRole('button', { name: '出具', exact: true }).click();
    await page.waitForFunction('/^\\/reports\\/\\d+$/.test(location.pathname)', undefined, WAIT);
    await says(/重型柴油车远程排放监控日报[\s\S]*主要指标[\s\S]*传输有效率[\s\S]*口径说明[\s\S]*SHA-256/);
  });

  it('prints on A4, every table of it, without the console around it', async () => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.rail').isVisible()).toBe(false);
    expect(await page.locator('.report-paper').isVisible()).toBe(true);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // More than one sheet: nothing is cut at the edge of a screen.
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(1);
    await page.emulateMedia({ media: 'screen' });
  });

  it('keeps the schedule that is set', async () => {
    await page.goto(`${site.service.url}/reports?tab=schedule`);
    await page.getByLabel(/月报：/).check();
    await page.getByRole('button', { name: '保存' }).click();
    await says(/计划已保存/);
    await page.reload();
    await says(/自 \d\d-\d\d \d\d:\d\d 起/);
    expect(await page.getByLabel(/月报：/).isChecked()).toBe(true);
  });
});
