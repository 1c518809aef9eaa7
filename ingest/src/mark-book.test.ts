import { type Db, insertAssignment, Registry } from '@plume/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingest, startIngest } from './ingest.ts';
import { MarkBook } from './mark-book.ts';
import { emptySite, openTestSite, quiet, type TestSite } from './test-site.ts';

const NOON_SEC = Date.UTC(2026, 10, 23, 4) / 1000;
const DAY_S = 86_400;

describe('the marks of days to evaluate', () => {
  let site: TestSite;
  let db: Db;
  let ingest: Ingest;

  beforeAll(async () => {
    site = await openTestSite();
    db = site.db;
  });
  afterAll(() => site.remove());

  async function start(markEveryS: number): Promise<void> {
    await emptySite(db);
    await insertAssignment(db, { terminalId: 'T-1', vehicleId: site.truckA, fromMs: 0, toMs: undefined });
    const registry = new Registry(db);
    await registry.refresh();
    ingest = await startIngest({ maxAgeDays: 0, markEveryS }, { db, registry, log: quiet });
  }
  beforeEach(() => start(20));

  async function send(timesSec: readonly number[], receivedSec: number): Promise<void> {
    const payload = new TextEncoder().encode(
      JSON.stringify({ v: 1, samples: timesSec.map((t) => ({ t: t * 1000, speedKmh: 10 })) }),
    );
    const { ack } = await ingest.accept({
      terminalId: 'T-1',
      channel: 'up',
      payload,
      receivedAtMs: receivedSec * 1000,
      transport: 'mqtt',
    });
    expect(ack).toBe(true);
  }

  const marks = () =>
    db.query<{ day: string; reason: string; open: boolean }>(
      'select day, reason, open_until > now() as open from dirty_days order by day',
    );

  it('are made with the first records of a day, live ones too, and say until when more may come under them', async () => {
    await send([NOON_SEC - 1], NOON_SEC);
    expect(await marks()).toEqual([{ day: '2026-11-23', reason: 'new records', open: true }]);
  });

  it('say that records came late', async () => {
    await send([NOON_SEC - DAY_S], NOON_SEC);
    expect(await marks()).toMatchObject([{ day: '2026-11-22', reason: 'records stored more than 120 s after their time' }]);
  });

  it('are not made again with every batch, but at once for another day', async () => {
    await send([NOON_SEC - 2], NOON_SEC);
    await db.query('delete from dirty_days');
    await send([NOON_SEC - 1], NOON_SEC);
    expect(await marks()).toEqual([]);
    await send([NOON_SEC + DAY_S - 1], NOON_SEC + DAY_S);
    expect(await marks()).toMatchObject([{ day: '2026-11-24' }]);
  });

  it('are made with every batch where no time lies between, and nothing more comes under them', async () => {
    await start(0);
    await send([NOON_SEC - 2], NOON_SEC);
    await db.query('delete from dirty_days');
    await send([NOON_SEC - 1], NOON_SEC);
    expect(await marks()).toEqual([{ day: '2026-11-23', reason: 'new records', open: null }]);
  });

  it('are not made by what is stored already', async () => {
    await start(0);
    await send([NOON_SEC - 2], NOON_SEC);
    await db.query('delete from dirty_days');
    await send([NOON_SEC - 2], NOON_SEC);
    expect(await marks()).toEqual([]);
  });

  it('keep a reason that says more than that records came', async () => {
    await start(0);
    await send([NOON_SEC - 300], NOON_SEC);
    await send([NOON_SEC - 1], NOON_SEC);
    expect(await marks()).toMatchObject([{ reason: 'records stored more than 120 s after their time' }]);
  });
});

describe('the book of marks', () => {
  it('forgets what has to be marked again anyway', () => {
    const book = new MarkBook(20);
    const now = performance.now();
    book.note([1, 2], now - 30_000);
    book.note([3], now);
    expect([1, 2, 3].map((key) => book.isDue(key))).toEqual([true, true, false]);
  });
});
