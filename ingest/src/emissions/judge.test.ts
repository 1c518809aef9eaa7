import { describe, expect, it } from 'vitest';
import { type JudgedTrace, type JudgeOptions, judge } from './judge.ts';
import { JUDGED, JUDGED_NAMES } from './judged.ts';
import { steady, traceFrom } from './test-kit.ts';
import { type Channel, columnOf } from './trace.ts';

const ramp = (n: number, from: number, step: number): number[] => Array.from({ length: n }, (_, i) => from + step * (i % 37));

/** A hot running engine whose speed varies, and what is to be looked at. */
function engine(
  n: number,
  more: Partial<Record<Channel, readonly (number | null)[]>>,
  options?: JudgeOptions,
  times?: readonly number[],
): JudgedTrace {
  const base = {
    engineRpm: ramp(n, 1000, 20),
    coolantTempC: steady(n, 85),
    scrInTempC: ramp(n, 280, 0.5),
    scrOutTempC: ramp(n, 270, 0.5),
  };
  return judge(traceFrom({ ...base, ...more }, times), options);
}

const names = (trace: JudgedTrace, channel: Channel): string[] =>
  [...(trace.columns[channel]?.codes ?? [])].map((code) => JUDGED_NAMES[code] ?? '?');
const runs = (list: readonly string[]): [string, number][] => {
  const out: [string, number][] = [];
  for (const each of list) {
    const last = out.at(-1);
    if (last && last[0] === each) last[1] += 1;
    else out.push([each, 1]);
  }
  return out;
};

describe('NOx readiness', () => {
  it('counts a reading from the 60th second on', () => {
    expect(runs(names(engine(200, { noxDownPpm: ramp(200, 100, 3) }), 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['valid', 140],
    ]);
  });

  it('starts anew when the sensor said that it is not fit, and when it was silent', () => {
    const nox: (number | null)[] = ramp(300, 100, 3);
    for (let i = 100; i < 110; i += 1) nox[i] = null;
    expect(runs(names(engine(300, { noxDownPpm: nox }), 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['valid', 40],
      ['missing', 10],
      ['notReady', 60],
      ['valid', 130],
    ]);
    nox[101] = null;
    const short: (number | null)[] = ramp(300, 100, 3);
    short[100] = null;
    expect(runs(names(engine(300, { noxDownPpm: short }), 'noxDownPpm')).at(-1)).toEqual(['valid', 199]);
    const trace = traceFrom({ engineRpm: ramp(300, 1000, 20) });
    const codes = Uint8Array.from({ length: 300 }, (_, i) => (i === 100 ? JUDGED.error : JUDGED.valid));
    const noxDownPpm = columnOf(Float64Array.from(ramp(300, 100, 3)), codes);
    expect(runs(names(judge({ ...trace, columns: { ...trace.columns, noxDownPpm } }), 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['valid', 40],
      ['error', 1],
      ['notReady', 60],
      ['valid', 139],
    ]);
  });

  it('keeps −20 ppm as noise and takes −20.05 ppm for no reading', () => {
    const nox = ramp(200, 100, 3);
    nox[150] = -20;
    nox[160] = -20.05;
    const found = names(engine(200, { noxDownPpm: nox }), 'noxDownPpm');
    expect([found[150], found[160], found[161]]).toEqual(['valid', 'implausible', 'notReady']);
  });

  it('waits for the dew point of the exhaust at the sensor', () => {
    const n = 300;
    const scrOutTempC = Array.from({ length: n }, (_, i) => (i < 100 ? 99.9 : 100));
    const found = engine(n, { noxDownPpm: ramp(n, 100, 3), noxUpPpm: ramp(n, 300, 3), scrOutTempC });
    expect(runs(names(found, 'noxDownPpm'))).toEqual([
      ['notReady', 160],
      ['valid', 140],
    ]);
    expect(runs(names(found, 'noxUpPpm'))).toEqual([
      ['notReady', 60],
      ['valid', 240],
    ]);
  });

  it('goes on when the exhaust of a released sensor cools below the dew point, and begins anew when it did before the 60 s', () => {
    const n = 400;
    const cools = (from: number) => Array.from({ length: n }, (_, i) => (i >= from && i < from + 100 ? 90 : 180));
    const at = (from: number) => runs(names(engine(n, { noxDownPpm: ramp(n, 100, 3), scrOutTempC: cools(from) }), 'noxDownPpm'));
    expect(at(60)).toEqual([
      ['notReady', 60],
      ['valid', 340],
    ]);
    expect(at(59)).toEqual([
      ['notReady', 219],
      ['valid', 181],
    ]);
  });

  it('asks for the dew point again once the engine was off', () => {
    const n = 400;
    const engineRpm = ramp(n, 1000, 20).map((rpm, i) => (i >= 100 && i < 120 ? 0 : rpm));
    const scrOutTempC = Array.from({ length: n }, (_, i) => (i >= 100 && i < 200 ? 90 : 180));
    const found = engine(n, { noxDownPpm: ramp(n, 100, 3), engineRpm, scrOutTempC });
    expect(runs(names(found, 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['valid', 40],
      ['notReady', 160],
      ['valid', 140],
    ]);
  });

  it('does not check what is not sent, and says so', () => {
    const found = judge(traceFrom({ engineRpm: ramp(200, 1000, 20), noxDownPpm: ramp(200, 100, 3) }));
    expect(found.notChecked).toEqual(['coolant', 'dewPoint']);
    expect(names(found, 'noxDownPpm').at(-1)).toBe('valid');
  });

  it('excludes a cold or stopped engine but keeps the value', () => {
    const n = 300;
    const coolantTempC = Array.from({ length: n }, (_, i) => (i < 150 ? 69 : 70));
    const engineRpm = ramp(n, 1000, 20).map((rpm, i) => (i >= 250 ? 0 : rpm));
    const found = engine(n, { noxDownPpm: ramp(n, 100, 3), coolantTempC, engineRpm });
    expect(runs(names(found, 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['excluded', 90],
      ['valid', 100],
      ['notReady', 50],
    ]);
    expect(found.columns.noxDownPpm?.values[100]).toBe(ramp(n, 100, 3)[100]);
  });

  it('excludes an engine of which nobody knows whether it runs', () => {
    const found = judge(traceFrom({ fuelRateLph: steady(100, 0), noxDownPpm: ramp(100, 100, 3) }));
    expect(runs(names(found, 'noxDownPpm'))).toEqual([
      ['notReady', 60],
      ['excluded', 40],
    ]);
  });

  it('starts anew after a gap of more than 600 s, not after a shorter one', () => {
    const times = (gap: number): number[] => Array.from({ length: 300 }, (_, i) => (i < 150 ? i : i + gap - 1));
    const at = (gap: number) => runs(names(engine(300, { noxDownPpm: ramp(300, 100, 3) }, {}, times(gap)), 'noxDownPpm'));
    expect(at(600)).toEqual([
      ['notReady', 60],
      ['valid', 240],
    ]);
    expect(at(601)).toEqual([
      ['notReady', 60],
      ['valid', 90],
      ['notReady', 60],
      ['valid', 90],
    ]);
  });
});

describe('frozen readings', () => {
  const held = (n: number, from: number, length: number): number[] =>
    ramp(n, 200, 2).map((v, i) => (i >= from && i < from + length ? 500 : v));

  it('are more than 15 equal ones at a varying engine', () => {
    const count = (length: number): number =>
      names(engine(200, { airFlowKgh: held(200, 100, length) }), 'airFlowKgh').filter((c) => c === 'stuck').length;
    expect(count(15)).toBe(0);
    expect(count(16)).toBe(16);
    expect(count(40)).toBe(40);
  });

  it('are none at a level idle, however long', () => {
    const level = steady(200, 650);
    const found = engine(200, { airFlowKgh: steady(200, 120), engineRpm: level.map((rpm, i) => rpm + (i % 2 ? 12 : -12)) });
    expect(names(found, 'airFlowKgh')).not.toContain('stuck');
    const uneven = engine(200, { airFlowKgh: steady(200, 120), engineRpm: level.map((rpm, i) => rpm + (i % 2 ? 14 : -14)) });
    expect(names(uneven, 'airFlowKgh')).toContain('stuck');
  });

  it('of zero fuel are overrun, not a fault', () => {
    const found = engine(200, { fuelRateLph: steady(200, 0), airFlowKgh: steady(200, 0) });
    expect(names(found, 'fuelRateLph')).not.toContain('stuck');
    expect(names(found, 'airFlowKgh')).toContain('stuck');
  });

  it('end at a missing value, a stop and a gap', () => {
    const gappy: (number | null)[] = held(200, 100, 30);
    gappy[115] = null;
    expect(names(engine(200, { airFlowKgh: gappy }), 'airFlowKgh')).not.toContain('stuck');
    const engineRpm = ramp(200, 1000, 20);
    engineRpm[115] = 0;
    const stopped = engine(200, { airFlowKgh: held(200, 100, 30), engineRpm });
    expect(names(stopped, 'airFlowKgh')).not.toContain('stuck');
    const times = Array.from({ length: 200 }, (_, i) => (i < 115 ? i : i + 5));
    expect(names(engine(200, { airFlowKgh: held(200, 100, 30) }, {}, times), 'airFlowKgh')).not.toContain('stuck');
  });

  it('in uploads every 10 s are 15 or more while the engine speed changed by more than 100 rpm', () => {
    const times = Array.from({ length: 100 }, (_, i) => 10 * i);
    const count = (length: number, span: number): number => {
      const engineRpm = Array.from({ length: 100 }, (_, i) => 1200 + (i % 2) * span);
      return names(engine(100, { airFlowKgh: held(100, 20, length), engineRpm }, {}, times), 'airFlowKgh').filter(
        (c) => c === 'stuck',
      ).length;
    };
    expect(count(14, 300)).toBe(0);
    expect(count(15, 300)).toBe(15);
    expect(count(15, 100)).toBe(0);
    expect(count(15, 101)).toBe(15);
  });

  it('without engine speed are those that stand still while the fuel varies by more than 30 %', () => {
    const stuck = (around: number): boolean => {
      const fuelRateLph = Array.from({ length: 100 }, (_, i) => 20 + (i % 2 ? around : -around));
      const found = judge(traceFrom({ fuelRateLph, noxDownPpm: steady(100, 50) }));
      expect(found.notChecked).not.toContain('stuck');
      expect(names(found, 'fuelRateLph')).not.toContain('stuck');
      return names(found, 'noxDownPpm').includes('stuck');
    };
    expect(stuck(5.9)).toBe(false);
    expect(stuck(6.1)).toBe(true);
  });

  it('without engine speed and fuel are not looked for, and it says so', () => {
    const found = judge(traceFrom({ airFlowKgh: steady(100, 400), noxDownPpm: steady(100, 50), speedKmh: ramp(100, 20, 0.5) }));
    expect(found.notChecked).toContain('stuck');
    expect(names(found, 'noxDownPpm')).not.toContain('stuck');
  });
});

it('judging changes neither the trace nor its values, and judging again gives the same', () => {
  const trace = traceFrom({ engineRpm: ramp(100, 900, 30), noxDownPpm: steady(100, 400), coolantTempC: steady(100, 80) });
  const before = trace.columns.noxDownPpm?.codes.slice();
  const once = judge(trace);
  expect(trace.columns.noxDownPpm?.codes).toEqual(before);
  expect(once.columns.noxDownPpm?.values).toBe(trace.columns.noxDownPpm?.values);
  expect(judge(trace).columns.noxDownPpm?.codes).toEqual(once.columns.noxDownPpm?.codes);
});
