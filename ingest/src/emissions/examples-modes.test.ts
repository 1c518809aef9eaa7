import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { OPERATING_MODES, operatingMode, operatingModes } from './moves-mode.ts';
import { MOVES_VEHICLES, scaledTractivePower } from './moves-power.ts';
import { roadLoadKw } from './road-load.ts';

const rowsOf = (name: string): number[][] =>
  readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));

const TRUCK = MOVES_VEHICLES.combinationMy2010;
const OLD = MOVES_VEHICLES.combinationMy2008;
const NONE: readonly [number, number, number] = [0, 0, 0];

it.each([
  [60, 0.1, 0, '9.017', '5.273', 25],
  [80, 0, 1, '13.972', '8.171', 27],
  [18, 0.5, 0, '7.130', '4.170', 14],
  [90, -0.1, -1, '-1.265', '-0.739', 33],
])('E14 scaled tractive power at %d km/h', (kmh, accel, grade, stp, old, mode) => {
  const found = scaledTractivePower(TRUCK, kmh / 3.6, accel, grade);
  expect(found.toFixed(3)).toBe(stp);
  expect(scaledTractivePower(OLD, kmh / 3.6, accel, grade).toFixed(3)).toBe(old);
  expect(operatingMode(kmh / 1.609344, found, NONE)).toBe(mode);
});

it('E14 braking comes before idle, idle before the table', () => {
  expect(operatingMode(30, 5, [-2, 0, 0])).toBe(0);
  expect(operatingMode(30, 5, [-1.2, -1.5, -1.1])).toBe(0);
  expect(operatingMode(30, 5, [-1.2, -1.5, -1])).toBe(23);
  expect(operatingMode(0.5, 0, [-3, 0, 0])).toBe(0);
  expect(operatingMode(0.99, 40, NONE)).toBe(1);
  expect(operatingMode(1, 0, NONE)).toBe(12);
  expect(operatingMode(25, 12, NONE)).toBe(27);
  expect(operatingMode(50, 5.99, NONE)).toBe(33);
  expect(operatingMode(50, 30, NONE)).toBe(40);
});

it('E14 seconds per mode of the C-WTVC, and its emission at China IV rates', () => {
  const cycle = rowsOf('c-wtvc.csv');
  const time = Float64Array.from(cycle, ([t]) => t ?? Number.NaN);
  const speed = Float64Array.from(cycle, ([, v]) => v ?? Number.NaN);
  const modes = operatingModes(time, speed, TRUCK);
  const tally: Record<number, number> = {};
  for (const mode of modes) tally[mode] = (tally[mode] ?? 0) + 1;
  expect(tally).toEqual({
    0: 157,
    1: 208,
    11: 129,
    12: 124,
    13: 107,
    14: 104,
    15: 63,
    16: 41,
    21: 150,
    22: 46,
    23: 66,
    24: 81,
    25: 74,
    27: 159,
    28: 10,
    29: 1,
    33: 41,
    35: 131,
    37: 109,
  });
  const rates = rowsOf('china-iv-rates.csv');
  const order: readonly number[] = OPERATING_MODES;
  let nox = 0;
  let co2 = 0;
  for (const mode of modes) {
    const rate = rates[order.indexOf(mode)];
    nox += rate?.[1] ?? Number.NaN;
    co2 += rate?.[2] ?? Number.NaN;
  }
  const km = speed.reduce((sum, v) => sum + v / 3600, 0);
  expect(km).toBeCloseTo(20.51, 3);
  expect(nox.toFixed(2)).toBe('148.34');
  expect((nox / km).toFixed(3)).toBe('7.233');
  expect(co2.toFixed(0)).toBe('15257');
  expect((co2 / km).toFixed(1)).toBe('743.9');
  expect((nox / (co2 / 1000 / 3.1731)).toFixed(1)).toBe('30.9');
});

it('modes need a known acceleration: none after a gap or a missing speed', () => {
  const time = Float64Array.from([0, 1, 2, 3, 10]);
  const speed = Float64Array.from([50, 50, Number.NaN, 50, 50]);
  expect([...operatingModes(time, speed, TRUCK)]).toEqual([23, 23, -1, -1, 23]);
});

it.each([
  [80, 0, 0, '116.5'],
  [80, 0, 2, '310.3'],
  [50, 0.2, 0, '186.6'],
])('E15 road load of 40 t at %d km/h', (kmh, accel, grade, kw) => {
  expect(roadLoadKw({ massKg: 40_000, rolling: 0.0065, dragM2: 6.5 }, kmh / 3.6, accel, grade).toFixed(1)).toBe(kw);
});
