import { describe, expect, it } from 'vitest';
import { isRealDay, parseIsoTime, readTime, writeTime } from './time.ts';

describe('the six bytes of a time (Beijing, plain binary)', () => {
  it('are every day of the century, as the calendar of the language has it', () => {
    const bytes = new Uint8Array(6);
    const again = new Uint8Array(6);
    const wrong: string[] = [];
    for (let day = 0; day < 36_525; day += 1) {
      const date = new Date(Date.UTC(2000, 0, 1 + day, 13, 59, 58));
      const timeSec = date.getTime() / 1000 - 8 * 3600;
      bytes.set([date.getUTCFullYear() - 2000, date.getUTCMonth() + 1, date.getUTCDate(), 13, 59, 58]);
      writeTime(again, 0, timeSec);
      if (readTime(bytes, 0) !== timeSec || again.some((byte, i) => byte !== bytes[i])) wrong.push(date.toISOString());
    }
    expect(wrong).toEqual([]);
    expect(readTime(Uint8Array.of(99, 12, 31, 23, 59, 59), 0)).toBe(4_102_415_999);
  });

  it.each([
    ['month 0', [23, 0, 1, 0, 0, 0]],
    ['month 13', [23, 13, 1, 0, 0, 0]],
    ['day 0', [23, 1, 0, 0, 0, 0]],
    ['31 April', [23, 4, 31, 0, 0, 0]],
    ['29 February of a common year', [23, 2, 29, 0, 0, 0]],
    ['30 February of a leap year', [24, 2, 30, 0, 0, 0]],
    ['hour 24', [23, 1, 1, 24, 0, 0]],
    ['minute 60', [23, 1, 1, 0, 60, 0]],
    ['second 60', [23, 1, 1, 0, 0, 60]],
    ['year 100', [100, 1, 1, 0, 0, 0]],
    ['decimal digits packed in half bytes', [0x23, 0x12, 0x18, 0x14, 0x30, 0x00]],
    ['all FF', [255, 255, 255, 255, 255, 255]],
    ['all 00', [0, 0, 0, 0, 0, 0]],
  ])('%s is no date', (_name, bytes) => {
    expect(readTime(Uint8Array.from(bytes), 0)).toBe(-1);
  });

  it('cannot carry a year before 2000 or after 2099', () => {
    expect(() => writeTime(new Uint8Array(6), 0, Date.UTC(1999, 11, 31) / 1000)).toThrow(RangeError);
    expect(() => writeTime(new Uint8Array(6), 0, Date.UTC(2100, 0, 1) / 1000)).toThrow(RangeError);
    expect(() => writeTime(new Uint8Array(6), 0, Number.NaN)).toThrow(RangeError);
  });
});

describe('ISO 8601 with an offset', () => {
  it.each([
    ['2023-05-18T14:30:00+08:00', 1_684_391_400],
    ['2023-05-18T06:30:00Z', 1_684_391_400],
    ['2023-05-18T06:30:00.999Z', 1_684_391_400],
    ['2023-05-18T02:00:00-04:30', 1_684_391_400],
    ['1970-01-01T00:00:00Z', 0],
    ['2000-02-29T00:00:00Z', 951_782_400],
    ['2099-12-31T23:59:59Z', 4_102_444_799],
  ])('%s', (text, timeSec) => {
    expect(parseIsoTime(text)).toBe(timeSec);
    expect(Math.floor(Date.parse(text) / 1000)).toBe(timeSec);
  });

  it.each([
    '2023-05-18T14:30:00',
    '2023-05-18',
    '2023-05-18T14:30Z',
    '2023-5-18T14:30:00Z',
    '20230518T143000Z',
    '2023-05-18 14:30:00Z',
    '2023-05-18t14:30:00z',
    '2023-02-29T00:00:00Z',
    '2023-13-01T00:00:00Z',
    '2023-05-18T24:00:00Z',
    '2023-05-18T14:30:60Z',
    '2023-05-18T14:30:00+24:00',
    '2023-05-18T14:30:00+0800',
    '+275760-09-13T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '2023-05-18T14:30:00.Z',
    '2023-05-18T14:30:00.1234567890Z',
    ' 2023-05-18T14:30:00Z',
    '２０２３-05-18T14:30:00Z',
    '',
  ])('"%s" is refused', (text) => {
    expect(parseIsoTime(text)).toBe(-1);
  });

  it('knows the days of each month', () => {
    expect([
      isRealDay(2024, 2, 29),
      isRealDay(2023, 2, 29),
      isRealDay(2000, 2, 29),
      isRealDay(1900, 2, 29),
      isRealDay(2023, 11, 31),
    ]).toEqual([true, false, true, false, false]);
  });
});
