import { type Db, insertAssignment, Registry, type Step } from '@plume/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Acceptance } from './envelope.ts';
import { type Ingest, startIngest } from './ingest.ts';
import type { LiveSample } from './latest-book.ts';
import { LEDGER_BYTES_PER_DAY, LedgerQuota } from './outcome.ts';
import { emptySite, linkCounts, openTestSite, quiet, type TestSite } from './test-site.ts';

const NOON_SEC = Date.UTC(2026, 10, 23, 4) / 1000;

describe('a message', () => {
  let site: TestSite;
  let truck: number;
  let ingest: Ingest;
  let live: LiveSample[];
  let trouble: () => Error;

  beforeAll(async () => {
    site = await openTestSite();
    truck = site.truckA;
  });
  afterAll(() => site.remove());
  beforeEach(async () => {
    trouble = () => Object.assign(new Error('value out of range'), { code: '22003' });
    await emptySite(site.db);
    await insertAssignment(site.db, { terminalId: 'T-1', vehicleId: truck, fromMs: 0, toMs: undefined });
    const registry = new Registry(site.db);
    await registry.refresh();
    ingest = await startIngest({ maxAgeDays: 0 }, { db: refusing(site.db), registry, log: quiet });
    live = [];
    ingest.subscribe((batch) => live.push(...batch));
  });

  /** A database that refuses to store the original of a message with "poison" in it, as it refuses a value that it cannot hold. */
  function refusing(db: Db): Db {
    const isPoison = (step: Step) =>
      'copy' in step && step.copy.startsWith('frames') && step.data.some((piece) => Buffer.from(piece).includes('poison'));
    return {
      kind: db.kind,
      edition: db.edition,
      version: db.version,
      query: (...args) => db.query(...args),
      batch: async (steps, priority) => {
        if (steps.some(isPoison)) throw trouble();
        return await db.batch(steps, priority);
      },
      copyOut: (...args) => db.copyOut(...args),
      health: () => db.health(),
      close: () => db.close(),
    };
  }

  function send(sample: object): Promise<Acceptance> {
    const payload = new TextEncoder().encode(JSON.stringify({ v: 1, samples: [sample] }));
    return ingest.accept({ terminalId: 'T-1', channel: 'up', payload, receivedAtMs: NOON_SEC * 1000, transport: 'mqtt' });
  }

  it.each([
    ['refuses', () => Object.assign(new Error('value out of range'), { code: '22003' })],
    ['is given by code of ours that fails', () => new TypeError("cannot read properties of undefined (reading 'rows')")],
  ])(
    'that the database %s goes to quarantine alone: its neighbours are stored, all are acknowledged, and no view shows its values',
    async (_what, made) => {
      trouble = made;
      const answers = await Promise.all([
        send({ t: (NOON_SEC - 3) * 1000, speedKmh: 10 }),
        send({ t: (NOON_SEC - 1) * 1000, speedKmh: 99, poison: true }),
        send({ t: (NOON_SEC - 2) * 1000, speedKmh: 20 }),
      ]);
      expect(answers.map((answer) => [answer.ack, answer.verdict?.code])).toEqual([
        [true, undefined],
        [true, 'POISON'],
        [true, undefined],
      ]);
      expect(await linkCounts(site.db)).toEqual({ messages: 3, received: 3, stored: 2, duplicate: 0, rejected: 1 });
      expect(
        await site.db.query(
          "select code, disposition, records, position('poison' in encode(bytes, 'escape')) > 0 as kept from ledger",
        ),
      ).toEqual([{ code: 'POISON', disposition: 'quarantined', records: 1, kept: true }]);
      expect(Math.max(...live.map((sample) => sample.timeSec))).toBe(NOON_SEC - 2);
      await ingest.stop(1_000);
      expect(await site.db.query('select extract(epoch from time)::float8 as t from vehicle_latest')).toEqual([
        { t: NOON_SEC - 2 },
      ]);
    },
  );
});

describe('the daily allowance of kept originals', () => {
  const DAY_SEC = Date.UTC(2026, 10, 23, 4) / 1000;

  it('is not used up by transactions that are undone', () => {
    const quota = new LedgerQuota(new Map(), DAY_SEC);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(quota.take('T-1', LEDGER_BYTES_PER_DAY, DAY_SEC)).toBe(true);
      quota.settle(false);
    }
    expect(quota.take('T-1', LEDGER_BYTES_PER_DAY, DAY_SEC)).toBe(true);
    quota.settle(true);
    expect(quota.take('T-1', 1, DAY_SEC)).toBe(false);
  });

  it('begins anew with the Beijing day, and not with messages of an earlier day', () => {
    const quota = new LedgerQuota(new Map([['T-1', LEDGER_BYTES_PER_DAY]]), DAY_SEC);
    expect(quota.take('T-1', 1, DAY_SEC - 86_400)).toBe(false);
    expect(quota.take('T-1', 1, DAY_SEC)).toBe(false);
    expect(quota.take('T-1', 1, DAY_SEC + 86_400)).toBe(true);
  });
});
