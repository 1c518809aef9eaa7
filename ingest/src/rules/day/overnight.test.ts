import { describe, expect, it } from 'vitest';
import type { TankEvent, TankMark } from './day-summary.ts';
import { overnight, undoes } from './overnight.ts';
import { DAY_FROM, FACTS, NO_FACTS } from './test-kit.ts';
import { NUMBERS, tankOf } from './test-tank.ts';

const EVENING: TankMark = {
  timeSec: DAY_FROM - 3600,
  levelPct: 74,
  odometerKm: 120_000,
  fuelTotalL: 50_000,
  lonDeg: 87.3,
  latDeg: 44.1,
  drivenPct: 74,
  stepPct: 0.4,
};
const morning = (levelPct: number, more: Partial<TankMark> = {}): TankMark => ({
  ...EVENING,
  timeSec: DAY_FROM + 8 * 3600,
  levelPct,
  drivenPct: levelPct,
  ...more,
});
const night = (levelPct: number, more: Partial<TankMark> = {}, before = EVENING) =>
  overnight(before, morning(levelPct, more), 'fuel', FACTS, NUMBERS.tanks);

describe('a parked truck whose terminal is off', () => {
  it('E19: 74.0 → 61.2 % of 400 L is 51.2 L', () => {
    const found = night(61.2);
    expect(found).toMatchObject({ kind: 'theft', standing: true, beforePct: 74, afterPct: 61.2, fromSec: EVENING.timeSec });
    expect(found?.litres).toBeCloseTo(51.2, 9);
  });

  it('E19: 31.2 → 88.4 % of 400 L is a refill of 228.8 L', () => {
    const found = night(88.4, {}, { ...EVENING, levelPct: 31.2, drivenPct: 31.2 });
    expect(found).toMatchObject({ kind: 'refill', standing: true });
    expect(found?.litres).toBeCloseTo(228.8, 9);
  });

  it.each([
    { name: 'a fall of 3.9 % is within the allowance', level: 70.1, finds: null },
    { name: 'a fall of 4.1 % is beyond it', level: 69.9, finds: 'theft' },
    { name: 'a rise of 4.9 % is short of 5 %', level: 78.9, finds: null },
    { name: 'a rise of 5 % is one', level: 79, finds: 'refill' },
  ])('$name', ({ level, finds }) => expect(night(level)?.kind ?? null).toBe(finds));

  it('without a counter an hour of idling is allowed for: 2.2 L are 0.55 % of 400 L', () => {
    const none = { fuelTotalL: null };
    expect(night(69.6, none)).toBeNull();
    expect(night(69.4, none)?.kind).toBe('theft');
  });

  it('E19: without a counter 52 min of idling at 2.2 L/h are allowed for: 1.91 L of the 51.2 L', () => {
    const found = night(61.2, { timeSec: EVENING.timeSec + 52 * 60, fuelTotalL: null });
    expect((51.2 - (found?.litres ?? 0)).toFixed(2)).toBe('1.91');
  });

  it('what the counter says was burnt is no theft', () => {
    expect(night(61.2, { fuelTotalL: 50_050 })).toBeNull();
    expect(night(61.2, { fuelTotalL: 50_010 })?.litres).toBeCloseTo(41.2, 9);
  });

  it('a slope is none: the moving truck shows what it showed before', () => {
    expect(night(66, { drivenPct: 73.6 })).toBeNull();
    expect(night(81, { drivenPct: 74.4 })).toBeNull();
    expect(night(66, { drivenPct: null })?.kind).toBe('theft');
  });

  it('a gauge in steps of 4 % must move by more than one', () => {
    expect(night(68, { stepPct: 4 }, { ...EVENING, stepPct: null })).toBeNull();
    expect(night(65, { stepPct: 4 })?.kind).toBe('theft');
  });

  it('urea has limits of its own, and is drained', () => {
    const urea = (level: number) => overnight(EVENING, morning(level), 'urea', FACTS, NUMBERS.tanks);
    expect(urea(68.8)).toBeNull();
    expect(urea(68.2)).toMatchObject({ kind: 'drain' });
    expect(urea(79)?.litres).toBeCloseTo(2.25, 9);
  });

  it('has no litres when the size of the tank is not known', () => {
    expect(overnight(EVENING, morning(50), 'fuel', NO_FACTS, NUMBERS.tanks)).toMatchObject({ kind: 'theft', litres: null });
  });
});

describe('a truck that moved unheard', () => {
  it('needs the fall that is asked on the way, beyond what the odometer allows', () => {
    const moved = { odometerKm: 120_050, fuelTotalL: null };
    // 50 km allow 30 L, 7.5 %.
    expect(night(59, moved)).toBeNull();
    expect(night(58, moved)).toMatchObject({ kind: 'theft', standing: false });
  });

  it('a fall is not judged when neither way nor consumption is known; a rise is', () => {
    const unknown = { odometerKm: null, fuelTotalL: null, lonDeg: null, latDeg: null };
    expect(night(40, unknown)).toBeNull();
    expect(night(90, unknown)).toMatchObject({ kind: 'refill', standing: false });
  });

  it('the refill includes what the counter says was burnt meanwhile', () => {
    expect(night(90, { odometerKm: 120_100, fuelTotalL: 50_040 })?.litres).toBeCloseTo(104, 9);
  });
});

it('a theft over midnight is found once, from the marks of both days', () => {
  const first = tankOf([
    { minutes: 60, does: 'drive' },
    { minutes: 60, does: 'off' },
    { minutes: 5, does: 'off', change: -6 },
  ]);
  const second = tankOf(
    [
      { minutes: 5, does: 'off', change: -6 },
      { minutes: 60, does: 'off' },
      { minutes: 60, does: 'drive' },
    ],
    { startPct: 56.5, startS: 125 * 60 },
  );
  expect([...first.events, ...second.events]).toEqual([]);
  if (first.last === null || second.first === null) throw new Error('a mark is missing');
  const evening = { ...first.last, odometerKm: 1, fuelTotalL: 1 };
  const found = overnight(
    evening,
    { ...second.first, odometerKm: 1, fuelTotalL: 1, lonDeg: first.last.lonDeg },
    'fuel',
    FACTS,
    NUMBERS.tanks,
  );
  expect(found).toMatchObject({ kind: 'theft', standing: true });
  expect(Math.abs((found?.litres ?? 0) - 48)).toBeLessThan(3);
});

describe('a change that takes back the one before it', () => {
  const at = (
    kind: TankEvent['kind'],
    beforePct: number,
    afterPct: number,
    lastedS: number,
    lonDeg: number | null = 87.3,
  ): TankEvent => ({
    kind,
    fromSec: DAY_FROM,
    toSec: DAY_FROM + lastedS,
    beforePct,
    afterPct,
    litres: 48,
    standing: true,
    lonDeg,
    latDeg: 44.1,
  });
  const fall = at('theft', 74, 50, 60);

  it.each([
    { name: 'a jump back at the same place is the gauge', second: at('refill', 50, 74.5, 60), undone: true },
    { name: 'also when nothing was heard meanwhile', second: at('refill', 50, 75.9, 30_000), undone: true },
    { name: 'also when the place is not known', second: at('refill', 50, 74, 60, null), undone: true },
    { name: 'another level is another change', second: at('refill', 50, 76.1, 60), undone: false },
    { name: 'seen to be pumped it is a refill', second: at('refill', 50, 74, 300), undone: false },
    { name: 'at another place it is a refill', second: at('refill', 50, 74, 60, 87.31), undone: false },
  ])('$name', ({ second, undone }) => expect(undoes(fall, second, NUMBERS.tanks)).toBe(undone));

  it('two changes the same way undo nothing', () => {
    expect(undoes(fall, at('theft', 98, 74, 60), NUMBERS.tanks)).toBe(false);
  });
});
