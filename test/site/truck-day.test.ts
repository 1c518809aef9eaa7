import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { type DayInput, type DayMessage, evaluateDay, parametersWith, type TruckFacts } from '@plume/ingest/rules';
import { MessageSource, type TruckSpec, type TruckState, truck, truckSpec } from '@plume/simulators';
import { describe, expect, it } from 'vitest';

/** A whole day of a simulated truck, from its frames to the summary, beside what the truck really did: its state at every second. */
const MIDNIGHT = Date.parse('2026-10-14T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
const LEAD_IN_S = 900;
/** A message is received this long after it was sent [s]. */
const TRANSPORT_S = 1;

const base = truckSpec(11, 0, 'healthyIV', { shiftHours: 8 });
const spec: TruckSpec = {
  ...base,
  shiftStartS: 7 * 3600,
  hasUpstreamNox: true,
  hasAirFlow: true,
  terminal: { ...base.terminal, format: 'H', recordPeriodS: 1, uploadPeriodS: 10, lossShare: 0.005 },
};
const facts: TruckFacts = {
  vin: spec.vin,
  stage: spec.stage,
  engineModel: spec.engineModel,
  ratedPowerKw: spec.ratedPowerKw,
  ratedRpm: spec.ratedRpm,
  referenceTorqueNm: spec.referenceTorqueNm,
  torqueKind: null,
  workRefKwh: null,
  bsfcRefKgPerKwh: null,
  fuelDensityKgL: 0.835,
  displacementL: null,
  fuelTankL: spec.fuelTankL,
  ureaTankL: spec.ureaTankL,
  hasScr: true,
  hasDpf: spec.hasDpf,
  limits: {},
};

function day(): DayInput {
  const source = new MessageSource(truck(spec));
  const samples = new SampleColumns(DAY_S);
  const messages: DayMessage[] = [];
  const { uploadPeriodS, recordPeriodS } = spec.terminal;
  const last = MIDNIGHT + DAY_S;
  for (let send = source.nextSendSec(MIDNIGHT - LEAD_IN_S); send <= last; send += uploadPeriodS)
    for (const { payload, sendSec } of source.window(send)) {
      const before = samples.count;
      decodeMessage(payload, samples, { recordPeriodS, stickyLayout: 'H' });
      const times = [...samples.timeSec.subarray(before, samples.count)];
      if (times.length > 0)
        messages.push({ firstSec: Math.min(...times), lastSec: Math.max(...times), receivedSec: sendSec + TRANSPORT_S });
    }
  const noObd = { obd: [], tamperSec: [], conflicts: 0, reference: null };
  return { date: '2026-10-14', fromSec: MIDNIGHT, toSec: MIDNIGHT + DAY_S, samples, facts, messages, ...noObd };
}

const { summary, minutes } = evaluateDay(day(), parametersWith());
const states: TruckState[] = [];
for (const state of truck(spec).run(MIDNIGHT, MIDNIGHT + DAY_S, 1)) states.push({ ...state });
const running = states.filter(({ engineOn }) => engineOn);
const sum = (of: readonly TruckState[], value: (state: TruckState) => number): number =>
  of.reduce((total, state) => total + value(state), 0);
const exhaustKgh = ({ airKgh, fuelLph }: TruckState): number => airKgh + 0.835 * fuelLph;
/** What the lost seconds take from every sum, as a share; the truth has none. */
const LOST = 0.03;
const share = (found: number, truth: number): number => found / truth;

describe('a day of a simulated truck', () => {
  it('knows the truck: torque, air flow, class, what could not be checked', () => {
    expect(summary.method).toMatchObject({ flow: 'airFlow', flowClass: 'A', workClass: 'A' });
    expect(summary.method.torque).toMatchObject({ kind: spec.torqueKind, confirmed: true });
    expect(summary.work).toMatchObject({ void: null, class: 'B', reference: { assumed: true } });
    expect(summary.quality.clockErrorS).toBeGreaterThanOrEqual(-20);
    expect(summary.quality.clockErrorS).toBeLessThanOrEqual(0);
    expect(summary.quality.lateShare).toBeLessThan(0.05);
  });

  it('fuel, work, distance and running time are what the truck did, but for the seconds that never came', () => {
    const truth = {
      engineOnS: running.length,
      fuelKg: sum(running, ({ fuelLph }) => (fuelLph * 0.835) / 3600),
      workKwh: sum(running, ({ powerKw }) => Math.max(0, powerKw) / 3600),
      distanceKm: sum(states, ({ speedMs }) => speedMs / 1000),
    };
    for (const [key, value] of Object.entries(truth)) {
      const found = share(summary.totals[key as keyof typeof truth], value);
      expect(found, key).toBeGreaterThan(1 - LOST);
      expect(found, key).toBeLessThan(1.005);
    }
    // Lost seconds are due: with them it is the whole time the engine ran.
    expect(Math.abs(share(summary.quality.due, running.length) - 1)).toBeLessThan(0.005);
  });

  it('NOx for work is what left the tailpipe, within what sensors are off', () => {
    const hot = running.filter(({ coolantC, noxTailPpm }) => coolantC >= 75 && noxTailPpm > 0);
    const grams = sum(hot, (state) => (0.001587 * state.noxTailPpm * exhaustKgh(state)) / 3600);
    const truth = grams / sum(hot, ({ powerKw }) => Math.max(0, powerKw) / 3600);
    const { noxOfWorkG, workOfNoxKwh } = summary.totals;
    expect(Math.abs(noxOfWorkG / workOfNoxKwh / truth - 1)).toBeLessThan(0.1);
    expect(Math.abs((summary.work.mean ?? 0) / truth - 1)).toBeLessThan(0.2);
  });

  it('the catalyst: efficiency at 250 … 450 °C and the solution injected', () => {
    const hot = running.filter(({ scrInC, coolantC }) => scrInC >= 250 && scrInC <= 450 && coolantC >= 75);
    const before = sum(hot, (state) => state.noxOutPpm * exhaustKgh(state));
    const after = sum(hot, (state) => state.noxTailPpm * exhaustKgh(state));
    expect(Math.abs((summary.scr.efficiency ?? 0) - (1 - after / before))).toBeLessThan(0.03);
    expect(share(summary.scr.seconds, hot.length)).toBeGreaterThan(0.9);
    const litres = sum(states, ({ ureaMlh }) => ureaMlh / 3.6e6);
    expect(share(summary.scr.dosedL ?? 0, litres)).toBeGreaterThan(1 - LOST);
    expect(share(summary.scr.dosedL ?? 0, litres)).toBeLessThan(1.02);
  });

  it('trips are the stretches of a running engine with less than 600 s between them', () => {
    const truth: [number, number][] = [];
    for (const { timeSec } of running) {
      const trip = truth.at(-1);
      if (trip !== undefined && timeSec - trip[1] <= 600) trip[1] = timeSec;
      else truth.push([timeSec, timeSec]);
    }
    expect(summary.trips.length).toBe(truth.length);
    for (const [k, { fromSec, toSec, open }] of summary.trips.entries()) {
      expect(Math.abs(fromSec - (truth[k]?.[0] ?? 0))).toBeLessThan(120);
      expect(Math.abs(toSec - (truth[k]?.[1] ?? 0))).toBeLessThan(120);
      expect(open).toBe(false);
    }
    expect(summary.tripRest).toBeNull();
    const distance = summary.trips.reduce((km, { totals }) => km + totals.distanceKm, 0);
    expect(share(distance, summary.totals.distanceKm)).toBeGreaterThan(0.99);
  });

  it('minutes: those in which the engine ran, each with a place, and the same fuel as the day', () => {
    const ran = [...minutes.columns.engineOnS].filter((s) => s > 0).length;
    expect(share(ran, new Set(running.map(({ timeSec }) => Math.floor(timeSec / 60))).size)).toBeGreaterThan(0.93);
    expect([...minutes.columns.fuelKg].reduce((kg, each) => kg + (Number.isNaN(each) ? 0 : each), 0)).toBeCloseTo(
      summary.totals.fuelKg,
      6,
    );
    expect([...minutes.columns.lonDeg].filter((lon) => !Number.isNaN(lon)).length / minutes.count).toBeGreaterThan(0.9);
    expect(summary.place.positionShare).toBeGreaterThan(0.9);
  });
});
