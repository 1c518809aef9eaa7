import { derive } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { dpfDay } from './dpf-day.ts';
import { FACTS } from './test-kit.ts';
import { type Making, type Numbers, series, signalsOf } from './test-signals.ts';

const NUMBERS = parametersWith().plausibility;

function filter(numbers: Numbers, making: Making = {}) {
  const { trace, range } = signalsOf(numbers, making);
  return dpfDay(derive(trace, FACTS), range, NUMBERS);
}

/** Seconds of exhaust at 730 kg/h, 300 °C and 97 kPa: 0.325 m³/s at a drop of 6 kPa (E13). */
const flow = (n: number, kgh = 730): Numbers => ({
  fuelRateLph: series(n, () => 36),
  exhaustFlowKgh: series(n, () => kgh),
  scrInTempC: series(n, () => 300),
  baroKpa: series(n, () => 97),
});

describe('resistance of the filter', () => {
  it('E13: 6 kPa at 730 kg/h, 300 °C, 103 kPa are 18.5 kPa/(m³/s)', () => {
    const day = filter({ ...flow(100), dpfDeltaKpa: series(100, () => 6) });
    expect(day.median).toBeCloseTo(18.5, 1);
    expect(day).toMatchObject({ samples: 100, highFlowSamples: 100, lowDropShare: 0 });
  });

  it('little flow says nothing: 300 kg/h are 0.14 m³/s', () => {
    expect(filter({ ...flow(100, 300), dpfDeltaKpa: series(100, () => 2) })).toMatchObject({
      samples: 0,
      median: null,
      lowDropShare: null,
    });
  });

  it('a removed filter: hardly any drop at high flow', () => {
    const day = filter({ ...flow(100), dpfDeltaKpa: series(100, (i) => (i < 75 ? 0.4 : 0.5)) });
    expect(day.lowDropShare).toBe(0.75);
    expect(day.median).toBeLessThan(2);
  });

  it('between 0.15 and 0.25 m³/s the resistance counts, a low drop does not', () => {
    const day = filter({ ...flow(100, 450), dpfDeltaKpa: series(100, () => 0.3) });
    expect(day).toMatchObject({ samples: 100, highFlowSamples: 0, lowDropShare: null });
  });

  it('less than 60 samples make no median', () => {
    expect(filter({ ...flow(59), dpfDeltaKpa: series(59, () => 6) }).median).toBeNull();
    expect(filter({ ...flow(60), dpfDeltaKpa: series(60, () => 6) }).median).not.toBeNull();
  });

  it('the sensor’s offset is what it reads with the engine standing', () => {
    const day = filter({ ...flow(100), dpfDeltaKpa: series(100, (i) => (i < 5 ? 0.3 : 6)) }, { off: (i) => i < 5 });
    expect(day.offsetKpa).toBe(0.3);
    expect(filter({ ...flow(100), dpfDeltaKpa: series(100, () => 6) }).offsetKpa).toBeNull();
  });

  it('the first and the last half hour, for a filter taken out during the day', () => {
    const n = 5400;
    const day = filter({ ...flow(n), dpfDeltaKpa: series(n, (i) => (i < 2700 ? 6 : 0.6)) });
    expect(day.firstMedian).toBeCloseTo(18.5, 1);
    expect(day.lastMedian).toBeLessThan(0.3 * (day.firstMedian ?? 0));
    const short = filter({ ...flow(3599), dpfDeltaKpa: series(3599, () => 6) });
    expect([short.firstMedian, short.lastMedian]).toEqual([null, null]);
  });

  it('its own temperature is taken where it is sent', () => {
    const cold = filter({ ...flow(100), dpfTempC: series(100, () => 200), dpfDeltaKpa: series(100, () => 6) });
    expect((cold.median ?? 0) / 18.5).toBeCloseTo(573.15 / 473.15, 2);
  });

  it('a truck without the sensor has none', () => {
    expect(filter(flow(100))).toEqual({
      samples: 0,
      median: null,
      highFlowSamples: 0,
      lowDropShare: null,
      offsetKpa: null,
      firstMedian: null,
      lastMedian: null,
    });
  });
});
