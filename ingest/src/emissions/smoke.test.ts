import { describe, expect, it } from 'vitest';
import { derive } from './derive.ts';
import { dpfResistances } from './dpf-series.ts';
import { judge } from './judge.ts';
import { smokeOf } from './smoke.ts';
import { steady, TRUCK, traceFrom } from './test-kit.ts';
import type { Channel } from './trace.ts';

const derived = (n: number, more: Partial<Record<Channel, readonly (number | null)[]>>) =>
  derive(
    judge(traceFrom({ engineRpm: steady(n, 1500), fuelRateLph: steady(n, 36), airFlowKgh: steady(n, 700), ...more })),
    TRUCK,
  );

describe('smoke', () => {
  it('E12: 12 mg/m³ in 730.06 kg/h are 6.775 g in an hour', () => {
    const found = smokeOf(derived(3600, { pmMgM3: steady(3600, 12) }));
    expect(found.massG.toFixed(3)).toBe('6.775');
    expect([found.source, found.meanMgM3.value, found.medianMgM3.value, found.highShare.value]).toEqual(['pmMgM3', 12, 12, 0]);
  });

  it('takes light absorption at 120 mg/m³ per 1/m, and opacity over 0.43 m', () => {
    expect(smokeOf(derived(10, { lightAbsorptionPerM: steady(10, 0.5) })).meanMgM3.value).toBeCloseTo(60, 9);
    expect(smokeOf(derived(10, { opacityPct: steady(10, 19.35) })).meanMgM3.value).toBeCloseTo(60, 1);
    expect(smokeOf(derived(10, { opacityPct: steady(10, 100) })).meanMgM3).toEqual({ value: null, reason: 'noSamples' });
  });

  it('counts puffs of more than 5 s above 1.2 1/m, and the time above five medians', () => {
    const k = steady(100, 0.2);
    const puff = (from: number, length: number): void => {
      for (let i = from; i < from + length; i += 1) k[i] = 1.21;
    };
    puff(10, 5);
    puff(30, 6);
    puff(50, 20);
    const found = smokeOf(derived(100, { lightAbsorptionPerM: k }));
    expect(found.visibleEvents).toBe(2);
    expect(found.highShare.value).toBeCloseTo(0.31, 9);
  });

  it('of a clean truck is not high by one step of the gauge, though its median is 0', () => {
    const opacity = (step: number): number | null =>
      smokeOf(derived(100, { opacityPct: Array.from({ length: 100 }, (_, i) => (i % 8 === 0 ? step : 0)) })).highShare.value;
    expect(opacity(0.4)).toBe(0);
    // A fifth of 1.2 1/m is 0.24 1/m: 1 − e^(−0.24 × 0.43) = 9.8 %.
    expect(opacity(9.7)).toBe(0);
    expect(opacity(9.9)).toBeCloseTo(0.13, 9);
  });

  it('of a truck that sends none is none', () => {
    expect(smokeOf(derived(10, {}))).toMatchObject({ source: null, seconds: 0, meanMgM3: { value: null, reason: 'noSamples' } });
  });
});

it('E13 resistance sample by sample, where flow, temperature and pressure are known', () => {
  const n = 4;
  const found = dpfResistances(
    derived(n, {
      dpfDeltaKpa: [6, 6, 6, null],
      dpfTempC: [300, null, 300, 300],
      baroKpa: [97, 97, 97, 97],
      airFlowKgh: [700, 700, 100, 700],
    }),
  );
  expect(found[0]?.toFixed(2)).toBe('18.45');
  expect([...found.slice(1)].every(Number.isNaN)).toBe(true);
});
