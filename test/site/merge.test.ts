import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, insertTerminal, insertVehicle, openDb, Registry } from '@plume/db';
import { type Ingest, startIngest } from '@plume/ingest';
import {
  encodeRealtime,
  getQuality,
  QUALITY_NAMES,
  SIGNALS,
  type SignalId,
  signalIndex,
  toPhysical,
} from '@plume/ingest/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../support/fresh-database.ts';

const RUNS = 40;
const SEED = 20_261_123;
const BASE_SEC = Math.floor(Date.now() / 1000) - 3600;
/** Signals that the deliveries play with: of the stream body, the supplementary body, and JSON only. */
const STREAM = ['speedKmh', 'engineRpm', 'noxDownPpm'] as const;
const EXTRA = ['acceleratorPct', 'ureaTotalG'] as const;
const PLAYED: readonly SignalId[] = [...STREAM, ...EXTRA, 'pmMgM3'];
/** Type 02 and type 80 speak of these signals whether they have a value or not (GB 17691-2018 Annex Q, HJ 1239.3). */
const OF_BODY_02 = SIGNALS.slice(0, 18).map(({ id }) => id);
const OF_BODY_80: readonly SignalId[] = [
  'torqueMode',
  'acceleratorPct',
  'fuelTotalL',
  'ureaTankTempC',
  'ureaInjectionMlh',
  'ureaTotalG',
  'dpfTempC',
];

/** One message with one sample: which signals it gives (true: the truth; 'other': something else; null: says there is no value). */
interface Delivery {
  readonly second: number;
  readonly form: 'native' | 'reissue' | 'split' | 'json';
  readonly gives: Partial<Record<SignalId, boolean | 'other' | null>>;
}

const truth = (signal: SignalId, second: number) => 100 + signalIndex(signal) + second * 3;
const rawOf = (signal: SignalId, second: number, given: boolean | 'other') => truth(signal, second) - (given === 'other' ? 1 : 0);

/** What a message says of each signal: a raw value, or why there is none. Written from the field tables, not from the decoder. */
function said(delivery: Delivery): Map<SignalId, number | 'na'> {
  const words = new Map<SignalId, number | 'na'>();
  const mentioned = { json: [], native: OF_BODY_02, reissue: OF_BODY_02, split: OF_BODY_80 }[delivery.form];
  for (const signal of mentioned) words.set(signal, 'na');
  for (const [signal, given] of Object.entries(delivery.gives) as [SignalId, boolean | 'other' | null][]) {
    if (delivery.form !== 'json' && !words.has(signal)) continue;
    if (given === null || given === false) {
      if (delivery.form === 'json') words.set(signal, 'na');
    } else words.set(signal, rawOf(signal, delivery.second, given));
  }
  return words;
}

/** The rule of duplicate, complement and conflict as the architecture states it, over plain maps. */
function expectedOf(deliveries: readonly Delivery[]): {
  rows: Map<number, Map<SignalId, number | 'na'>>;
  stored: number;
  duplicate: number;
  rejected: number;
} {
  const rows = new Map<number, Map<SignalId, number | 'na'>>();
  const counts = { stored: 0, duplicate: 0, rejected: 0 };
  for (const delivery of deliveries) {
    const news = said(delivery);
    const row = rows.get(delivery.second);
    if (!row) {
      rows.set(delivery.second, news);
      counts.stored += 1;
      continue;
    }
    const values = [...news].filter(([, value]) => value !== 'na');
    if (values.some(([signal, value]) => typeof row.get(signal) === 'number' && row.get(signal) !== value)) {
      counts.rejected += 1;
      continue;
    }
    const fills = [...news].some(([signal, value]) => (value === 'na' ? !row.has(signal) : typeof row.get(signal) !== 'number'));
    if (fills) counts.stored += 1;
    else counts.duplicate += 1;
    for (const [signal, value] of news) if (typeof row.get(signal) !== 'number') row.set(signal, value);
  }
  return { rows, ...counts };
}

function payloadOf(delivery: Delivery, vin: string): Uint8Array {
  const timeSec = BASE_SEC + delivery.second;
  const values: Partial<Record<SignalId, number | null>> = {};
  for (const [signal, given] of Object.entries(delivery.gives) as [SignalId, boolean | 'other' | null][]) {
    if (given === null || given === false) values[signal] = null;
    else values[signal] = toPhysical(signal, rawOf(signal, delivery.second, given));
  }
  if (delivery.form === 'json')
    return new TextEncoder().encode(JSON.stringify({ v: 1, samples: [{ t: timeSec * 1000, ...values }] }));
  const own = Object.fromEntries(
    Object.entries(values).filter(([signal]) =>
      (delivery.form === 'split' ? OF_BODY_80 : OF_BODY_02).some((id) => id === signal),
    ),
  );
  const body = delivery.form === 'split' ? ({ type: 0x80, values: own } as const) : ({ type: 0x02, values: own } as const);
  return encodeRealtime({
    vin,
    layout: 'H',
    sendTimeSec: timeSec,
    seq: 1,
    reissue: delivery.form === 'reissue',
    records: [{ timeSec, bodies: [body] }],
  });
}

const delivery = (given: fc.Arbitrary<boolean | 'other' | null>): fc.Arbitrary<Delivery> =>
  fc.record({
    second: fc.integer({ min: 0, max: 4 }),
    form: fc.constantFrom('native', 'reissue', 'split', 'json'),
    gives: fc.record(Object.fromEntries(PLAYED.map((signal) => [signal, given])), { requiredKeys: [] }),
  });
const agreeing = fc.array(delivery(fc.constantFrom<boolean | null>(true, true, null)), { minLength: 1, maxLength: 14 });
const contradicting = fc.array(delivery(fc.constantFrom<boolean | 'other' | null>(true, true, true, null, 'other')), {
  minLength: 1,
  maxLength: 14,
});

describe.each(inject('serverUrl') === null ? ['embedded'] : ['embedded', 'server'])(
  'overlapping records on the %s engine',
  (engine) => {
    const folder = mkdtempSync(join(tmpdir(), 'plume-merge-'));
    let db: Db;
    let registry: Registry;
    let ingest: Ingest;
    let database: Awaited<ReturnType<typeof freshDatabase>> | null = null;
    let trucks = 0;

    beforeAll(async () => {
      if (engine === 'server') database = await freshDatabase(inject('serverUrl') ?? '');
      else cpSync(inject('embeddedTemplate'), folder, { recursive: true });
      db = await openDb({ url: database?.url ?? null, dataDir: folder });
      registry = new Registry(db);
      ingest = await startIngest(
        { maxAgeDays: 30 },
        { db, registry, log: { info: () => undefined, warn: () => undefined, error: () => undefined } },
      );
    });
    afterAll(async () => {
      await ingest.stop(2_000);
      await db.close();
      await database?.drop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A truck of its own for every run. */
    async function newTruck(): Promise<{ terminalId: string; vehicleId: number; vin: string }> {
      trucks += 1;
      const vin = `LZZ5CLVB0JC${String(100_000 + trucks)}`;
      const terminalId = `merge-${trucks}`;
      const vehicleId =
        (await insertVehicle(db, {
          vin,
          plate: terminalId,
          plateColor: undefined,
          district: undefined,
          enterprise: undefined,
          useType: undefined,
          fittedAtMs: 0,
          demo: false,
          recordedBy: 'test',
          parameters: {},
        })) ?? 0;
      const secretHash = createHash('sha256').update('x').digest();
      await insertTerminal(db, {
        id: terminalId,
        secretHash,
        vendor: undefined,
        model: undefined,
        firmware: undefined,
        iccid: undefined,
        profile: {},
        demo: false,
        assignment: { vehicleId, fromMs: 0 },
      });
      await registry.refresh();
      return { terminalId, vehicleId, vin };
    }

    /** Hands the deliveries in, all at once or one after another; answers the stored rows and the tallies. */
    async function deliver(deliveries: readonly Delivery[], atOnce: boolean) {
      const { terminalId, vehicleId, vin } = await newTruck();
      const underWay: Promise<{ ack: boolean }>[] = [];
      for (const each of deliveries) {
        const accepted = ingest.accept({
          terminalId,
          channel: 'up',
          payload: payloadOf(each, vin),
          receivedAtMs: Date.now(),
          transport: 'mqtt',
        });
        underWay.push(accepted);
        if (!atOnce) await accepted;
      }
      for (const acceptance of await Promise.all(underWay)) expect(acceptance.ack).toBe(true);
      const samples = await db.query<Record<string, unknown> & { quality: Uint8Array; second: number }>(
        'select s.*, (extract(epoch from time) - $2::int8)::int as second from samples s where vehicle_id = $1 order by time',
        [vehicleId, BASE_SEC],
      );
      const [tally] = await db.query<{ received: number; stored: number; duplicate: number; rejected: number }>(
        'select sum(received)::int as received, sum(stored)::int as stored, sum(duplicate)::int as duplicate, sum(rejected)::int as rejected from link_hours where terminal_id = $1',
        [terminalId],
      );
      const [kept] = await db.query<{ n: number }>(
        'select coalesce(sum(records), 0)::int as n from ledger where terminal_id = $1',
        [terminalId],
      );
      const [noted] = await db.query<{ n: number }>(
        'select coalesce(sum(conflicts), 0)::int as n from day_conflicts where vehicle_id = $1',
        [vehicleId],
      );
      return { samples, tally, quarantined: kept?.n, conflicts: noted?.n };
    }

    /** A stored row in the model's words. */
    function wordsOf(row: Record<string, unknown> & { quality: Uint8Array }): Record<string, unknown> {
      return Object.fromEntries(
        SIGNALS.map(({ id }, index) => [id, [row[id] ?? null, QUALITY_NAMES[getQuality(row.quality, 0, index)]]]),
      );
    }

    function modelWords(row: ReadonlyMap<SignalId, number | 'na'>): Record<string, unknown> {
      return Object.fromEntries(
        SIGNALS.map(({ id }) => {
          const word = row.get(id);
          if (typeof word === 'number') return [id, [word, 'ok']];
          return [id, [null, word === 'na' ? 'na' : 'notSent']];
        }),
      );
    }

    it('become the rows, the counts and the quarantine that the rule says, in every order of arrival', async () => {
      await fc.assert(
        fc.asyncProperty(contradicting, fc.boolean(), async (deliveries, atOnce) => {
          const expected = expectedOf(deliveries);
          const found = await deliver(deliveries, atOnce);
          const { stored, duplicate, rejected } = expected;
          expect(found.tally).toEqual({ received: deliveries.length, stored, duplicate, rejected });
          expect([found.quarantined, found.conflicts]).toEqual([rejected, rejected]);
          expect(found.samples.map((row) => [row.second, wordsOf(row)])).toEqual(
            [...expected.rows].sort(([a], [b]) => a - b).map(([second, row]) => [second, modelWords(row)]),
          );
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });

    it('become the same rows in any order where nothing contradicts', async () => {
      await fc.assert(
        fc.asyncProperty(
          agreeing.chain((deliveries) =>
            fc.tuple(
              fc.constant(deliveries),
              fc.shuffledSubarray([...deliveries, ...deliveries], { minLength: 2 * deliveries.length }),
            ),
          ),
          fc.boolean(),
          async ([inOrder, shuffled], atOnce) => {
            const one = await deliver(inOrder, false);
            const other = await deliver(shuffled, atOnce);
            expect(other.samples.map((row) => [row.second, wordsOf(row)])).toEqual(
              one.samples.map((row) => [row.second, wordsOf(row)]),
            );
            expect(other.tally?.received).toBe(shuffled.length);
            expect((other.tally?.stored ?? 0) + (other.tally?.duplicate ?? 0)).toBe(shuffled.length);
          },
        ),
        { numRuns: RUNS, seed: SEED + 1 },
      );
    });
  },
);
