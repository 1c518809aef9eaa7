import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Db, Step } from './db.ts';
import {
  cancelOrder,
  type DayMark,
  databaseMicros,
  markDayStep,
  orderDayStep,
  orderRange,
  oweJudgementStep,
  removeMarkStep,
  renewMarkStep,
  standingMarks,
} from './evaluation.ts';
import {
  changeLayUp,
  enterLayUp,
  insertRuleSettings,
  insertVehicle,
  layUpEvents,
  listLayUps,
  removeLayUp,
} from './queries/index.ts';
import { markDirtyDaysStep, NEW_RECORDS } from './queries/records-write.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const DAY = '2026-11-10';
const NEXT = '2026-11-11';

describe.each(ENGINES)('marks of days on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  let truck = 0;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    const id = await insertVehicle(db, {
      vin: 'LZZ5CLVB0JA123456',
      plate: '新B12345',
      plateColor: undefined,
      district: undefined,
      enterprise: undefined,
      useType: undefined,
      fittedAtMs: Date.UTC(2026, 9, 1),
      demo: false,
      recordedBy: 'test',
      parameters: { stage: 'V' },
    });
    truck = id ?? 0;
  });
  afterAll(() => site.remove());
  beforeEach(async () => {
    await db.query('delete from dirty_days');
    await db.query('delete from truck_day');
  });

  const run = (...steps: Step[]) => db.batch(steps);
  const records = (day: string) => markDirtyDaysStep([{ vehicleId: truck, day, reason: NEW_RECORDS }], 0);
  const markOf = async (day: string): Promise<DayMark> => {
    const mark = (await standingMarks(db, NEXT, 10)).marks.find((each) => each.day === day);
    if (!mark) throw new Error(`${day} is not marked`);
    return mark;
  };
  const days = async () =>
    (await standingMarks(db, NEXT, 10)).marks.map(({ day, reason, ordered }) => ({ day, reason, ordered }));
  const evaluated = (day: string) =>
    db.query(
      `insert into truck_day (vehicle_id, day, samples, conflicts, until, rules_version, outcomes, outcomes_sha256, verdicts)
       values ($1::int, $2::date, 0, 0, now(), '1', '[]', '\\x00', '[]')`,
      [truck, day],
    );

  it('keep the reason that records gave them when somebody orders the day, and stay when the order is taken back', async () => {
    await run(records(DAY), orderDayStep(truck, DAY), orderDayStep(truck, NEXT));
    expect(await days()).toEqual([
      { day: DAY, reason: NEW_RECORDS, ordered: true },
      { day: NEXT, reason: 'evaluation ordered', ordered: true },
    ]);
    await cancelOrder(db, { vehicleId: truck, fromDay: DAY, toDay: NEXT });
    expect(await days()).toEqual([{ day: DAY, reason: NEW_RECORDS, ordered: false }]);
  });

  it.each([
    ['records that come after the order', () => records(DAY), NEW_RECORDS],
    ['the day before, which changed', () => markDayStep(truck, DAY, 'the day before changed'), 'the day before changed'],
  ])('stay for %s', async (_what, mark, reason) => {
    await evaluated(DAY);
    expect(await orderRange(db, { vehicleId: truck, fromDay: DAY, toDay: DAY })).toBe(1);
    await run(mark());
    await cancelOrder(db, { vehicleId: null, fromDay: DAY, toDay: DAY });
    expect(await days()).toEqual([{ day: DAY, reason, ordered: false }]);
  });

  it('stay while they owe other days a judgement, until they are done', async () => {
    await run(orderDayStep(truck, DAY));
    await run(oweJudgementStep(await markOf(DAY), '2026-12-09'), oweJudgementStep(await markOf(DAY), '2026-12-01'));
    await cancelOrder(db, { vehicleId: truck, fromDay: DAY, toDay: DAY });
    const mark = await markOf(DAY);
    expect(mark).toMatchObject({ judgeUntil: '2026-12-09', ordered: false });
    await run(removeMarkStep(mark, await databaseMicros(db)), renewMarkStep(mark));
    expect(await days()).toEqual([]);
  });

  it('that were made anew meanwhile stay with what they owe and with their order', async () => {
    await run(records(DAY));
    const before = await markOf(DAY);
    await run(oweJudgementStep(before, '2026-12-09'));
    await run(orderDayStep(truck, DAY));
    await run(removeMarkStep(before, await databaseMicros(db)), renewMarkStep(before));
    expect(await markOf(DAY)).toMatchObject({ ordered: true, judgeUntil: '2026-12-09' });
  });

  it.each([
    [
      'facts',
      () =>
        db.query(
          `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1::int, '2026-11-01', 'test', '{}')`,
          [truck],
        ),
    ],
    ['settings', () => insertRuleSettings(db, { overrides: {}, validFrom: DAY, recordedBy: 'test', note: '', after: null })],
  ])('are made anew by %s that change while their day is being evaluated for the first time', async (_what, change) => {
    await run(records(DAY));
    const read = await markOf(DAY);
    await change();
    await run(removeMarkStep(read, await databaseMicros(db)));
    expect(await days()).toEqual([{ day: DAY, reason: NEW_RECORDS, ordered: false }]);
  });

  describe('after a lay-up', () => {
    const deed = () => ({ vehicleId: truck, actor: 'officer', atMs: Date.UTC(2026, 10, 12) });
    const period = (from: string, to: string | null) => ({ from, to, reason: 'winter', note: null });
    const marked = async () => (await standingMarks(db, '2026-12-31', 50)).marks.map(({ day }) => day);
    const sent = (day: string) =>
      db.query('update truck_day set samples = 9 where vehicle_id = $1::int and day = $2::date', [truck, day]);
    const LAST = ['2026-11-09', '2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13', '2026-11-14'];

    it('are on its own evaluated days, and on those after it until the truck sent again', async () => {
      for (const day of LAST) await evaluated(day);
      await sent('2026-11-13');
      const id = await enterLayUp(db, deed(), period('2026-11-10', '2026-11-12'));
      expect(await marked()).toEqual(['2026-11-10', '2026-11-11', '2026-11-12']);
      await db.query('delete from dirty_days');
      expect(await changeLayUp(db, deed(), { id, version: 1 }, period('2026-11-11', null))).toBe(true);
      expect(await marked()).toEqual(['2026-11-10', '2026-11-11', '2026-11-12', '2026-11-13', '2026-11-14']);
      expect(await removeLayUp(db, deed(), { id, version: 2 })).toBe(true);
    });

    it('leave everything that was done told, in order, and let the second of two people change nothing', async () => {
      const id = await enterLayUp(db, deed(), period('2027-01-01', null));
      expect(await changeLayUp(db, deed(), { id, version: 1 }, period('2027-01-01', '2027-03-01'))).toBe(true);
      expect(await changeLayUp(db, deed(), { id, version: 1 }, period('2027-01-01', '2027-04-01'))).toBe(false);
      expect(await removeLayUp(db, deed(), { id, version: 1 })).toBe(false);
      expect(await listLayUps(db, truck)).toMatchObject([{ id, valid_to: '2027-03-01', version: 2 }]);
      expect(await removeLayUp(db, deed(), { id, version: 2 })).toBe(true);
      const told = (await layUpEvents(db, truck)).filter((each) => each.lay_up_id === id);
      expect(told.map(({ kind, valid_to }) => [kind, valid_to])).toEqual([
        ['removed', '2027-03-01'],
        ['changed', '2027-03-01'],
        ['entered', null],
      ]);
      await expect(db.query('delete from lay_up_events')).rejects.toThrow('never changed');
    });

    it('that would overlap another is refused by the database itself', async () => {
      const id = await enterLayUp(db, deed(), period('2027-01-01', '2027-02-01'));
      await expect(enterLayUp(db, deed(), period('2027-01-31', null))).rejects.toMatchObject({ code: '23P01' });
      await enterLayUp(db, deed(), period('2027-02-01', null));
      expect(await removeLayUp(db, deed(), { id, version: 1 })).toBe(true);
    });
  });
});
