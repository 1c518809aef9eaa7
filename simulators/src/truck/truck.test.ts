import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { beijing } from '../test-kit.ts';
import { DAY_S } from '../world/calendar.ts';
import { newReading } from './readings.ts';
import { type TruckState, truck } from './truck.ts';

const FROM = beijing('2026-11-20T00:00:00');
const specs = [truckSpec(3, 0, 'healthyIV'), truckSpec(3, 1, 'healthyV', { shiftHours: 8 }), truckSpec(3, 17, 'fuelTheft')];

describe('the state of a truck', () => {
  it('is the same at a second whichever way and from whichever start it is reached', () => {
    const reference = specs.map((spec) => truck(spec));
    const wanderer = specs.map((spec) => truck(spec));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: specs.length - 1 }),
        fc.integer({ min: 0, max: 3 * DAY_S }),
        fc.integer({ min: 1, max: 5000 }),
        (i, offset, lead) => {
          const t = FROM + offset;
          const stepped = wanderer[i];
          const direct = reference[i];
          if (stepped === undefined || direct === undefined) return;
          // One truck comes by way of an earlier second, the other jumps there from wherever it was.
          stepped.at(t - lead);
          const a = stepped.at(t);
          const b = direct.at(t);
          expect(a).toEqual(b);
          expect(stepped.readAt(t).raw).toEqual(direct.readAt(t).raw);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('is the same in a sequential run, whatever the period and the start', () => {
    const spec = truckSpec(4, 2, 'healthyV');
    const everySecond = new Map([...truck(spec).run(FROM, FROM + 7200, 1)].map((state) => [state.timeSec, state]));
    for (const state of truck(spec).run(FROM + 1234, FROM + 7200, 10)) expect(state).toEqual(everySecond.get(state.timeSec));
    expect(everySecond.size).toBe(7200);
  });

  it('does not change when an earlier time is asked for in between', () => {
    const [one, other] = [truck(specs[0] ?? truckSpec(3, 0, 'healthyIV')), truck(specs[0] ?? truckSpec(3, 0, 'healthyIV'))];
    const t = FROM + 40_000;
    one.at(t);
    one.at(t - 9 * DAY_S);
    expect(one.at(t + 60)).toEqual(other.at(t + 60));
  });

  it('has no step at midnight, at shift changes or anywhere else', () => {
    for (const spec of specs) {
      const each = truck(spec);
      const worst = {
        odometerBack: 0,
        odometerM: 0,
        counterBack: 0,
        fuelRateL: 0,
        fuelL: 0,
        ureaL: 0,
        ureaTotalBack: 0,
        coolantC: 0,
        scrInC: 0,
        ambientC: 0,
      };
      const note = (name: keyof typeof worst, size: number): void => {
        if (size > worst[name]) worst[name] = size;
      };
      let before: TruckState | undefined;
      for (const state of each.run(FROM, FROM + 2 * DAY_S, 1)) {
        if (before !== undefined) {
          const moved = state.odometerM - before.odometerM;
          note('odometerBack', -moved);
          note('odometerM', Math.abs(moved - (state.speedMs + before.speedMs) / 2));
          note('counterBack', before.fuelTotalL - state.fuelTotalL);
          note('fuelRateL', Math.abs(state.fuelTotalL - before.fuelTotalL - state.fuelLph / 3600));
          note('fuelL', Math.abs(state.fuelL - before.fuelL));
          note('ureaL', Math.abs(state.ureaL - before.ureaL));
          note('ureaTotalBack', before.ureaTotalG - state.ureaTotalG);
          note('coolantC', Math.abs(state.coolantC - before.coolantC));
          note('scrInC', Math.abs(state.scrInC - before.scrInC));
          note('ambientC', Math.abs(state.ambientC - before.ambientC));
        }
        before = state;
      }
      // Filling takes 36 L/min of fuel and 7 L/min of urea; the last metre before a stop is not integrated.
      expect(worst.odometerBack).toBeLessThan(1e-6);
      expect(worst.odometerM).toBeLessThan(1.5);
      expect(worst.counterBack).toBeLessThan(1e-9);
      expect(worst.fuelRateL).toBeLessThan(1e-6);
      expect(worst.fuelL).toBeLessThan(0.61);
      expect(worst.ureaL).toBeLessThan(0.13);
      expect(worst.ureaTotalBack).toBeLessThan(0.01);
      expect(worst.coolantC).toBeLessThan(1);
      expect(worst.scrInC).toBeLessThan(6);
      expect(worst.ambientC).toBeLessThan(0.1);
    }
  });

  it('keeps its tanks between empty and full for a year', () => {
    for (const spec of [...specs, truckSpec(9, 3, 'healthyV'), truckSpec(9, 7, 'scrFailed')]) {
      const each = truck(spec);
      for (let k = 300; k < 665; k += 1) {
        const books = each.books.at(k);
        const { fuelL } = each.planner.plan(k);
        expect(books.fuelL).toBeLessThanOrEqual(spec.fuelTankL);
        expect(books.fuelL - fuelL).toBeGreaterThan(0.02 * spec.fuelTankL);
        expect(books.ureaL - books.ureaUseL).toBeGreaterThan(0.1 * spec.ureaTankL);
        expect(books.ureaL).toBeLessThanOrEqual(spec.ureaTankL);
      }
    }
  });

  it('gives the planned urea and fuel to the day: counters and books agree at the end of a shift', () => {
    const each = truck(truckSpec(5, 4, 'healthyV'));
    const k = each.planner.shiftAt(FROM);
    const plan = each.planner.plan(k);
    const end = each.at(plan.startSec + plan.lengthS - 1);
    const next = each.at(plan.startSec + plan.lengthS);
    const books = each.books.at(k + 1);
    expect(end.fuelTotalL).toBeCloseTo(next.fuelTotalL, 6);
    expect(next.fuelTotalL).toBeCloseTo(books.fuelTotalL, 9);
    expect(end.ureaTotalG).toBeCloseTo(books.ureaTotalG, 1);
    expect(end.odometerM).toBeCloseTo(books.odometerM, 6);
  });

  it('differs between trucks and between seeds', () => {
    const [a, b, c] = [truckSpec(1, 0, 'healthyIV'), truckSpec(1, 1, 'healthyIV'), truckSpec(2, 0, 'healthyIV')].map((spec) =>
      truck(spec).at(FROM + 50_000),
    );
    expect(a).not.toEqual(b);
    expect(a).not.toEqual(c);
  });

  it('refuses a time before its world with a plain error', () => {
    expect(() => truck(truckSpec(1, 0, 'healthyIV')).at(beijing('2023-12-31T00:00:00'))).toThrow(/no simulated truck before 202/);
  });

  it('reads raw codes inside the valid range of every signal', () => {
    const each = truck(truckSpec(1, 7, 'healthyV'));
    const reading = newReading();
    for (let t = FROM; t < FROM + DAY_S; t += 37) {
      expect(each.readAt(t, reading).raw.every((raw) => Number.isNaN(raw) || (Number.isInteger(raw) && raw >= 0))).toBe(true);
    }
  });
});
