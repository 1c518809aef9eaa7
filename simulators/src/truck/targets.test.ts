import { describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { decoded } from '../test-kit.ts';

import type { ScenarioId } from './scenarios.ts';
import type { TruckSpec } from './spec.ts';
import { truck } from './truck.ts';

/**
 * The simulator targets of the handbook (emissions, end of §8), computed from what the service receives, by the formulas of §2:
 * exhaust = air + 0.835 × fuel, NOx g/h = 0.001587 × ppm × exhaust as NO2, net torque by the kind of signal, sums over sums.
 */
interface Day {
  grams: number;
  kwh: number;
  gPerKwh: number;
  bsfcLoaded: number;
  idleCo2: number;
  ureaShare: number;
  etaHot: number;
  etaCold: number;
  validShare: number;
}

const FUEL_KG_PER_L = 0.835;
const CO2_PER_FUEL = 3.173;

/** One shift of a truck, by its wire bytes. */
function day(spec: TruckSpec, shift: number): Day {
  const each = truck(spec);
  const start = each.planner.startSec(shift);
  const plan = each.planner.plan(shift);
  const { columns, value } = decoded(spec, start, start + plan.parkedS + 120);
  let [grams, kwh, loadedKg, loadedKwh, idleKg, idleS, hotUp, hotDown, coldUp, coldDown, on, valid] = new Array<number>(12).fill(
    0,
  ) as [number, number, number, number, number, number, number, number, number, number, number, number];
  for (let row = 0; row < columns.count; row += 1) {
    const rpm = value(row, 'engineRpm');
    if (!(rpm > 300)) continue;
    on += 1;
    const friction = value(row, 'frictionTorquePct');
    const net = spec.torqueKind === 'net' ? value(row, 'netTorquePct') : value(row, 'netTorquePct') - friction;
    const kw = ((net / 100) * spec.referenceTorqueNm * rpm) / 9549.3;
    const fuel = value(row, 'fuelRateLph') * FUEL_KG_PER_L;
    const exhaust = value(row, 'airFlowKgh') + fuel;
    if (kw > 0.2 * spec.ratedPowerKw) {
      loadedKg += fuel;
      loadedKwh += kw;
    }
    if (rpm < 650 && value(row, 'speedKmh') === 0) {
      idleKg += fuel;
      idleS += 1;
    }
    const down = value(row, 'noxDownPpm');
    if (Number.isNaN(down)) continue;
    valid += 1;
    grams += (0.001587 * down * exhaust) / 3600;
    kwh += Math.max(0, kw) / 3600;
    const up = value(row, 'noxUpPpm');
    const [scrIn, scrOut] = [value(row, 'scrInTempC'), value(row, 'scrOutTempC')];
    if (scrIn > 255 && scrOut > 255) {
      hotUp += up * exhaust;
      hotDown += down * exhaust;
    } else if (scrIn < 150 && scrOut < 150) {
      coldUp += up * exhaust;
      coldDown += down * exhaust;
    }
  }
  return {
    grams,
    kwh,
    gPerKwh: grams / kwh,
    bsfcLoaded: (loadedKg * 1000) / loadedKwh,
    idleCo2: ((idleKg / idleS) * 1000 * CO2_PER_FUEL) / 3600,
    ureaShare: (each.books.at(shift).ureaUseL / plan.fuelL) * 100,
    etaHot: 1 - hotDown / hotUp,
    etaCold: coldUp > 0 ? 1 - coldDown / coldUp : 0,
    validShare: valid / on,
  };
}

/** Shifts in a cold and a hot season. */
const SHIFTS = [20, 200];

function days(scenario: ScenarioId, stage: 'IV' | 'V'): Day[] {
  const made: Day[] = [];
  for (const [seed, index] of [
    [1, 0],
    [2, 4],
    [3, 7],
    [4, 10],
  ] as const) {
    const healthy = truckSpec(seed, index, stage === 'IV' ? 'healthyIV' : 'healthyV');
    const spec: TruckSpec = {
      ...healthy,
      scenario,
      hasUpstreamNox: true,
      terminal: { ...healthy.terminal, format: 'A', recordPeriodS: 1, uploadPeriodS: 10 },
    };
    for (const shift of SHIFTS) made.push(day(spec, shift));
  }
  return made;
}

function show(name: string, all: readonly Day[]): void {
  const spread = (pick: (one: Day) => number): string => {
    const values = all.map(pick).sort((a, b) => a - b);
    return [values[0], values[Math.floor(values.length / 2)], values.at(-1)].map((value) => value?.toFixed(2)).join(' / ');
  };
  console.log(
    `${name}, ${all.length} shifts, lowest / median / highest: NOx ${spread((one) => one.gPerKwh)} g/kWh · BSFC > 20 % ${spread((one) => one.bsfcLoaded)} g/kWh · ` +
      `idle CO2 ${spread((one) => one.idleCo2)} g/s · urea ${spread((one) => one.ureaShare)} vol% · eta hot ${spread((one) => one.etaHot)}, < 150 °C ${spread((one) => one.etaCold)} · ` +
      `NOx valid ${spread((one) => one.validShare)}`,
  );
}

/** NOx of each truck over its shifts, sums over sums [g/kWh]. */
function perTruck(all: readonly Day[]): number[] {
  const trucks: number[] = [];
  for (let i = 0; i < all.length; i += SHIFTS.length) {
    const own = all.slice(i, i + SHIFTS.length);
    trucks.push(own.reduce((sum, one) => sum + one.grams, 0) / own.reduce((sum, one) => sum + one.kwh, 0));
  }
  console.log('  by truck:', trucks.map((value) => value.toFixed(2)).join(', '), 'g/kWh');
  return trucks;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('simulator targets (emissions, end of §8), from the bytes sent, over seeds and seasons', () => {
  it('holds for healthy China IV: 2.5 to 3.9 g/kWh, about 3.4 % urea', () => {
    const all = days('healthyIV', 'IV');
    show('healthy IV', all);
    for (const gPerKwh of perTruck(all)) {
      expect(gPerKwh).toBeGreaterThan(2.5);
      expect(gPerKwh).toBeLessThan(3.9);
    }
    for (const one of all) {
      expect(one.bsfcLoaded).toBeGreaterThan(190);
      expect(one.bsfcLoaded).toBeLessThan(225);
      expect(Math.abs(one.idleCo2 - 1.6)).toBeLessThan(0.25);
      expect(one.etaHot).toBeGreaterThan(0.75);
      expect(one.etaHot).toBeLessThan(0.9);
      expect(Math.abs(one.etaCold)).toBeLessThan(0.1);
    }
    expect(Math.abs(median(all.map((one) => one.ureaShare)) - 3.4)).toBeLessThan(0.4);
    expect(median(all.map((one) => one.bsfcLoaded))).toBeGreaterThan(195);
  }, 120_000);

  it('holds for healthy China V: 1.2 to 2.5 g/kWh, about 4.5 % urea', () => {
    const all = days('healthyV', 'V');
    show('healthy V', all);
    for (const gPerKwh of perTruck(all)) {
      expect(gPerKwh).toBeGreaterThan(1.2);
      expect(gPerKwh).toBeLessThan(2.5);
    }
    for (const one of all) {
      expect(one.etaHot).toBeGreaterThan(0.8);
      expect(one.etaHot).toBeLessThan(0.9);
      expect(Math.abs(one.etaCold)).toBeLessThan(0.1);
    }
    expect(Math.abs(median(all.map((one) => one.ureaShare)) - 4.5)).toBeLessThan(0.4);
  }, 120_000);

  it('holds for China IV with a failed SCR: 6.2 to 8.4 g/kWh', () => {
    const all = days('scrFailed', 'IV');
    show('SCR failed IV', all);
    for (const gPerKwh of perTruck(all)) {
      expect(gPerKwh).toBeGreaterThan(6.2);
      expect(gPerKwh).toBeLessThan(8.4);
    }
    for (const one of all) {
      expect(one.etaHot).toBeLessThan(0.1);
      expect(one.ureaShare).toBeGreaterThan(2.2);
    }
  }, 120_000);

  it('lets the SCR temperature follow the exhaust with a lag of 100 to 300 s', () => {
    const each = truck(truckSpec(1, 0, 'healthyIV'));
    const shift = 105;
    const plan = each.planner.plan(shift);
    const drive = plan.activities.find((activity) => activity.kind === 'drive');
    const idle = plan.activities.find(
      (activity) => activity.kind === 'idle' && activity.startS > (drive?.startS ?? 0) && activity.lengthS > 500,
    );
    if (idle === undefined) throw new Error('no idle after a drive');
    const start = plan.startSec + idle.startS;
    const [first, last] = [each.at(start).scrInC, each.at(start + idle.lengthS).scrInC];
    let lagS = 0;
    while (each.at(start + lagS).scrInC > last + (first - last) / Math.E) lagS += 1;
    console.log(`SCR inlet falls by 1 − 1/e of its way in ${lagS} s of idling`);
    expect(lagS).toBeGreaterThan(100);
    expect(lagS).toBeLessThan(300);
  });
});
