import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

let test: TestApp;
let wang: Browser;
let li: Browser;
const id = (n: number) => n.toString(16).padStart(16, '0');
const DAY = '2026-11-20';

async function addFinding(n: number, truck: number, day = DAY, withdrawn = false): Promise<void> {
  await test.db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail, withdrawn_at)
     values ($1, $2, 'R-U2', $3::date + $4::int * 0, 'suspected', 'urea', '1.0.0', 'B',
       '{"limit":null,"figures":{},"days":[],"stretches":[],"caveats":[]}', case when $5::boolean then now() end)`,
    [id(n), truck, day, n, withdrawn],
    { priority: 'write' },
  );
}

/** One truck a lead, so that rules and days do not collide. */
async function addLead(n: number, district: string): Promise<void> {
  const truck = await addVehicle(test.db, `LFWSRXSJ2G1F${String(n).padStart(5, '0')}`, `新B${n}`);
  await test.db.query('update vehicles set district = $2 where id = $1', [truck, district], { priority: 'write' });
  await addFinding(n, truck);
  await test.db.query(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1, $2, 'urea', 'suspected', $3, $3, array[$1], 'open')`,
    [id(n), truck, DAY],
    { priority: 'write' },
  );
}

async function extend(n: number, finding: number, day: string): Promise<void> {
  const [row] = await test.db.query<{ vehicle_id: number }>('select vehicle_id from leads where id = $1', [id(n)]);
  await addFinding(finding, row?.vehicle_id ?? 0, day);
  await test.db.query(
    'update leads set findings = findings || $2::text, last_day = $3 where id = $1',
    [id(n), id(finding), day],
    {
      priority: 'write',
    },
  );
}

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['阜康市'] });
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  for (let n = 1; n <= 9; n += 1) await addLead(n, n === 9 ? '奇台县' : '阜康市');
});
afterAll(() => test.close());

const Triage = z.object({
  state: z.string(),
  version: z.number(),
  assignee: z.string().nullable(),
  reason: z.string().nullable(),
  snoozedUntil: z.string().nullable(),
  sinceDismissed: z.boolean(),
});
const Lead = z.looseObject({ id: z.string(), triage: Triage, decisions: z.array(z.looseObject({ kind: z.string() })) });
const lead = async (n: number) => Lead.parse(await (await test.get(`/api/v1/leads/${id(n)}`)).json());
const listed = async (query: string) => {
  const body: unknown = await (await test.get(`/api/v1/leads?limit=200&${query}`)).json();
  return z
    .object({ leads: z.array(z.object({ id: z.string() })) })
    .parse(body)
    .leads.map((each) => Number.parseInt(each.id, 16))
    .sort();
};
const decide = async (who: Browser, n: number, deed: object, more: { version?: number; throughDay?: string } = {}) =>
  await who.request('POST', '/leads/decisions', {
    leads: [{ id: id(n), version: (await lead(n)).triage.version, throughDay: DAY, ...more }],
    deed,
  });

interface Order {
  state: string;
  arguments: Record<string, unknown>;
  ordered_by: string;
}
const orders = async (n: number) =>
  await test.db.query<Order>(
    "select state, arguments, ordered_by from jobs where kind = 'evidence' and arguments ->> 'leadId' = $1 order by id",
    [id(n)],
  );

describe('deciding on a lead', () => {
  it('confirms it, says who did, and takes it off the list of what is to be looked at', async () => {
    expect((await decide(wang, 1, { kind: 'confirm', note: '现场核实' })).status).toBe(200);
    const { triage, decisions } = await lead(1);
    expect(triage).toMatchObject({ state: 'confirmed', snoozedUntil: null });
    expect(decisions).toMatchObject([{ kind: 'confirm', note: '现场核实', by: { name: 'wang' }, findings: [id(1)] }]);
    expect(await listed('triage=new')).not.toContain(1);
    expect(await listed('triage=confirmed')).toEqual([1]);
    expect(await orders(1)).toMatchObject([
      { state: 'queued', arguments: { findingId: id(1), reason: 'confirm' }, ordered_by: 'wang' },
    ]);
    expect(await trail(test, 1)).toMatchObject([{ action: 'lead.decide', actor: 'wang', object_id: id(1), outcome: 'done' }]);
  });

  it('of which more findings came later stays confirmed', async () => {
    await extend(1, 101, '2026-11-21');
    expect((await lead(1)).triage.state).toBe('confirmed');
  });

  it('by two people at once: the second is told, nothing is overwritten', async () => {
    const { version } = (await lead(2)).triage;
    expect((await decide(wang, 2, { kind: 'dismiss', reason: 'sensorFault' }, { version })).status).toBe(200);
    const second = await decide(li, 2, { kind: 'confirm' }, { version });
    expect(second.status).toBe(409);
    expect(await objectOf(second)).toMatchObject({ code: 'CHANGED', detail: expect.stringContaining('wang') });
    expect((await lead(2)).triage).toMatchObject({ state: 'dismissed', reason: 'sensorFault' });
    expect(await orders(2)).toEqual([]);
  });

  it('that was dismissed comes back with findings that nobody has seen, and says so', async () => {
    await extend(2, 102, '2026-11-22');
    expect((await lead(2)).triage).toMatchObject({ state: 'new', sinceDismissed: true });
    // Somebody who saw it only up to the 20th does not dismiss what came after.
    await decide(wang, 2, { kind: 'dismiss', reason: 'sensorFault' }, { throughDay: DAY });
    expect((await lead(2)).triage.state).toBe('new');
    await decide(wang, 2, { kind: 'dismiss', reason: 'sensorFault' }, { throughDay: '2026-11-22' });
    expect((await lead(2)).triage).toMatchObject({ state: 'dismissed', sinceDismissed: false });
  });

  it('assigns it without deciding, and takes it from its officer again', async () => {
    await decide(wang, 3, { kind: 'assign', to: 'li' });
    expect((await lead(3)).triage).toMatchObject({ state: 'new', assignee: 'li' });
    expect(await listed('assignee=li')).toEqual([3]);
    await decide(wang, 3, { kind: 'note', note: '等车主回电' });
    expect((await lead(3)).triage).toMatchObject({ state: 'new', assignee: 'li' });
    await decide(wang, 3, { kind: 'assign', to: null });
    expect(await listed('assignee=none')).toContain(3);
  });

  it('refuses to assign it to an officer who is not responsible for its district, and then assigns none of those chosen', async () => {
    const chosen = [3, 9];
    const answer = await wang.request('POST', '/leads/decisions', {
      leads: await Promise.all(
        chosen.map(async (n) => ({ id: id(n), version: (await lead(n)).triage.version, throughDay: DAY })),
      ),
      deed: { kind: 'assign', to: 'li' },
    });
    expect(answer.status).toBe(400);
    expect((await objectOf(answer)).errors).toEqual([
      { field: 'body.deed.to', reason: 'is not responsible for the district of this truck' },
    ]);
    expect((await lead(3)).triage.assignee).toBeNull();
    expect((await lead(9)).triage.assignee).toBeNull();
  });

  it('puts it off until a day, on which it is back', async () => {
    await decide(wang, 4, { kind: 'snooze', until: '2026-11-25' });
    expect((await lead(4)).triage).toMatchObject({ state: 'snoozed', snoozedUntil: '2026-11-25' });
    const before = test.state.nowMs;
    test.state.nowMs = Date.UTC(2026, 10, 24, 16, 0, 0); // midnight in Beijing
    expect((await lead(4)).triage).toMatchObject({ state: 'new', snoozedUntil: null });
    test.state.nowMs = before;
  });

  it('is undone by its author, to what was before, and only while it is the newest', async () => {
    await decide(wang, 5, { kind: 'assign', to: 'wang' });
    await decide(wang, 5, { kind: 'confirm' });
    expect((await decide(li, 5, { kind: 'undo' })).status).toBe(409);
    expect((await orders(5)).map((each) => each.state)).toEqual(['queued']);
    expect((await decide(wang, 5, { kind: 'undo' })).status).toBe(200);
    expect((await lead(5)).triage).toMatchObject({ state: 'new', assignee: 'wang' });
    expect((await orders(5)).map((each) => each.state)).toEqual(['cancelled']);
    // An undo is not undone.
    expect((await decide(wang, 5, { kind: 'undo' })).status).toBe(409);
    expect((await lead(5)).decisions.map((each) => each.kind)).toEqual(['assign', 'confirm', 'undo']);
  });

  it('orders one pack while it is not made, of the gravest finding that was seen, and tells it with the lead', async () => {
    await test.db.query("update findings set level = 'probable' where id = $1", [id(1)], { priority: 'write' });
    await decide(wang, 1, { kind: 'reopen' }, { throughDay: '2026-11-21' });
    await decide(wang, 1, { kind: 'confirm' }, { throughDay: '2026-11-21' });
    expect(await orders(1)).toHaveLength(1);
    const told = {
      findingId: id(1),
      reason: 'confirm',
      state: 'queued',
      orderedBy: 'wang',
      attempts: 0,
      says: null,
      dueAt: null,
    };
    expect(await lead(1)).toMatchObject({ packOrders: [told] });
    const of = async (who: Browser) => (await objectOf(await who.request('GET', `/evidence?finding=${id(1)}`))).orders;
    expect(await of(wang)).toMatchObject([told]);
    await addLead(10, '奇台县');
    await decide(wang, 10, { kind: 'confirm' });
    expect(await objectOf(await wang.request('GET', `/evidence?finding=${id(10)}`))).toMatchObject({
      orders: [{ findingId: id(10) }],
    });
    expect(await objectOf(await li.request('GET', `/evidence?finding=${id(10)}`))).toMatchObject({ orders: [] });
    const { jobs } = await objectOf(await test.get('/api/v1/jobs?kind=evidence&state=queued'));
    expect(jobs).toContainEqual(expect.objectContaining({ arguments: expect.objectContaining({ findingId: id(1) }) }));
  });

  it('opens it again', async () => {
    await decide(wang, 6, { kind: 'dismiss', reason: 'other', note: '误录' });
    await decide(li, 6, { kind: 'reopen' });
    expect((await lead(6)).triage).toMatchObject({ state: 'new', reason: null, sinceDismissed: false });
  });

  it('takes a range at once, and tells which of it somebody else had changed', async () => {
    const versions = await Promise.all(
      [7, 8].map(async (n) => ({ id: id(n), version: (await lead(n)).triage.version, throughDay: DAY })),
    );
    await decide(li, 8, { kind: 'confirm' });
    const answer = await objectOf(
      await wang.request('POST', '/leads/decisions', { leads: versions, deed: { kind: 'dismiss', reason: 'falseAlarm' } }),
    );
    expect(answer).toMatchObject({
      done: [{ id: id(7) }],
      changed: [{ id: id(8), last: { kind: 'confirm', by: { name: 'li' } } }],
    });
    expect((await lead(8)).triage.state).toBe('confirmed');
  });

  it('of another district is not found', async () => {
    const answer = await li.request('POST', '/leads/decisions', {
      leads: [{ id: id(9), version: 0, throughDay: DAY }],
      deed: { kind: 'confirm' },
    });
    expect(answer.status).toBe(404);
    expect((await lead(9)).triage.version).toBe(0);
  });

  it.each([
    { name: 'a dismissal without a reason', deed: { kind: 'dismiss' }, field: 'body.deed' },
    { name: 'another reason that is not told', deed: { kind: 'dismiss', reason: 'other' }, field: 'body.deed.note' },
    { name: 'an empty note', deed: { kind: 'note', note: ' ' }, field: 'body.deed' },
    { name: 'a day that has passed', deed: { kind: 'snooze', until: '2026-11-23' }, field: 'body.deed.until' },
    { name: 'somebody who is no officer', deed: { kind: 'assign', to: 'nobody' }, field: 'body.deed.to' },
  ])('is refused for $name', async ({ deed, field }) => {
    const answer = await decide(wang, 9, deed);
    expect(answer.status).toBe(400);
    expect(JSON.stringify((await objectOf(answer)).errors)).toContain(field);
  });
});

it('officers are listed for those who may see the leads, within districts', async () => {
  const names = async (query: string) =>
    z
      .object({ officers: z.array(z.object({ name: z.string() })) })
      .parse(await (await wang.request('GET', `/officers${query}`)).json())
      .officers.map((each) => each.name);
  expect(await names('')).toEqual(['li', 'wang']);
  expect(await names(`?district=${encodeURIComponent('奇台县')}`)).toEqual(['wang']);
});
