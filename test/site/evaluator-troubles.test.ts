import { ComputeLost, ComputeThread } from '@plume/ingest';
import { history, type TerminalMessage, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EvaluationSite } from '../support/evaluation-site.ts';

const FIRST_SEC = Date.parse('2026-11-06T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
const SPEC = { ...truckSpec(7, 1, 'scrFailed'), shiftStartS: 9 * 3600, shiftHours: 1.2 };
const OTHER = { ...truckSpec(7, 10, 'healthyV'), shiftStartS: 9 * 3600, shiftHours: 1.2 };
const MESSAGES: readonly TerminalMessage[] = [...history([SPEC], FIRST_SEC + 3600, FIRST_SEC + DAY_S)].flat();

describe('the evaluator in trouble', () => {
  let site: EvaluationSite;
  let truck: number;
  let other: number;

  beforeAll(async () => {
    site = await EvaluationSite.open(null, (FIRST_SEC + 3 * DAY_S + 60) * 1000);
    [truck = 0, other = 0] = await site.enter([SPEC, OTHER], FIRST_SEC * 1000);
    await site.start();
  });
  afterAll(() => site.remove());
  beforeEach(() => site.clear());

  it('owes later days their judgement, whatever ends the work between two days', async () => {
    const busy = { ...SPEC, shiftHours: 4 };
    const dayOf = (n: number) => [...history([busy], FIRST_SEC + n * DAY_S, FIRST_SEC + (n + 1) * DAY_S)].flat();
    const [one, two, three] = [dayOf(0), dayOf(1), dayOf(2)];
    const judged = () =>
      site.db.query<{ day: string }>(
        "select day, encode(summary_sha256, 'hex') as summary, encode(outcomes_sha256, 'hex') as outcomes from truck_day where vehicle_id = $1::int order by day",
        [truck],
      );
    await site.deliver([...two, ...three]);
    await site.evaluator.idle();
    const without = await judged();
    await site.deliver(one);
    await site.evaluator.idle();
    const expected = await judged();
    expect(expected.at(-1)).not.toEqual(without.at(-1));

    await site.clear();
    await site.deliver([...two, ...three]);
    await site.evaluator.idle();
    const { db } = site;
    const real = db.batch.bind(db);
    // Nothing is evaluated until all is there; then the first day's writing is the last that comes through.
    let written = -1;
    let refused = 0;
    db.batch = async (steps, priority) => {
      const away = priority === 'job' && (written === -1 || written === 1);
      if (written === 1) written += 1;
      if (away) {
        refused += 1;
        throw new Error('Connection terminated unexpectedly');
      }
      if (steps.some((step) => 'sql' in step && step.sql.startsWith('insert into truck_day'))) written += 1;
      return await real(steps, priority);
    };
    try {
      // The second day is worked on after the first, in a transaction of its own; the third is not marked, and rests on the first.
      await site.deliver(one);
      await db.query("insert into dirty_days (vehicle_id, day, reason) values ($1::int, '2026-11-07', 'test')", [truck]);
      // What was begun before both days were marked has ended after this many refusals.
      const enough = refused + 2;
      await vi.waitUntil(() => refused >= enough, 10_000);
      written = 0;
      await site.evaluator.idle();
    } finally {
      db.batch = real;
    }
    expect(written).toBeGreaterThan(1);
    expect(await judged()).toEqual(expected);
  });

  it('waits out a database that does not answer, and goes on by itself', async () => {
    const { db } = site;
    const real = db.batch.bind(db);
    let refusals = 0;
    db.batch = async (steps, priority) => {
      if (priority !== 'job' || refusals >= 2) return await real(steps, priority);
      refusals += 1;
      throw new Error('Connection terminated unexpectedly');
    };
    try {
      await site.deliver(MESSAGES.slice(0, 50));
      await site.evaluator.idle();
    } finally {
      db.batch = real;
    }
    expect(refusals).toBe(2);
    expect(site.evaluator.stats().away).toBeNull();
    expect(
      await db.query('select samples > 0 as evaluated from truck_day where vehicle_id = $1::int and samples > 0', [truck]),
    ).toEqual([{ evaluated: true }]);
  });

  it('keeps a day that cannot be evaluated with the reason, and does the others', async () => {
    await site.db.query(`alter table truck_day add constraint refused check (vehicle_id <> ${truck})`);
    try {
      await site.deliver(MESSAGES.slice(0, 50));
      await site.evaluator.idle();
      const failed = await site.db.query<{ vehicle_id: number; error: string }>('select vehicle_id, error from dirty_days');
      // The day with samples, and those after it, which ended without.
      expect(failed).toEqual(failed.map(() => ({ vehicle_id: truck, error: expect.stringContaining('refused') })));
      expect(failed.length).toBeGreaterThan(0);
      expect(site.evaluator.stats().failed).toBe(failed.length);
      const done = await site.db.query('select 1 from truck_day where vehicle_id = $1::int', [other]);
      expect(done.length).toBeGreaterThan(0);
    } finally {
      await site.db.query('alter table truck_day drop constraint refused');
      site.errors.length = 0;
    }
  });

  it('lets a day wait that ends the computing thread, and does the other days of the truck', async () => {
    let thread = new ComputeThread();
    await site.stop();
    await site.start({
      run: async (task) => {
        if (task.kind !== 'computeDay' || task.input.date !== '2026-11-07') return await thread.run(task);
        await thread.stop();
        thread = new ComputeThread();
        throw new ComputeLost('computeDay: no answer within 120 s');
      },
      stop: () => thread.stop(),
    });
    await site.deliver([...history([SPEC], FIRST_SEC, FIRST_SEC + 3 * DAY_S)].flat());
    await site.evaluator.idle();
    expect(await site.db.query('select day, error from dirty_days')).toEqual([
      { day: '2026-11-07', error: 'computeDay: no answer within 120 s' },
    ]);
    const done = await site.db.query('select day from truck_day where vehicle_id = $1::int and samples > 0 order by day', [
      truck,
    ]);
    expect(done).toEqual([{ day: '2026-11-06' }, { day: '2026-11-08' }]);
    expect(site.evaluator.stats()).toMatchObject({ failed: 1, failures: 1 });
    await site.stop();
    await site.start();
    site.errors.length = 0;
  });

  describe('makes the references of a month', () => {
    const OCTOBER = [...history([SPEC, OTHER], FIRST_SEC - 15 * DAY_S, FIRST_SEC - 14 * DAY_S)].flat();
    beforeAll(async () => {
      await site.stop();
      await site.db.query('update assignments set valid_from = to_timestamp($1::float8)', [FIRST_SEC - 15 * DAY_S]);
      await site.start();
    });
    const made = () => site.db.query('select month, truck_days from reference_months order by month');
    const later = async () => {
      site.nowMs += 660_000;
      await site.evaluator.idle();
    };

    it('once the month before has been evaluated, and not from nothing', async () => {
      await site.deliver(MESSAGES.slice(0, 50));
      await site.evaluator.idle();
      expect(await made()).toEqual([]);
      await site.db.query(
        `alter table truck_day add constraint refused check (vehicle_id <> ${truck} or day > '2026-11-01') not valid`,
      );
      try {
        await site.deliver(OCTOBER);
        await later();
        // A day that failed may yet be evaluated.
        expect(await made()).toEqual([]);
      } finally {
        await site.db.query('alter table truck_day drop constraint refused');
        site.errors.length = 0;
      }
      await site.db.query('update dirty_days set retry_at = null');
      await later();
      expect(await made()).toEqual([{ month: '2026-11', truck_days: 2 }]);
    });

    it('later, when they cannot be made; the days are judged without', async () => {
      await site.db.query('delete from fleet_references');
      await site.db.query('delete from reference_months');
      await site.db.query('alter table fleet_references add constraint refused check (false)');
      try {
        await site.stop();
        await site.start();
        await site.deliver([...OCTOBER, ...MESSAGES.slice(0, 50)]);
        await site.evaluator.idle();
        expect(site.evaluator.stats().referencesFailed).toMatch(/^2026-11: .*refused/);
        expect(await site.db.query("select 1 as one from truck_day where day = '2026-11-06' and samples > 0")).not.toEqual([]);
      } finally {
        await site.db.query('alter table fleet_references drop constraint refused');
        site.errors.length = 0;
      }
      await later();
      expect(await made()).toEqual([{ month: '2026-11', truck_days: 2 }]);
      expect(site.evaluator.stats().referencesFailed).toBeNull();
    });
  });
});
