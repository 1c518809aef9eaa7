import { existsSync, readFileSync } from 'node:fs';
import { decodeMessage, QUALITY, SampleColumns, SIGNAL_COUNT, SIGNALS, type SignalId, signalIndex } from '@plume/ingest/protocol';
import { type DayInput, type DaySummary, evaluateDay, parametersWith, type TruckFacts } from '@plume/ingest/rules';
import { driveCycle, MessageSource, type TruckSpec, truck, truckSpec } from '@plume/simulators';
import { describe, expect, it } from 'vitest';
import { type PlainRow, plainDay } from './plain-day.ts';

/** The fast windows of a day against those of an independent implementation, from what the terminal sent to the last figure. */
const MIDNIGHT = Date.parse('2026-07-08T00:00:00+08:00') / 1000;
const WINTER = Date.parse('2027-01-12T00:00:00+08:00') / 1000;
const LEAD_IN_S = 900;
const DAY_S = 86_400;
const PARAMETERS = parametersWith();

function factsOf(spec: TruckSpec): TruckFacts {
  const { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm } = spec;
  const unknown = { workRefKwh: null, bsfcRefKgPerKwh: null, fuelDensityKgL: null, displacementL: null, engineModel: null };
  const tanks = { fuelTankL: null, ureaTankL: null, hasScr: null, hasDpf: null, limits: {} };
  return { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, torqueKind: null, ...unknown, ...tanks };
}

/** Every row as the plain implementation wants it, by the catalogue's scales written out. */
function rowsOf({ count, timeSec, values }: DayInput['samples']): PlainRow[] {
  return Array.from({ length: count }, (_, row) => {
    const of = (id: SignalId): number | null => {
      const raw = values[row * SIGNAL_COUNT + signalIndex(id)] ?? Number.NaN;
      const { scale, offset } = SIGNALS[signalIndex(id)] ?? { scale: 1, offset: 0 };
      return Number.isNaN(raw) ? null : raw * scale + offset;
    };
    return {
      time: timeSec[row] ?? 0,
      rpm: of('engineRpm'),
      fuelLph: of('fuelRateLph'),
      airKgh: of('airFlowKgh'),
      torquePct: of('netTorquePct'),
      frictionPct: of('frictionTorquePct'),
      noxPpm: of('noxDownPpm'),
      scrInC: of('scrInTempC'),
      scrOutC: of('scrOutTempC'),
      coolantC: of('coolantTempC'),
      ambientC: of('ambientTempC'),
      baroKpa: of('baroKpa'),
    };
  });
}

function evaluate(spec: TruckSpec, samples: DayInput['samples'], fromSec: number): DaySummary {
  const input: DayInput = {
    date: new Date((fromSec + 8 * 3600) * 1000).toISOString().slice(0, 10),
    fromSec,
    toSec: fromSec + DAY_S,
    samples,
    facts: factsOf(spec),
    obd: [],
    tamperSec: [],
    messages: [],
    conflicts: 0,
    reference: null,
  };
  return evaluateDay(input, PARAMETERS).summary;
}

/** What `evaluateDay` says of the windows and bins equals what the plain implementation finds in the same rows. */
function expectSame(spec: TruckSpec, samples: DayInput['samples'], fromSec: number): DaySummary {
  const summary = evaluate(spec, samples, fromSec);
  const { work: fast, bins } = summary;
  const vehicle = {
    ratedKw: spec.ratedPowerKw,
    referenceNm: spec.referenceTorqueNm,
    torque: spec.torqueKind,
    stageU: 0.001587,
  } as const;
  const plain = plainDay(rowsOf(samples), vehicle, summary.method.lagDownS ?? 0, fromSec);
  const { work } = plain;
  const near = (value: number | null, expected: number | null): void => {
    if (value === null || expected === null) expect(value).toBe(expected);
    else expect(Math.abs(value - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
  };
  expect([fast.count, fast.valid, fast.thresholdPct]).toEqual([work.count, work.valid, work.thresholdPct]);
  const sorted = [...work.values].sort((a, b) => a - b);
  const at = 0.9 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  near(fast.p90, sorted.length === 0 ? null : low + (high - low) * (at - Math.floor(at)));
  near(fast.mean, sorted.length === 0 ? null : sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
  near(fast.max, sorted.at(-1) ?? null);
  const within = sorted.filter((value) => value < 3).length;
  const counted = fast.histogram.reduce(
    (sum, bin, i) => (i % 2 === 0 && bin < 300 ? sum + (fast.histogram[i + 1] ?? 0) : sum),
    0,
  );
  expect(counted).toBe(within);
  expect([bins.bin1Windows, bins.bin2Windows]).toEqual([plain.bins.bin1, plain.bins.bin2]);
  near(bins.bin1GPerHour, plain.bins.bin1GPerHour);
  near(bins.bin2GPerKwh, plain.bins.bin2GPerKwh);
  return summary;
}

/** A day of the simulator with the quarter of an hour before it, through frames and decoder. */
function simulated(spec: TruckSpec, fromSec: number): SampleColumns {
  const source = new MessageSource(truck(spec));
  const { uploadPeriodS, recordPeriodS, format } = spec.terminal;
  const columns = new SampleColumns(DAY_S);
  const last = fromSec + DAY_S;
  for (let send = source.nextSendSec(fromSec - LEAD_IN_S + uploadPeriodS); send <= last; send += uploadPeriodS)
    for (const { payload } of source.window(send))
      decodeMessage(payload, columns, format === 'json' ? { recordPeriodS } : { recordPeriodS, stickyLayout: format });
  return columns;
}

function specOf(index: number, more: Partial<TruckSpec>, terminal: Partial<TruckSpec['terminal']>): TruckSpec {
  const base = truckSpec(5, index, index % 2 === 0 ? 'healthyIV' : 'healthyV', { shiftHours: 8 });
  const kept = { shiftStartS: 7 * 3600, ...more };
  return { ...base, ...kept, terminal: { ...base.terminal, format: 'A', recordPeriodS: 1, uploadPeriodS: 10, ...terminal } };
}

describe('a day of the simulator has the windows and bins that an independent implementation finds', () => {
  it.each([
    ['1 s, no ambient temperature, winter', specOf(0, {}, {}), WINTER],
    ['1 s, ambient temperature, summer', specOf(1, {}, { format: 'H' }), MIDNIGHT],
    ['1 s, in the mountains', specOf(2, { roads: 'mountain', torqueKind: 'net' }, { format: 'H' }), MIDNIGHT],
    ['1 s, through midnight, sensor off reads zero', specOf(3, { shiftStartS: 20 * 3600, noxOffReads: 'zero' }, {}), MIDNIGHT],
    ['10 s', specOf(4, {}, { recordPeriodS: 10 }), MIDNIGHT],
    ['30 s', specOf(5, {}, { recordPeriodS: 30, uploadPeriodS: 30, format: 'B' }), MIDNIGHT],
  ] as const)('%s', (_name, spec, fromSec) => {
    const summary = expectSame(spec, simulated(spec, fromSec), fromSec);
    expect(summary.work.count).toBeGreaterThan(spec.terminal.recordPeriodS === 1 ? 5000 : 400);
    expect(summary.bins.bin1Windows).toBeGreaterThan(20);
    expect(summary.bins.bin2Windows).toBeGreaterThan(300);
  });
});

const CYCLES = [
  ['C-WTVC', new URL('../../ingest/src/emissions/vectors/c-wtvc.csv', import.meta.url)],
  ['HHDDT cruise', new URL('../../../shared/cycles/hhddt_cruise.csv', import.meta.url)],
  ['HHDDT 65 mph', new URL('../../../shared/cycles/hhddt_highspeed65.csv', import.meta.url)],
] as const;
const MISSING = CYCLES.filter(([, url]) => !existsSync(url)).map(([name]) => name);
if (MISSING.length > 0) console.warn(`NOT COMPARED over ${MISSING.join(' and ')}: not beside the repository (../shared/cycles)`);

/** Seconds that never came: pieces of every length that matters, one after the other. */
function lossy(second: number): boolean {
  const pieces: readonly (readonly [from: number, length: number])[] = [
    [2000, 2],
    [2600, 40],
    [3500, 120],
    [4800, 599],
    [6600, 600],
    [8400, 601],
    [10_300, 900],
  ];
  return pieces.some(([from, length]) => second >= from && second < from + length);
}

/** A truck on a cycle, six times over from a cold start, as stored rows. */
function driven(spec: TruckSpec, url: URL, startSec: number, lost: (second: number) => boolean): SampleColumns {
  const speeds = readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[1]));
  const columns = new SampleColumns(DAY_S);
  const repeats = Math.ceil(14_400 / speeds.length);
  for (const { timeSec, raw } of driveCycle(spec, speeds, { startSec, repeats, massKg: 25_000 })) {
    if (lost(timeSec - startSec)) continue;
    const row = columns.append(timeSec);
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
      const value = raw[signal] ?? Number.NaN;
      if (Number.isNaN(value)) columns.setMissing(row, signal, QUALITY.na);
      else columns.setValue(row, signal, value);
    }
  }
  return columns;
}

describe.each(CYCLES.filter(([, url]) => existsSync(url)))('%s through the simulator', (_name, url) => {
  const spec = specOf(1, {}, {});
  const startSec = MIDNIGHT + 8 * 3600;

  it('has the same windows and bins', () => {
    const summary = expectSame(
      spec,
      driven(spec, url, startSec, () => false),
      MIDNIGHT,
    );
    expect(summary.work.count).toBeGreaterThan(3000);
  });

  it('has the same windows and bins with gaps of 2 s to 900 s', () => {
    const whole = evaluate(
      spec,
      driven(spec, url, startSec, () => false),
      MIDNIGHT,
    );
    const summary = expectSame(spec, driven(spec, url, startSec, lossy), MIDNIGHT);
    expect(summary.work.count).toBeGreaterThan(1000);
    expect(summary.work.count).toBeLessThan(whole.work.count - 2000);
  });
});
