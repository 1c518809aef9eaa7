import { describe, expect, it } from 'vitest';
import { readInspectionRows } from './import-rows.ts';

/** A file of one annual test with these columns beside those that every row needs. */
function annual(columns: readonly (readonly [head: string, cell: string])[]) {
  const file = readInspectionRows([
    ['检验台账'],
    ['类型', '车牌', '检验日期', '检验机构', '结论', ...columns.map(([head]) => head)],
    ['年检', '新B00001', '2026-11-19', '昌吉检验站', '不合格', ...columns.map(([, cell]) => cell)],
  ]);
  const row = file?.rows[0];
  return {
    heads: file?.headFaults.map(({ row, column }) => `${row} ${column}`),
    leftOut: file?.columnsLeftOut.map(({ column, head }) => `${column} ${head}`.trim()),
    faults: row?.faults.map(({ row, column }) => `${row} ${column}`),
    values: row?.facts?.values.map(({ item, value, limit }) => `${item} ${value} ${limit}`),
    facts: row?.facts,
  };
}

describe('units in heads', () => {
  it.each([
    ['NOx (g/kWh)', 'noxGPerKwh'],
    ['氮氧化物（g/(kW·h)）', 'noxGPerKwh'],
    ['NOx [ppm]', 'noxPpm'],
    ['NOx ppm', 'noxPpm'],
    ['noxPpm', 'noxPpm'],
    ['一氧化氮(NO)(×10⁻⁶)', 'noPpm'],
    ['* CO%', 'coPct'],
    ['HC/10^-6', 'hcPpm'],
    ['光吸收系数k（m⁻¹）', 'lightAbsorptionPerM'],
    ['光吸收系数 (m⁻¹) / light absorption (m⁻¹)', 'lightAbsorptionPerM'],
    ['烟度', 'lightAbsorptionPerM'],
    ['林格曼黑度（级）', 'ringelmann'],
  ])('%s is %s', (head, item) => {
    expect(annual([[head, '5']])).toMatchObject({ heads: [], faults: [], leftOut: [], values: [`${item} 5 null`] });
  });

  it.each(['CO (ppm)', 'NO (mg/m³)', 'NOx (mg/kWh)', '不透光度 (m-1)', 'NOx', 'CO', '氮氧化物', '一氧化氮', 'NOx限值'])(
    '%s is refused at the head',
    (head) => {
      expect(annual([[head, '5']])).toMatchObject({ heads: [`2 ${head}`], values: [] });
    },
  );

  it('are those of a limit or a value that stands beside it', () => {
    const limited = (head: string, limit: string) =>
      annual([
        [head, '5.2'],
        [limit, '4'],
      ]).values;
    expect(limited('NOx (g/kWh)', 'NOx限值')).toEqual(['noxGPerKwh 5.2 4']);
    expect(limited('NOx', 'NOx限值 (g/kWh)')).toEqual(['noxGPerKwh 5.2 4']);
    expect(limited('NO', 'NO限值')).toEqual(['noPpm 5.2 4']);
    expect(limited('NO (ppm)', 'NO (限值)')).toEqual(['noPpm 5.2 4']);
  });

  it('are needed by a column headed NO: without one, and without a limit, it numbers the rows', () => {
    expect(annual([['NO', '7']])).toMatchObject({ heads: [], leftOut: ['F NO'], values: [] });
  });
});

describe('nothing of a file is lost in silence', () => {
  it('names the columns that fill nothing, and no empty ones', () => {
    const columns = [
      ['序号', '1'],
      ['车速', '45'],
      ['', 'x'],
      ['空列', ''],
    ] as const;
    expect(annual(columns)).toMatchObject({ heads: [], leftOut: ['F 序号', 'G 车速', 'H'] });
  });

  it('refuses two columns of one name; a day and its time are no such pair', () => {
    const two = (a: string, b: string) =>
      annual([
        [a, '3'],
        [b, '3'],
      ]);
    expect(two('报告编号', '编号').heads).toEqual(['2 编号']);
    expect(two('NO (ppm)', '一氧化氮 (ppm)').heads).toEqual(['2 一氧化氮 (ppm)']);
    expect(annual([['检测时间', '10:31']])).toMatchObject({ heads: [], facts: { day: '2026-11-19', time: '10:31' } });
  });

  it('refuses a limit without a value', () => {
    const limit = (value: string) =>
      annual([
        ['NO (ppm)', value],
        ['NO限值', '1500'],
      ]);
    expect(limit('')).toMatchObject({ faults: ['3 NO限值'], facts: null });
    expect(limit('x').faults).toEqual(['3 NO (ppm)']);
  });

  it.each([
    ['地点', 'x'.repeat(201)],
    ['报告编号', 'a\u0007b'],
    ['备注', 'x'.repeat(2001)],
    ['NO (ppm)', '0x10'],
    ['NO (ppm)', '1,5'],
  ])('refuses what the form refuses: %s', (head, cell) => {
    expect(annual([[head, cell]])).toMatchObject({ faults: [`3 ${head}`], facts: null });
  });

  it('refuses an organisation that is longer than the form takes, and takes the longest', () => {
    const of = (organisation: string) =>
      readInspectionRows([
        ['类型', '车牌', '日期', '检查单位', '结论'],
        ['年检', '新B00001', '2026-11-19', organisation, '合格'],
      ])?.rows[0];
    expect(of('x'.repeat(101))?.faults).toMatchObject([{ column: '检查单位', zh: '不得超过 100 个字' }]);
    expect(of('x'.repeat(100))?.facts?.organisation).toHaveLength(100);
    expect(of('')?.faults).toMatchObject([{ column: '检查单位', zh: '未填写' }]);
  });

  it('takes thousands with commas', () => {
    expect(annual([['NO (ppm)', '1,620']]).values).toEqual(['noPpm 1620 null']);
  });
});
