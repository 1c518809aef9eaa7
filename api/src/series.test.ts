import { SIGNALS, type SignalId, signalIndex, toPhysical } from '@plume/ingest/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addSamples, addVehicle, openTestApp, type TestApp, type TestSample } from './test-app.ts';

const START = Date.UTC(2026, 10, 20, 22, 30, 0) / 1000; // late in the UTC day, so that ranges cross midnight
const IDS = ['noxDownPpm', 'speedKmh', 'odometerKm'] as const satisfies readonly SignalId[];
const Answer = z.object({
  t: z.array(z.number()),
  samplesPerRow: z.array(z.number()).nullable(),
  signals: z.array(
    z.object({
      id: z.string(),
      unit: z.string(),
      valid: z.number(),
      validShare: z.number().nullable(),
      missing: z.record(z.string(), z.number()),
      columns: z.object({
        values: z.array(z.number().nullable()).optional(),
        min: z.array(z.number().nullable()).optional(),
        max: z.array(z.number().nullable()).optional(),
      }),
    }),
  ),
  reduction: z.object({ method: z.string(), bucketS: z.number().nullable(), samples: z.number() }),
  period: z.object({ seconds: z.number().nullable(), source: z.string() }),
  newest: z.object({ sampleAt: z.string(), receivedAt: z.string() }).nullable(),
});

/** A small generator with a fixed seed (mulberry32), so that a failure repeats. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), a | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Samples each second for a while, with breaks of all lengths and values missing here and there. */
function drive(seed: number, seconds: number): TestSample[] {
  const next = random(seed);
  const samples: TestSample[] = [];
  let odometer = 1_000_000;
  for (let s = 0; s < seconds; s++) {
    if (next() < 0.003) s += Math.floor(next() * (next() < 0.2 ? 4000 : 12));
    odometer += next() < 0.1 ? 1 : 0;
    samples.push({
      timeSec: START + s,
      raw: {
        noxDownPpm: next() < 0.05 ? null : 4000 + Math.floor(next() * 9000),
        speedKmh: Math.floor(next() * 25_000),
        odometerKm: odometer,
      },
      code: next() < 0.5 ? 2 : 5,
    });
  }
  return samples;
}

function unitValue(id: SignalId, raw: number): number {
  const signal = SIGNALS[signalIndex(id)];
  if (!signal) throw new Error(id);
  return toPhysical(signal, raw);
}

describe('a signal series', () => {
  let test: TestApp;
  let truck: number;
  const samples = drive(7, 30_000);
  const end = (samples.at(-1)?.timeSec ?? START) + 1;

  beforeAll(async () => {
    test = await openTestApp();
    truck = await addVehicle(test.db, 'LZZ5ELSD8EN000007', '新B00007');
    await addSamples(test.db, truck, samples, IDS);
  });
  afterAll(async () => {
    await test.close();
  });

  const ask = async (fromSec: number, toSec: number, points: number) => {
    const response = await test.get(
      `/api/v1/vehicles/${truck}/series?signals=${IDS.join(',')}&from=${fromSec * 1000}&to=${toSec * 1000}&points=${points}`,
    );
    expect(response.status).toBe(200);
    return Answer.parse(await response.json());
  };

  it('comes raw when there are no more samples than points, each value exact', async () => {
    const answer = await ask(START, START + 600, 1500);
    const within = samples.filter((s) => s.timeSec < START + 600);
    expect(answer.reduction).toEqual({ method: 'raw', bucketS: null, samples: within.length });
    const byTime = new Map(within.map((s) => [s.timeSec, s.raw]));
    for (const signal of answer.signals) {
      const id = IDS.find((each) => each === signal.id) ?? 'speedKmh';
      answer.t.forEach((t, i) => {
        const raw = byTime.get(t)?.[id] ?? null;
        expect(signal.columns.values?.[i]).toBe(raw === null ? null : unitValue(id, raw));
      });
    }
  });

  it('marks every break of more than three periods with a row of nulls, and no other', async () => {
    const raw = await ask(START, START + 6000, 20_000);
    const within = samples.filter((s) => s.timeSec < START + 6000);
    const breaks = within.filter((s, i) => i > 0 && s.timeSec - (within[i - 1]?.timeSec ?? 0) > 3).map((s) => s.timeSec);
    expect(breaks.length).toBeGreaterThan(3);
    const known = new Set(within.map((s) => s.timeSec));
    const rows = raw.t.filter((t) => !known.has(t));
    expect(rows).toHaveLength(breaks.length);
    for (const t of rows) expect(raw.signals.every((s) => s.columns.values?.[raw.t.indexOf(t)] === null)).toBe(true);
    expect(raw.t.every((t, i) => i === 0 || t > (raw.t[i - 1] ?? 0))).toBe(true);
  });

  it.each([40, 333, 1500, 9000])(
    'reduced to at most %i rows equals a brute-force minimum and maximum over each bucket',
    async (points) => {
      const answer = await ask(START, end, points);
      const { bucketS } = answer.reduction;
      if (bucketS === null) throw new Error('expected buckets');
      expect(answer.t.length).toBeLessThanOrEqual(points);
      expect(answer.reduction.samples).toBe(samples.length);
      const expected = new Map<number, TestSample[]>();
      for (const sample of samples) {
        const bucket = Math.floor(sample.timeSec / bucketS) * bucketS;
        expected.set(bucket, [...(expected.get(bucket) ?? []), sample]);
      }
      const filled = answer.t.filter((_, i) => (answer.samplesPerRow?.[i] ?? 0) > 0);
      expect(filled).toEqual([...expected.keys()].sort((a, b) => a - b));
      const buckets = [...expected.entries()].sort(([a], [b]) => a - b);
      for (const id of IDS) {
        const signal = answer.signals.find((s) => s.id === id);
        for (const [bucket, of] of buckets) {
          const values = of.flatMap((s) => (typeof s.raw[id] === 'number' ? [unitValue(id, s.raw[id])] : []));
          const row = answer.t.indexOf(bucket);
          expect(signal?.columns.min?.[row]).toBe(values.length === 0 ? null : Math.min(...values));
          expect(signal?.columns.max?.[row]).toBe(values.length === 0 ? null : Math.max(...values));
        }
      }
      // A row of nulls stands between two buckets exactly where the last and the next sample are more than three periods apart.
      const gaps = buckets.filter(([, of], i) => i > 0 && (of[0]?.timeSec ?? 0) - (buckets[i - 1]?.[1].at(-1)?.timeSec ?? 0) > 3);
      expect(answer.t.length - filled.length).toBe(gaps.length);
      expect(answer.t.every((t, i) => i === 0 || t > (answer.t[i - 1] ?? 0))).toBe(true);
    },
  );

  it.each([1500, 20_000])('says the unit, the valid share and why values are missing (%i points)', async (points) => {
    const answer = await ask(START, START + 20_000, points);
    const within = samples.filter((s) => s.timeSec < START + 20_000);
    const nox = answer.signals.find((s) => s.id === 'noxDownPpm');
    const missing = within.filter((s) => s.raw.noxDownPpm === null);
    expect(nox?.unit).toBe('ppm');
    expect(nox?.valid).toBe(within.length - missing.length);
    expect(nox?.validShare).toBeCloseTo((within.length - missing.length) / within.length, 12);
    expect(nox?.missing).toEqual({
      na: missing.filter((s) => s.code === 2).length,
      notReady: missing.filter((s) => s.code === 5).length,
    });
    expect(answer.signals.find((s) => s.id === 'speedKmh')?.missing).toEqual({});
    expect(answer.period).toEqual({ seconds: 1, source: 'observed' });
  });

  it('is empty, not an error, where nothing was sent, and tells when the newest sample was', async () => {
    await test.db.query(
      `insert into vehicle_latest (vehicle_id, time, received_at, signals) values ($1::int, to_timestamp($2::float8), to_timestamp($2::float8 + 2), '{}')`,
      [truck, end - 1],
      { priority: 'write' },
    );
    const answer = await ask(end + 86_400, end + 90_000, 1500);
    expect(answer.t).toEqual([]);
    expect(answer.signals[0]).toMatchObject({ valid: 0, validShare: null, columns: { values: [] } });
    expect(answer.newest?.sampleAt).toBe(new Date((end - 1) * 1000).toISOString());
  });

  it("goes by the record period that the terminal's profile states", async () => {
    const slow = await addVehicle(test.db, 'LZZ5ELSD8EN000008', '新B00008');
    await test.db.query(
      `with t as (insert into terminals (id, secret_hash, profile) values ('SLOW', '\\x00', '{"recordPeriodS": 10}') returning id)
       insert into assignments (terminal_id, vehicle_id, valid_from) select id, $1::int, 'epoch' from t`,
      [slow],
      { priority: 'write' },
    );
    const times = [0, 10, 20, 50, 81, 91];
    await addSamples(
      test.db,
      slow,
      times.map((s) => ({ timeSec: START + s, raw: { speedKmh: 256 } })),
      ['speedKmh'],
    );
    const response = await test.get(
      `/api/v1/vehicles/${slow}/series?signals=speedKmh&from=${START * 1000}&to=${(START + 100) * 1000}`,
    );
    const answer = Answer.parse(await response.json());
    expect(answer.period).toEqual({ seconds: 10, source: 'terminal' });
    // 20 → 50 is exactly three periods: no gap; 50 → 81 is more.
    expect(answer.t.map((t) => t - START)).toEqual([0, 10, 20, 50, 60, 81, 91]);
    expect(answer.signals[0]?.columns.values).toEqual([1, 1, 1, 1, null, 1, 1]);
  });
});
