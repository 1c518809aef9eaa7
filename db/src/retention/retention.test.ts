import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../db.ts';
import { compressNext } from '../hypertables.ts';
import { ENGINES, freshDb } from '../test-engines.ts';
import {
  type Bounds,
  boundsOf,
  DEFAULT_RETENTION,
  dropOldFrames,
  type Retention,
  retentionFault,
  retentionFloors,
  runRetention,
  type TierReport,
  tierSizes,
} from './index.ts';

const NOW_MS = Date.parse('2026-06-15T04:00:00Z');
const KEEP: Retention = { frames: 400, samples: 400, minutes: 700, days: 700 };
const NONE: Bounds = { frames: null, samples: null, minutes: null, days: null };

describe('how long tiers are kept', () => {
  it.each([
    [DEFAULT_RETENTION, 30, null],
    [{ ...DEFAULT_RETENTION, samples: 1096, minutes: 1096, days: 3650 }, 30, null],
    [{ frames: 0, samples: 0, minutes: 0, days: 0 }, 0, null],
    [{ ...DEFAULT_RETENTION, frames: 10 }, 30, 'frames'],
    [{ ...DEFAULT_RETENTION, samples: 399 }, 30, 'samples'],
    // Originals longer than the samples that they became, samples longer than minutes, minutes longer than days.
    [{ ...DEFAULT_RETENTION, frames: 500, samples: 450 }, 30, 'samples'],
    [{ ...DEFAULT_RETENTION, frames: 0, samples: 1096 }, 30, 'samples'],
    [{ ...DEFAULT_RETENTION, minutes: 800 }, 30, 'minutes'],
    [{ ...DEFAULT_RETENTION, samples: 800, minutes: 700 }, 30, 'minutes'],
    [{ ...DEFAULT_RETENTION, samples: 800, minutes: 900, days: 850 }, 30, 'days'],
    // What is let in today must not be dropped tomorrow.
    [{ ...DEFAULT_RETENTION, samples: 1096 }, 1096, 'samples'],
  ] as const)('%j with records of up to %i days: %s is at fault', (keep, maxAge, tier) => {
    expect(retentionFault(keep, maxAge)?.tier ?? null).toBe(tier);
  });

  it('gives the Beijing day before which a tier goes; truck-days go by whole months', () => {
    // 2026-06-15 12:00 in Beijing; 400 days before is 2025-05-11, 700 days before is 2024-07-15.
    expect(boundsOf(KEEP, NOW_MS)).toEqual({
      frames: '2025-05-11',
      samples: '2025-05-11',
      minutes: '2024-07-15',
      days: '2024-07-01',
    });
    expect(boundsOf(DEFAULT_RETENTION, NOW_MS)).toEqual({ ...NONE, frames: '2025-05-11' });
  });
});

const OLD = '2024-03-05';
const HELD = '2024-03-06';
const RECENT = '2026-06-10';
/** Samples of a stretch about noon, and the minutes and originals of it. */
const ROWS = 600;
const MINUTES = ROWS / 60;
const FRAMES = ROWS / 10;
const noon = (day: string) => `${day}T12:00:00+08:00`;

/** A truck with its terminal: some samples, minutes and originals about noon, and a truck-day, on each of these days. */
async function enter(db: Db, n: number, days: readonly string[]): Promise<number> {
  const write = async (sql: string, params: unknown[] = []) => await db.query<{ id: number }>(sql, params, { priority: 'write' });
  const [row] = await write('insert into vehicles (vin, plate) values ($1::text, $1::text) returning id', [
    `LFWSRXSJ2G1F0000${n}`,
  ]);
  const id = row?.id ?? 0;
  await write("insert into terminals (id, secret_hash) values ($1::text, '\\x00')", [`T${n}`]);
  await write("insert into assignments (terminal_id, vehicle_id, valid_from) values ($1::text, $2::int, '2024-01-01Z')", [
    `T${n}`,
    id,
  ]);
  for (const day of days) {
    const at = [id, noon(day)];
    await write(
      `insert into samples (vehicle_id, time, "noxDownPpm", quality) select $1::int, $2::timestamptz + s * interval '1 second', 4000 + s % 50, '\\x00' from generate_series(0, ${ROWS - 1}) s`,
      at,
    );
    await write(
      `insert into truck_minute (vehicle_id, time, formula) select $1::int, $2::timestamptz + s * interval '1 minute', '3' from generate_series(0, ${MINUTES - 1}) s`,
      at,
    );
    await write(
      `insert into frames (terminal_id, received_at, first_time, last_time, transport, bytes)
       select 'T${n}', $2::timestamptz + s * interval '10 seconds', $2::timestamptz + (s - 1) * interval '10 seconds', $2::timestamptz + s * interval '10 seconds' - interval '1 second', 'mqtt', '\\x2323'
       from generate_series(1, ${FRAMES}) s where $1::int > 0`,
      at,
    );
    await write(
      `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts) values ($1::int, beijing_day($2::timestamptz), $2::timestamptz, ${ROWS}, '1', '[]', '\\x00', '[]')`,
      at,
    );
    await write(
      `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, nox_g) select s, 'day', case s when 'day' then beijing_day($2::timestamptz) else date_trunc('month', beijing_day($2::timestamptz)::timestamp)::date end, $1::int, 0, 1, 1, 5
       from unnest(array['day', 'month']) s on conflict do nothing`,
      at,
    );
  }
  return id;
}

/** An open lead of a truck whose finding was decided by a day. */
async function hold(db: Db, vehicleId: number, day: string): Promise<void> {
  await db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ('00000000000000aa', $1::int, 'R-A3', $2::date, 'probable', 'overLimit', '1', jsonb_build_object('days', jsonb_build_array($2::text)))`,
    [vehicleId, day],
  );
  await db.query(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ('00000000000000aa', $1::int, 'overLimit', 'probable', $2::date, $2::date, array['00000000000000aa'], 'open')`,
    [vehicleId, day],
  );
}

describe.each(ENGINES)('retention on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  let clean = 0;
  let holding = 0;
  const quiet = async () => true;
  const run = async (dryRun: boolean, bounds = boundsOf(KEEP, NOW_MS)): Promise<TierReport[]> => {
    const reports = await runRetention(db, { keep: KEEP, bounds, dryRun, by: 'test', announced: async () => undefined }, quiet);
    if (reports === null) throw new Error('it was told to end');
    return reports;
  };
  const count = async (sql: string, params: unknown[] = []) =>
    (await db.query<{ n: number }>(`select count(*)::int as n from ${sql}`, params))[0]?.n ?? -1;
  const held = (table: string, id: number | string, day: string) =>
    count(
      `${table} where ${typeof id === 'number' ? 'vehicle_id' : 'terminal_id'} = $1 and beijing_day(${table === 'frames' ? 'received_at' : 'time'}) = $2::date`,
      [id, day],
    );

  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    clean = await enter(db, 1, [OLD, HELD, RECENT]);
    holding = await enter(db, 2, [OLD, HELD, RECENT]);
    // What is looked at before the held day begins is kept with it.
    await db.query(
      `insert into samples (vehicle_id, time, quality) select v, '${HELD}T00:00:00+08:00'::timestamptz - s * interval '1 minute', '\\x00' from unnest($1::int[]) v, generate_series(1, 20) s`,
      [[clean, holding]],
    );
    await hold(db, holding, HELD);
    while ((await compressNext(db, new Date(NOW_MS))) !== null);
  }, 240_000);
  afterAll(() => site.remove());

  it('says beforehand what would go, tier by tier, and changes nothing', async () => {
    const before = await count('samples');
    const [frames, samples, minutes, days] = await run(true);
    // By hand: two trucks with two old stretches each, and a sample in each of the 20 minutes before a midnight, of which one truck's stretch and 15 minutes stay.
    expect(samples).toMatchObject({
      tier: 'samples',
      before: '2025-05-11',
      rows: 2 * (2 * ROWS + 20) - ROWS - 15,
      heldRows: ROWS + 15,
      owners: 2,
      freed: 'disk',
      heldDays: { openLead: 1 },
    });
    expect(minutes).toMatchObject({ rows: 3 * MINUTES, heldRows: MINUTES });
    expect(frames).toMatchObject({ rows: 3 * FRAMES, heldRows: FRAMES, owners: 2 });
    // The held day, and the 29 before it by which it was judged: of that truck all.
    expect(days).toMatchObject({ rows: 2, heldRows: 2, pieces: 1, from: '2024-03-01', to: '2024-03-31', freed: 'database' });
    for (const report of [frames, samples, minutes, days]) expect(report?.bytes).toBeGreaterThan(0);
    expect(samples?.from).toBe(OLD);
    expect(await count('samples')).toBe(before);
    expect(await retentionFloors(db)).toEqual([]);
  });

  it('ends between two pieces when it is told to, and goes on with the next run', async () => {
    let looks = 0;
    const told = async () => {
      looks += 1;
      return looks < 3;
    };
    const order = { keep: KEEP, bounds: boundsOf(KEEP, NOW_MS), dryRun: true, by: 'test', announced: async () => undefined };
    expect(await runRetention(db, order, told)).toBeNull();
  });

  it('does what it said, gives the disk back what it said, and keeps what something rests on', async () => {
    const planned = await run(true);
    const before = await tierSizes(db, NOW_MS);
    expect(await run(false)).toEqual(planned);
    // What was put back is compressed anew, as any late record is.
    while ((await compressNext(db, new Date(NOW_MS))) !== null);
    const after = await tierSizes(db, NOW_MS);
    for (const [at, tier] of ['frames', 'samples', 'minutes'].entries()) {
      expect(after[at]?.tier).toBe(tier);
      // A table whose few rows fill no page less is as small as before.
      expect(after[at]?.bytes).toBeLessThanOrEqual(before[at]?.bytes ?? 0);
    }
    expect(after[1]?.bytes).toBeLessThan(before[1]?.bytes ?? 0);
    for (const table of ['samples', 'truck_minute']) {
      expect(await held(table, clean, OLD)).toBe(0);
      expect(await held(table, clean, HELD)).toBe(0);
      expect(await held(table, holding, HELD)).toBe(table === 'samples' ? ROWS : MINUTES);
      expect(await held(table, holding, RECENT)).toBe(table === 'samples' ? ROWS : MINUTES);
    }
    // The day before the held one has gone but for its last quarter of an hour.
    expect(await held('samples', holding, OLD)).toBe(15);
    expect(await held('frames', 'T2', HELD)).toBe(FRAMES);
    expect(await held('frames', 'T1', HELD)).toBe(0);
    expect(await db.query('select vehicle_id as v, day from truck_day order by 1, 2')).toEqual([
      { v: clean, day: RECENT },
      { v: holding, day: OLD },
      { v: holding, day: HELD },
      { v: holding, day: RECENT },
    ]);
    // The values are those that were put in: 4000 + s % 50 over the stretch.
    const [sum] = await db.query<{ n: number }>(
      'select sum("noxDownPpm")::int8 as n from samples where vehicle_id = $1::int and beijing_day(time) = $2::date',
      [holding, HELD],
    );
    expect(sum?.n).toBe(ROWS * 4024.5);
  });

  it('leaves the sums of months, which statistics of long ago rest on', async () => {
    expect(
      await db.query("select vehicle_id as v, day, nox_g from truck_sums where span = 'month' and day < '2025-01-01' order by 1"),
    ).toEqual([
      { v: clean, day: '2024-03-01', nox_g: 5 },
      { v: holding, day: '2024-03-01', nox_g: 5 },
    ]);
    expect(await count("truck_sums where span = 'day' and day < '2025-01-01'")).toBe(2);
  });

  it('notes until where it went, and finds nothing more to do', async () => {
    expect((await retentionFloors(db)).map(({ tier, before, setBy }) => [tier, before, setBy]).toSorted()).toEqual([
      ['days', '2024-07-01', 'test'],
      ['frames', '2025-05-11', 'test'],
      ['minutes', '2024-07-15', 'test'],
      ['samples', '2025-05-11', 'test'],
    ]);
    for (const report of await run(false)) expect(report).toMatchObject({ pieces: 0, rows: 0, bytes: 0, from: null });
    // A shorter look back does not take back what is known to be gone.
    await run(false, { ...NONE, samples: '2025-01-01' });
    expect((await retentionFloors(db)).find(({ tier }) => tier === 'samples')?.before).toBe('2025-05-11');
  });

  it('drops the rest when the lead is closed', async () => {
    await db.query("update leads set state = 'closed'");
    const [frames, samples, minutes, days] = await run(false);
    expect([frames?.rows, samples?.rows, minutes?.rows, days?.rows]).toEqual([FRAMES, ROWS + 15, MINUTES, 2]);
    expect(await count(`samples where time < '2025-01-01'`)).toBe(0);
  });

  it('takes truck-days that wait to be evaluated for held', async () => {
    const third = await enter(db, 3, [OLD]);
    await db.query("insert into dirty_days (vehicle_id, day, reason) values ($1::int, $2::date, 'new records')", [third, OLD]);
    const [, samples] = await run(false);
    expect(samples).toMatchObject({ rows: 0, heldRows: ROWS, heldDays: { waiting: 1 } });
    expect(await held('samples', third, OLD)).toBe(ROWS);
    await db.query('delete from dirty_days');
  });

  it('lets originals go by themselves, and nothing else', async () => {
    const samples = await count('samples');
    expect(await dropOldFrames(db, KEEP, NOW_MS)).toBe(1);
    expect(await count(`frames where received_at < '2025-01-01'`)).toBe(0);
    expect(await count('samples')).toBe(samples);
    expect(await dropOldFrames(db, { ...KEEP, frames: 0 }, NOW_MS)).toBe(0);
  });
});
