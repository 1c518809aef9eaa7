import { derive, HOUR_S, type JudgedTrace, uNox } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { nh3Day } from './nh3-day.ts';
import { FACTS, lehmer } from './test-kit.ts';
import { series, signalsOf } from './test-signals.ts';

const NUMBERS = parametersWith().plausibility;
/** mL of solution a gram of NOx removed: 2.0083 g at 1.09 g/mL (E11). */
const ML_PER_G = 2.0083 / 1.09;

interface Truck {
  /** Injected over demanded urea at a second. */
  readonly dosing: (i: number, random: () => number) => number;
  /** What the sensor reads of upstream, for an injection of so many times the demand. */
  readonly reads: (dosing: number) => number;
  readonly inletC?: number;
  readonly n?: number;
}

/** Some time at a level load that changes every quarter of an hour, with sensors of 3 % noise; demand is what 80 % conversion takes. */
function day({ dosing, reads, inletC = 300, n = 7200 }: Truck) {
  const random = lehmer(21);
  const noise = (): number => 1 + 0.03 * Math.sqrt(3) * (2 * random() - 1);
  const load = (i: number): number => 1 + 0.4 * (Math.floor(i / 900) % 3);
  const up = (i: number): number => 500 * load(i);
  const flowKgh = (i: number): number => 400 * load(i);
  const doses = Array.from({ length: n }, (_, i) => dosing(i, random));
  const demandMlh = (i: number): number => uNox('V') * up(i) * flowKgh(i) * 0.8 * ML_PER_G;
  const { trace, range } = signalsOf({
    fuelRateLph: series(n, (i) => 30 * load(i)),
    exhaustFlowKgh: series(n, flowKgh),
    scrInTempC: series(n, () => inletC),
    noxUpPpm: series(n, (i) => up(i) * noise()),
    noxDownPpm: series(n, (i) => up(i) * reads(doses[i] as number) * noise()),
    ureaInjectionMlh: series(n, (i) => demandMlh(i) * (doses[i] as number)),
  });
  return nh3Day(derive(trace, FACTS), range, NUMBERS);
}

/** A control that wanders by a tenth within minutes. */
const wanders =
  (about: number) =>
  (i: number): number =>
    about * (1 + 0.1 * Math.sin(i / 60));

describe('ammonia read as NOx', () => {
  it('a healthy catalyst takes what is injected: more urea, less NOx', () => {
    const found = day({ dosing: wanders(1), reads: (dosing) => 1 - 0.8 * dosing });
    expect(found.dosingRatio).toBeCloseTo(1, 1);
    expect(found.riseWithDosing).toBeLessThan(-0.5);
    expect(found.seconds).toBe(7200);
  });

  it('by hand: without removal by a half, the demand is half of what is injected', () => {
    expect(day({ dosing: () => 1, reads: () => 0.6 }).dosingRatio).toBeCloseTo(2, 1);
  });

  it('overdosed, what the catalyst cannot use is read as NOx: both conditions hold', () => {
    const found = day({ dosing: wanders(1.9), reads: (dosing) => 0.2 + 0.8 * 0.9 * Math.max(0, dosing - 1) });
    expect(found.dosingRatio).toBeGreaterThan(1.2);
    expect(found.riseWithDosing).toBeGreaterThan(0.5);
  });

  it('a dead catalyst does not heed the dosing', () => {
    const found = day({ dosing: wanders(1), reads: () => 0.97 });
    expect(found.dosingRatio).toBeGreaterThan(1.2);
    expect(Math.abs(found.riseWithDosing ?? 1)).toBeLessThan(0.2);
  });

  it('below 200 °C nothing is asked, below 250 °C no correlation', () => {
    const slip: Truck = { dosing: wanders(1.9), reads: (dosing) => 0.2 + 0.7 * (dosing - 1) };
    expect(day({ ...slip, inletC: 199 })).toEqual({ dosingRatio: null, riseWithDosing: null, seconds: 0 });
    expect(day({ ...slip, inletC: 249 })).toMatchObject({ riseWithDosing: null, seconds: 7200 });
  });

  it('half an hour of level time is needed for a correlation', () => {
    const slip: Truck = { dosing: wanders(1.9), reads: (dosing) => 0.2 + 0.7 * (dosing - 1) };
    expect(day({ ...slip, n: 1800 }).riseWithDosing).toBeNull();
    expect(day({ ...slip, n: 2400 }).riseWithDosing).not.toBeNull();
  });

  it('a truck that sends no dosing, or has no upstream sensor, says nothing', () => {
    const { trace, range } = signalsOf({ noxDownPpm: series(100, () => 100), ureaInjectionMlh: series(100, () => 500) });
    const nothing = { dosingRatio: null, riseWithDosing: null, seconds: 0 };
    expect(nh3Day(derive(trace, FACTS), range, NUMBERS)).toEqual(nothing);
    const bare: JudgedTrace = { ...trace, columns: {} };
    expect(nh3Day(derive(bare, FACTS), range, NUMBERS)).toEqual(nothing);
  });

  it('injected mL/h are summed over the seconds they hold', () => {
    // 1 h at 1000 ppm, 1000 kg/h: 0.001587 × 10⁶ = 1587 g; half of it removed takes 793.5 g × 2.0083 / 1.09 = 1462 mL.
    const n = 3600;
    const { trace, range } = signalsOf({
      fuelRateLph: series(n, () => 30),
      exhaustFlowKgh: series(n, () => 1000),
      scrInTempC: series(n, () => 300),
      noxUpPpm: series(n, () => 1000),
      noxDownPpm: series(n, () => 500),
      ureaInjectionMlh: series(n, () => 2193),
    });
    expect(HOUR_S).toBe(3600);
    expect(nh3Day(derive(trace, FACTS), range, NUMBERS).dosingRatio).toBeCloseTo(2193 / 1462, 3);
  });
});
