import { afterAll, beforeAll, expect, it } from 'vitest';
import { addVehicle, openTestApp, type TestApp } from '../test-app.ts';
import { trail } from '../test-people.ts';
import { keepOfflineCases } from './offline-keeper.ts';

/** The clock stands at 2026-11-23 14:00 in Beijing. */
let test: TestApp;
let truck = 0;
const id = (n: number) => n.toString(16).padStart(16, '0');

async function addFinding(n: number, day: string): Promise<void> {
  await test.db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail)
     values ($1::text, $2::int, 'R-OFFLINE', $3::date, 'fault', 'offline', '1.0.0', '{"limit":null,"figures":{"silentH":80},"days":[],"stretches":[],"caveats":[]}')`,
    [id(n), truck, day],
    { priority: 'write' },
  );
}

const look = () => keepOfflineCases(test.db, test.state.nowMs);
const cases = () =>
  test.db.query('select state, closed_day, closed_reason, version from cases order by id', [], { priority: 'read' });
const report = async (time: string, received = time) => {
  await test.db.query(
    `insert into vehicle_latest (vehicle_id, time, received_at, signals) values ($1::int, $2::timestamptz, $3::timestamptz, '{}')
     on conflict (vehicle_id) do update set time = excluded.time, received_at = excluded.received_at`,
    [truck, time, received],
    { priority: 'write' },
  );
};

beforeAll(async () => {
  test = await openTestApp();
  truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
  await addFinding(1, '2026-11-22');
  await test.db.query(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1::text, $2::int, 'offline', 'fault', '2026-11-22', '2026-11-22', array[$1::text], 'open')`,
    [id(1), truck],
    { priority: 'write' },
  );
});
afterAll(() => test.close());

it('opens one case for a truck that the rule says is silent, and no second one', async () => {
  expect(await look()).toEqual({ opened: 1, closed: 0 });
  expect(await look()).toEqual({ opened: 0, closed: 0 });
  expect(await cases()).toMatchObject([{ state: 'verify', version: 1 }]);
  expect(await trail(test)).toMatchObject([{ action: 'case.open', actor_kind: 'system', actor: 'plume' }]);
});

it('is not closed by a backlog from before the opening', async () => {
  await report('2026-11-21T02:00:00Z', '2026-11-23T06:30:00Z');
  expect(await look()).toEqual({ opened: 0, closed: 0 });
});

it('closes when the truck sends a sample of a later time', async () => {
  test.state.nowMs += 86_400_000;
  await addFinding(2, '2026-11-23');
  await test.db.query(
    'update leads set findings = findings || $2::text, last_day = $3::date where id = $1::text',
    [id(1), id(2), '2026-11-23'],
    { priority: 'write' },
  );
  await report('2026-11-24T01:00:00Z');
  expect(await look()).toEqual({ opened: 0, closed: 1 });
  expect(await cases()).toMatchObject([{ state: 'closed', closed_day: '2026-11-24', closed_reason: 'reporting', version: 2 }]);
});

it('is not opened again by findings of days before it closed, but by new silence', async () => {
  expect(await look()).toEqual({ opened: 0, closed: 0 });
  test.state.nowMs += 4 * 86_400_000;
  await addFinding(3, '2026-11-27');
  await test.db.query(
    'update leads set findings = findings || $2::text, last_day = $3::date where id = $1::text',
    [id(1), id(3), '2026-11-27'],
    { priority: 'write' },
  );
  expect(await look()).toEqual({ opened: 1, closed: 0 });
  expect(await cases()).toMatchObject([{ state: 'closed' }, { state: 'verify' }]);
});

it('leaves a truck alone whose lead was dismissed', async () => {
  await test.db.query(
    "update cases set state = 'closed', closed_day = '2026-11-25', closed_reason = 'falseAlarm', due_day = null, due_for = null where state = 'verify'",
    [],
    { priority: 'write' },
  );
  await test.db.batch([
    {
      sql: `insert into lead_decisions (at, actor, kind, lead_id, vehicle_id, findings, reason) values (now(), 'wang', 'dismiss', $1::text, $2::int, array[$1::text, $3::text], 'falseAlarm')`,
      params: [id(1), truck, id(3)],
    },
    {
      sql: `insert into finding_triage (finding_id, decision, reason, last_id, previous) select $1::text, 'dismissed', 'falseAlarm', max(id), '{}' from lead_decisions`,
      params: [id(3)],
    },
  ]);
  expect(await look()).toEqual({ opened: 0, closed: 0 });
});
