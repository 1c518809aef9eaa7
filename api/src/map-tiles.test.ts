import { afterAll, describe, expect, it } from 'vitest';
import { isTileTemplate, tilesOf } from './map-tiles.ts';
import { objectOf, openTestApp } from './test-app.ts';

describe('an address of map tiles', () => {
  it.each([
    ['https://tiles.example.cn/{z}/{x}/{y}.png', true],
    ['http://10.0.0.7:8080/t?x={x}&y={y}&z={z}', true],
    ['https://tiles.example.cn/{z}/{x}.png', false],
    ['https://{x}.example.cn/{z}/{x}/{y}.png', false],
    ['ftp://tiles.example.cn/{z}/{x}/{y}.png', false],
    ['/tiles/{z}/{x}/{y}.png', false],
    ['', false],
  ])('%s: %s', (text, good) => expect(isTileTemplate(text)).toBe(good));
});

describe('the page and its tiles', async () => {
  const without = await openTestApp();
  const tiles = tilesOf('https://tiles.example.cn:8443/{z}/{x}/{y}.png', true);
  const configured = await openTestApp({ mapTiles: tiles });
  afterAll(async () => {
    await without.close();
    await configured.close();
  });

  it('has no other host than its own unless one is configured', async () => {
    const answer = await without.get('/api/v1/map');
    expect(await objectOf(answer)).toEqual({ tiles: null });
    expect(answer.headers.get('content-security-policy')).toMatch(/img-src 'self' data:(;|$)/);
  });

  it('may fetch pictures, and nothing else, from the host that is', async () => {
    const answer = await configured.get('/api/v1/map');
    expect(await objectOf(answer)).toEqual({ tiles: { template: tiles?.template, gcj02: true } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("img-src 'self' data: https://tiles.example.cn:8443");
    expect(policy.match(/tiles\.example\.cn/g)).toHaveLength(1);
  });
});
