import { FORMULA_VERSION } from '@plume/ingest/rules';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUILT_IN } from '../documents/built-in.ts';
import { NO_OFFICE } from '../documents/office.ts';
import { addVehicle, openTestApp, type TestApp } from '../test-app.ts';
import { addAccount, type Browser, signedIn, trail } from '../test-people.ts';
import { keepRoadChecks } from './road-check.ts';

/** The clock stands at 2026-11-23 14:00 in Beijing. */
let test: TestApp;
let wang: Browser;
let li: Browser;
const trucks: number[] = [];
const DAY_MS = 86_400_000;
const dayAt = (day: string, n: number): string => new Date(Date.parse(day) + n * DAY_MS).toISOString().slice(0, 10);

const FACTS = { vin: 'x', stage: 'V', limits: {}, ureaTankL: 45, bsfcRefKgPerKwh: null };
/** Work in some operating bins of a day [kWh], and the factor there [g/kWh] of a truck whose whole level is 1. */
const WORK = [0.5, 4, 2, 1, 6, 5, 4, 10, 20, 12, 8, 30, 25];
const SHAPE = [3, 1.2, 1, 0.9, 1.1, 1, 0.9, 1.1, 1, 0.9, 1.05, 1, 0.95];

/** A whole evaluated day of a truck: its level [g/kWh], and whether it is valid. */
async function addDay(
  truck: number,
  day: string,
  level: number,
  more: { valid?: boolean; nh3?: boolean; n?: number } = {},
): Promise<void> {
  const { valid = true, nh3 = false, n = 0 } = more;
  const window = { class: 'B', void: null, valid: 100, validShare: 0.9, histogram: [Math.round(100 * level), 100] };
  const summary = {
    date: day,
    facts: FACTS,
    work: window,
    fuel: { ...window, class: null },
    method: { torque: { reason: null } },
    ureaTank: { usedPct: 10, fuelL: 100 },
  };
  const outcome = valid
    ? { rule: 'R-A2', outcome: level > 4 ? 'found' : 'clear' }
    : { rule: 'R-A2', outcome: 'notEvaluated', reason: 'tooLittleWork' };
  const held = { rule: 'R-A3', outcome: 'notEvaluated', reason: 'nh3Possible' };
  const outcomes = JSON.stringify(nh3 ? [outcome, held] : [outcome]);
  await test.db.query(
    `insert into truck_day (vehicle_id, day, until, samples, rules_version, formula, summary, outcomes, outcomes_sha256, verdicts, evaluated_at)
     values ($1::int, $2::date, ($2::date + 1)::timestamp at time zone 'Asia/Shanghai', 1000, '1', $6::text, $3::jsonb, $4::jsonb, '\\x00', $4::jsonb, $5::timestamptz)`,
    [truck, day, JSON.stringify(summary), outcomes, new Date(test.state.nowMs), FORMULA_VERSION],
    { priority: 'write' },
  );
  const noise = 1 + 0.05 * Math.sin(n * 12.9898);
  const bins = WORK.map((_, bin) => bin);
  const work = WORK.map((kwh, bin) => kwh * (1 + 0.2 * Math.sin(n + bin)));
  await test.db.query(
    `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, work_of_nox_kwh, nox_of_fuel_g, fuel_of_nox_kg)
     select 'day', 'operation', $2::date, $1::int, b, 1, 1, w, g, f from unnest($3::int[], $4::float8[], $5::float8[], $6::float8[]) as u (b, w, g, f)`,
    [truck, day, bins, work, work.map((kwh, b) => kwh * level * noise * (SHAPE[b] ?? 1)), work.map((kwh) => 0.2 * kwh)],
    { priority: 'write' },
  );
}

async function addDays(truck: number, from: string, count: number, level: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await addDay(truck, dayAt(from, n), level, { n: n + truck });
}

const Answer = z.looseObject({
  repair: z.looseObject({ inDay: z.string(), doneDay: z.string() }).nullable(),
  from: z.string().nullable(),
  waiting: z.array(z.string()),
  outcome: z.string().optional(),
  state: z.string().optional(),
  newest: z
    .looseObject({
      verdict: z.string(),
      reason: z.string(),
      daysBefore: z.number(),
      daysAfter: z.number(),
      daysMissing: z.number().nullable(),
      reproduced: z.boolean().nullable(),
      sentence: z.object({ zh: z.string(), en: z.string() }),
      inputsSha256: z.string(),
      controls: z.number(),
      before: z.looseObject({ value: z.number() }).nullable(),
      after: z.looseObject({ value: z.number(), high: z.number() }).nullable(),
    })
    .nullable(),
  checks: z.array(z.looseObject({ verdict: z.string(), by: z.string(), inputsSha256: z.string() })),
});
const read = async (id: number, who = wang) => Answer.parse(await (await who.request('GET', `/cases/${id}/road-check`)).json());
const Case = z.looseObject({
  id: z.number(),
  state: z.string(),
  version: z.number(),
  steps: z.array(z.looseObject({ kind: z.string() })),
  next: z.array(z.string()),
});
const caseNow = async (id: number) => Case.parse(await (await wang.request('GET', `/cases/${id}`)).json());

async function openByHand(vehicle: number, type: string, day: string): Promise<number> {
  const body = { from: 'hand', vehicle, type, source: 'remoteObd', day, note: 'x' };
  const opened = await wang.request('POST', '/cases', body);
  const text = await opened.text();
  const results = z
    .object({ results: z.array(z.looseObject({ case: z.looseObject({ id: z.number() }) })) })
    .safeParse(JSON.parse(text));
  const id = results.data?.results[0]?.case.id;
  if (id === undefined) throw new Error(text);
  return id;
}

/** A fault case of a truck: opened when the trouble began, repaired, and waiting for the road check. */
async function repairedCase(truck: number, inDay: string, doneDay: string): Promise<number> {
  return await repairOnce(await openByHand(truck, 'fault', dayAt(inDay, -8)), inDay, doneDay);
}

async function repairOnce(id: number, inDay: string, doneDay: string): Promise<number> {
  for (const [kind, day, values] of [
    ['verify', '', { result: 'confirmed' }],
    ['notice', '', { number: `告-${id}`, kind: 'repairNotice', channel: 'direct', workingDays: 10 }],
    ['repair', doneDay, { station: 1, inDay, fault: 'SCR', work: 'SCR' }],
  ] as const) {
    const { version, state } = await caseNow(id);
    if (state !== (kind === 'repair' ? 'repair' : kind)) continue;
    const today = new Date(test.state.nowMs + 8 * 3_600_000).toISOString().slice(0, 10);
    const taken = await wang.request('POST', `/cases/${id}/steps?lang=en`, {
      version,
      step: { kind, day: day || today, values, note: null },
    });
    if (taken.status !== 201) throw new Error(`${kind}: ${await taken.text()}`);
  }
  return id;
}

const later = async (to: string): Promise<void> => {
  test.state.nowMs = Date.parse(`${to}T06:00:00Z`);
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
};
const seen = new Map<string, number>();
const failed: number[] = [];
const look = () => keepRoadChecks(test.db, test.state.nowMs, seen, (id) => failed.push(id));

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['阜康市'] });
  await later('2026-11-23');
  for (let n = 1; n <= 6; n += 1) trucks.push(await addVehicle(test.db, `LFWSRXSJ2G1F0000${n}`, `新B0000${n}`));
  await test.db.query(`update vehicles set district = '奇台县'`, [], { priority: 'write' });
  await test.db.query(
    `insert into vehicle_parameters (vehicle_id, valid_from, "values", recorded_by) select id, '2020-01-01', '{"stage":"V","engineModel":"E"}', 'test' from vehicles`,
    [],
    { priority: 'write' },
  );
  await wang.request('POST', '/stations', { kind: 'M', name: '昌吉维修站' });
  // Trucks 4 to 6 are the controls: nothing was done to them, and the season took a twentieth off.
  for (const truck of trucks.slice(3)) {
    await addDays(truck, '2026-11-01', 20, 2);
    await addDays(truck, '2026-11-27', 30, 1.9);
  }
});
afterAll(() => test.close());

describe('the road check of a case', () => {
  let id = 0;

  it('cannot be computed before a repair, and is not there for kinds of cases that have none', async () => {
    const [truck = 0] = trucks;
    // Fifteen whole days before the workshop, all over the limit; one of them is not valid.
    await addDays(truck, '2026-11-05', 15, 8);
    await addDay(truck, '2026-11-20', 8, { valid: false });
    const tank = await openByHand(truck, 'tank', '2026-11-20');
    const refused = await wang.request('POST', `/cases/${tank}/road-check`, {});
    expect([refused.status, (await refused.text()).includes('no road check')]).toEqual([409, true]);
    expect((await wang.request('GET', '/cases/99/road-check')).status).toBe(404);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
  });

  it('is computed by itself after a repair: at first it says how many valid days are missing, and takes no step', async () => {
    id = await repairedCase(trucks[0] ?? 0, '2026-11-23', '2026-11-23');
    expect((await caseNow(id)).state).toBe('roadCheck');
    expect(await look()).toEqual({ kept: 1, moved: 0 });
    const found = await read(id);
    expect(found).toMatchObject({ from: '2026-11-26', repair: { inDay: '2026-11-23', doneDay: '2026-11-23' } });
    expect(found.newest).toMatchObject({
      verdict: 'notYetDecidable',
      reason: 'tooFewDaysAfter',
      daysBefore: 14,
      daysAfter: 0,
      daysMissing: 14,
      reproduced: true,
    });
    expect(found.newest?.sentence.zh).toContain('还需 14 个有效日（至少 14 个）');
    expect((await caseNow(id)).steps.map(({ kind }) => kind)).not.toContain('roadCheck');
    // What nothing has changed of is not computed, kept or told again.
    expect(await look()).toEqual({ kept: 0, moved: 0 });
    expect(Answer.parse(await (await wang.request('POST', `/cases/${id}/road-check`, {})).json())).toMatchObject({
      outcome: 'same',
    });
    expect((await read(id)).checks).toHaveLength(1);
  });

  it('is nobody else’s to see: an officer of another district is told that there is no such case', async () => {
    expect((await li.request('GET', `/cases/${id}/road-check`)).status).toBe(404);
    expect((await li.request('POST', `/cases/${id}/road-check`, {})).status).toBe(404);
  });

  it('counts whole valid days only, each look a new row with the input it rests on', async () => {
    await later('2026-12-02');
    await addDays(trucks[0] ?? 0, '2026-11-24', 6, 1.5); // two of them lie too near to the repair
    await addDay(trucks[0] ?? 0, '2026-11-30', 1.5, { valid: false });
    expect(await look()).toEqual({ kept: 1, moved: 0 });
    expect((await read(id)).newest).toMatchObject({ daysAfter: 4, daysMissing: 10, reproduced: true });
    // A day of today that is evaluated while it goes on does not count yet.
    await test.db.query(
      `insert into truck_day (vehicle_id, day, until, samples, rules_version, summary, formula, outcomes, outcomes_sha256, verdicts)
       select vehicle_id, '2026-12-02', '2026-12-02T05:00:00Z', 5, '1', summary, formula, outcomes, '\\x00', verdicts from truck_day where vehicle_id = $1::int and day = '2026-11-29'`,
      [trucks[0] ?? 0],
      { priority: 'write' },
    );
    expect(await look()).toEqual({ kept: 0, moved: 0 });
  });

  it('says repaired with enough days, controls taken off, and the case goes to closing, which stays the officer’s', async () => {
    await later('2026-12-14');
    await test.db.query(`delete from truck_day where day = '2026-12-02'`, [], { priority: 'write' });
    await addDays(trucks[0] ?? 0, '2026-12-01', 10, 1.5);
    expect(await look()).toEqual({ kept: 0, moved: 1 });
    const { newest } = await read(id);
    expect(newest).toMatchObject({
      verdict: 'repaired',
      reason: 'underLimit',
      daysAfter: 14,
      daysMissing: null,
      reproduced: true,
      controls: 3,
    });
    expect(newest?.before?.value).toBeGreaterThan(7.8);
    expect(newest?.after?.high).toBeLessThan(4);
    expect(newest?.sentence.en).toMatch(
      /^On comparable operation NOx went from 8\.\d+ g\/kWh over 14 valid days .*: repaired\. The upper end/,
    );
    const found = await caseNow(id);
    expect(found.state).toBe('closing');
    expect(found.steps.at(-1)).toMatchObject({
      kind: 'roadCheck',
      by: { name: 'plume' },
      values: { verdict: 'repaired', figures: { inputsSha256: newest?.inputsSha256, daysAfter: 14 } },
    });
    const told = (await trail(test)).filter((row) => String(row.action).startsWith('case.roadCheck'));
    expect(told.map(({ action, actor }) => [action, actor])).toEqual([
      ['case.roadCheck', 'plume'],
      ['case.roadCheckComputed', 'plume'],
      ['case.roadCheckComputed', 'plume'],
    ]);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
  });

  it('stands in the case report with its sentence', async () => {
    const body = { kind: 'caseReport', body: BUILT_IN.caseReport, caseId: id };
    const report = await (await wang.request('POST', '/documents/preview', body)).text();
    expect(report).toContain('可比工况下 NOx 由维修前 14 个有效日的');
    expect(report).toContain('已修复');
  });

  it('keeps what was computed: rows cannot be changed, and a row that was tampered with is found out', async () => {
    await expect(test.db.query(`update road_checks set verdict = 'notRepaired'`)).rejects.toThrow(/never changed/);
    await expect(test.db.query('delete from road_checks')).rejects.toThrow(/never changed/);
    await test.db.query('alter table road_checks disable trigger road_checks_frozen', [], { priority: 'write' });
    await test.db.query(
      `update road_checks set inputs = jsonb_set(inputs, '{limit,value}', '9') where id = (select max(id) from road_checks)`,
      [],
      { priority: 'write' },
    );
    expect((await read(id)).newest?.reproduced).toBe(false);
  });

  it('sends a truck that emits as before back to repair, when an officer has it computed', async () => {
    await later('2026-12-14');
    const [, truck = 0] = trucks;
    await addDays(truck, '2026-11-03', 16, 8);
    await addDays(truck, '2026-11-27', 15, 7.9);
    await later('2026-11-24');
    const other = await repairedCase(truck, '2026-11-24', '2026-11-24');
    await later('2026-12-14');
    const answer = Answer.parse(await (await wang.request('POST', `/cases/${other}/road-check`, {})).json());
    expect(answer).toMatchObject({
      outcome: 'moved',
      state: 'repair',
      newest: { verdict: 'notRepaired', reason: 'overGuardedLimit' },
    });
    expect((await caseNow(other)).steps.at(-1)).toMatchObject({ kind: 'roadCheck', by: { name: 'wang' }, to: 'repair' });
    expect(answer.checks).toMatchObject([{ by: 'wang', verdict: 'notRepaired' }]);
  });
});

describe('days that change what was said', () => {
  const write = (sql: string, ...params: unknown[]) => test.db.query(sql, params, { priority: 'write' });
  const take = async (of: number, kind: string, values: object) =>
    await wang.request('POST', `/cases/${of}/steps?lang=en`, {
      version: (await caseNow(of)).version,
      step: { kind, day: new Date(test.state.nowMs + 8 * 3_600_000).toISOString().slice(0, 10), values, note: null },
    });
  const compute = async (of: number) => Answer.parse(await (await wang.request('POST', `/cases/${of}/road-check`, {})).json());
  const isClean = async (truck: number, from: string) => {
    await write('delete from truck_day where vehicle_id = $1::int and day >= $2::date', truck, from);
    await write(`delete from truck_sums where span = 'day' and vehicle_id = $1::int and day >= $2::date`, truck, from);
  };
  let first = 0;
  let second = 0;
  let truck = 0;

  it('of other arithmetic are ordered to be evaluated anew, of the truck and of its controls, and decide nothing', async () => {
    truck = trucks[2] ?? 0;
    first = 2;
    await later('2026-11-24');
    await addDays(truck, '2026-11-03', 16, 8);
    await addDays(truck, '2026-11-27', 15, 1.5);
    second = await repairedCase(truck, '2026-11-24', '2026-11-24');
    await later('2026-12-14');
    await addDay(truck, '2026-12-12', 9, { nh3: true });
    const control = trucks[3] ?? 0;
    await write(`update truck_day set formula = '2' where vehicle_id = $1::int and day = '2026-11-10'`, truck);
    await write(`update truck_day set formula = '2' where vehicle_id = $1::int and day = '2026-11-12'`, control);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
    expect(await test.db.query('select vehicle_id, day::text as day from dirty_days order by 1')).toEqual([
      { vehicle_id: truck, day: '2026-11-10' },
      { vehicle_id: control, day: '2026-11-12' },
    ]);
    expect(await read(second)).toMatchObject({ newest: null, waiting: ['2026-11-10'] });
    // The truck's own day is evaluated; that of the control is not yet.
    await write('update truck_day set formula = $2::text where vehicle_id = $1::int', truck, FORMULA_VERSION);
    await write('delete from dirty_days where vehicle_id = $1::int', truck);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
    expect((await compute(second)).outcome).toBe('waiting');
    await write('update truck_day set formula = $1::text', FORMULA_VERSION);
    await write('delete from dirty_days');
  });

  it('wait to be evaluated: no verdict is taken meanwhile, by the service or by an officer', async () => {
    await write(`insert into dirty_days (vehicle_id, day, reason) values ($1::int, '2026-12-05', 'late')`, truck);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
    expect(await compute(second)).toMatchObject({ outcome: 'waiting', state: 'roadCheck', waiting: ['2026-12-05'], checks: [] });
    await write('delete from dirty_days');
    // One that is too late to be of either side is not waited for.
    await write(`insert into dirty_days (vehicle_id, day, reason) values ($1::int, '2026-12-14', 'late')`, truck);
    expect(await look()).toEqual({ kept: 0, moved: 1 });
    await write('delete from dirty_days');
    expect((await read(second)).newest).toMatchObject({
      verdict: 'repaired',
      daysAfter: 15,
      notValid: { after: { nh3Possible: 1 } },
      reproduced: true,
    });
    expect((await caseNow(second)).state).toBe('closing');
  });

  it('that come late take a case that waits for closing back to repair; one that fails keeps no other from it', async () => {
    await write(
      `insert into road_checks (case_id, repaired_day, computed_at, computed_by, version, verdict, reason, days_before, days_after, inputs, inputs_sha256, result)
       select case_id, repaired_day, computed_at, computed_by, version, 'notRepaired', reason, days_before, days_after, inputs, inputs_sha256, result
       from road_checks where case_id = $1::int order by id desc limit 1`,
      second,
    );
    const refused = await take(second, 'close', { reason: 'compliant' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('newest road check says')]);
    await later('2026-12-16');
    await isClean(truck, '2026-11-26');
    await addDays(truck, '2026-11-27', 18, 7.9);
    await write(
      `update truck_day set summary = '{}', evaluated_at = $2::timestamptz where vehicle_id = $1::int and day = '2026-12-08'`,
      trucks[0],
      new Date(test.state.nowMs),
    );
    failed.length = 0;
    expect(await look()).toEqual({ kept: 0, moved: 1 });
    expect(failed).toEqual([first]);
    const back = await caseNow(second);
    expect(back.state).toBe('repair');
    expect(back.steps.at(-1)).toMatchObject({
      kind: 'roadCheck',
      from: 'closing',
      to: 'repair',
      values: { verdict: 'notRepaired' },
    });
    // The verdict that led back stays in view, though the case stands behind no repair any more.
    expect(await read(second)).toMatchObject({ repair: null, newest: { verdict: 'notRepaired', reason: 'overGuardedLimit' } });
  });

  it('are computed of a case that is closed as well, kept, and move nothing', async () => {
    const own = trucks[0] ?? 0;
    expect((await take(first, 'close', { reason: 'compliant' })).status).toBe(201);
    await isClean(own, '2026-11-26');
    await addDays(own, '2026-11-26', 16, 8);
    failed.length = 0;
    expect([await look(), failed]).toEqual([{ kept: 1, moved: 0 }, []]);
    expect((await read(first)).newest).toMatchObject({ verdict: 'notRepaired' });
    expect((await caseNow(first)).state).toBe('closed');
    // Days that say the same again are not kept over and over.
    await later('2026-12-17');
    await addDays(own, '2026-12-12', 2, 8);
    expect(await look()).toEqual({ kept: 0, moved: 0 });
    // The paper says what the verdict rested on that the case was closed by.
    const office = { ...NO_OFFICE, prefixes: { repairNotice: '告', rectification: '限' } };
    expect((await wang.request('PUT', '/documents/office', { version: 0, office })).status).toBe(200);
    const issued = await wang.request('POST', `/cases/${first}/documents`, { kind: 'caseReport' });
    const { id } = z.looseObject({ id: z.number() }).parse(await issued.json());
    const html = await (await wang.request('GET', `/cases/${first}/documents/${id}/html`)).text();
    const step = (await caseNow(first)).steps.find(({ kind }) => kind === 'roadCheck');
    const { figures } = z.looseObject({ figures: z.looseObject({ inputsSha256: z.string() }) }).parse(step?.values);
    expect(html).toContain('可比工况下 NOx 由维修前 14 个有效日的 8.');
    expect(html).toContain(figures.inputsSha256);
  });

  it('lie after another repair of the truck: they count for neither side of the first', async () => {
    await repairOnce(await openByHand(trucks[0] ?? 0, 'urea', '2026-12-08'), '2026-12-11', '2026-12-17');
    expect(await compute(first)).toMatchObject({
      outcome: 'kept',
      newest: {
        verdict: 'notYetDecidable',
        reason: 'anotherRepair',
        daysMissing: null,
        span: { before: { from: '2026-08-23', to: '2026-11-20' }, after: { from: '2026-11-26', to: '2026-12-08' } },
      },
    });
  });

  it('of an earlier round are in the list, and hold no more after the next repair', async () => {
    expect((await take(first, 'reopen', { reason: 'notRepaired' })).status).toBe(201);
    const listed = (await read(first)).checks.length;
    await later('2026-12-30');
    await repairOnce(first, '2026-12-29', '2026-12-30');
    const found = await read(first);
    expect([found.newest, found.checks.length, found.repair?.doneDay]).toEqual([null, listed, '2026-12-30']);
    expect(await compute(first)).toMatchObject({
      // Days before begin after the repair of the urea case, and not after that of the round before.
      newest: { repairedDay: '2026-12-30', span: { before: { from: '2026-12-20', to: '2026-12-26' }, after: { to: null } } },
    });
  });
});
