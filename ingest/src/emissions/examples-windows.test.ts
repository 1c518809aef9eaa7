import { describe, expect, it } from 'vitest';
import { binOneGPerHour, binTwoPerWork, epaBins, epaStandard } from './epa-bins.ts';
import { epaWindows, inBinOne, normalisedCo2 } from './epa-windows.ts';
import { windowSeries } from './window-series.ts';
import { THRESHOLD_10, THRESHOLD_20_15 } from './window-validity.ts';
import { summarise, withinLimit } from './window-verdict.ts';
import { co2Windows, fuelWindows, longestWindowS, workWindows } from './windows.ts';

/** The deterministic trace of E8: 3600 s, power in blocks of 300 s, NOx by power, 8 g/kWh in the first 600 s and 2 after. */
const BLOCKS = [15, 60, 120, 30, 150, 90, 5, 75, 135, 45, 105, 20];
const SECONDS = 3600;
const POWER = Float64Array.from({ length: SECONDS }, (_, t) => BLOCKS[Math.floor(t / 300)] ?? 0);
const RATES = {
  timeSec: Float64Array.from({ length: SECONDS }, (_, t) => 1_700_000_000 + t),
  coverS: new Float64Array(SECONDS).fill(1),
  noxGs: POWER.map((kw, t) => ((t < 600 ? 8 : 2) * kw) / 3600),
  powerKw: POWER,
  co2Gs: POWER.map((kw) => (650 * kw) / 3600),
  fuelKgh: POWER.map((kw) => 0.2 * kw),
};
const ALL = new Uint8Array(SECONDS).fill(1);
const FACTS = {
  ratedPowerKw: 250,
  workRef: { value: 10, assumed: false },
  co2Ref: { value: 6500, assumed: false },
  co2GPerKwh: 650,
  fuelRef: { value: 2, assumed: false },
  bsfcKgPerKwh: 0.2,
};
const mg = (gPerKwh: number | undefined): string => ((gPerKwh ?? Number.NaN) * 1000).toFixed(2);

describe('E8 windows of the reference trace', () => {
  const series = windowSeries(RATES, ALL);
  const work = workWindows(series, { ...FACTS, threshold: THRESHOLD_20_15 });

  it('finds all windows, the first as printed', () => {
    expect(work.total.toFixed(4)).toBe('70.8333');
    expect(work.spans.count).toBe(3015);
    expect([work.spans.start[0], work.spans.end[0]]).toEqual([0, 713]);
    expect(((series.workKwh?.[713] ?? 0) - 0).toFixed(4)).toBe('10.0167');
    expect(mg(work.gPerKwh[0])).toBe('5743.76');
    expect((((series.workKwh?.[713] ?? 0) * 3600) / 713).toFixed(3)).toBe('50.575');
    expect(((series.noxG[3600] ?? 0) / work.total).toFixed(3)).toBe('2.529');
  });

  it('work-based at 20 %', () => {
    const found = summarise(work);
    expect(work.thresholdPct).toBe(20);
    expect(work.validCount).toBe(2913);
    expect(work.validShare.toFixed(4)).toBe('0.9662');
    expect(mg(found?.p90)).toBe('5020.99');
    expect(mg(found?.mean)).toBe('2502.07');
    expect(mg(found?.max)).toBe('5743.76');
    expect(((found?.p90 ?? 0) / 2).toFixed(3)).toBe('2.510');
    expect(((found?.p90 ?? 0) / 3.5).toFixed(3)).toBe('1.435');
  });

  it('work-based at 10 %', () => {
    const found = workWindows(series, { ...FACTS, threshold: THRESHOLD_10 });
    expect(found.validCount).toBe(3015);
    expect(mg(summarise(found)?.p90)).toBe('4983.01');
  });

  it('CO2-based, valid by duration', () => {
    expect(longestWindowS(10, 250, 0.2)).toBe(720);
    const found = co2Windows(series, FACTS);
    expect(found.spans.count).toBe(3015);
    expect(found.validCount).toBe(2909);
    expect(mg(summarise(found)?.p90)).toBe('5021.49');
  });

  it('fuel windows are the CO2 windows on this trace, where both go with work', () => {
    const fuel = fuelWindows(series, FACTS);
    const co2 = co2Windows(series, FACTS);
    expect(fuel.spans.end).toEqual(co2.spans.end);
    expect(fuel.valid).toEqual(co2.valid);
    expect(mg(summarise(fuel)?.p90)).toBe('5021.49');
  });

  it('judges by count of windows, not by the percentile', () => {
    const values = work.gPerKwh.filter((_, k) => work.valid[k] === 1).sort();
    const limit = values[Math.ceil(values.length * 0.9) - 1] ?? 0;
    expect(withinLimit(work, limit).passes).toBe(true);
    const below = values[Math.ceil(values.length * 0.9) - 2] ?? 0;
    expect(below).toBeLessThan(limit);
    expect(withinLimit(work, below).passes).toBe(false);
    expect(withinLimit(work, 3, 1.25).within).toBe(values.filter((each) => each <= 3.75).length);
  });

  it('sorts the 300 s windows into bins with the edge in bin 1', () => {
    const windows = epaWindows(RATES, ALL, 1);
    const bins = epaBins(windows, 650, 250);
    expect(bins.windows).toBe(3301);
    expect(bins.bin1.windows).toBe(79);
    expect(bins.bin2.windows).toBe(3222);
    expect(bins.bin1.gPerHour.value?.toFixed(6)).toBe('21.245570');
    expect(bins.bin2.gPerKwh.value?.toFixed(6)).toBe('2.487823');
    expect([bins.bin1.enough, bins.bin2.enough]).toEqual([false, false]);
  });
});

describe('E9, 40 CFR 1036.530', () => {
  it('(e): the normalised CO2 of the example is 27.22 %', () => {
    expect((100 * normalisedCo2(3948, 428.2, 406.5, 300.01)).toFixed(2)).toBe('27.22');
  });

  it('(g)(2)(i): the three printed windows of bin 1, and the result of all 10114', () => {
    const three = [
      { noxG: 0.021, co2G: 0, seconds: 299.99 },
      { noxG: 0.025, co2G: 0, seconds: 299.98 },
      { noxG: 0.031, co2G: 0, seconds: 300.04 },
    ];
    expect(((binOneGPerHour(three).value ?? 0) / 3600).toFixed(6)).toBe('0.000086');
    expect(binOneGPerHour(three).value?.toFixed(4)).toBe('0.3080');
    expect((0.000285 * 3600).toFixed(3)).toBe('1.026');
  });

  it('(g)(2)(ii): the three printed windows of bin 2', () => {
    const three = [
      { noxG: 0.546, co2G: 10950.2, seconds: 300 },
      { noxG: 0.549, co2G: 10961.3, seconds: 300 },
      { noxG: 0.556, co2G: 10965.3, seconds: 300 },
    ];
    const found = binTwoPerWork(three, 428.1).value ?? 0;
    expect(found.toFixed(6)).toBe('0.021498');
    expect(((found * 1000) / 0.745699872).toFixed(2)).toBe('28.83');
  });

  it.each([
    [25, '10.40', '63.0', '84.5'],
    [15, '12.90', '85.0', '114.0'],
    [5, '15.40', '107.0', '143.5'],
    [40, '10.40', '63.0', '84.5'],
  ])('standard and margin at %d °C', (ambient, hour, hph, kwh) => {
    const found = epaStandard(ambient);
    expect(found.bin1GPerHour.toFixed(2)).toBe(hour);
    expect((found.bin2GPerHph * 1000).toFixed(1)).toBe(hph);
    expect(((found.bin2GPerHph * 1000) / 0.745699872).toFixed(1)).toBe(kwh);
  });

  it('kW form: 6 % of 250 kW at 650 g/kWh', () => {
    const full = (650 * 250 * 300) / 3600;
    expect(full.toFixed(1)).toBe('13541.7');
    expect((0.06 * full).toFixed(1)).toBe('812.5');
    expect(inBinOne(normalisedCo2(0.06 * full, 650, 250, 300))).toBe(true);
    expect(inBinOne(normalisedCo2(0.060001 * full, 650, 250, 300))).toBe(false);
  });
});
