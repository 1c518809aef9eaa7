import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** The clock stands at 2026-11-23. */
let test: TestApp;
let wang: Browser;
let li: Browser;
const HEAD = '车牌,M站,进厂日期,出厂日期,故障原因,维修项目,I站,复检日期,检验方法,检验结论,报告编号';
const Answer = z.object({
  rows: z.number(),
  ready: z.number(),
  written: z.number(),
  columnsLeftOut: z.array(z.object({ column: z.string(), head: z.string() })),
  faults: z.array(z.object({ row: z.number(), column: z.string(), zh: z.string(), en: z.string() })),
  cases: z.array(z.object({ row: z.number(), id: z.number(), state: z.string() })),
});
const send = async (who: Browser, mode: 'check' | 'write', lines: readonly string[]) => {
  const content = Buffer.from([HEAD, ...lines].join('\n'), 'utf8').toString('base64');
  const response = await who.request('POST', '/case-imports', { name: '维修.csv', content, mode });
  return Answer.parse(await response.json());
};
const states = () => test.db.query('select id, state, version from cases order by id', [], { priority: 'read' });
const GOOD = '新B00001,昌吉维修站,2026/11/21,2026年11月22日,催化剂失效,更换催化剂,昌吉检验站,2026-11-23,加载减速法,合格,J-1';

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['奇台县'] });
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  for (const [kind, name] of [
    ['M', '昌吉维修站'],
    ['I', '昌吉检验站'],
  ])
    await wang.request('POST', '/stations', { kind, name });
  for (const n of [1, 2]) {
    const vehicle = await addVehicle(test.db, `LFWSRXSJ2G1F0000${n}`, `新B0000${n}`);
    await test.db.query("update vehicles set district = '阜康市' where id = $1::int", [vehicle], { priority: 'write' });
    await wang.request('POST', '/cases', {
      from: 'hand',
      vehicle,
      type: 'overLimit',
      source: 'roadside',
      day: '2026-11-20',
      note: '路检',
    });
    const step = (kind: string, values: object) =>
      wang.request('POST', `/cases/${n}/steps`, {
        version: kind === 'verify' ? 1 : 2,
        step: { kind, day: '2026-11-23', values },
      });
    await step('verify', { result: 'confirmed' });
    await step('notice', { number: `告-${n}`, kind: 'repairNotice', channel: 'direct', workingDays: 10 });
  }
  test.state.nowMs += 3_600_000;
  // Notice and repair fall on the same days here: the notices are put back so that the rows of the file follow them.
  await test.db.query(`update cases set progress = progress || '{"lastDay":"2026-11-20"}'`, [], { priority: 'write' });
});
afterAll(() => test.close());

it('is checked cell by cell, and a check writes nothing', async () => {
  const before = await states();
  const found = await send(wang, 'check', [
    GOOD,
    '新B00002,没有的站,2026-11-21,2026-11-22,x,y,昌吉检验站,2026-11-23,目测,合格,J-2',
    '新B00009,昌吉维修站,2026-11-21,2026-11-22,x,y,,,,,',
  ]);
  expect(found).toMatchObject({ rows: 3, ready: 1, written: 0, cases: [{ row: 2, state: 'repair' }] });
  expect(found.faults.map(({ row, column }) => `${row} ${column}`)).toEqual(['3 M站', '3 检验方法', '4 车牌']);
  expect(await states()).toEqual(before);
});

it('refuses a retest before the repair, and days out of order, at their cells', async () => {
  const found = await send(wang, 'check', [
    '新B00001,,,,,,昌吉检验站,2026-11-23,加载减速法,合格,J-1',
    '新B00002,昌吉维修站,2026-11-19,2026-11-22,x,y,,,,,',
  ]);
  expect(found.faults.map(({ row, column, zh }) => `${row} ${column} ${zh}`)).toEqual([
    '2 kind 尚无已完成的维修，不能复检',
    '3 进厂日期 不得早于问题开始日期 (2026-11-20)',
  ]);
});

it('finds no case of another district', async () => {
  expect(await send(li, 'write', [GOOD])).toMatchObject({ ready: 0, written: 0, faults: [{ row: 2, column: '车牌' }] });
});

it('does not guess which of two trucks with one plate is meant, nor go by a plate that is not that of the VIN', async () => {
  const repair = '昌吉维修站,2026-11-21,2026-11-22,x,y,,,,,';
  const head = HEAD.replace('车牌', '车牌,VIN');
  const named = async (plate: string, vin: string) => {
    const content = Buffer.from([head, `${plate},${vin},${repair}`].join('\n'), 'utf8').toString('base64');
    return Answer.parse(await (await wang.request('POST', '/case-imports', { name: 'x.csv', content, mode: 'check' })).json());
  };
  expect(await named('新B00001', '')).toMatchObject({ ready: 1 });
  expect(await named('新B00001', 'LFWSRXSJ2G1F00002')).toMatchObject({ ready: 0, faults: [{ row: 2, column: 'VIN' }] });
  await addVehicle(test.db, 'LFWSRXSJ2G1F00003', '新B·00001');
  expect(await named('新B00001', '')).toMatchObject({ ready: 0, faults: [{ row: 2, column: '车牌' }] });
  expect(await named('新B00001', 'LFWSRXSJ2G1F00001')).toMatchObject({ ready: 1 });
  await test.db.query("update vehicles set plate = '新B00003' where vin = 'LFWSRXSJ2G1F00003'", [], { priority: 'write' });
});

it('names the columns that hold something and fill nothing, also one without a head', async () => {
  const content = Buffer.from(`${HEAD},进场里程,空列\n${GOOD},120000,,旧件编号`, 'utf8').toString('base64');
  const response = await wang.request('POST', '/case-imports', { name: 'x.csv', content, mode: 'check' });
  // Eleven columns of the head (A to K), then L; M holds nothing; N stands beside the last head.
  expect(Answer.parse(await response.json())).toMatchObject({
    ready: 1,
    columnsLeftOut: [
      { column: 'L', head: '进场里程' },
      { column: 'N', head: '' },
    ],
  });
});

it('refuses a value under a head of another unit', async () => {
  const file = (head: string) => {
    const content = Buffer.from(`${HEAD},${head}\n${GOOD},5`, 'utf8').toString('base64');
    return wang.request('POST', '/case-imports', { name: 'x.csv', content, mode: 'check' }).then((r) => r.json());
  };
  expect(Answer.parse(await file('NOx (g/kWh)'))).toMatchObject({ ready: 0, faults: [{ row: 2, column: 'NOx (g/kWh)' }] });
  for (const head of ['NOx (ppm)', 'NOx ppm', '光吸收系数 (m⁻¹)'])
    expect(Answer.parse(await file(head))).toMatchObject({ ready: 1 });
});

it('writes the rows without a fault, repair and retest one after the other, each told to the trail', async () => {
  const found = await send(wang, 'write', [GOOD, '新B00002,昌吉维修站,2026-11-21,2026-11-24,x,y,,,,,']);
  expect(found).toMatchObject({ rows: 2, ready: 1, written: 1, cases: [{ state: 'roadCheck' }] });
  expect(await states()).toMatchObject([
    { state: 'roadCheck', version: 5 },
    { state: 'repair', version: 3 },
  ]);
  const told = (await trail(test)).filter((row) => row.object_id === '1').map((row) => row.action);
  expect(told).toEqual(expect.arrayContaining(['case.repair', 'case.retest']));
  // The same file again finds nothing that waits for its repair.
  expect(await send(wang, 'write', [GOOD])).toMatchObject({ written: 0 });
});

it('refuses a file that is no table of repairs', async () => {
  const content = Buffer.from('a,b\n1,2\n').toString('base64');
  expect((await wang.request('POST', '/case-imports', { name: 'x.csv', content, mode: 'check' })).status).toBe(400);
});
