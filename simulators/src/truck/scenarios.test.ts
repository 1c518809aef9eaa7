import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { history } from '../fleet/history.ts';
import { beijing, decoded } from '../test-kit.ts';
import { DAY_S } from '../world/calendar.ts';
import { newReading } from './readings.ts';
import { faultsAt, SCENARIOS, type ScenarioId } from './scenarios.ts';
import type { TruckSpec } from './spec.ts';
import { truck } from './truck.ts';

const NOON = beijing('2026-06-20T12:00:00');

function spec(scenario: ScenarioId, more: Partial<TruckSpec> = {}): TruckSpec {
  const base = truckSpec(6, 0, scenario);
  return { ...base, shiftStartS: 6 * 3600, terminal: { ...base.terminal, format: 'H' }, ...more };
}

/** Values of a signal over two hours of a working day, gaps left out. */
function signal(of: TruckSpec, id: Parameters<ReturnType<typeof decoded>['value']>[1], from = NOON, seconds = 7200): number[] {
  const { columns, value } = decoded(of, from, from + seconds);
  return Array.from({ length: columns.count }, (_, row) => value(row, id)).filter((each) => !Number.isNaN(each));
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

describe('scenarios', () => {
  it('state what they must and may cause, without contradiction', () => {
    for (const [id, scenario] of Object.entries(SCENARIOS)) {
      expect(scenario.id).toBe(id);
      expect(scenario.must.length + scenario.signs.length).toBeGreaterThan(0);
      expect(scenario.must.filter((rule) => scenario.may.includes(rule))).toEqual([]);
      expect(scenario.mustV.filter((rule) => !scenario.may.includes(rule))).toEqual([]);
      expect(new Set([...scenario.must, ...scenario.may]).size).toBe(scenario.must.length + scenario.may.length);
    }
  });

  it('begin and end with the shift their dates name; the truck is healthy before and after', () => {
    const from = beijing('2026-06-10T00:00:00');
    const each = truck(spec('ureaDiluted', { faultFromSec: from, faultUntilSec: from + 5 * DAY_S }));
    const ratio = (t: number): number => {
      let [up, down] = [0, 0];
      for (const state of each.run(t, t + 6 * 3600, 1)) {
        if (!(state.scrInC > 260 && state.scrOutC > 260)) continue;
        up += state.noxOutPpm;
        down += state.noxTailPpm;
      }
      return down / up;
    };
    expect(ratio(from - 2 * DAY_S + 43_200)).toBeLessThan(0.35);
    expect(ratio(from + 2 * DAY_S + 43_200)).toBeGreaterThan(0.8);
    expect(ratio(from + 7 * DAY_S + 43_200)).toBeLessThan(0.35);
  });

  it('stuck: the downstream sensor reads one value while the engine varies', () => {
    expect(new Set(signal(spec('noxSensorStuck'), 'noxDownPpm')).size).toBe(1);
    expect(spread(signal(spec('noxSensorStuck'), 'engineRpm'))).toBeGreaterThan(300);
  });

  it('emulator: a plausible low value with hardly any scatter, in overrun too, and no urea used', () => {
    const values = signal(spec('noxEmulator'), 'noxDownPpm');
    expect(spread(values)).toBeLessThan(8);
    expect(Math.max(...values)).toBeLessThan(30);
    expect(spread(signal(spec('noxEmulator'), 'ureaTotalG', NOON, 3600))).toBe(0);
  });

  it('urea not filled: the tank has run empty and stays so', () => {
    const levels = signal(spec('ureaNotFilled', { ureaGaugeStepPct: 0.4 }), 'ureaLevelPct');
    expect(Math.max(...levels)).toBeLessThan(4);
    expect(spread(signal(spec('ureaNotFilled'), 'ureaTotalG'))).toBe(0);
  });

  it('SCR failed: urea is injected all the same', () => {
    expect(spread(signal(spec('scrFailed'), 'ureaTotalG'))).toBeGreaterThan(300);
  });

  it('fuel theft: 40 to 90 L leave a standing truck within half an hour, on some nights', () => {
    const each = truck(spec('fuelTheft', { shiftHours: 10 }));
    let thefts = 0;
    for (let day = 0; day < 30; day += 1) {
      const k = each.planner.shiftAt(NOON + day * DAY_S);
      const plan = each.planner.plan(k);
      const parked = plan.startSec + plan.parkedS;
      const [before, after] = [each.at(parked + 7100).fuelL, each.at(parked + 7200 + 1800).fuelL];
      expect(each.at(parked + 8000).engineOn).toBe(false);
      if (before - after < 1) continue;
      thefts += 1;
      expect(before - after).toBeGreaterThan(40);
      expect(before - after).toBeLessThan(90);
    }
    expect(thefts).toBeGreaterThan(5);
    expect(thefts).toBeLessThan(22);
  });

  it('GPS lost: hours without a position, everything else there', () => {
    const lost = spec('gpsLost');
    const share =
      signal(lost, 'lonDeg', NOON - 4 * 3600, 36_000).length / signal(lost, 'engineRpm', NOON - 4 * 3600, 36_000).length;
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.8);
  });

  it('wrong clock: every time sent is eight hours ahead', () => {
    const { columns } = decoded(spec('clockWrong'), NOON, NOON + 600);
    const times = columns.timeSec.slice(0, columns.count);
    expect(columns.count).toBeGreaterThan(100);
    expect(times.every((t) => t >= NOON - 10 + 8 * 3600 && t < NOON + 600 + 8 * 3600)).toBe(true);
  });

  it('ageing: the catalyst loses a little every day', () => {
    const from = beijing('2026-06-10T00:00:00');
    const each = spec('catalystAgeing', { faultFromSec: from });
    const left = (day: number): number => faultsAt(each, from + day * DAY_S).conversion;
    expect([left(-1), left(0), left(10), left(400)]).toEqual([1, 1, expect.closeTo(0.8, 9), 0.05]);
  });

  it('scaled copy: downstream is upstream times a number, to the sensor’s last digit', () => {
    const of = spec('noxScaledCopy');
    const { columns, value } = decoded(of, NOON, NOON + 3600);
    let pairs = 0;
    for (let row = 0; row < columns.count; row += 1) {
      const [up, down] = [value(row, 'noxUpPpm'), value(row, 'noxDownPpm')];
      if (Number.isNaN(up)) continue;
      expect(Math.abs(down - 0.22 * up)).toBeLessThan(0.026);
      pairs += 1;
    }
    expect(pairs).toBeGreaterThan(2000);
  });

  it('unplugged: no downstream reading at all, the upstream one goes on', () => {
    const of = spec('noxUnplugged', { hasUpstreamNox: true });
    expect(signal(of, 'noxDownPpm')).toEqual([]);
    expect(signal(of, 'noxUpPpm').length).toBeGreaterThan(4000);
  });

  it('regulator: two fifths of the urea, less conversion', () => {
    const usedBy = (scenario: ScenarioId): number => spread(signal(spec(scenario), 'ureaTotalG'));
    expect(usedBy('ureaRegulator') / usedBy('healthyIV')).toBeCloseTo(0.4, 1);
  });

  it('frozen gauge: a good level that never moves, and nothing dosed', () => {
    expect(spread(signal(spec('ureaGaugeFrozen'), 'ureaLevelPct'))).toBe(0);
    expect(spread(signal(spec('ureaGaugeFrozen'), 'ureaTotalG'))).toBe(0);
  });

  it('ammonia slip: urea well above the demand, and the sensor reads more than there is NOx', () => {
    const of = spec('ammoniaSlip');
    const each = truck(of);
    let [read, there, n] = [0, 0, 0];
    for (const state of each.run(NOON, NOON + 7200, 1)) {
      const ppm = (each.readAt(state.timeSec).raw[7] ?? Number.NaN) * 0.05 - 200;
      if (!(state.scrInC > 260) || Number.isNaN(ppm)) continue;
      read += ppm;
      there += state.noxTailPpm;
      n += 1;
    }
    expect(n).toBeGreaterThan(1500);
    expect(read / there).toBeGreaterThan(1.8);
    expect(spread(signal(of, 'ureaTotalG')) / spread(signal(spec('healthyIV'), 'ureaTotalG'))).toBeCloseTo(1.9, 0);
  });

  it('changed calibration: several times the NOx at low load, the usual under load', () => {
    const [changed, usual] = [truck(spec('lowLoadNox')), truck(spec('healthyIV'))];
    let [low, high] = [0, 0];
    for (const state of changed.run(NOON, NOON + 3600, 1)) {
      const ratio = state.noxOutPpm / usual.at(state.timeSec).noxOutPpm;
      if (Math.abs(ratio - 4) < 0.01) low += 1;
      else if (Math.abs(ratio - 1) < 0.01) high += 1;
    }
    expect(low).toBeGreaterThan(300);
    expect(high).toBeGreaterThan(300);
  });

  it('filter removed: hardly any pressure drop at any flow', () => {
    expect(Math.max(...signal(spec('dpfRemoved'), 'dpfDeltaKpa'))).toBeLessThan(0.8);
    expect(Math.max(...signal(spec('healthyIV', { hasDpf: true }), 'dpfDeltaKpa'))).toBeGreaterThan(3);
  });

  it('smoke: visible under load', () => {
    expect(Math.max(...signal(spec('smokyEngine'), 'lightAbsorptionPerM'))).toBeGreaterThan(1.2);
    expect(Math.max(...signal(spec('healthyIV'), 'lightAbsorptionPerM'))).toBeLessThan(0.8);
  });

  it('slope: the fuel gauge is some per cent off while parked and right again on the road; no fuel is lost', () => {
    const [tilted, level] = [truck(spec('slopeParking')), truck(spec('healthyIV'))];
    const start = tilted.shiftStartOf(NOON);
    const pct = (of: typeof tilted, t: number): number => (of.readAt(t).raw[14] ?? Number.NaN) * 0.4;
    expect(Math.abs(pct(tilted, start - 3600) - pct(level, start - 3600))).toBeGreaterThan(4);
    expect(Math.abs(pct(tilted, NOON) - pct(level, NOON))).toBeLessThan(1);
    expect(tilted.at(NOON).fuelL).toBe(level.at(NOON).fuelL);
  });

  it('urea drained: much of the tank leaves a standing truck on some nights, and is filled again', () => {
    const each = truck(spec('ureaDrained', { shiftHours: 10 }));
    const drains = Array.from({ length: 30 }, (_, day) => {
      const plan = each.planner.plan(each.planner.shiftAt(NOON + day * DAY_S));
      const parked = plan.startSec + plan.parkedS;
      return each.at(parked + 8900).ureaL - each.at(parked + 9000 + 1800).ureaL;
    });
    const taken = drains.filter((litres) => litres > 1);
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.length).toBeLessThan(22);
    expect(Math.min(...drains)).toBe(0);
  });

  it('silent: nothing is sent; opened: the terminal says so when the shift begins', () => {
    const from = beijing('2026-06-20T05:30:00');
    const parts = (scenario: ScenarioId) =>
      [...history([spec(scenario)], from, from + 7200)].flat().flatMap(({ payload }) => {
        return decodeMessage(payload, new SampleColumns(), { recordPeriodS: 1 }).parts;
      });
    expect(parts('terminalSilent')).toEqual([]);
    const kinds = (scenario: ScenarioId) => parts(scenario).flatMap(({ controls }) => controls.map(({ kind }) => kind));
    expect(kinds('terminalOpened')).toEqual(['login', 'tamper']);
    expect(kinds('healthyIV')).toEqual(['login']);
  });

  it('no SCR: NOx, urea and SCR temperatures are not available', () => {
    for (const id of ['noxUpPpm', 'noxDownPpm', 'ureaLevelPct', 'scrInTempC', 'scrOutTempC', 'dpfDeltaKpa'] as const)
      expect(signal(spec('noScr'), id, NOON, 600)).toEqual([]);
    expect(signal(spec('noScr'), 'fuelLevelPct', NOON, 600).length).toBeGreaterThan(100);
  });

  it('healthy: NOx sensors are off below 70 °C coolant and for a minute after, then scatter by 5 to 10 ppm or some per cent', () => {
    const each = truck(spec('healthyIV', { noxOffReads: 'zero' }));
    const start = each.shiftStartOf(NOON);
    const reading = newReading();
    let warmSince = 0;
    let residuals = 0;
    let n = 0;
    for (let t = start + 2; t < start + 7200; t += 1) {
      const state = each.at(t);
      const raw = each.readAt(t, reading).raw[7] ?? 0;
      if (state.coolantC >= 70 && warmSince === 0) warmSince = t;
      if (warmSince === 0 || t < warmSince + 60) expect(raw).toBe(0);
      if (state.coolantC >= 80 && state.speedMs === 0 && raw > 0 && t > warmSince + 600) {
        residuals += Math.abs(raw * 0.05 - 200 - state.noxTailPpm) / Math.max(8, 0.05 * state.noxTailPpm);
        n += 1;
      }
    }
    expect(warmSince).toBeGreaterThan(start + 120);
    expect(n).toBeGreaterThan(50);
    expect(residuals / n).toBeLessThan(2);
  });
});
