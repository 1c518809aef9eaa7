import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** The clock stands at 2026-11-23. */
let test: TestApp;
let wang: Browser;
let li: Browser;
const HEAD = '检查类型,车牌号,检测时间,点位,检查单位,NO (ppm),NO限值,不透光度(%),不透光度限值,结论,编号';
const Answer = z.object({
  rows: z.number(),
  ready: z.number(),
  written: z.number(),
  leftOut: z.array(z.object({ row: z.number(), truck: z.string() })),
  columnsLeftOut: z.array(z.object({ column: z.string(), head: z.string() })),
  faults: z.array(z.object({ row: z.number(), column: z.string(), zh: z.string(), en: z.string() })),
  inspections: z.array(z.looseObject({ row: z.number(), id: z.number().nullable() })),
});
const send = async (who: Browser, mode: 'check' | 'write', lines: readonly string[], head = HEAD) => {
  const content = Buffer.from(['2026 年遥感监测', head, ...lines].join('\n'), 'utf8').toString('base64');
  return Answer.parse(await objectOf(await who.request('POST', '/inspection-imports', { name: '遥感.csv', content, mode })));
};
const count = async () =>
  Number((await test.db.query<{ n: number }>('select count(*)::int as n from inspections', [], { priority: 'read' }))[0]?.n);
const GOOD = '遥感,新B00001,2026/11/20 10:31:05,S303 K12,遥感 01,1620,1500,12.5,30,超标,Y-1';

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['奇台县'] });
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B·00001');
});
afterAll(() => test.close());

it('is checked cell by cell, and a check writes nothing', async () => {
  const found = await send(wang, 'check', [
    GOOD,
    '目测检查,新B00001,2026-11-20,x,y,,,,,合格,',
    '年检,新B00001,2026-13-20,x,昌吉检验站,,,abc,30,合格,N-1',
    '路检,新B00001,2026-11-20,x,,,,,,合格,N-2',
    '遥感,新B00001,2026-11-20 11:00,x,遥感 01,900,1500,,,超标,Y-2',
    '遥感,新B99999,2026-11-20 11:00,x,遥感 01,900,1500,,,合格,Y-3',
    GOOD,
  ]);
  expect(found).toMatchObject({ rows: 7, ready: 1, written: 0, leftOut: [{ row: 8, truck: '新B99999' }] });
  expect(found.inspections).toMatchObject([{ row: 3, id: null }]);
  expect(found.faults.map(({ row, column }) => `${row} ${column}`)).toEqual([
    '4 检查类型',
    '4 方法',
    '5 不透光度(%)',
    '6 检查单位',
    '7 结论',
    '9 检测时间',
  ]);
  expect(await count()).toBe(0);
});

it('leaves out trucks of another district as if they were not registered', async () => {
  expect(await send(li, 'write', [GOOD])).toMatchObject({ ready: 0, written: 0, leftOut: [{ row: 3, truck: '新B00001' }] });
});

it('writes the rows without a fault, each told to the trail, and none twice', async () => {
  const found = await send(wang, 'write', [GOOD, '年检,新B00001,2026.11.21,,昌吉检验站,,,,,合格,N-3']);
  expect(found).toMatchObject({ rows: 2, ready: 2, written: 2, faults: [] });
  const rows = z
    .object({ inspections: z.array(z.looseObject({})) })
    .parse(await objectOf(await wang.request('GET', '/inspections')));
  expect(rows.inspections).toMatchObject([
    { kind: 'annualTest', day: '2026-11-21', time: null, method: 'lugDown', judgement: 'passed', reportNo: 'N-3' },
    { kind: 'remoteSensing', day: '2026-11-20', time: '10:31', place: 'S303 K12', judgement: 'single', over: ['NOx'] },
  ]);
  expect((await trail(test, 2)).map(({ action }) => action)).toEqual(['inspection.enter', 'inspection.enter']);
  expect(await send(wang, 'write', [GOOD])).toMatchObject({ ready: 0, written: 0, faults: [{ row: 3, column: '检测时间' }] });
  expect(await count()).toBe(2);
});

it('takes its own template', async () => {
  const response = await wang.request('GET', '/inspection-imports/template');
  const head = (await response.text()).replace(/^\ufeff/, '').trim();
  const cells = head.split(',').map((each) => (each.startsWith('检查类型') ? '路检' : each.startsWith('车牌') ? '新B00001' : ''));
  const day = head.split(',').findIndex((each) => each.startsWith('日期'));
  const content = Buffer.from(`${head}\n${cells.map((each, i) => (i === day ? '2026-11-22' : each)).join(',')}\n`).toString(
    'base64',
  );
  const found = Answer.parse(
    await objectOf(await wang.request('POST', '/inspection-imports', { name: 't.csv', content, mode: 'check' })),
  );
  expect(found.faults.map(({ column }) => column.split(' / ')[0])).toEqual(['结论', '检查单位']);
});

it('takes as many rows as a year of remote sensing brings, and says when there are more', async () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => GOOD.replace('新B00001', `新C${i}`));
  expect(await send(wang, 'check', rows(2000))).toMatchObject({ rows: 2000, ready: 0 });
  const content = Buffer.from([HEAD, ...rows(2001)].join('\n')).toString('base64');
  expect((await wang.request('POST', '/inspection-imports', { name: 'x.csv', content, mode: 'check' })).status).toBe(400);
});

it('refuses a file that is no table of inspections', async () => {
  const content = Buffer.from('a,b\n1,2\n').toString('base64');
  expect((await wang.request('POST', '/inspection-imports', { name: 'x.csv', content, mode: 'check' })).status).toBe(400);
});

it('writes nothing while a head is wrong, and names the columns that fill nothing', async () => {
  const head = '类型,车牌,检验日期,检验机构,结论,NOx (mg/kWh),车速';
  const line = '年检,新B00001,2026-11-19,昌吉检验站,不合格,5,45';
  expect(await send(wang, 'write', [line], head)).toMatchObject({
    rows: 1,
    ready: 0,
    written: 0,
    faults: [{ row: 2, column: 'NOx (mg/kWh)' }],
    columnsLeftOut: [{ column: 'G', head: '车速' }],
  });
});

describe('the truck of a row', () => {
  const head = '类型,车牌,VIN,检验日期,检验机构,结论';
  const row = (plate: string, vin: string) => send(wang, 'write', [`年检,${plate},${vin},2026-11-18,昌吉检验站,合格`], head);

  it('is not the one of the plate when the VIN is another', async () => {
    const before = await count();
    expect(await row('新B00001', 'LFWSRXSJ2G1F99999')).toMatchObject({ written: 0, faults: [{ row: 3, column: 'VIN' }] });
    await addVehicle(test.db, 'LFWSRXSJ2G1F00005', '新B00005');
    expect(await row('新B00001', 'LFWSRXSJ2G1F00005')).toMatchObject({ written: 0, faults: [{ row: 3, column: 'VIN' }] });
    expect(await count()).toBe(before);
  });

  it('is not guessed from a plate that two trucks have, also when one is of another district', async () => {
    const [one, other] = [
      await addVehicle(test.db, 'LFWSRXSJ2G1F00006', '新B00006'),
      await addVehicle(test.db, 'LFWSRXSJ2G1F00007', '新B·00006'),
    ];
    expect(await row('新B00006', '')).toMatchObject({ written: 0, faults: [{ row: 3, column: '车牌' }] });
    await test.db.query(
      "update vehicles set district = case id when $1::int then '奇台县' else '阜康市' end where id in ($1::int, $2::int)",
      [one, other],
      {
        priority: 'write',
      },
    );
    expect(await send(li, 'check', ['年检,新B00006,,2026-11-18,x,合格'], head)).toMatchObject({
      ready: 0,
      faults: [{ column: '车牌' }],
    });
    expect(await row('新B00006', 'LFWSRXSJ2G1F00007')).toMatchObject({ written: 1 });
  });
});
