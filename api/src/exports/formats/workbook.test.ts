import { describe, expect, it } from 'vitest';
import { sheetName } from './workbook.ts';

describe('The name of a sheet', () => {
  it.each([
    ['主要指标', '主要指标'],
    ['按区县：排放', '按区县 排放'],
    ['By district: emission', 'By district emission'],
    ['By truck / by day [kg]', 'By truck by day kg'],
    ['By emission stage: on line and limits', 'By emission stage on line and'],
    ['Thirty-one characters are enough.'.slice(0, 31), 'Thirty-one characters are enoug'],
    [
      '一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二',
      '一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一',
    ],
  ])('of %s is %s', (title, name) => {
    expect(sheetName(title)).toBe(name);
    expect(name.length).toBeLessThanOrEqual(31);
  });
});
