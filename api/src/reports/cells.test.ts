import { describe, expect, it } from 'vitest';
import { BLANK, change, none } from './cells.ts';
import { thinBefore } from './thin-before.ts';

describe('a change against an earlier figure', () => {
  it('is told in per cent', () => {
    expect(change(110, 100)).toBeCloseTo(10, 9);
    expect(change(0, 100)).toBe(-100);
    expect(change(1000, 100)).toBeCloseTo(900, 9);
  });

  it('is told in times where the earlier figure was next to nothing', () => {
    expect(change(110_558.96, 0.44)).toEqual({ zh: '> 10 倍', en: '> 10 times' });
  });

  it('is nothing against zero, or where one is missing', () => {
    expect(change(5, 0)).toBe(BLANK);
    expect(change(5, none('没有', 'none'))).toBe(BLANK);
    expect(change(none('没有', 'none'), 5)).toBe(BLANK);
  });
});

describe('a report', () => {
  const days = (data_days: number, gone = false) => ({ quality: { data_days }, gone: { days: gone, minutes: false } });

  it('says that an earlier period has too few truck-days with data to compare with', () => {
    const said = thinBefore({ now: days(360), previous: days(4), year: days(179) });
    expect(said.map(({ zh }) => zh)).toEqual([
      '上期只有 4 个车日有数据（本期 360 个），环比只供参考',
      '去年同期只有 179 个车日有数据（本期 360 个），同比只供参考',
    ]);
  });

  it('says nothing of a period with enough, with none, or whose days were dropped', () => {
    expect(thinBefore({ now: days(360), previous: days(180), year: days(0) })).toEqual([]);
    expect(thinBefore({ now: days(360), previous: days(4, true), year: { ...days(0), quality: null } })).toEqual([]);
  });
});
