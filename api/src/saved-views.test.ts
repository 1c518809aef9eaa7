import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** Views of the statistics: each person's own, and those that are shared. */
const View = z.looseObject({
  id: z.number(),
  name: z.string(),
  mine: z.boolean(),
  shared: z.boolean(),
  owner: z.string(),
  query: z.string(),
});

describe('saved views', () => {
  let test: TestApp;
  let first: Browser;
  let second: Browser;
  let officer: Browser;
  beforeAll(async () => {
    test = await openTestApp();
    await addAccount(test, 'first', 'analyst');
    await addAccount(test, 'second', 'analyst', { districts: ['昌吉市'] });
    await addAccount(test, 'leader', 'officer');
    first = await signedIn(test, 'first');
    second = await signedIn(test, 'second', '10.0.0.2');
    officer = await signedIn(test, 'leader', '10.0.0.3');
  });
  afterAll(() => test.close());

  const save = (who: Browser, name: string, more: object = {}) =>
    who.request('POST', '/statistics/views', { name, page: 'explorer', query: 'by=district', shared: false, ...more });
  const made = async (answer: Response) => View.parse(await answer.json());
  const namesOf = async (who: Browser) => {
    const { views } = z.object({ views: z.array(View) }).parse(await (await who.request('GET', '/statistics/views')).json());
    return views.map(({ name, mine }) => `${name}${mine ? '' : ' of another'}`);
  };

  it('are seen by who keeps them, and by others while they are shared', async () => {
    const kept = await made(await save(first, '月度总量'));
    expect([kept.mine, kept.shared, kept.owner, kept.query]).toEqual([true, false, 'first', 'by=district']);
    expect(await namesOf(second)).toEqual([]);
    expect((await first.request('PATCH', `/statistics/views/${kept.id}`, { shared: true })).status).toBe(200);
    expect(await namesOf(second)).toEqual(['月度总量 of another']);
    expect(await namesOf(officer)).toEqual(['月度总量 of another']);
    expect((await first.request('PATCH', `/statistics/views/${kept.id}`, { shared: false })).status).toBe(200);
    expect(await namesOf(second)).toEqual([]);
  });

  it('are changed and removed by their owner alone, whether shared or not', async () => {
    const kept = await made(await save(first, '排名', { page: 'ranking', shared: true }));
    for (const who of [second, officer]) {
      expect((await who.request('PATCH', `/statistics/views/${kept.id}`, { name: 'x' })).status).toBe(404);
      expect((await who.request('DELETE', `/statistics/views/${kept.id}`)).status).toBe(404);
    }
    expect((await first.request('PATCH', `/statistics/views/${kept.id}`, { name: '排名（新）', query: 'by=use' })).status).toBe(
      200,
    );
    expect(await namesOf(first)).toContain('排名（新）');
    expect((await first.request('DELETE', `/statistics/views/${kept.id}`)).status).toBe(204);
    expect(await namesOf(first)).not.toContain('排名（新）');
    const deeds = (await trail(test)).map(({ action, actor }) => `${actor} ${action}`);
    expect(deeds.filter((deed) => deed.includes('view.remove'))).toHaveLength(1);
  });

  it('have one name each of a person; two people may use the same', async () => {
    const one = await made(await save(first, '同名'));
    expect((await save(first, '同名')).status).toBe(409);
    expect((await save(second, '同名')).status).toBe(201);
    await save(first, '另一个');
    const other = await first.request('PATCH', `/statistics/views/${one.id}`, { name: '另一个' });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ errors: [{ field: 'body.name' }] });
    expect((await save(first, '')).status).toBe(400);
    expect((await save(first, '查询', { query: '有空格 的' })).status).toBe(400);
    expect((await save(first, '页', { page: 'nowhere' })).status).toBe(400);
  });

  it('of another district show the districts of who opens them', async () => {
    const kept = await made(await save(first, '阜康', { query: 'district=%E9%98%9C%E5%BA%B7%E5%B8%82', shared: true }));
    expect(kept.shared).toBe(true);
    await test.db.query(`insert into vehicles (vin, plate, district) values ('LZZ5CLVB0JA000001', '新B1', '阜康市')`, [], {
      priority: 'write',
    });
    const ask = async (who: Browser) => {
      const answer = await who.request(
        'GET',
        `/statistics/table?from=2026-11-01&to=2026-11-20&measures=noxKg&by=vehicle&${kept.query}`,
      );
      expect(answer.status).toBe(200);
      return z.looseObject({ trucks: z.number(), rows: z.array(z.unknown()) }).parse(await answer.json());
    };
    await test.db.query(
      `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, nox_g) select 'month', 'day', '2026-11-01'::date, id, 0, 1, 1, 5 from vehicles
       union all select 'day', 'day', '2026-11-02'::date, id, 0, 1, 1, 5 from vehicles`,
      [],
      { priority: 'write' },
    );
    expect((await ask(first)).trucks).toBe(1);
    expect((await ask(second)).trucks).toBe(0);
  });

  it('are a hundred of a person at most', async () => {
    const kept = (await namesOf(second)).filter((name) => !name.endsWith('of another')).length;
    await test.db.query(
      `insert into saved_views (owner, name, page, query) select 'second', '第 ' || n, 'map', '' from generate_series($1::int, 98) n`,
      [kept],
      { priority: 'write' },
    );
    expect((await save(second, '第一百个')).status).toBe(201);
    const more = await save(second, '再一个');
    expect(more.status).toBe(409);
    expect(await more.text()).toContain('100');
  });
});
