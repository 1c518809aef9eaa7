import { type Db, enqueueJob, insertAssignment, JobQueue, Registry } from '@plume/db';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Acceptance, Envelope } from './envelope.ts';
import { type Ingest, startIngest } from './ingest.ts';
import { encodeRealtime } from './protocol/index.ts';
import { reprocessRunner } from './reprocess.ts';
import { emptySite, linkCounts, openTestSite, quiet, type TestSite, VIN_B } from './test-site.ts';

const NOON_SEC = Date.UTC(2026, 10, 23, 4) / 1000;

describe('taking quarantined messages in again', () => {
  let site: TestSite;
  let db: Db;
  let registry: Registry;
  let ingest: Ingest;
  let truckA: number;
  let truckB: number;

  beforeAll(async () => {
    site = await openTestSite();
    ({ db, truckA, truckB } = site);
  });
  afterAll(() => site.remove());
  beforeEach(async () => {
    await emptySite(db);
    registry = new Registry(db);
    await registry.refresh();
    ingest = await startIngest({ maxAgeDays: 0 }, { db, registry, log: quiet });
  });
  afterEach(async () => {
    await ingest.stop(1_000);
  });

  function send(payload: string | Uint8Array, receivedAtMs = NOON_SEC * 1000): Promise<Acceptance> {
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
    return ingest.accept({ terminalId: 'T-1', channel: 'up', payload: bytes, receivedAtMs, transport: 'mqtt' });
  }

  const samples = (...all: object[]) => JSON.stringify({ v: 1, samples: all });
  const at = (sec: number, speedKmh: number) => ({ t: (NOON_SEC + sec) * 1000, speedKmh });
  const frame = (vin: string, times: number[]) =>
    encodeRealtime({
      vin,
      layout: 'H',
      sendTimeSec: NOON_SEC,
      seq: 1,
      records: times.map((sec) => ({ timeSec: NOON_SEC + sec, bodies: [{ type: 0x02, values: { speedKmh: 50 } }] })),
    });

  /** Assigns as a person does, and runs the jobs that this left. */
  async function assign(vehicleId: number, fromSec: number, toSec?: number): Promise<void> {
    await insertAssignment(db, {
      terminalId: 'T-1',
      vehicleId,
      fromMs: (NOON_SEC + fromSec) * 1000,
      toMs: toSec === undefined ? undefined : (NOON_SEC + toSec) * 1000,
    });
    await runJobs();
  }

  async function runJobs(
    accept: (envelope: Envelope) => Promise<Acceptance> = (envelope) => ingest.accept(envelope),
  ): Promise<void> {
    const runner = reprocessRunner({ db, accept, registryIsCurrent: () => registry.refresh() });
    const queue = new JobQueue(db, new Map([['reprocess', runner]]), quiet);
    await queue.start();
    await queue.look();
    await queue.stop();
  }

  async function open(): Promise<object[]> {
    return await db.query('select code, vehicle_id, records from ledger where resolved_at is null order by id');
  }

  async function stored(): Promise<number> {
    const [row] = await db.query<{ n: number }>('select count(*)::int as n from samples');
    return row?.n ?? 0;
  }

  it('stores what was held back for want of a truck when an assignment is entered', async () => {
    await send(samples(at(-20, 10), at(-10, 20)));
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 2, stored: 0, duplicate: 0, rejected: 2 });
    await assign(truckA, -3600);
    expect(await stored()).toBe(2);
    expect(await open()).toEqual([]);
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 2, stored: 2, duplicate: 0, rejected: 0 });
  });

  it('keeps back the records outside the assignment, and counts what is left', async () => {
    await send(samples(at(-20, 10), at(-10, 20)));
    await assign(truckA, -15);
    expect(await open()).toEqual([{ code: 'NO_VEHICLE', vehicle_id: null, records: 1 }]);
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 2, stored: 1, duplicate: 0, rejected: 1 });
    await assign(truckB, -3600, -15);
    expect(await open()).toEqual([]);
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 2, stored: 2, duplicate: 0, rejected: 0 });
  });

  it('counts the same bytes received twice in one millisecond as stored once and once a duplicate', async () => {
    const message = samples(at(-20, 10), at(-10, 20));
    await Promise.all([send(message), send(message)]);
    await assign(truckA, -3600);
    expect(await open()).toEqual([]);
    expect(await linkCounts(db)).toEqual({ messages: 2, received: 4, stored: 2, duplicate: 2, rejected: 0 });
  });

  it('takes a message with several entries in once', async () => {
    // The frame is of truck B; its records fall into times of truck A, of truck B, and of none.
    await assign(truckA, -30, -20);
    await send(frame(VIN_B, [-35, -25, -5]));
    expect(await open()).toEqual([
      { code: 'NO_VEHICLE', vehicle_id: null, records: 2 },
      { code: 'WRONG_VEHICLE', vehicle_id: truckA, records: 1 },
    ]);
    await assign(truckB, -10);
    expect(await open()).toEqual([
      { code: 'NO_VEHICLE', vehicle_id: null, records: 1 },
      { code: 'WRONG_VEHICLE', vehicle_id: truckA, records: 1 },
    ]);
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 3, stored: 1, duplicate: 0, rejected: 2 });
    await assign(truckA, -40, -30);
    expect(await open()).toEqual([{ code: 'WRONG_VEHICLE', vehicle_id: truckA, records: 2 }]);
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 3, stored: 1, duplicate: 0, rejected: 2 });
  });

  it('leaves to another process what that one takes in meanwhile, and holds nothing up', async () => {
    await send(samples(at(-20, 10)));
    await insertAssignment(db, { terminalId: 'T-1', vehicleId: truckA, fromMs: (NOON_SEC - 3600) * 1000, toMs: undefined });
    await runJobs(async (envelope) => {
      await ingest.accept(envelope);
      return await ingest.accept(envelope);
    });
    expect(await linkCounts(db)).toEqual({ messages: 1, received: 1, stored: 1, duplicate: 0, rejected: 0 });
    expect(await send(samples(at(-5, 30)))).toEqual({ ack: true });
  });

  it('refuses a job without codes', async () => {
    const id = await enqueueJob(db, 'reprocess', {});
    const failing = reprocessRunner({
      db,
      accept: (envelope) => ingest.accept(envelope),
      registryIsCurrent: async () => undefined,
    });
    const [job] = await db.query<Parameters<typeof failing>[0]>('select * from jobs where id = $1', [id]);
    if (!job) throw new Error('no job');
    await expect(failing(job, async () => true)).rejects.toThrow('needs codes');
  });
});
