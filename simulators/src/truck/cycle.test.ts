import { signalIndex, toPhysical } from '@plume/ingest/protocol';
import { expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { beijing } from '../test-kit.ts';
import { driveCycle } from './cycle.ts';

const SPEC = truckSpec(1, 0, 'healthyIV');
/** Half an hour of standing, pulling away to 72 km/h, cruising and stopping. */
const CYCLE = Array.from({ length: 1800 }, (_, t) => Math.max(0, Math.min(72, t - 60, 1740 - t)));
const OPTIONS = { startSec: beijing('2026-06-20T09:00:00'), repeats: 2, massKg: 25_000 };

const speedKmh = (raw: Float64Array): number => toPhysical('speedKmh', raw[signalIndex('speedKmh')] ?? 0);

it('drives the speeds of the cycle, warms up on the way, and is the same every time', () => {
  let worst = 0;
  let second = 0;
  const temperatures: number[] = [];
  const bytes: number[][] = [];
  for (const { raw, timeSec } of driveCycle(SPEC, CYCLE, OPTIONS)) {
    expect(timeSec).toBe(OPTIONS.startSec + second);
    worst = Math.max(worst, Math.abs(speedKmh(raw) - (CYCLE[second % CYCLE.length] ?? 0)));
    if (second % 600 === 30) temperatures.push(toPhysical('scrInTempC', raw[signalIndex('scrInTempC')] ?? 0));
    if (second % 600 === 599) bytes.push([...raw]);
    second += 1;
  }
  expect(worst).toBeLessThan(0.4);
  expect(temperatures[1]).toBeGreaterThan((temperatures[0] ?? 0) + 100);
  expect(second).toBe(3600);
  let k = 0;
  second = 0;
  for (const { raw } of driveCycle(SPEC, CYCLE, OPTIONS)) {
    if (second % 600 === 599) expect([...raw]).toEqual(bytes[k++]);
    second += 1;
  }
});
