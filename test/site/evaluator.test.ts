import { insertAssignment, orderOutdatedStep } from '@plume/db';
import { FORMULA_VERSION } from '@plume/ingest/rules';
import { history, type TerminalMessage, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EvaluationSite } from '../support/evaluation-site.ts';

const FIRST_SEC = Date.parse('2026-11-10T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
const SPEC = { ...truckSpec(7, 1, 'scrFailed'), shiftStartS: 9 * 3600, shiftHours: 1.2 };
const OTHER = { ...truckSpec(7, 10, 'healthyV'), shiftStartS: 9 * 3600, shiftHours: 1.2 };
const MESSAGES: readonly TerminalMessage[] = [...history([SPEC], FIRST_SEC + 3600, FIRST_SEC + DAY_S)].flat();

describe('the evaluator', () => {
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

  const findings = () =>
    site.db.query<{ rule: string; day: string; withdrawn: boolean; why: Record<string, unknown> | null }>(
      `select rule, day, withdrawn_at is not null as withdrawn, withdrawn_why as why from findings
       where vehicle_id = $1::int and rule = 'R-OFFLINE' order by day`,
      [truck],
    );

  it('judges days without records, and withdraws what late records refute, with the reason', async () => {
    await site.deliver(MESSAGES.slice(0, 200));
    await site.evaluator.idle();
    const standing = (await findings()).filter(({ withdrawn }) => !withdrawn);
    expect(standing.map(({ day }) => day)).toEqual(['2026-11-11', '2026-11-12']);
    const later = [...history([SPEC], FIRST_SEC + DAY_S, FIRST_SEC + 3 * DAY_S)].flat();
    await site.deliver(later);
    await site.evaluator.idle();
    const refuted = (await findings()).filter(({ day, withdrawn }) => withdrawn && day > '2026-11-10');
    expect(refuted.map(({ day }) => day)).toEqual(['2026-11-11', '2026-11-12']);
    expect(refuted[0]?.why).toMatchObject({ outcome: 'clear', figures: { before: { neverSeen: 'no' } } });
  });

  it('evaluates a day anew when the facts of its truck are corrected, and its verdicts with it', async () => {
    await site.deliver(MESSAGES);
    await site.evaluator.idle();
    const power = () =>
      site.db.query(
        "select summary -> 'facts' -> 'ratedPowerKw' as kw from truck_day where vehicle_id = $1::int and samples > 0",
        [truck],
      );
    expect(await power()).toEqual([{ kw: SPEC.ratedPowerKw }]);
    await site.db.query(
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1::int, to_timestamp($2::float8), 'test', '{"stage": "V", "ratedPowerKw": 111}')`,
      [truck, FIRST_SEC],
    );
    expect(await site.db.query('select distinct reason from dirty_days where vehicle_id = $1::int', [truck])).toEqual([
      { reason: 'facts of the truck were corrected' },
    ]);
    await site.evaluator.idle();
    expect(await power()).toEqual([{ kw: 111 }]);
  });

  it('evaluates a day of older arithmetic anew when a road check orders it', async () => {
    await site.deliver(MESSAGES);
    await site.evaluator.idle();
    const formulas = () => site.db.query('select formula from truck_day where vehicle_id = $1::int and samples > 0', [truck]);
    const older = `update truck_day set formula = '2', summary = jsonb_set(summary, '{formula}', '"2"'), summary_sha256 = '\\x00' where vehicle_id = $1::int and samples > 0`;
    await site.db.query(older, [truck]);
    expect(await formulas()).toEqual([{ formula: '2' }]);
    await site.db.batch([orderOutdatedStep([{ vehicleId: truck, day: '2026-11-10' }])]);
    await site.evaluator.idle();
    expect(await formulas()).toEqual([{ formula: FORMULA_VERSION }]);
    expect(await site.db.query('select 1 from dirty_days where vehicle_id = $1::int', [truck])).toEqual([]);
  });

  it('takes the row that begins first for the time before it, and evaluates that time anew when it is corrected', async () => {
    await site.deliver(MESSAGES.slice(0, 100));
    await site.evaluator.idle();
    await site.db.query('delete from vehicle_parameters where vehicle_id = $1::int', [truck]);
    await site.db.query(
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1::int, to_timestamp($2::float8), 'test', '{"stage": "V", "ratedPowerKw": 222}')`,
      [truck, FIRST_SEC + 2 * DAY_S],
    );
    await site.evaluator.idle();
    expect(
      await site.db.query(
        "select summary -> 'facts' -> 'ratedPowerKw' as kw from truck_day where vehicle_id = $1::int and samples > 0",
        [truck],
      ),
    ).toEqual([{ kw: 222 }]);
    await site.db.query('delete from vehicle_parameters where vehicle_id = $1::int', [truck]);
    await site.db.query(
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1::int, to_timestamp($2::float8), 'test', $3::jsonb)`,
      [truck, FIRST_SEC, JSON.stringify({ stage: SPEC.stage, ratedPowerKw: SPEC.ratedPowerKw })],
    );
  });

  it('evaluates both trucks anew when a swap of their terminal is entered late', async () => {
    await site.deliver(MESSAGES.slice(0, 100));
    await site.evaluator.idle();
    await insertAssignment(site.db, {
      terminalId: SPEC.terminal.id,
      vehicleId: other,
      fromMs: (FIRST_SEC + DAY_S / 2) * 1000,
      toMs: undefined,
    });
    const marked = await site.db.query<{ vehicle_id: number }>('select distinct vehicle_id from dirty_days order by 1');
    expect(marked.map(({ vehicle_id }) => vehicle_id)).toEqual([truck, other]);
    await site.evaluator.idle();
    expect(await site.db.query('select 1 from dirty_days')).toEqual([]);
  });

  it('writes nothing when it evaluates again what has not changed', async () => {
    await site.deliver(MESSAGES.slice(0, 100));
    await site.evaluator.idle();
    const stamps = () => site.db.query('select vehicle_id, day, evaluated_at::text as at from truck_day order by 1, 2');
    const before = await stamps();
    await site.evaluator.evaluateNow(truck, '2026-11-10');
    expect(await stamps()).toEqual(before);
  });
});
