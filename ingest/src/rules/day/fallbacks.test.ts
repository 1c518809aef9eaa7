import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import type { DayInput, FleetReference } from './day-input.ts';
import { evaluateDay } from './evaluate-day.ts';
import { learnedMap } from './learned-map.ts';
import { drive, FACTS, inputOf, NO_FACTS, type Row, without } from './test-kit.ts';

const PARAMETERS = parametersWith();
const ROWS = [...drive({ seed: 19, lengthS: 4200 })];
const of = (rows: Iterable<Row>, more: Partial<DayInput> = {}) => evaluateDay(inputOf(rows, more), PARAMETERS).summary;
const full = of(ROWS, { facts: { ...FACTS, workRefKwh: 8 } });

/** The reference that a truck's own day makes. */
const learned: FleetReference = {
  id: 'WP10-V-2026-11',
  month: '2026-11',
  engineModel: 'WP10',
  stage: 'V',
  trucks: 1,
  truckDays: 1,
  bin1GPerHour: null,
  ureaLPer100Km: null,
  noxOddShare: null,
  joint: null,
  airFuel: (full.airFuel ?? []).map(({ load, airKg, fuelKg }) => ({ load, airToFuel: airKg / fuelKg })),
};

describe('what a truck does not send or the registry does not know', () => {
  it('everything known: measured air, confirmed torque, class A', () => {
    expect(full.method).toMatchObject({ flow: 'airFlow', flowClass: 'A', workClass: 'A', fuelClass: 'B' });
    expect(full.method.torque).toMatchObject({ kind: 'net', confirmed: true, reason: 'idleOverrun' });
    expect(full.method.notChecked).toEqual([]);
    expect(full.trips.map(({ kind }) => kind)).toEqual(['work']);
  });

  it('reference torque unknown: taken from rated power and speed, class B', () => {
    const found = of(ROWS, { facts: { ...FACTS, referenceTorqueNm: null } });
    expect(found.method.workClass).toBe('B');
    // 250 kW × 9549 / 2000 rpm × 1.25 = 1492 N·m in place of 1500.
    expect(found.totals.workKwh / full.totals.workKwh).toBeCloseTo(1492.03125 / 1500, 6);
  });

  it('reference work unknown: 0.09 kWh per kW, class B, and said to be assumed', () => {
    const { work } = of(ROWS, { facts: { ...FACTS, workRefKwh: null } });
    expect(work).toMatchObject({ reference: { value: 22.5, assumed: true }, class: 'B' });
  });

  it('no torque: fuel windows, class B, in the day and its trips', () => {
    const found = of(without(ROWS, ['netTorquePct']), { facts: { ...FACTS, workRefKwh: 8 } });
    expect(found.method).toMatchObject({ workClass: null, fuelClass: 'B', torque: { kind: null, reason: 'noSignal' } });
    expect(found.work).toMatchObject({ count: 0, void: 'noWindows', class: null, p90: null });
    expect(found.work.dropped.noPower).toBeGreaterThan(3000);
    expect(found.fuel).toMatchObject({ class: 'B', void: null });
    expect(found.trips.map(({ kind, void: why }) => [kind, why])).toEqual([['fuel', null]]);
    expect(found.fuel).toEqual(full.fuel);
  });

  it('no air flow: the map learned from sister trucks, class C', () => {
    const found = of(without(ROWS, ['airFlowKgh']), { facts: { ...FACTS, workRefKwh: 8 }, reference: learned });
    expect(found.method).toMatchObject({ flow: 'learnedMap', flowClass: 'C', workClass: 'C', fuelClass: 'C' });
    expect(found.work.class).toBe('C');
    expect(found.airFuel).toBeNull();
    // In overrun the map says nothing; those seconds carry hardly any NOx.
    expect(found.totals.noxG / full.totals.noxG).toBeGreaterThan(0.97);
    expect(found.totals.noxG / full.totals.noxG).toBeLessThan(1.03);
  });

  it('neither air flow nor a map: no mass, and nothing that rests on it, but concentrations', () => {
    const found = of(without(ROWS, ['airFlowKgh']));
    expect(found.method).toMatchObject({ flow: null, flowClass: null, workClass: null, fuelClass: null });
    expect(found.totals).toMatchObject({ noxG: 0, noxValidS: 0 });
    expect([found.work.void, found.fuel.void, found.fuel.class]).toEqual(['noWindows', 'noWindows', null]);
    expect([found.bins.bin1GPerHour, found.bins.bin2GPerKwh]).toEqual([null, null]);
    expect(found.scr).toMatchObject({ seconds: 0, efficiency: null, demandL: null });
    expect(found.ppm).toEqual(full.ppm);
    expect(found.smoke).toMatchObject({ source: 'opacityPct', massG: null });
    expect(found.quality.noxValidShare).toBe(full.quality.noxValidShare);
  });

  it('one NOx sensor, downstream: no efficiency and no demand, and dosing as it was', () => {
    const { scr, method } = of(without(ROWS, ['noxUpPpm']));
    expect(scr).toMatchObject({ seconds: 0, upG: 0, efficiency: null, byTemp: [], demandL: null, injectedL: null });
    expect(scr.dosedL).toBe(full.scr.dosedL);
    expect(method.lagUpS).toBeNull();
  });

  it('no dosing signal: the demand stands, the injection is not known', () => {
    const { scr } = of(without(ROWS, ['ureaInjectionMlh']));
    expect(scr).toMatchObject({ injectedL: null, dosedL: null, demandL: full.scr.demandL });
  });

  it('dosing that is often missing is compared with the demand of the same seconds', () => {
    const half = ROWS.map((row, i) => (i % 2 === 0 ? { ...row, ureaInjectionMlh: Number.NaN } : row));
    const { scr } = of(half);
    const ratio = (scr.injectedL ?? 0) / (scr.demandL ?? 1);
    expect(ratio / ((full.scr.injectedL ?? 0) / (full.scr.demandL ?? 1))).toBeCloseTo(1, 1);
    expect(scr.removedG).toBe(full.scr.removedG);
  });

  it('a truck without SCR sends no temperature there: no tests by it, the dew point not checked', () => {
    const found = of(without(ROWS, ['scrInTempC', 'scrOutTempC', 'ureaInjectionMlh', 'noxUpPpm']), {
      facts: { ...FACTS, hasScr: false, workRefKwh: 8 },
    });
    expect(found.method.notChecked).toContain('dewPoint');
    expect(found.ppm.reason).toBe('noScrTemp');
    expect(found.work.void).toBeNull();
  });

  it('a dead downstream sensor: no valid second, no window, and the readings counted as stuck', () => {
    const found = of(ROWS.map((row) => (row.noxDownPpm === undefined ? row : { ...row, noxDownPpm: 120 })));
    expect(found.quality.noxValidShare).toBe(0);
    expect(found.quality.channels.noxDownPpm?.counts.stuck).toBeGreaterThan(1000);
    expect(found.totals.noxG).toBe(0);
    expect(found.work.void).toBe('noWindows');
    expect(found.ppm).toMatchObject({ reason: null, qualifiedS: 0, all: [] });
  });

  it('zero distance, zero work, zero fuel', () => {
    const still = of(ROWS.map((row) => ({ ...row, speedKmh: 0, netTorquePct: -5, fuelRateLph: 0 })));
    expect(still.totals).toMatchObject({ distanceKm: 0, workKwh: 0, fuelKg: 0, co2G: 0 });
    expect(still.work).toMatchObject({ void: 'noWindows', references: 0 });
    expect(still.scr).toMatchObject({ fuelL: 0, distanceKm: 0 });
    expect(still.airFuel).toEqual([]);
  });

  it('nothing known of the truck: masses, fuel and distance, but no window and no bin', () => {
    const found = of(ROWS, { facts: NO_FACTS });
    expect([found.work.void, found.fuel.void]).toEqual(['noReference', 'noReference']);
    expect(found.bins).toMatchObject({ bin1GPerHour: null, bin2GPerKwh: null });
    expect(found.airFuel).toBeNull();
    expect(found.totals.noxG).toBe(full.totals.noxG);
    expect(found.operation.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(full.totals.noxValidS);
  });

  it('no temperature of the air and no pressure: the conditions are not checked', () => {
    expect(of(without(ROWS, ['ambientTempC', 'baroKpa'])).method.notChecked).toEqual(['altitude', 'ambient']);
    expect(of(without(ROWS, ['coolantTempC', 'engineRpm'])).method.notChecked).toEqual(['coolant']);
    expect(of(without(ROWS, ['engineRpm', 'fuelRateLph'])).method.notChecked).toEqual(['stuck']);
  });

  it('conditions that are outside drop samples: frost, heights, both as the parameters have them', () => {
    const cold = of(ROWS.map((row) => ({ ...row, ambientTempC: -8 })));
    expect(cold.work.dropped.ambient).toBe(cold.quality.received);
    const high = ROWS.map((row) => ({ ...row, baroKpa: 75 }));
    expect(of(high).work.dropped.altitude).toBeGreaterThan(3000);
    const allowed = evaluateDay(inputOf(high), parametersWith({ 'day.maxAltitudeM': 2600 })).summary;
    expect(allowed.work.dropped.altitude).toBe(0);
  });
});

describe('air and fuel by load', () => {
  it('of a reference are put in the class of their load; classes that it does not know say nothing', () => {
    const airFuel = [
      { load: 0.025, airToFuel: 60 },
      { load: 0.475, airToFuel: 24 },
      { load: 0.975, airToFuel: 20 },
    ];
    // 250 kW × 0.2 kg/kWh are 50 kg/h: 0.475 of it lies in the tenth class of twenty.
    const map = learnedMap({ ...learned, airFuel }, FACTS);
    expect(map?.fullFuelKgh).toBe(50);
    expect(map?.ratio.map((ratio, k) => [k, ratio]).filter(([, ratio]) => ratio !== null)).toEqual([
      [0, 60],
      [9, 24],
      [19, 20],
    ]);
    expect(learnedMap(null, FACTS)).toBeNull();
    expect(learnedMap({ ...learned, airFuel: null }, FACTS)).toBeNull();
    expect(learnedMap(learned, NO_FACTS)).toBeNull();
  });

  it('are the sums of the running seconds that tell both; loads are the middles of classes', () => {
    const classes = full.airFuel ?? [];
    expect(classes.map(({ load }) => Math.round(load * 40) / 40)).toEqual(classes.map(({ load }) => load));
    const fuelKg = classes.reduce((sum, each) => sum + each.fuelKg, 0);
    expect(fuelKg).toBeCloseTo(full.totals.fuelKg, 6);
    // The truck breathes 13.5 kg of air a kg of fuel and 0.16 kg/h for each revolution a minute.
    for (const { airKg, fuelKg: kg } of classes) expect(airKg / kg).toBeGreaterThan(13.5);
    expect(learned.airFuel?.length).toBe(classes.length);
  });
});
