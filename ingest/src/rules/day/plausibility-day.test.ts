import { type Derived, derive, JUDGED } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { plausibilityDay } from './plausibility-day.ts';
import { FACTS, lehmer } from './test-kit.ts';
import { type Making, type Numbers, series, signalsOf } from './test-signals.ts';

const PARAMETERS = parametersWith();

/** Measures of a trace that needs no putting back in time. */
function measured(numbers: Numbers, making: Making = {}) {
  const { trace, range } = signalsOf(numbers, making);
  return plausibilityDay(trace, derive(trace, FACTS), range, PARAMETERS);
}

/** An hour of a hot truck with both sensors; downstream as a function of upstream. */
function hot(down: (up: number, random: () => number, i: number) => number | null, making: Making = {}, n = 3600) {
  const random = lehmer(7);
  const up = Array.from({ length: n }, (_, i) => 700 + 250 * Math.sin(i / 80));
  return measured(
    {
      engineRpm: series(n, (i) => 1200 + 200 * Math.sin(i / 50)),
      fuelRateLph: series(n, (i) => 30 + 20 * Math.sin(i / 80)),
      coolantTempC: series(n, () => 85),
      scrInTempC: series(n, () => 300),
      noxUpPpm: series(n, (i) => (up[i] as number) + 15 * (random() - 0.5)),
      noxDownPpm: series(n, (i) => down(up[i] as number, random, i)),
    },
    making,
  );
}

describe('samples more than 10 s apart', () => {
  it('tests by the second are not taken, and say why; the others are', () => {
    const times = Array.from({ length: 400 }, (_, i) => 30 * i);
    const day = hot((up) => up, { times, periodS: 30 }, 400);
    expect(day).toMatchObject({
      reason: 'periodTooLong',
      stuckShare: {},
      flatSdPpm: null,
      copyCv: null,
      copyTested: 0,
      overruns: 0,
      starts: 0,
      hotS: 12_000,
      ratioS: 12_000,
      ratioOneS: 12_000,
    });
    expect(day.joint).not.toBeNull();
  });

  it('10 s apart they are', () => {
    const times = Array.from({ length: 400 }, (_, i) => 10 * i);
    expect(hot((up) => 0.2 * up, { times, periodS: 10 }, 400)).toMatchObject({ reason: null, copyTested: 2 });
  });
});

describe('T1', () => {
  const stuck =
    (channel: string, first: number, last: number) =>
    (of: string, i: number): number | null =>
      of === channel && i >= first && i < last ? JUDGED.stuck : null;

  it('share of the running time, by channel', () => {
    const day = hot((up) => 0.2 * up, { code: stuck('noxDownPpm', 0, 900), off: (i) => i >= 1800 });
    expect(day.stuckS).toBe(1800);
    expect(day.stuckShare).toMatchObject({ noxDownPpm: 0.5, noxUpPpm: 0, fuelRateLph: 0, scrInTempC: 0 });
    expect(Object.keys(day.stuckShare)).not.toContain('airFlowKgh');
  });

  it('air without NOx in overrun may read the same for long', () => {
    const n = 1000;
    const numbers = { fuelRateLph: series(n, (i) => (i < 100 ? 0 : 20)), noxDownPpm: series(n, () => 0) };
    expect(measured(numbers, { code: stuck('noxDownPpm', 0, 200) }).stuckShare.noxDownPpm).toBeCloseTo(0.1, 9);
  });

  it('readings that repeat count in no other test: two tests that speak are two pieces of evidence', () => {
    const day = hot(() => 96.4, { code: stuck('noxDownPpm', 0, 3600) });
    expect(day).toMatchObject({
      flatSdPpm: null,
      copyCv: null,
      overruns: 0,
      hotMeanPpm: null,
      ratioS: 0,
      joint: null,
      hotInvalidS: 0,
    });
    expect(day.stuckShare.noxDownPpm).toBe(1);
    expect(day.noxOddShare).toBe(1);
  });
});

describe('T6, T8, T9', () => {
  it('mean of the valid readings, by the time they stand for', () => {
    const day = measured({
      fuelRateLph: series(1000, () => 20),
      coolantTempC: series(1000, () => 85),
      noxDownPpm: series(1000, (i) => (i < 250 ? 100 : 20)),
    });
    expect(day.hotMeanPpm).toBeCloseTo(40, 9);
    expect(day.hotMeanS).toBe(1000);
  });

  it('hot seconds without a reading, and those with an odd one', () => {
    const n = 1000;
    const day = measured(
      {
        coolantTempC: series(n, (i) => (i < 200 ? 40 : 70)),
        // 300 s nothing, 100 s −5 ppm, the rest 100 ppm; 50 s an error code.
        noxDownPpm: series(n, (i) => (i >= 200 && i < 500 ? null : i >= 500 && i < 600 ? -5 : 100)),
      },
      { code: (channel, i) => (channel === 'noxDownPpm' && i >= 950 ? JUDGED.error : null) },
    );
    expect(day).toMatchObject({ hotS: 800, hotInvalidS: 350 });
    expect(day.noxOddShare).toBeCloseTo(450 / 800, 9);
  });

  it('a truck that never sent one has all its hot time without', () => {
    const day = measured({ coolantTempC: series(500, () => 80), fuelRateLph: series(500, () => 20) });
    expect(day).toMatchObject({ hotS: 500, hotInvalidS: 500, noxOddShare: null, hotMeanPpm: null, joint: null });
  });
});

describe('T7', () => {
  it.each([
    { name: 'the same on both sides', factor: 1, share: 1 },
    { name: 'a dead catalyst within a tenth', factor: 0.92, share: 1 },
    { name: 'a little beyond', factor: 0.88, share: 0 },
    { name: 'a working one', factor: 0.2, share: 0 },
  ])('$name', ({ factor, share }) => {
    const day = hot((up, random) => factor * up + 15 * (random() - 0.5));
    expect(day.ratioS).toBe(3600);
    expect(day.ratioOneS / day.ratioS).toBe(share);
  });

  it('noise of the second does not hide it: 20 s means count', () => {
    const day = hot((up, random) => up * (1 + 0.5 * (random() - 0.5)));
    expect(day.ratioOneS / day.ratioS).toBeGreaterThan(0.85);
  });
});

describe('T3 before and after the sensors are put back in time', () => {
  it('a copy made with a delay is seen once they are', () => {
    const n = 3600;
    const random = lehmer(3);
    const up = Array.from({ length: n + 3 }, () => 200 + 900 * random());
    const numbers = (delay: number): Numbers => ({
      fuelRateLph: series(n, () => 20),
      scrInTempC: series(n, () => 300),
      noxUpPpm: series(n, (i) => up[i + 3] as number),
      noxDownPpm: series(n, (i) => 0.3 * (up[i + 3 - delay] as number)),
    });
    const late = signalsOf(numbers(2));
    const inTime = signalsOf(numbers(0));
    const day = (derived: Derived) => plausibilityDay(late.trace, derived, late.range, PARAMETERS);
    expect(day(derive(late.trace, FACTS)).copyCv).toBeNull();
    expect(day(derive(inTime.trace, FACTS)).copyCv).toBeCloseTo(0, 6);
  });
});
