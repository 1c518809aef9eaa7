import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../support/chromium.ts';
import { type Service, startService } from '../support/service.ts';
import { PATIENCE_MS } from '../support/visit.ts';

const FLEET = 36;
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.runIf(findChromium() !== null)('the first run, as its user sees it', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plume-browser-'));
  let service: Service;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    service = await startService({ dataDir, command: 'start' });
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, timezoneId: 'Europe/Paris', bypassCSP: true });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const TEXT = 'document.body.innerText';
  const ROWS = `[...document.querySelectorAll('[role=row], tr')].map((row) => row.innerText).join(String.fromCharCode(10))`;

  /** Text of the page once it holds what is waited for. */
  async function textWith(pattern: RegExp): Promise<string> {
    await page.waitForFunction(`${pattern}.test(${TEXT})`);
    return page.evaluate<string>(TEXT);
  }

  it('opens with the printed link on the 36 trucks of the demonstration, and says that they are one', async () => {
    await page.goto(service.link);
    expect(await textWith(new RegExp(`${FLEET}\\s*装车`))).toContain('北京时间');
    expect(new URL(page.url()).hash).not.toContain('setup');
    // One truck's terminal is silent by design; the others are on line soon.
    await textWith(/(3[0-6])\s*●\s*在线/);
    expect(await textWith(/演示数据/)).toContain('移除');
  });

  it('has no violation on the first page that axe knows', async () => {
    await page.evaluate(axeSource);
    const found = await page.evaluate<string[]>(
      'axe.run().then(({ violations }) => violations.map((each) => each.id + " " + each.nodes[0].html))',
    );
    expect(found).toEqual([]);
  });

  it('leads to the first real terminal in three steps, and to the line that tries it', async () => {
    await page.getByRole('link', { name: '接入第一台真实终端' }).click();
    await textWith(/添加车辆/);
    const made = await page.evaluate<{ id: number }>(
      `fetch('/api/v1/vehicles', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ vin: 'LZZ5CLVB0JA123456', plate: '新B99999', parameters: { stage: 'V', ratedPowerKw: 276 } }) }).then((r) => r.json())`,
    );
    expect(made.id).toBeGreaterThan(0);
    await page.getByRole('button', { name: '添加终端' }).click();
    expect(await textWith(/mosquitto_pub/)).toMatch(/等待第一条消息/);
    expect(await page.locator('.refused').count()).toBe(0);
  });

  it('shows values that move without a reload, two keys away', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await page.locator('tbody tr').first().waitFor();
    // Ages and clock times count by themselves; what must change are the values.
    const values = `${ROWS}.replace(/\\d+\\s*s 前|\\d\\d:\\d\\d/g, '')`;
    const first = await page.evaluate<string>(values);
    expect(first).toMatch(/\d+\.\d/);
    await page.waitForFunction(`${values} !== ${JSON.stringify(first)}`);
  });

  it('draws the chosen truck, and says how the curve was made', async () => {
    // Behind the trucks that nothing comes from: the one that was entered, the silent one, and whichever is late on a busy machine.
    const pointed = page.locator('tr.pointed');
    for (let rows = 0; rows <= FLEET; rows += 1) {
      await page.keyboard.press('j');
      await pointed.waitFor();
      if ((await pointed.textContent())?.includes('在线')) break;
    }
    await page.keyboard.press('Enter');
    expect(await textWith(/原始|按桶|无数据/)).toContain('VIN');
    expect(await page.locator('canvas').count()).toBeGreaterThan(0);
    expect(new URL(page.url()).pathname).toMatch(/^\/vehicles\/\d+$/);
  });

  it('speaks English one click away, and keeps it in a new page of the same address', async () => {
    await page.getByRole('button', { name: 'English' }).click();
    expect(await textWith(/Beijing time/)).toMatch(/online/);
  });

  it('has no violation that axe knows, in light and in dark', async () => {
    await page.evaluate(axeSource);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      // The new colours come in over a tenth of a second.
      await page.evaluate(
        'new Promise(requestAnimationFrame).then(() => Promise.all(document.getAnimations().map((each) => each.finished)))',
      );
      const found = await page.evaluate<string[]>(
        'axe.run().then(({ violations }) => violations.flatMap((each) => each.nodes.map((node) => [each.id, node.html, ...node.any.map((one) => one.message)].join(" "))))',
      );
      expect(found, scheme).toEqual([]);
    }
  });

  it('asks for a link when it is opened without one', async () => {
    const stranger = await (await browser.newContext({ bypassCSP: true })).newPage();
    await stranger.goto(service.url);
    await stranger.waitForFunction(`${TEXT}.includes('setup-link')`);
    await stranger.context().close();
  });

  it('says so when the service is gone, and goes on when it is back', async () => {
    expect(faults).toEqual([]);
    await service.stop();
    expect(await textWith(/connection to the service is lost/)).not.toMatch(/undefined|NaN/);
    service = await startService({ dataDir, command: 'start', env: { PLUME_HTTP_PORT: new URL(service.url).port } });
    await page.waitForFunction(`!/connection to the service is lost/.test(${TEXT})`);
  });
});
