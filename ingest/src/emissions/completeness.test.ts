import { describe, expect, it } from 'vitest';
import { completenessOf, rates } from './completeness.ts';
import { type FileRows, resolveDuplicates } from './duplicate-times.ts';
import { judge } from './judge.ts';
import { coverOf, periodOf } from './period.ts';
import { lehmer, steady, traceFrom } from './test-kit.ts';
import { timelinessOf } from './timeliness.ts';

const NOX = ['noxDownPpm'] as const;

/** An hour at 1 Hz in which the given seconds never came. */
function hour(missing: (t: number) => boolean, odometer: (t: number) => number | null = (t) => t / 60) {
  const times = Array.from({ length: 3600 }, (_, t) => t).filter((t) => !missing(t));
  return judge(
    traceFrom(
      {
        engineRpm: times.map((t) => 1000 + (t % 40) * 10),
        odometerKm: times.map(odometer),
        noxDownPpm: times.map((t) => 200 + (t % 50)),
        coolantTempC: times.map((t) => (t < 1800 ? 60 : 80)),
      },
      times,
    ),
  );
}

describe('completeness', () => {
  it('of a whole hour', () => {
    const found = completenessOf(
      hour(() => false),
      NOX,
    );
    expect([found.received, found.due, found.transmissionRate.value]).toEqual([3600, 3600, 1]);
    // 60 s until the sensor counts, cold until the half hour.
    expect(found.channels.noxDownPpm?.validRate.value).toBe(0.5);
    expect(found.channels.noxDownPpm?.hotValidRate.value).toBe(1);
    expect(found.channels.noxDownPpm?.effectiveRate.value).toBe(0.5);
  });

  it('counts single lost seconds', () => {
    const found = completenessOf(
      hour((t) => t % 100 === 50),
      NOX,
    );
    expect([found.received, found.due]).toEqual([3564, 3600]);
    expect(found.gaps).toEqual([]);
  });

  it('counts a gap in full when the engine ran on both sides and the truck moved by 0.1 km', () => {
    const gap = (t: number): boolean => t > 1000 && t < 1200;
    const moving = completenessOf(hour(gap), NOX);
    expect([moving.received, moving.due]).toEqual([3401, 3600]);
    expect(moving.gaps).toEqual([{ fromSec: 1000, toSec: 1200, counted: true }]);
    const standing = completenessOf(
      hour(gap, () => 12),
      NOX,
    );
    expect([standing.received, standing.due, standing.gaps[0]?.counted]).toEqual([3401, 3401, false]);
  });

  it('counts a gap in full over one step of the odometer, wherever it stands', () => {
    // 0.3 − 0.2 and 123 456.8 − 123 456.7 are a little less than 0.1 in a double, 1000.1 − 1000.0 a little more.
    const gap = (t: number): boolean => t > 1000 && t < 1200;
    for (const before of [0, 1, 2, 1234, 10_000, 1_234_567, 4_567_893]) {
      const found = completenessOf(
        hour(gap, (t) => (t <= 1000 ? before * 0.1 : (before + 1) * 0.1)),
        NOX,
      );
      expect(found.due, `${before}`).toBe(3600);
    }
  });

  it('has no rates without samples, and none of a channel that was never sent as 0', () => {
    const off = completenessOf(judge(traceFrom({ engineRpm: steady(50, 0) })), NOX);
    expect(off.transmissionRate).toEqual({ value: null, reason: 'noSamples' });
    expect(off.channels.noxDownPpm?.validRate).toEqual({ value: null, reason: 'noSamples' });
    const silent = completenessOf(judge(traceFrom({ engineRpm: steady(50, 900) })), NOX);
    expect(silent.channels.noxDownPpm?.validRate.value).toBe(0);
    expect(silent.channels.noxDownPpm?.counts.missing).toBe(50);
    expect(rates(0, 0, 0).effective).toEqual({ value: null, reason: 'noSamples' });
  });
});

describe('timeliness', () => {
  it('late share counts more than 120 s, the freshest sample tells the clock', () => {
    expect(timelinessOf([100, 200, 300, 400], [102, 320, 421, 403])).toEqual({
      lateShare: { value: 0.25, reason: null },
      clockErrorS: { value: -2, reason: null },
    });
    expect(timelinessOf([1000], [700]).clockErrorS.value).toBe(300);
  });
  it('a backlog alone says nothing of the clock', () => {
    expect(timelinessOf([100], [5000]).clockErrorS.value).toBeNull();
    expect(timelinessOf([], []).lateShare.value).toBeNull();
  });
});

describe('period and hold', () => {
  it('the most frequent step, whatever is lost', () => {
    expect(periodOf(Float64Array.from([0, 1, 2, 4, 5, 6, 50]))).toBe(1);
    expect(periodOf(Float64Array.from([0, 10, 20, 40]))).toBe(10);
    expect(periodOf(Float64Array.from([0, 0.1, 0.2]))).toBe(0.1);
    expect(periodOf(Float64Array.from([0]))).toBeNull();
    expect(periodOf(Float64Array.from([0, 500]))).toBeNull();
  });
  it('holds for min(dt, 3 periods, 90 s)', () => {
    expect([...coverOf(Float64Array.from([0, 1, 3, 6, 20]), 1)]).toEqual([1, 2, 3, 3, 1]);
    expect([...coverOf(Float64Array.from([0, 40, 200]), 40)]).toEqual([40, 90, 40]);
  });
});

describe('repeated times in files', () => {
  const rows = (time: number[], nox: number[]): FileRows => ({
    timeSec: Float64Array.from(time),
    values: { noxDownPpm: Float64Array.from(nox) },
  });
  const resolved = (time: number[], nox: number[]) => {
    const { rows: out, report } = resolveDuplicates(rows(time, nox), 1);
    return { time: [...out.timeSec], nox: [...(out.values.noxDownPpm ?? [])], report };
  };

  it('same values: dropped', () => {
    expect(resolved([0, 1, 1, 2], [5, 6, 6, 7])).toMatchObject({ time: [0, 1, 2], nox: [5, 6, 7], report: { dropped: 1 } });
  });
  it('different values beside a missing second: put there', () => {
    expect(resolved([0, 1, 1, 3], [5, 6, 8, 7])).toMatchObject({ time: [0, 1, 2, 3], nox: [5, 6, 8, 7], report: { moved: 1 } });
    expect(resolved([0, 2, 2, 3], [5, 6, 8, 7])).toMatchObject({ time: [0, 1, 2, 3], nox: [5, 6, 8, 7], report: { moved: 1 } });
  });
  it('different values with no room: averaged', () => {
    expect(resolved([0, 1, 1, 2], [5, 6, 8, 7])).toMatchObject({ time: [0, 1, 2], nox: [5, 7, 7], report: { averaged: 2 } });
    expect(resolved([0, 1, 1, 2], [5, Number.NaN, 8, 7])).toMatchObject({ nox: [5, 8, 7] });
  });
  it('rows out of order are put in order and counted', () => {
    expect(resolved([0, 2, 1, 3], [5, 7, 6, 8])).toMatchObject({
      time: [0, 1, 2, 3],
      nox: [5, 6, 7, 8],
      report: { outOfOrder: 1 },
    });
  });
  it('always gives strictly rising times', () => {
    const random = lehmer(3);
    for (let trial = 0; trial < 50; trial += 1) {
      const time = Array.from({ length: 60 }, () => Math.floor(random() * 40));
      const out = resolved(
        time,
        time.map(() => Math.floor(random() * 3)),
      ).time;
      for (let i = 1; i < out.length; i += 1) expect(out[i] ?? 0).toBeGreaterThan(out[i - 1] ?? 0);
    }
  });
});
