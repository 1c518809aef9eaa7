import { type WindowResult, withinLimit } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { lehmer } from './test-kit.ts';
import { passesOf, windowDay, withinOf } from './window-day.ts';

/** Windows of given values, one sample each, all valid unless told. */
function windowsOf(values: readonly number[], valid: readonly boolean[] = values.map(() => true)): WindowResult {
  const count = values.length;
  const places = Int32Array.from({ length: count }, (_, k) => k);
  const validCount = valid.filter(Boolean).length;
  return {
    kind: 'work',
    spans: { count, start: places, end: places.map((k) => k + 1) },
    gPerKwh: Float64Array.from(values),
    durationS: new Float64Array(count).fill(600),
    levels: new Float64Array(count).fill(0.3),
    valid: Uint8Array.from(valid, Number),
    validCount,
    validShare: count === 0 ? 0 : validCount / count,
    thresholdPct: 20,
    void: validCount === 0 ? 'noWindows' : null,
    reference: { value: 20, assumed: false },
    total: 100,
    references: 5,
  };
}

function dayOf(result: WindowResult) {
  const n = result.spans.count;
  const index = Int32Array.from({ length: n }, (_, k) => k);
  const sums = new Float64Array(n + 1);
  const retained = { count: n, index, parts: Int32Array.from([0, n]), timeS: sums };
  const series = { retained, timeS: sums, noxG: sums, workKwh: sums, co2G: null, fuelKg: null };
  const times = Float64Array.from({ length: n }, (_, k) => 1000 + k);
  const dropped = { no: n, engineOff: 3, ambient: 0, altitude: 0, coolant: 60, noNox: 5, noPower: 2, noFuel: 1 };
  return windowDay(result, series, times, 'A', dropped);
}

describe('windows of a day', () => {
  it('values are kept in steps of 0.01 g/kWh, rounded down, valid windows alone', () => {
    const day = dayOf(windowsOf([4.019, 4.01, 4.0, 3.999, 9.99, -0.001], [true, true, true, true, false, true]));
    expect(day.histogram).toEqual([-1, 1, 399, 1, 400, 1, 401, 2]);
    expect(day.worst).toEqual({ fromSec: 1000, toSec: 1000 });
    expect(day.max).toBe(4.019);
    expect(day.dropped).toEqual({ engineOff: 3, ambient: 0, altitude: 0, coolant: 60, noNox: 5, noPower: 2 });
  });

  it.each([
    { name: 'just under the limit', values: [3.999], within: 1 },
    { name: 'at the limit', values: [4], within: 1 },
    { name: 'less than a step over it, which is rounded down', values: [4.0099], within: 1 },
    { name: 'a step over it', values: [4.01], within: 0 },
  ])('a window $name', ({ values, within }) => {
    expect(withinOf(dayOf(windowsOf(values)), 4).within).toBe(within);
  });

  it('the guard divides: 1.281 lets a window of 5.12 g/kWh keep 4.0 (E20)', () => {
    const day = dayOf(windowsOf([5.12, 5.14]));
    expect(withinOf(day, 4).within).toBe(0);
    expect(withinOf(day, 4, 1.281).within).toBe(1);
  });

  it('limits that are products of steps are met exactly: 1.5 × 3.5, 1.5 × 2.0, 1.5 × 0.46', () => {
    for (const limit of [5.25, 3, 0.69])
      expect(withinOf(dayOf(windowsOf([limit + 1e-9, limit + 0.010001])), limit).within, String(limit)).toBe(1);
  });

  it('passes with 90 % of the valid windows by count, and says nothing of a void result (emissions §3.1 rule 5)', () => {
    const nine = [...new Array<number>(9).fill(3), 8];
    expect(passesOf(dayOf(windowsOf(nine)), 4)).toBe(true);
    expect(passesOf(dayOf(windowsOf([...nine, 8])), 4)).toBe(false);
    expect(passesOf(dayOf(windowsOf([])), 4)).toBeNull();
    expect(withinOf(dayOf(windowsOf([])), 4).share).toBeNull();
  });

  it('counts as the exact values do, up to one step in the owner’s favour', () => {
    const random = lehmer(5);
    for (let trial = 0; trial < 40; trial += 1) {
      const result = windowsOf(
        Array.from({ length: 200 }, () => 12 * random() - 0.2),
        Array.from({ length: 200 }, () => random() > 0.2),
      );
      const day = dayOf(result);
      const limit = Math.round(800 * random()) / 100;
      for (const guard of [1, 1.281]) {
        const found = withinOf(day, limit, guard);
        expect(found.valid).toBe(result.validCount);
        expect(found.within).toBeGreaterThanOrEqual(withinLimit(result, limit, guard).within);
        expect(found.within).toBeLessThanOrEqual(withinLimit(result, limit + 0.01 / guard, guard).within);
        const floored = { ...result, gPerKwh: result.gPerKwh.map((e) => Math.floor(100 * e) / 100) };
        expect(found).toEqual(withinLimit(floored, limit, guard));
      }
    }
  });
});
