import { describe, expect, it } from 'vitest';
import { learnAirFuelMap } from './air-fuel-map.ts';
import { derive } from './derive.ts';
import { judge } from './judge.ts';
import { noxGh } from './nox-mass.ts';
import { operationBin, operationBins, operationSums } from './operation-bins.ts';
import { lehmer, steady, TRUCK, traceFrom } from './test-kit.ts';
import { findTorqueKind } from './torque-kind.ts';
import { addTotals, factorsOf, noTotals, totalsOf } from './totals.ts';
import type { Channel } from './trace.ts';
import { tripsOf } from './trips.ts';
import { truckBins } from './truck-bins.ts';
import { tripWindows, truckWindows } from './truck-windows.ts';
import { UNKNOWN_VEHICLE, type VehicleFacts } from './vehicle.ts';

const N = 1200;

/** Twenty minutes of a hot truck: idle, drive, overrun, with a net power of about the fuel's at 200 g/kWh. */
function drive(without: readonly Channel[] = [], more: Partial<Record<Channel, readonly (number | null)[]>> = {}) {
  const random = lehmer(21);
  const rows = Array.from({ length: N }, (_, i) => {
    const phase = i % 400;
    const speed = phase < 80 ? 0 : phase < 330 ? 55 + 10 * Math.sin(i / 30) : 40;
    const overrun = phase >= 330;
    const net = phase < 80 ? 1 : overrun ? -9 : 40 + 25 * Math.sin(i / 17) + random();
    const rpm = phase < 80 ? 650 + 3 * random() : 1300 + 200 * Math.sin(i / 23);
    const kw = ((net / 100) * 1500 * rpm) / 9549.3;
    const fuel = overrun ? 0 : Math.max(1.5, (kw * 0.2) / 0.835);
    return { speed, net, rpm, fuel, air: 14 * fuel + 150 + random(), up: 900 + 30 * random(), down: 300 + 10 * random() };
  });
  const channels: Partial<Record<Channel, readonly (number | null)[]>> = {
    speedKmh: rows.map((r) => r.speed),
    netTorquePct: rows.map((r) => r.net),
    frictionTorquePct: rows.map(() => 9),
    engineRpm: rows.map((r) => r.rpm),
    fuelRateLph: rows.map((r) => r.fuel),
    airFlowKgh: rows.map((r) => r.air),
    noxUpPpm: rows.map((r) => r.up),
    noxDownPpm: rows.map((r) => r.down),
    scrInTempC: rows.map((_, i) => 300 + (i % 29)),
    scrOutTempC: rows.map((_, i) => 290 + (i % 31)),
    coolantTempC: steady(N, 85),
    baroKpa: steady(N, 95),
    ambientTempC: steady(N, 20),
    ...more,
  };
  for (const channel of without) delete channels[channel];
  return judge(traceFrom(channels));
}

const FOUND: VehicleFacts = { ...TRUCK, torqueKind: null };

describe('torque definition', () => {
  it('net is found by idle and overrun and confirmed by the consumption', () => {
    const found = findTorqueKind(drive(), FOUND);
    expect([found.kind, found.confirmed, found.reason]).toEqual(['net', true, 'idleOverrun']);
    expect(found.bsfcGPerKwh).toBeCloseTo(200, 0);
  });

  it('indicated is found when friction is in the signal', () => {
    const net = drive().columns.netTorquePct?.values ?? [];
    const found = findTorqueKind(drive([], { netTorquePct: [...net].map((pct) => pct + 9) }), FOUND);
    expect([found.kind, found.confirmed]).toEqual(['indicated', true]);
    expect(found.bsfcGPerKwh).toBeCloseTo(200, 0);
  });

  it('overrun alone tells, where the truck never stands', () => {
    const moving = [...(drive().columns.speedKmh?.values ?? [])].map((v) => Math.max(v, 5));
    expect(findTorqueKind(drive([], { speedKmh: moving }), FOUND)).toMatchObject({ kind: 'net', idleSamples: 0 });
    const indicated = [...(drive().columns.netTorquePct?.values ?? [])].map((pct) => pct + 9);
    expect(findTorqueKind(drive([], { speedKmh: moving, netTorquePct: indicated }), FOUND).kind).toBe('indicated');
  });

  it('an impossible consumption takes the confirmation away: the reference torque is wrong', () => {
    const found = findTorqueKind(drive(), { ...FOUND, referenceTorqueNm: 3000 });
    expect([found.kind, found.confirmed, found.reason]).toEqual(['net', false, 'implausibleConsumption']);
  });

  it('is not said without a signal, or when nothing tells', () => {
    expect(findTorqueKind(drive(['netTorquePct']), FOUND)).toMatchObject({ kind: null, reason: 'noSignal' });
    expect(findTorqueKind(drive(['fuelRateLph', 'frictionTorquePct']), FOUND)).toMatchObject({
      kind: null,
      reason: 'undetermined',
    });
  });
});

describe('method class and fallbacks', () => {
  it('measured air and confirmed torque are class A', () => {
    const found = derive(drive(), FOUND);
    expect([found.flow.method, found.workClass, found.fuelClass]).toEqual(['airFlow', 'A', 'B']);
    const i = 500;
    expect(found.flow.exhaustKgh[i]).toBeCloseTo((found.trace.columns.airFlowKgh?.values[i] ?? 0) + (found.fuelKgh[i] ?? 0), 9);
    expect(found.noxGs[i]).toBeCloseTo(
      noxGh(found.trace.columns.noxDownPpm?.values[i] ?? 0, found.flow.exhaustKgh[i] ?? 0, 0.001587) / 3600,
      12,
    );
  });

  it('an assumed reference torque is class B at best', () => {
    expect(derive(drive(), { ...FOUND, referenceTorqueNm: null }).workClass).not.toBe('A');
  });

  it('records that are not second by second are class B: every 10 s and every 30 s', () => {
    const every = (periodS: number) => {
      const { columns } = drive();
      const thinned = Object.fromEntries(
        Object.entries(columns).map(([id, { values }]) => [id, [...values].filter((_, i) => i % periodS === 0)]),
      );
      const times = Array.from({ length: Math.ceil(N / periodS) }, (_, i) => i * periodS);
      return derive(judge(traceFrom(thinned, times)), TRUCK).workClass;
    };
    expect([every(1), every(10), every(30)]).toEqual(['A', 'B', 'B']);
  });

  it('a flow meter in the exhaust goes before all, and needs no fuel flow', () => {
    const found = derive(drive(['fuelRateLph'], { exhaustFlowKgh: Array.from({ length: N }, (_, i) => 500 + (i % 9)) }), TRUCK);
    expect([found.flow.method, found.flow.exhaustKgh[500]]).toEqual(['flowMeter', 505]);
  });

  it('without air flow: oxygen (B), speed and density (C), a learned map (C), else no mass and the reason', () => {
    const oxygen = derive(drive(['airFlowKgh'], { o2Pct: steady(N, 8) }), FOUND);
    expect([oxygen.flow.method, oxygen.workClass]).toEqual(['oxygen', 'B']);
    const density = derive(drive(['airFlowKgh'], { intakePressureKpa: steady(N, 180), intakeTempC: steady(N, 45) }), {
      ...FOUND,
      displacementL: 9.7,
    });
    expect([density.flow.method, density.workClass]).toEqual(['speedDensity', 'C']);
    const map = learnAirFuelMap([drive()], 50, 0.835);
    const learned = derive(drive(['airFlowKgh']), FOUND, { airFuelMap: map });
    expect([learned.flow.method, learned.workClass]).toEqual(['learnedMap', 'C']);
    const own = derive(drive(), FOUND);
    const ratio = (factorsOf(totalsOf(learned)).gPerKwh.value ?? 0) / (factorsOf(totalsOf(own)).gPerKwh.value ?? 1);
    // The map says nothing of overrun, whose few grams are left out.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    const none = derive(drive(['airFlowKgh']), FOUND);
    expect([none.flow.method, none.workClass, none.fuelClass]).toEqual([null, null, null]);
    expect(factorsOf(totalsOf(none)).gPerKwh).toEqual({ value: null, reason: 'zeroWork' });
  });

  it('an air flow that is mostly missing gives way to oxygen', () => {
    const air = [...(drive().columns.airFlowKgh?.values ?? [])].map((kgh, i) => (i < 600 ? null : kgh));
    expect(derive(drive([], { airFlowKgh: air, o2Pct: steady(N, 8) }), FOUND).flow.method).toBe('oxygen');
  });

  it('without torque there is no work but there are fuel windows', () => {
    const found = derive(drive(['netTorquePct']), { ...FOUND, workRefKwh: 2 });
    const windows = truckWindows(found);
    expect(windows.work.void).toBe('noWindows');
    expect(windows.dropped.noPower).toBeGreaterThan(1000);
    expect(windows.fuel.spans.count).toBeGreaterThan(50);
    expect(windows.fuel.void).toBeNull();
  });

  it('of an unknown truck says why there is nothing', () => {
    const windows = truckWindows(derive(drive(), UNKNOWN_VEHICLE));
    expect([windows.work.void, windows.fuel.void]).toEqual(['noReference', 'noReference']);
    expect(truckBins(derive(drive(), UNKNOWN_VEHICLE)).bin1.gPerHour).toEqual({ value: null, reason: 'noParameter' });
  });
});

describe('totals', () => {
  const found = derive(drive(), FOUND);
  const whole = totalsOf(found);

  it('add up from minutes', () => {
    const minutes = addTotals(Array.from({ length: N / 60 }, (_, m) => totalsOf(found, 60 * m, 60 * m + 60)));
    for (const [key, value] of Object.entries(whole)) expect(minutes[key as keyof typeof minutes], key).toBeCloseTo(value, 9);
    expect(addTotals([])).toEqual(noTotals());
  });

  it('give factors as Σg over Σ of the partner in the same seconds', () => {
    let g = 0;
    let kwh = 0;
    let km = 0;
    for (let i = 60; i < N; i += 1) {
      g += found.noxGs[i] ?? 0;
      kwh += Math.max(0, found.powerKw[i] ?? 0) / 3600;
      km += (found.trace.columns.speedKmh?.values[i] ?? 0) / 3600;
    }
    const factors = factorsOf(whole);
    expect(factors.gPerKwh.value).toBeCloseTo(g / kwh, 9);
    expect(factors.gPerKm.value).toBeCloseTo(g / km, 9);
    expect(whole.noxValidS).toBe(N - 60);
  });

  it('of a standing, stopped or empty truck have no factors, with the reason', () => {
    const idle = factorsOf(
      totalsOf(derive(drive([], { speedKmh: steady(N, 0), netTorquePct: steady(N, -5), fuelRateLph: steady(N, 0) }), TRUCK)),
    );
    expect(idle.gPerKm).toEqual({ value: null, reason: 'zeroDistance' });
    expect(idle.gPerKwh).toEqual({ value: null, reason: 'zeroWork' });
    expect(idle.gPerKgFuel).toEqual({ value: null, reason: 'zeroFuel' });
    expect(factorsOf(noTotals()).gPerHour).toEqual({ value: null, reason: 'zeroTime' });
    const off = totalsOf(derive(drive([], { engineRpm: steady(N, 0) }), TRUCK));
    expect([off.engineOnS, off.noxG, off.workKwh]).toEqual([0, 0, 0]);
  });

  it('leave readings of a cold engine out of the factors', () => {
    const cold = totalsOf(derive(drive([], { coolantTempC: steady(N, 40) }), TRUCK));
    expect([cold.noxG, cold.noxValidS]).toEqual([0, 0]);
    expect(cold.fuelKg).toBeGreaterThan(0);
  });

  it('keep negative readings as measured (40 CFR 1036.530(d)(2)(ii))', () => {
    const negative = totalsOf(derive(drive([], { noxDownPpm: Array.from({ length: N }, (_, i) => -10 - (i % 7)) }), TRUCK));
    expect(negative.noxG).toBeLessThan(0);
  });
});

it('operation bins: edges, and every valid second in one bin', () => {
  expect([
    operationBin(0.9, 0.9),
    operationBin(1, 0.25),
    operationBin(15.99, 0.26),
    operationBin(16, 0.51),
    operationBin(64, 1.2),
  ]).toEqual([0, 1, 2, 6, 12]);
  expect([operationBin(Number.NaN, 0.3), operationBin(50, Number.NaN), operationBin(0, Number.NaN)]).toEqual([-1, -1, 0]);
  const found = derive(drive(), FOUND);
  const bins = operationBins(operationSums(found));
  const whole = totalsOf(found);
  expect(bins.reduce((sum, bin) => sum + bin.seconds, 0)).toBe(whole.noxValidS);
  expect(bins.reduce((sum, bin) => sum + bin.noxG, 0)).toBeCloseTo(whole.noxG, 9);
  expect(bins.reduce((sum, bin) => sum + bin.workKwh, 0)).toBeCloseTo(whole.workOfNoxKwh, 9);
});

it('trips end when the engine is off or nothing is heard for more than 600 s', () => {
  const times = [0, 1, 2, 3, 603, 604, 1204, 1205, 1206];
  const rpm = [0, 800, 800, 800, 800, 0, 800, 800, 0];
  expect(tripsOf(judge(traceFrom({ engineRpm: rpm }, times)))).toEqual([
    { from: 1, to: 5 },
    { from: 6, to: 8 },
  ]);
  expect(tripsOf(judge(traceFrom({ engineRpm: [0, 0] })))).toEqual([]);
});

it('windows of trips are those of the same samples alone', () => {
  const found = derive(drive(), { ...FOUND, workRefKwh: 2 });
  const part = truckWindows(found, { from: 300, to: 900 });
  const [first] = part.work.spans.start;
  expect(part.workSeries.retained.index[first ?? 0]).toBeGreaterThanOrEqual(300);
  const all = truckWindows(found);
  const inside = [...all.work.spans.start].filter((start, k) => {
    const from = all.workSeries.retained.index[start] ?? 0;
    const to = all.workSeries.retained.index[(all.work.spans.end[k] ?? 0) - 1] ?? 0;
    return from >= 300 && to < 900;
  });
  expect(part.work.spans.count).toBe(inside.length);
  expect(inside.length).toBeGreaterThan(20);
  const trip = tripWindows(all, { from: 300, to: 900 });
  for (const kind of ['work', 'co2', 'fuel'] as const) {
    const { valid, validCount, validShare, thresholdPct, spans, references } = part[kind];
    expect(trip[kind]).toMatchObject({ validCount, validShare, thresholdPct, void: part[kind].void });
    expect(trip[kind].valid).toEqual(valid);
    expect(trip[kind].spans.count).toBe(spans.count);
    expect(trip[kind].references).toBeCloseTo(references ?? -1, 9);
    for (const [k, e] of part[kind].gPerKwh.entries()) expect(trip[kind].gPerKwh[k]).toBeCloseTo(e, 9);
  }
  expect(tripWindows(all, { from: 5, to: 6 }).work.void).toBe('noWindows');
});

it('a cold engine counts in the EPA bins and not in the work windows', () => {
  const cold = derive(drive([], { coolantTempC: steady(N, 40) }), { ...FOUND, workRefKwh: 2 });
  expect(truckWindows(cold).work.spans.count).toBe(0);
  expect(truckWindows(cold).dropped.coolant).toBe(N);
  expect(truckBins(cold).windows).toBe(N - 60 - 300 + 1);
});
