import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tankDay } from './tank-day.ts';
import { DAY_FROM, FACTS, NO_FACTS } from './test-kit.ts';
import { derivedOf, type Gauge, lived, NUMBERS, type Phase, tankOf } from './test-tank.ts';

/** Without swing or noise. */
const STILL: Gauge = { sloshPct: 0, noisePct: 0, periodS: 10 };
/** As gauges are on the road. */
const ROAD: Gauge = { sloshPct: 2, noisePct: 0.3, periodS: 10 };

const drive = (minutes: number, more: Partial<Phase> = {}): Phase => ({ minutes, does: 'drive', ...more });
const park = (minutes: number, more: Partial<Phase> = {}): Phase => ({ minutes, does: 'off', ...more });
const idle = (minutes: number, more: Partial<Phase> = {}): Phase => ({ minutes, does: 'idle', ...more });

/** A truck that parks between two drives, with something happening meanwhile. */
const parkedAround = (...middle: Phase[]): Phase[] => [drive(60), park(30), ...middle, park(30), drive(60)];

describe('E19', () => {
  it('31.2 → 88.4 % of 400 L is a refill of 228.8 L', () => {
    const { events } = tankOf([park(60), park(8, { change: 57.2 }), park(30), drive(60)], { ...STILL, startPct: 31.2 });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'refill', standing: true });
    expect(events[0]?.beforePct).toBeCloseTo(31.2, 6);
    expect(events[0]?.afterPct).toBeCloseTo(88.4, 6);
    expect(events[0]?.litres).toBeCloseTo(228.8, 6);
  });

  it('74.0 → 61.2 % of 400 L within 52 minutes at a stand, engine off, is a theft of 51.2 L', () => {
    const { events } = tankOf([park(21), park(10, { change: -12.8 }), park(21), drive(60)], { ...STILL, startPct: 74 });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'theft', standing: true });
    expect(events[0]?.beforePct).toBeCloseTo(74, 6);
    expect(events[0]?.afterPct).toBeCloseTo(61.2, 6);
    expect(events[0]?.litres).toBeCloseTo(51.2, 6);
  });
});

describe('how large a change must be', () => {
  it.each<{ name: string; change: number; tankL?: number; kind?: 'fuel' | 'urea'; finds: string[] }>([
    { name: 'a fall of 3.6 % of 400 L is within 3 % and the allowance of 1 %', change: -3.6, finds: [] },
    { name: 'a fall of 4.0 % is at it', change: -4, finds: ['theft'] },
    { name: 'a rise of 4.8 % of 400 L is short of 5 %', change: 4.8, finds: [] },
    { name: 'a rise of 5.2 % is over it', change: 5.2, finds: ['refill'] },
    { name: 'of 100 L, 10 % are 10 L: with the allowance 10.8 % is short', change: -10.8, tankL: 100, finds: [] },
    { name: 'of 100 L, 11.2 % is over', change: -11.2, tankL: 100, finds: ['theft'] },
    { name: 'of 100 L, a rise of 14.8 % is short of 15 L', change: 14.8, tankL: 100, finds: [] },
    { name: 'of 100 L, a rise of 15.2 % is over', change: 15.2, tankL: 100, finds: ['refill'] },
    { name: 'urea: 2 L of 45 L are 4.44 %, with the allowance 5.2 % is short', change: -5.2, kind: 'urea', finds: [] },
    { name: 'urea: 5.6 % is over', change: -5.6, kind: 'urea', finds: ['drain'] },
    { name: 'urea: a rise of 4.8 % is over 2 L', change: 4.8, kind: 'urea', finds: ['refill'] },
  ])('$name', ({ change, tankL = 400, kind = 'fuel', finds }) => {
    const { events } = tankOf(
      [park(30), park(2, { change }), park(40)],
      { ...STILL, startPct: 60, tankL, kind },
      {
        ...FACTS,
        fuelTankL: tankL,
      },
    );
    expect(events.map((event) => event.kind)).toEqual(finds);
  });

  it('says the per cent and no litres when the size of the tank is not known', () => {
    const { events } = tankOf(parkedAround(park(5, { change: -20 })), ROAD, NO_FACTS);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'theft', litres: null });
    expect((events[0]?.beforePct ?? 0) - (events[0]?.afterPct ?? 0)).toBeCloseTo(20, 0);
  });

  it('a gauge in steps of 4 % must move by more than one of them', () => {
    const reed: Gauge = { ...STILL, kind: 'urea', stepPct: 4, startPct: 81 };
    expect(tankOf([drive(300), park(60), park(5, { change: -4 }), park(60), drive(300)], reed).events).toEqual([]);
    expect(tankOf([drive(300), park(60), park(5, { change: -9 }), park(60), drive(300)], reed).events).toMatchObject([
      { kind: 'drain', standing: true },
    ]);
  });
});

describe('what a change is', () => {
  it.each<{ name: string; phases: Phase[]; gauge?: Gauge; finds: [string, number, number][] }>([
    {
      name: 'a refill during a short stop',
      phases: [drive(60), park(3), park(8, { change: 50 }), park(2), drive(60)],
      finds: [['refill', 200, 4]],
    },
    {
      name: 'a refill that begins the moment the truck stands',
      phases: [drive(60), park(8, { change: 50 }), park(2), drive(60)],
      finds: [['refill', 200, 4]],
    },
    {
      name: 'a refill with the engine running',
      phases: [drive(60), idle(3), idle(8, { change: 50 }), idle(2), drive(60)],
      finds: [['refill', 200, 4]],
    },
    {
      name: 'a refill while the terminal is off',
      phases: [drive(60), park(1), { minutes: 25, does: 'silent', change: 50 }, idle(4), drive(60)],
      finds: [['refill', 200, 4]],
    },
    {
      name: 'a refill and a theft in one night',
      phases: [drive(60), park(20), park(10, { change: 40 }), park(120), park(12, { change: -15 }), park(60), drive(60)],
      finds: [
        ['refill', 160, 4],
        ['theft', 60, 4],
      ],
    },
    {
      name: 'a theft while the terminal is off',
      phases: [drive(60), park(2), { minutes: 300, does: 'silent', change: -12 }, idle(5), drive(60)],
      finds: [['theft', 48, 4]],
    },
    {
      name: 'a theft from a truck whose terminal went off as it stopped, borne out when it drives on',
      phases: [drive(60), { minutes: 300, does: 'silent', change: -7 }, idle(5), drive(60)],
      finds: [['theft', 28, 4]],
    },
    {
      name: 'a slow loss is a leak',
      phases: [drive(60), park(30), park(180, { change: -15 }), park(60), drive(60)],
      finds: [['drain', 60, 4]],
    },
    {
      name: 'two rises 20 minutes apart are one refill',
      phases: [drive(60), park(20), park(4, { change: 15 }), park(20), park(4, { change: 15 }), park(20), drive(60)],
      finds: [['refill', 120, 4]],
    },
    {
      name: 'one refill at two pumps, a little way apart',
      phases: [
        drive(60),
        park(12),
        park(4, { change: 15 }),
        park(11),
        drive(4),
        park(5),
        park(4, { change: 15 }),
        park(15),
        drive(60),
      ],
      finds: [['refill', 120, 4]],
    },
    {
      name: 'two rises 40 minutes apart are two',
      phases: [drive(60), park(20), park(4, { change: 15 }), park(40), park(4, { change: 15 }), park(20), drive(60)],
      finds: [
        ['refill', 60, 3],
        ['refill', 60, 3],
      ],
    },
    {
      name: 'little by little it adds up',
      phases: [
        drive(60),
        park(30),
        park(1, { change: -2 }),
        park(20),
        park(1, { change: -2 }),
        park(20),
        park(1, { change: -2 }),
        park(60),
        drive(60),
      ],
      finds: [['drain', 24, 4]],
    },
    {
      name: 'on the way, beyond what the engine burns',
      phases: [drive(90), drive(10, { change: -14 }), drive(90)],
      finds: [['theft', 56, 6]],
    },
    {
      name: 'a refill over a silence on the way',
      phases: [drive(60), { minutes: 40, does: 'unheard', change: 30 }, drive(60)],
      finds: [['refill', 120, 6]],
    },
    {
      name: 'a theft on a slope',
      phases: [drive(60), park(60, { slope: -5 }), park(8, { slope: -5, change: -15 }), park(60, { slope: -5 }), drive(60)],
      finds: [['theft', 60, 6]],
    },
    {
      name: 'a refill on a slope',
      phases: [drive(60), park(20, { slope: 6 }), park(8, { slope: 6, change: 20 }), park(20, { slope: 6 }), drive(60)],
      finds: [['refill', 80, 6]],
    },
  ])('$name', ({ phases, gauge = ROAD, finds }) => {
    const { events } = tankOf(phases, { startPct: finds[0]?.[0] === 'refill' ? 45 : 85, ...gauge });
    expect(events.map(({ kind }) => kind)).toEqual(finds.map(([kind]) => kind));
    for (const [i, [, litres, within]] of finds.entries())
      expect(Math.abs((events[i]?.litres ?? 0) - litres)).toBeLessThan(within);
  });

  it('stands at the minute it began and the minute it ended, at its place', () => {
    const [event] = tankOf([park(60), park(10, { change: -12.8 }), park(60)], { ...STILL, startS: 3600 }).events;
    expect(Math.abs((event?.fromSec ?? 0) - (DAY_FROM + 7200))).toBeLessThanOrEqual(60);
    expect(Math.abs((event?.toSec ?? 0) - (DAY_FROM + 7800))).toBeLessThanOrEqual(60);
    expect(event).toMatchObject({ lonDeg: 87.3, latDeg: 44.1 });
  });
});

describe('what is none', () => {
  it.each<{ name: string; phases: Phase[]; gauge?: Gauge }>([
    { name: 'a day on the road', phases: [drive(300), idle(60), park(120), drive(200)] },
    { name: 'heavy sloshing', phases: [drive(300), park(60), drive(60)], gauge: { ...ROAD, sloshPct: 8 } },
    {
      name: 'a gauge in steps of 4 %',
      phases: [drive(300), park(60), drive(200), idle(90), drive(60)],
      gauge: { ...ROAD, stepPct: 4 },
    },
    { name: 'an hour of idling', phases: [drive(60), idle(240), drive(60)], gauge: { ...ROAD, tankL: 200 } },
    { name: 'a slope down', phases: [drive(60), park(180, { slope: -7 }), drive(60)] },
    { name: 'a slope up', phases: [drive(60), park(180, { slope: 7 }), drive(60)] },
    { name: 'a slope for the last night of the day', phases: [drive(60), park(180, { slope: -7 })] },
    { name: 'a fall that is gone when the truck moves', phases: [drive(60), park(30), park(60, { slope: -7 }), drive(60)] },
    { name: 'a cold night', phases: [drive(60), park(600, { change: -1.5 }), drive(60)] },
    { name: 'a creeping rise', phases: [drive(60), park(60), park(240, { change: 7 }), park(60), drive(60)] },
    {
      name: 'zero with the ignition off',
      phases: [drive(60), park(60, { reads: 0 }), idle(5), drive(60), park(60, { reads: 0 })],
    },
    {
      name: 'another reading with the ignition off',
      phases: [drive(60), idle(15), park(60, { reads: 30 }), idle(15), drive(60)],
    },
    { name: 'the same at the end of the day', phases: [drive(60), idle(15), park(60, { reads: 30 })] },
    { name: 'a stray reading', phases: [drive(60), park(30), park(1, { reads: 20 }), park(60), drive(60)] },
    {
      name: 'a gauge that stays at 100 % for long after a refill',
      phases: [drive(120, { reads: 100 }), park(60, { reads: 100 }), drive(60, { reads: 100 }), drive(200)],
      gauge: { ...ROAD, startPct: 123 },
    },
    { name: 'a silence on the way', phases: [drive(60), { minutes: 120, does: 'unheard' }, drive(60)] },
    {
      name: 'a long silence on the way without a fuel counter: what may have been burnt is no refill',
      phases: [drive(60), { minutes: 240, does: 'unheard' }, drive(60)],
      gauge: { ...ROAD, without: ['fuelTotalL'] },
    },
    {
      name: 'a silence on the way without counters',
      phases: [drive(60), { minutes: 180, does: 'unheard' }, drive(60)],
      gauge: { ...ROAD, tankL: 200, without: ['fuelTotalL', 'odometerKm', 'lonDeg', 'latDeg'] },
    },
    { name: 'no speed', phases: [drive(200), park(60), idle(60), drive(200)], gauge: { ...ROAD, without: ['speedKmh'] } },
    {
      name: 'no speed and no odometer',
      phases: [drive(200), park(60), idle(60), drive(200)],
      gauge: { ...ROAD, without: ['speedKmh', 'odometerKm'] },
    },
    {
      name: 'neither speed, odometer nor position',
      phases: [drive(200), park(60), idle(60), drive(200)],
      gauge: { ...ROAD, without: ['speedKmh', 'odometerKm', 'lonDeg', 'latDeg'] },
    },
    {
      name: 'no fuel flow',
      phases: [drive(200), park(60), idle(60), drive(200)],
      gauge: { ...ROAD, without: ['fuelRateLph', 'fuelTotalL'] },
    },
  ])('$name', ({ phases, gauge = ROAD }) => {
    expect(tankOf(phases, { startPct: 95, ...gauge }, { fuelTankL: gauge.tankL ?? 400, ureaTankL: 45 }).events).toEqual([]);
  });

  it('any day of a healthy truck, whatever its gauge', () => {
    const phase = fc.record({
      minutes: fc.integer({ min: 3, max: 90 }),
      does: fc.constantFrom('drive' as const, 'idle' as const, 'off' as const, 'silent' as const, 'unheard' as const),
    });
    fc.assert(
      fc.property(
        fc.array(phase, { minLength: 2, maxLength: 9 }),
        fc.record({
          stepPct: fc.constantFrom(0.4, 0.8, 2, 4),
          sloshPct: fc.double({ min: 0, max: 4, noNaN: true }),
          noisePct: fc.double({ min: 0, max: 0.4, noNaN: true }),
          periodS: fc.constantFrom(5, 10, 30),
          kind: fc.constantFrom('fuel' as const, 'urea' as const),
          seed: fc.integer({ min: 1, max: 1_000_000 }),
        }),
        (phases, gauge) => {
          expect(tankOf(phases, { ...gauge, startPct: 97 }).events).toEqual([]);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('missing speed', () => {
  it('a refill and a theft are found by the odometer', () => {
    const gauge: Gauge = { ...ROAD, without: ['speedKmh'] };
    expect(tankOf(parkedAround(park(8, { change: 30 })), { ...gauge, startPct: 40 }).events.map(({ kind }) => kind)).toEqual([
      'refill',
    ]);
    expect(tankOf(parkedAround(park(8, { change: -15 })), gauge).events.map(({ kind }) => kind)).toEqual(['theft']);
  });

  it('without any sign of motion a refill of a running truck is found, a theft is not said', () => {
    const gauge: Gauge = { ...ROAD, without: ['speedKmh', 'odometerKm', 'lonDeg', 'latDeg'] };
    const around = (change: number): Phase[] => [drive(60), idle(30), idle(8, { change }), idle(30), drive(60)];
    expect(tankOf(around(30), { ...gauge, startPct: 40 }).events.map(({ kind }) => kind)).toEqual(['refill']);
    expect(tankOf(around(-15), gauge).events.filter(({ standing }) => standing)).toEqual([]);
  });
});

describe('marks', () => {
  it('are the settled levels at both ends, and what was used between is what was burnt', () => {
    const day = tankOf([drive(120), park(10), park(8, { change: 40 }), park(10), drive(120)], { ...ROAD, startPct: 50 });
    expect(day.first?.levelPct).toBeCloseTo(50, 0);
    expect(day.last?.levelPct).toBeCloseTo(60, 0);
    expect(day.usedPct).toBeCloseTo(30, 0);
    expect(day.fuelL).toBeCloseTo(120, -0.5);
    expect(day.distanceKm).toBeCloseTo(240, -0.5);
    expect(day.first?.stepPct).toBe(0.4);
  });

  it('fuel and distance are measured by the second where no counter is sent', () => {
    const day = tankOf([drive(120), park(30), drive(120)], { ...ROAD, startPct: 90, without: ['fuelTotalL', 'odometerKm'] });
    expect(day.fuelL).toBeCloseTo(120, -0.5);
    expect(day.distanceKm).toBeGreaterThan(238);
    expect(day.distanceKm).toBeLessThan(244);
  });

  it('a way over which nothing was heard is filled at the measured rate, when it is the lesser part', () => {
    const without = ['fuelTotalL'] as const;
    const filled = tankOf([drive(120), { minutes: 60, does: 'unheard' }, drive(60)], { ...ROAD, startPct: 90, without });
    expect(filled.fuelL).toBeCloseTo(120, -0.5);
    const most = tankOf([drive(60), { minutes: 240, does: 'unheard' }, drive(60)], { ...ROAD, startPct: 90, without });
    expect(most.fuelL).toBeNull();
  });

  it('on a slope they are the level of the moving truck', () => {
    const day = tankOf([park(60, { slope: 6 }), drive(120), park(60, { slope: -6 })], { ...ROAD, startPct: 80 });
    expect(day.first?.levelPct).toBeCloseTo(80, 0);
    expect(day.last?.levelPct).toBeCloseTo(65, 0);
    expect(day.events).toEqual([]);
  });

  it('a change under way at the end of the day is left to the night: the last mark lies before it', () => {
    const day = tankOf([drive(60), park(60), park(10, { change: -12 })], ROAD);
    expect(day.events).toEqual([]);
    expect(day.last?.levelPct).toBeCloseTo(62.5, 0);
    const day2 = tankOf([drive(60), park(60), park(10, { change: -12 }), park(5)], ROAD);
    expect(day2.events).toEqual([]);
    expect(day2.last?.levelPct).toBeCloseTo(62.5, 0);
    const day3 = tankOf([drive(60), park(60), park(10, { change: -12 }), park(15)], ROAD);
    expect(day3.events.map(({ kind }) => kind)).toEqual(['theft']);
    expect(day3.last?.levelPct).toBeCloseTo(50.5, 0);
  });

  it('a change under way at the beginning of the day is left to the night before: the first mark lies after it', () => {
    const day = tankOf([park(5, { change: -12 }), park(60), drive(60)], { ...STILL, startPct: 80 });
    expect(day.events).toEqual([]);
    expect(day.first?.levelPct).toBeCloseTo(68, 0);
  });

  it('only samples of the range count', () => {
    const { derived } = derivedOf(lived([park(60), park(5, { change: -12 }), park(60)], STILL));
    expect(tankDay(derived, { from: 70, to: derived.trace.count }, 'fuel', FACTS, NUMBERS.tanks).events).toEqual([]);
  });
});

describe('urea', () => {
  const urea: Gauge = { ...ROAD, kind: 'urea', startPct: 80 };

  it('frozen readings are left out: a gauge that sticks in the cold says nothing', () => {
    const cold = { ambientC: -18 };
    const day = tankOf([drive(120), park(300, { ...cold, reads: 40 }), drive(100, cold), drive(60, cold)], urea);
    expect(day.events).toEqual([]);
    expect(day.frozenS).toBeGreaterThan(300 * 60);
    expect(day.minPct).toBeGreaterThan(60);
  });

  it('a drain over a frozen night is found once the tank has thawed', () => {
    const cold = { ambientC: -18 };
    const day = tankOf([drive(120), park(60), park(30, cold), park(20, { ...cold, change: -30 }), drive(150, cold)], urea);
    expect(day.events).toMatchObject([{ kind: 'drain' }]);
    expect(day.events[0]?.litres).toBeCloseTo(13.5, -0.5);
  });

  it('a day that is frozen throughout has no mark, and says why', () => {
    const day = tankOf([park(600, { ambientC: -20 })], urea);
    expect(day).toMatchObject({ reason: 'frozen', first: null, last: null, usedPct: null, events: [] });
  });

  it('fuel does not freeze here', () => {
    expect(tankOf([park(600, { ambientC: -20 })], ROAD).reason).toBeNull();
  });
});

describe('no level', () => {
  it('a truck that sends none', () => {
    const { derived, range } = derivedOf(lived([drive(30)], ROAD));
    expect(tankDay(derived, range, 'urea', FACTS, NUMBERS.tanks)).toMatchObject({
      reason: 'noReadings',
      first: null,
      minPct: null,
    });
  });

  it('a single minute is no settled level', () => {
    expect(tankOf([park(1)], ROAD)).toMatchObject({ reason: 'notSettled', first: null, usedPct: null });
  });
});
