import { SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import { type AlarmChange, evaluateDay, parametersWith, type TruckFacts, watchOf } from '@plume/ingest/rules';
import { MessageSource, newReading, type ScenarioId, type TruckSpec, truck, truckSpec } from '@plume/simulators';
import { describe, expect, it } from 'vitest';

/** The detectors of stage 1, and the live alarms, on simulated trucks whose state is known at every second. */
const PARAMETERS = parametersWith();
const DAY_S = 86_400;
const LEAD_IN_S = 900;
/** Seconds between records of a parked truck. */
const PARKED_S = 60;

const midnight = (date: string): number => Date.parse(`${date}T00:00:00+08:00`) / 1000;

function specOf(scenario: ScenarioId, index: number): TruckSpec {
  const base = truckSpec(6, index, scenario, { shiftHours: 5 });
  return { ...base, shiftStartS: 8 * 3600, terminal: { ...base.terminal, recordPeriodS: 1, uploadPeriodS: 10 } };
}

function factsOf(spec: TruckSpec): TruckFacts {
  const { vin, stage, engineModel, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, hasScr, hasDpf } = spec;
  const known = { vin, stage, engineModel, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, hasScr, hasDpf };
  return {
    ...known,
    torqueKind: null,
    workRefKwh: null,
    bsfcRefKgPerKwh: null,
    fuelDensityKgL: 0.835,
    displacementL: null,
    limits: {},
  };
}

/** What the terminal of a truck records from … to. */
function records(spec: TruckSpec, fromSec: number, toSec: number): SampleColumns {
  const source = new MessageSource(truck(spec));
  const columns = new SampleColumns(toSec - fromSec);
  const reading = newReading();
  for (let t = fromSec; t < toSec; t += 1) {
    if (source.truck.engineOnAt(t) ? source.lost(t) : t % PARKED_S !== 0) continue;
    const { raw } = source.truck.readAt(t, reading);
    const row = columns.append(t);
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1)
      if (!Number.isNaN(raw[signal] as number)) columns.setValue(row, signal, raw[signal] as number);
  }
  return columns;
}

function day(spec: TruckSpec, date: string) {
  const fromSec = midnight(date);
  const samples = records(spec, fromSec - LEAD_IN_S, fromSec + DAY_S);
  const none = { obd: [], tamperSec: [], messages: [], conflicts: 0, reference: null };
  return evaluateDay({ date, fromSec, toSec: fromSec + DAY_S, samples, facts: factsOf(spec), ...none }, PARAMETERS).summary;
}

const WINTER = '2026-01-15';
const SUMMER = '2026-07-20';

describe('NOx signals of a day', () => {
  it.each([
    { scenario: 'healthyIV' as const, date: WINTER },
    { scenario: 'healthyV' as const, date: SUMMER },
  ])('$scenario on $date: no test speaks', ({ scenario, date }) => {
    const { plausibility: p, nh3 } = day({ ...specOf(scenario, 3), hasUpstreamNox: true }, date);
    expect(Math.max(...Object.values(p.stuckShare))).toBeLessThan(0.002);
    expect(p.flatSdPpm).toBeGreaterThan(10);
    expect(p.copyCv).toBeNull();
    expect(p.copyTested).toBeGreaterThan(0);
    expect(p.overruns).toBeGreaterThan(20);
    expect(p.overrunsHigh / p.overruns).toBeLessThan(0.1);
    expect(p.starts).toBeGreaterThan(0);
    expect(p.startsTooEarly).toBe(0);
    expect(p.ratioOneS / p.ratioS).toBeLessThan(0.02);
    expect(p.hotInvalidS / p.hotS).toBeLessThan(0.1);
    expect(nh3.dosingRatio).toBeCloseTo(1, 0);
    expect(nh3.riseWithDosing ?? -1).toBeLessThan(0);
  });

  it('a stuck sensor speaks in T1 alone', () => {
    const { plausibility: p } = day(specOf('noxSensorStuck', 2), SUMMER);
    expect(p.stuckShare.noxDownPpm).toBeGreaterThan(0.5);
    expect([p.flatSdPpm, p.copyCv, p.overruns, p.hotMeanPpm]).toEqual([null, null, 0, null]);
    expect(p.hotInvalidS / p.hotS).toBeLessThan(0.05);
  });

  it('an emulator speaks in T2, T4, T5, and reads low', () => {
    const { plausibility: p } = day(specOf('noxEmulator', 2), WINTER);
    expect(p.flatSdPpm).toBeLessThan(1);
    expect(p.overrunsHigh).toBe(p.overruns);
    expect(p.startsTooEarly).toBe(p.starts);
    expect(p.hotMeanPpm).toBeLessThan(30);
    expect(p.stuckShare.noxDownPpm).toBeLessThan(0.01);
  });

  it('a scaled copy speaks in T3', () => {
    const { plausibility: p } = day(specOf('noxScaledCopy', 2), SUMMER);
    expect(p.copyCv).toBeLessThan(0.005);
    expect(p.copyR2).toBeGreaterThan(0.999);
  });

  it('a dead catalyst is no copy and no ammonia, overdosing is: T7 and the rise with dosing tell them apart', () => {
    const dead = day(specOf('scrFailed', 2), SUMMER);
    expect(dead.plausibility.ratioOneS / dead.plausibility.ratioS).toBeGreaterThan(0.9);
    expect(dead.plausibility.copyCv).toBeNull();
    expect(Math.abs(dead.nh3.riseWithDosing ?? 1)).toBeLessThan(0.3);
    const slip = day(specOf('ammoniaSlip', 2), SUMMER);
    expect(slip.nh3.dosingRatio).toBeGreaterThan(1.2);
    expect(slip.nh3.riseWithDosing).toBeGreaterThan(0.5);
  });
});

describe('tanks of a day', () => {
  it.each<{ scenario: ScenarioId; date: string }>([
    { scenario: 'healthyIV', date: '2026-01-12' },
    { scenario: 'slopeParking', date: '2026-01-21' },
    { scenario: 'fuelTheft', date: '2026-01-14' },
  ])('$scenario: what the levels tell is what the books say', ({ scenario, date }) => {
    const spec = specOf(scenario, 5);
    const state = truck(spec);
    const { events, last } = day(spec, date).fuelTank;
    const { refuelL, theftL } = state.books.at(state.planner.shiftAt(midnight(date) + DAY_S / 2));
    const litres = (kind: string): number[] =>
      events.flatMap((event) => (event.kind === kind ? [event.litres ?? Number.NaN] : []));
    expect(events).toHaveLength((refuelL > 0 ? 1 : 0) + (theftL > 0 ? 1 : 0));
    expect(Math.abs((litres('refill')[0] ?? 0) - refuelL)).toBeLessThan(0.01 * spec.fuelTankL);
    expect(Math.abs((litres('theft')[0] ?? 0) - theftL)).toBeLessThan(0.01 * spec.fuelTankL);
    const truth = (100 * state.at(last?.timeSec ?? 0).fuelL) / spec.fuelTankL;
    expect(Math.abs((last?.levelPct ?? Number.NaN) - truth)).toBeLessThan(1);
  });
});

describe('live alarms', () => {
  /** What a watch says over some hours of a truck's live records. */
  function watched(spec: TruckSpec, fromSec: number, toSec: number, delayS = 1): AlarmChange[] {
    const watch = watchOf(PARAMETERS);
    const all = records(spec, fromSec, toSec);
    const changes: AlarmChange[] = [];
    let state = watch.begin;
    for (let at = fromSec + 60; at <= toSec; at += 60) {
      const window = new SampleColumns(1200);
      for (let row = 0; row < all.count; row += 1) {
        const t = all.timeSec[row] as number;
        if (t < at - 1200 || t >= at) continue;
        const own = window.append(t);
        for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
          const raw = all.values[row * SIGNAL_COUNT + signal] as number;
          if (!Number.isNaN(raw)) window.setValue(own, signal, raw);
        }
      }
      const receivedSec = window.timeSec.subarray(0, window.count).map((t) => t + delayS);
      const reissued = new Uint8Array(window.count);
      const next = watch.step(state, { samples: window, receivedSec, reissued, tampers: [], facts: factsOf(spec) });
      state = next.state;
      changes.push(...next.changes);
    }
    return changes;
  }

  /** A parking of a truck after which fuel was stolen, from its beginning. */
  function theft(spec: TruckSpec): { parkedSec: number; theftL: number } {
    const { planner, books } = truck(spec);
    for (let k = planner.shiftAt(midnight(WINTER)); ; k += 1) {
      const plan = planner.plan(k);
      const { theftL } = books.at(k);
      if (theftL > 0) return { parkedSec: plan.startSec + plan.parkedS, theftL };
    }
  }

  it('a theft is raised while it goes on, and the same records late raise nothing', () => {
    const spec = specOf('fuelTheft', 5);
    const { parkedSec, theftL } = theft(spec);
    const from = Math.floor(parkedSec / 60) * 60;
    const changes = watched(spec, from, from + 3 * 3600);
    expect(changes.map(({ change, alarm }) => [change, alarm.kind])).toEqual([
      ['raised', 'fuelTheft'],
      ['ended', 'fuelTheft'],
    ]);
    const [raised, ended] = changes;
    const atSec = raised?.alarm.atSec ?? 0;
    // It begins two hours after parking, and goes at 5.1 L/min.
    expect(atSec).toBeGreaterThan(parkedSec + 7200);
    expect(atSec).toBeLessThan(parkedSec + 7200 + (theftL / 5.1) * 60 + 60);
    expect(Math.abs(Number(ended?.alarm.figures.litres) - theftL)).toBeLessThan(0.02 * spec.fuelTankL);
    expect(watched(spec, from, from + 3 * 3600, 300)).toEqual([]);
  });

  it('a healthy truck raises nothing on the road, a dead catalyst does', () => {
    const eight = midnight(SUMMER) + 8 * 3600;
    expect(watched(specOf('healthyV', 3), eight, eight + 3600)).toEqual([]);
    const spec: TruckSpec = { ...specOf('scrFailed', 7), stage: 'V' };
    expect(watched(spec, eight, eight + 5400).map(({ alarm }) => alarm.kind)).toContain('noxSustained');
  });

  it('an empty urea tank is raised once the engine runs', () => {
    const spec = specOf('ureaNotFilled', 3);
    const eight = midnight(SUMMER) + 7.5 * 3600;
    expect(watched(spec, eight, eight + 3600).map(({ alarm }) => alarm.kind)).toContain('ureaEmpty');
  });
});
