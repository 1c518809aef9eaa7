import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { evaluateDay } from './evaluate-day.ts';
import { DAY_FROM, FACTS, inputOf, type Row } from './test-kit.ts';

const PARAMETERS = parametersWith();
/** Seconds before the day that make the sensor ready. */
const READY_S = 120;

/** A hot truck at a steady load, some seconds changed. Engine speed is level, so nothing is stuck. 450 N·m at 1300 rpm are 61 kW. */
function ppmOf(lengthS: number, change: (s: number) => Partial<Row> | null, parameters = PARAMETERS, fromSec = DAY_FROM) {
  const rows: Row[] = [];
  for (let s = -READY_S; s < lengthS; s += 1) {
    const changed = change(s);
    if (changed === null) continue;
    rows.push({
      engineRpm: 1300,
      netTorquePct: 30,
      fuelRateLph: 15,
      airFlowKgh: 400,
      noxDownPpm: 312.5,
      scrInTempC: 300,
      coolantTempC: 85,
      ...changed,
      t: fromSec + s,
    });
  }
  return evaluateDay(inputOf(rows, { facts: { ...FACTS, torqueKind: 'net' } }), parameters).summary.ppm;
}

describe('qualified time (emissions §4)', () => {
  it('is all of a hot loaded stretch, in means of 20 s; what is left of it is not counted', () => {
    expect(ppmOf(110, () => ({}))).toEqual({ reason: null, qualifiedS: 100, all: [62, 100], highLoad: [], highLoadS: 0 });
  });

  it.each([
    [
      'the SCR inlet at 220 °C for 60 s: from second 160 on',
      (s: number) => ({ scrInTempC: s < 100 ? 219.96875 : 220 }),
      260,
      100,
    ],
    [
      'the inlet hot for 60 s at the day’s beginning, the lead-in with it',
      (s: number) => ({ scrInTempC: s < -40 ? 200 : 230 }),
      120,
      100,
    ],
    ['the coolant at 70 °C', (s: number) => ({ coolantTempC: s < 60 ? 69 : 70 }), 100, 40],
    ['the coolant known', (s: number) => (s < 60 ? { coolantTempC: Number.NaN } : {}), 100, 40],
    [
      '10 % of rated power: 12 % of 1500 N·m at 1300 rpm are 24.5 kW',
      (s: number) => ({ netTorquePct: s < 40 ? 12 : 13 }),
      100,
      60,
    ],
    [
      'a valid reading: a silence of one second breaks a mean',
      (s: number) => (s === 30 ? { noxDownPpm: Number.NaN } : {}),
      100,
      80,
    ],
    ['no regeneration', (s: number) => ({ dpfTempC: s >= 40 && s < 60 ? 521 : 520 }), 100, 80],
  ] as const)('needs %s', (_name, change, lengthS, qualifiedS) => {
    expect(ppmOf(lengthS, change).qualifiedS).toBe(qualifiedS);
  });

  it('a lost second is bridged by the one before; after a longer gap the inlet must have been hot for 60 s anew', () => {
    expect(ppmOf(100, (s) => (s === 31 ? null : {})).qualifiedS).toBe(100);
    // 0 … 29 make one mean; the sample at 50 is the first after the gap, the inlet counts from 110 on.
    expect(ppmOf(150, (s) => (s >= 30 && s < 50 ? null : {})).qualifiedS).toBe(20 + 40);
  });

  it('a mean never spans a gap, however short the inlet must have been hot', () => {
    const at = parametersWith({ 'day.qualifiedScrS': 0 });
    expect(ppmOf(80, (s) => (s >= 15 && s < 30 ? null : {}), at).all).toEqual([62, 40]);
  });
});

describe('means', () => {
  it('are of 20 s each, by steps of 5 ppm, below zero too', () => {
    const ppm = (s: number): number => (s < 20 ? 4.95 : s < 40 ? 5 : s < 60 ? (s % 2 === 0 ? 100 : 110) : -7);
    expect(ppmOf(80, (s) => ({ noxDownPpm: ppm(s) })).all).toEqual([-2, 20, 0, 20, 1, 20, 21, 20]);
  });

  it('are of high load when their mean power is above half of rated: 62 % of 1500 N·m at 1300 rpm are 126.6 kW, 61 % 124.6', () => {
    expect(ppmOf(60, (s) => ({ netTorquePct: s < 20 ? 61 : s < 40 ? 62 : 30 }))).toMatchObject({
      highLoad: [62, 20],
      highLoadS: 20,
    });
    // A gear change in between does not take the load away: the mean counts.
    expect(ppmOf(20, (s) => ({ netTorquePct: s === 9 ? 20 : 70 })).highLoadS).toBe(20);
  });
});
