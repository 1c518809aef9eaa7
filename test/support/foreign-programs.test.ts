import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findChromium, launch } from './chromium.ts';
import { findMosquittoPub, mosquittoPub } from './mosquitto.ts';

describe.runIf(findChromium() !== null)('the browser', () => {
  it('opens a page, runs its script and draws Chinese with a font that has the characters', async () => {
    const browser = await launch();
    try {
      const page = await browser.newPage({ timezoneId: 'Asia/Shanghai', locale: 'zh-CN' });
      await page.setContent(
        '<span id="known">氮氧化物</span><br><span id="unknown">\u{10fffd}\u{10fffd}\u{10fffd}\u{10fffd}</span>',
      );
      expect(await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone')).toBe('Asia/Shanghai');
      const known = await page.locator('#known').boundingBox();
      const unknown = await page.locator('#unknown').boundingBox();
      expect(known?.width).toBeCloseTo(64, 0); // four full-width characters at the default 16 px; the box of a missing one is narrower
      expect(unknown?.width).not.toBeCloseTo(64, 0);
    } finally {
      await browser.close();
    }
  });
});

describe.runIf(findMosquittoPub() !== null)('the foreign MQTT client', () => {
  it('says which version it is', async () => {
    const run = await mosquittoPub(['--version']);
    expect(run.stdout).toMatch(/mosquitto_pub version 2\./);
  });

  it('tells by its exit code that nobody listens', async () => {
    const port = await unusedPort();
    const run = await mosquittoPub(['-h', '127.0.0.1', '-p', String(port), '-t', 'x', '-m', 'y']);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/refused/);
  });

  it('is ended when it takes too long', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const run = await mosquittoPub(['-h', '127.0.0.1', '-p', String(port), '-t', 'x', '-l'], { limitMs: 500 });
    silent.close();
    expect(run.code).toBeNull();
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
