import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTileTemplate, tilesOf } from './map-tiles.ts';
import { safeHeaders } from './request-guards.ts';
import { objectOf, openTestApp, type TestApp } from './test-app.ts';

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

it('a page without tiles has pictures from nowhere else', async () => {
  const app = new Hono().use(safeHeaders(null)).get('/', (c) => c.text(''));
  const policy = (await app.request('/')).headers.get('content-security-policy');
  expect(policy).toMatch(/img-src 'self' data:(;|$)/);
});

describe('a page with tiles', () => {
  const tiles = tilesOf('https://tiles.example.cn:8443/{z}/{x}/{y}.png', true);
  let test: TestApp;
  beforeAll(async () => {
    test = await openTestApp({ mapTiles: tiles });
  });
  afterAll(() => test.close());

  it('is told of them, and may fetch pictures, and nothing else, from their host', async () => {
    const answer = await test.get('/api/v1/map');
    expect(await objectOf(answer)).toEqual({ tiles: { template: tiles?.template, gcj02: true } });
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("img-src 'self' data: https://tiles.example.cn:8443");
    expect(policy.match(/tiles\.example\.cn/g)).toHaveLength(1);
  });
});
