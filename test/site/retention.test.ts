import { boundsOf, type Retention, retentionFloors, runRetention } from '@plume/db';
import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { history, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EvaluationSite, evaluationHashes } from '../support/evaluation-site.ts';

const FIRST_SEC = Date.parse('2026-11-10T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
const SPEC = { ...truckSpec(7, 1, 'scrFailed'), shiftStartS: 9 * 3600, shiftHours: 1.2 };
const KEEP: Retention = { frames: 400, samples: 400, minutes: 400, days: 3650 };
const DAYS = 3;
/** Longer than samples are kept. */
const LATER_DAYS = 420;

describe('a day whose samples are no longer kept', () => {
  let site: EvaluationSite;
  let truck: number;
  let before: Record<string, string>;

  beforeAll(async () => {
    site = await EvaluationSite.open(null, (FIRST_SEC + DAYS * DAY_S) * 1000);
    [truck = 0] = await site.enter([SPEC], FIRST_SEC * 1000);
    await site.start();
    await site.deliver([...history([SPEC], FIRST_SEC, FIRST_SEC + DAYS * DAY_S)].flat());
    await site.evaluator.idle();
    before = await evaluationHashes(site.db);
  });
  afterAll(() => site.remove());

  const drop = async (keep: Retention, daysLater: number) => {
    // What an open lead rests on would stay.
    await site.db.query("update leads set state = 'closed', closed_day = last_day where state = 'open'");
    const bounds = boundsOf(keep, (FIRST_SEC + daysLater * DAY_S) * 1000);
    const order = { keep, bounds, dryRun: false, by: 'test', announced: () => site.registry.refresh() };
    return await runRetention(site.db, order, async () => true);
  };
  const orderAll = () =>
    site.db.query(
      `insert into dirty_days (vehicle_id, day, reason) select $1::int, d::date, 'evaluation ordered' from generate_series('2026-11-08'::timestamp, '2026-11-12'::timestamp, interval '1 day') d`,
      [truck],
    );
  const rows = async (table: string) => (await site.db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n;

  it('keeps its figures, verdicts and sums when it is evaluated again, whoever orders that', async () => {
    const reports = await drop({ ...KEEP, minutes: 3650 }, LATER_DAYS);
    expect(reports?.find(({ tier }) => tier === 'samples')?.rows).toBeGreaterThan(5_000);
    expect(await rows('samples')).toBe(0);
    expect((await retentionFloors(site.db)).map(({ tier }) => tier).sort()).toEqual(['days', 'frames', 'minutes', 'samples']);
    await orderAll();
    // A fact that is corrected marks the same days.
    await site.db.query(
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1::int, to_timestamp($2::float8), 'test', '{"stage": "V", "ratedPowerKw": 111}')`,
      [truck, FIRST_SEC],
    );
    await site.evaluator.idle();
    expect(site.errors).toEqual([]);
    expect(await rows('dirty_days')).toBe(0);
    // Stage 2 may judge by other facts of the truck; what was measured stays to the last digit.
    const after = await evaluationHashes(site.db);
    for (const table of ['truck_minute', 'truck_sums', 'truck_cells'])
      expect([table, after[table]]).toEqual([table, before[table]]);
    expect(
      await site.db.query('select day, samples > 0 as sampled, summary is not null as summed from truck_day order by day'),
    ).toEqual(['2026-11-10', '2026-11-11', '2026-11-12'].map((day) => ({ day, sampled: true, summed: true })));
  });

  it('takes no late records: they are held back whole, with the reason, and change nothing', async () => {
    const [message] = [...history([SPEC], FIRST_SEC + 9 * 3600, FIRST_SEC + 10 * 3600)].flat();
    if (!message) throw new Error('no message');
    const sums = (await evaluationHashes(site.db)).truck_sums;
    const answer = await site.ingest.accept({
      terminalId: message.terminalId,
      channel: 'up',
      payload: message.payload,
      receivedAtMs: (FIRST_SEC + LATER_DAYS * DAY_S) * 1000,
      transport: 'mqtt',
    });
    expect(answer).toMatchObject({ ack: true, verdict: { code: 'NOT_KEPT' } });
    const decoded = new SampleColumns(100);
    decodeMessage(message.payload, decoded, { recordPeriodS: SPEC.terminal.recordPeriodS });
    const [entry] = await site.db.query(
      `select disposition, records, reason, bytes is not null as kept from ledger where code = 'NOT_KEPT'`,
    );
    expect(entry).toMatchObject({ disposition: 'quarantined', records: decoded.count, kept: true });
    expect(entry).toHaveProperty('reason', expect.stringContaining('no longer kept (PLUME_KEEP_SAMPLES)'));
    expect(await rows('samples')).toBe(0);
    await site.evaluator.idle();
    expect((await evaluationHashes(site.db)).truck_sums).toBe(sums);
  });

  it('keeps all sums when its minutes go too', async () => {
    await drop(KEEP, LATER_DAYS);
    expect(await rows('truck_minute')).toBe(0);
    await orderAll();
    await site.evaluator.idle();
    const after = await evaluationHashes(site.db);
    expect(after.truck_sums).toBe(before.truck_sums);
    expect(after.truck_cells).toBe(before.truck_cells);
  });

  it('is gone as a day, and stays in the sums of its month, when truck-days go; an order then makes nothing of it', async () => {
    const months = "truck_sums where span = 'month'";
    const kept = await site.db.query(`select * from ${months} order by kind, bin`);
    expect(kept.length).toBeGreaterThan(5);
    await drop({ ...KEEP, days: 400 }, LATER_DAYS + 31);
    expect(await rows('truck_day')).toBe(0);
    await orderAll();
    await site.evaluator.idle();
    expect(await rows('dirty_days')).toBe(0);
    expect(await rows('truck_day')).toBe(0);
    expect(await site.db.query(`select * from ${months} order by kind, bin`)).toEqual(kept);
  });
});

describe('a day whose samples somebody else dropped', () => {
  it('keeps its figures too', async () => {
    const site = await EvaluationSite.open(null, (FIRST_SEC + DAY_S) * 1000);
    try {
      await site.enter([SPEC], FIRST_SEC * 1000);
      await site.start();
      await site.deliver([...history([SPEC], FIRST_SEC, FIRST_SEC + DAY_S)].flat());
      await site.evaluator.idle();
      const before = await evaluationHashes(site.db);
      await site.db.query("select drop_chunks('samples', '2026-12-01'::timestamptz)");
      await site.db.query('update dirty_days set marked_at = now()');
      await site.db.query(
        "insert into dirty_days (vehicle_id, day, reason) select vehicle_id, day, 'evaluation ordered' from truck_day",
      );
      await site.evaluator.idle();
      const after = await evaluationHashes(site.db);
      expect(after).toEqual(before);
    } finally {
      await site.remove();
    }
  });
});
