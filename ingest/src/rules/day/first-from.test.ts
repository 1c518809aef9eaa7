import { expect, it } from 'vitest';
import { firstFrom } from './first-from.ts';
import { lehmer } from './test-kit.ts';

it('finds the first time that is not before the one asked for, wherever it begins to look', () => {
  const random = lehmer(4);
  for (const count of [0, 1, 2, 17, 400]) {
    let time = 0;
    const times = Float64Array.from({ length: count }, () => {
      time += 1 + Math.floor(4 * random());
      return time;
    });
    for (let asked = -1; asked <= time + 2; asked += 1) {
      const expected = [...times].findIndex((each) => each >= asked);
      for (const near of [0, 1, Math.floor(count / 2), count, count + 5])
        expect(firstFrom(times, asked, near)).toBe(expected < 0 ? count : expected);
    }
  }
});
