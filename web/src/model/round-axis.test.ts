import { describe, expect, it } from 'vitest';
import { roundAxis } from './round-axis.ts';

describe('an axis from zero', () => {
  it.each([
    [7.91, 'g/kWh', 10, 0],
    [9.6, 'g/km', 20, 0],
    [3.9, 'g/kWh', 5, 1],
    [0.95, 'g/kWh', 1, 1],
    [557, 'ppm', 600, 0],
    [0.043, 'g/kWh', 0.05, 3],
    [12.5, 's', 20, 0],
    [102, 's', 200, 0],
  ])('of values up to %d %s ends at %d, told with %d decimals', (most, unit, top, digits) => {
    expect(roundAxis(most, unit)).toEqual({ top: expect.closeTo(top, 9), digits });
  });

  it('of shares ends at a hundred, and beyond it only where one is greater', () => {
    expect(roundAxis(98.3, '%')).toEqual({ top: 100, digits: 0 });
    expect(roundAxis(100, '%')).toEqual({ top: 100, digits: 0 });
    expect(roundAxis(103, '%')).toEqual({ top: 200, digits: 0 });
  });

  it('of nothing has a height all the same', () => {
    expect(roundAxis(0, 'g/kWh').top).toBeGreaterThan(0);
  });

  it('has an end and a middle that its decimals tell exactly, and no value above it', () => {
    for (let most = 0.003; most < 5000; most *= 1.07) {
      const { top, digits } = roundAxis(most, 'x');
      expect(top).toBeGreaterThan(most);
      expect(top).toBeLessThan(most * 2.2);
      for (const shown of [top, top / 2]) expect(Number(shown.toFixed(digits))).toBeCloseTo(shown, 9);
    }
  });
});
