import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from '../support/chromium.ts';
import { signedIn } from '../support/console-site.ts';
import { type Service, startService } from '../support/service.ts';

describe.runIf(findChromium() !== null)('a page whose service has gone', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plume-lost-'));
  let service: Service;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await startService({ dataDir });
    await service.api('POST', '/api/v1/vehicles', {
      ...{ vin: 'LZZ5CLVB0JA123456', plate: '新B99999' },
      parameters: { stage: 'V', ratedPowerKw: 276 },
    });
    await service.api('POST', '/api/v1/terminals', { id: 'T-1', vehicleId: 1 });
    browser = await launch();
    const look = { language: 'zh', scheme: 'light', width: 1440, height: 900 } as const;
    ({ page } = await signedIn(service, browser, { name: 'chief', displayName: '管理员', role: 'administrator' }, look));
    await page.goto(`${service.url}/vehicles`);
    await page.getByText('新B99999').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const banner = () => page.locator('.banner', { hasText: '与服务的连接已断开' });

  it('says since when what it shows is old, and keeps showing it', async () => {
    await page.evaluate('window.sameAsBefore = true');
    const before = Date.now();
    await service.kill();
    await banner().waitFor();
    const [, hours, minutes, seconds] = /画面停在 (\d\d):(\d\d):(\d\d)/.exec((await banner().textContent()) ?? '') ?? [];
    const shown = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    const killed = Math.floor((before / 1000 + 8 * 3600) % 86_400);
    // Beijing time of the last answer: before the service was killed, and not long before.
    expect((killed - shown + 86_400) % 86_400).toBeLessThan(60);
    expect(await page.getByText('新B99999').count()).toBeGreaterThan(0);
  });

  it('goes on by itself when the service is back, without being loaded again, its owner still signed in', async () => {
    const { port } = new URL(service.url);
    service = await startService({ dataDir, env: { PLUME_HTTP_PORT: port } });
    await banner().waitFor({ state: 'detached' });
    await service.api('POST', '/api/v1/vehicles', {
      ...{ vin: 'LZZ5CLVB0JA123457', plate: '新B88888' },
      parameters: { stage: 'V', ratedPowerKw: 276 },
    });
    await page.getByText('新B88888').first().waitFor();
    expect(await page.evaluate('window.sameAsBefore')).toBe(true);
  });
});
