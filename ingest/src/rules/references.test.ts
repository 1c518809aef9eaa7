import { describe, expect, it } from 'vitest';
import type { DaySummary } from './day/day-summary.ts';
import { JOINT_CELLS } from './day/joint-distribution.ts';
import { makeReferences, type ReferenceDay } from './references.ts';
import { facts, healthyDay, NUMBERS, part, tank } from './verdicts/test-kit.ts';

/** Days of October of some trucks, three each; the n-th truck's days made by a function. */
function october(trucks: number, make: (date: string, truck: number) => DaySummary, days = 3): ReferenceDay[] {
  return Array.from({ length: trucks * days }, (_, i) => {
    const truck = i % trucks;
    return { vin: `V${truck}`, summary: make(`2026-10-${String(2 + Math.floor(i / trucks)).padStart(2, '0')}`, truck) };
  });
}

const bin1 = (date: string, gPerHour: number): DaySummary => part(healthyDay(date), 'bins', { bin1GPerHour: gPerHour });

describe('fleet references', () => {
  it('are medians over trucks of the month before, one per engine model and stage', () => {
    const days = [
      ...october(5, (date, truck) => bin1(date, [10, 20, 30, 400, 5000][truck] ?? 0)),
      ...october(5, (date) => ({ ...bin1(date, 7), facts: facts('IV') })),
      ...october(2, (date) => ({ ...bin1(date, 7), facts: facts('V', { engineModel: null }) })),
    ];
    const references = makeReferences('2026-11', days, NUMBERS);
    expect(references.map((each) => [each.engineModel, each.stage, each.trucks, each.truckDays, each.bin1GPerHour])).toEqual([
      ['WP10', 'IV', 5, 15, 7],
      ['WP10', 'V', 5, 15, 30],
    ]);
    expect(new Set(references.map((each) => each.id)).size).toBe(2);
    expect(references[0]?.month).toBe('2026-11');
  });

  it('look at no other month', () => {
    const days = october(5, (date) => bin1(date, 10)).map(({ vin, summary }) => ({
      vin,
      summary: { ...summary, date: summary.date.replace('-10-', '-11-') },
    }));
    expect(makeReferences('2026-11', days, NUMBERS)).toEqual([]);
    expect(makeReferences('2026-12', days, NUMBERS)).toHaveLength(1);
  });

  it('go over the turn of the year', () => {
    const december = october(5, (date) => bin1(date, 10)).map(({ vin, summary }) => ({
      vin,
      summary: { ...summary, date: summary.date.replace('2026-10', '2025-12') },
    }));
    expect(makeReferences('2026-01', december, NUMBERS)).toHaveLength(1);
  });

  it('have no figure with fewer trucks than asked for, nor of trucks with too few days', () => {
    expect(
      makeReferences(
        '2026-11',
        october(4, (date) => bin1(date, 10)),
        NUMBERS,
      ),
    ).toMatchObject([{ trucks: 4, bin1GPerHour: null, noxOddShare: null, ureaLPer100Km: null, joint: null }]);
    expect(
      makeReferences(
        '2026-11',
        october(9, (date) => bin1(date, 10), 2),
        NUMBERS,
      ),
    ).toMatchObject([{ trucks: 0, bin1GPerHour: null }]);
  });

  it('have urea over distance of the month, not a mean of days', () => {
    const days = october(5, (date) => ({
      ...healthyDay(date),
      ureaTank: date.endsWith('02') ? tank(date, 50, 40, 300, 1000) : tank(date, 50, 50, 30, 100),
    }));
    // 10 % of 45 L over 1200 km.
    expect(makeReferences('2026-11', days, NUMBERS)[0]?.ureaLPer100Km).toBeCloseTo((100 * 4.5) / 1200, 9);
  });

  it('let no truck weigh more for being driven more', () => {
    const cells = (cell: number, seconds: number): number[] =>
      Array.from({ length: JOINT_CELLS }, (_, i) => (i === cell ? seconds : 0));
    const days = october(5, (date, truck) =>
      part(healthyDay(date), 'plausibility', { joint: truck === 0 ? cells(9, 90_000) : cells(3, 1000) }),
    );
    const joint = makeReferences('2026-11', days, NUMBERS)[0]?.joint;
    expect([joint?.[3], joint?.[9]]).toEqual([12_000, 3000]);
  });

  it('have air to fuel by load, the median of trucks that drove it long enough', () => {
    const map = (airKg: number, seconds = 600) => [{ load: 0.275, seconds: seconds / 3, airKg, fuelKg: 10 }, { load: 0.875, seconds: 1, airKg: 1, fuelKg: 1 }]; // biome-ignore format: two rows
    const days = october(4, (date, truck) => ({
      ...healthyDay(date),
      airFuel: truck === 3 ? map(9000, 300) : map([300, 310, 900][truck] ?? 0),
    }));
    expect(makeReferences('2026-11', days, NUMBERS)[0]?.airFuel).toEqual([{ load: 0.275, airToFuel: 31 }]);
    expect(
      makeReferences(
        '2026-11',
        october(4, (date) => healthyDay(date)),
        NUMBERS,
      )[0]?.airFuel,
    ).toBeNull();
  });

  it('are the same whatever order the days come in', () => {
    const days = october(6, (date, truck) =>
      part(bin1(date, 10 + truck), 'plausibility', {
        joint: Array.from({ length: JOINT_CELLS }, (_, i) => (i * 7 + truck * 3) % 11),
        noxOddShare: truck / 100,
      }),
    );
    const shuffled = days.map((_, i) => days[(i * 7) % days.length]).filter((each) => each !== undefined);
    expect(new Set(shuffled).size).toBe(days.length);
    expect(makeReferences('2026-11', shuffled, NUMBERS)).toEqual(makeReferences('2026-11', days, NUMBERS));
  });
});
