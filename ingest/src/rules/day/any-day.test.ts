import { SIGNALS, type SignalId } from '@plume/ingest/protocol';
import { parametersWith } from '@plume/ingest/rules';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DayInput, FleetReference, TruckFacts } from './day-input.ts';
import { evaluateDay } from './evaluate-day.ts';
import { DAY_FROM, DAY_S, drive, FACTS, inputOf, lehmer, NO_FACTS, type Row, samplesOf } from './test-kit.ts';

const PARAMETERS = parametersWith();
const IDS = SIGNALS.map(({ id }) => id);

/** What is done to a driven stretch. */
interface Plan {
  readonly seed: number;
  readonly start: number;
  readonly periodS: number;
  readonly rows: number;
  readonly loss: number;
  /** Signals that are not sent, that never move, and that are anything. */
  readonly dropped: readonly SignalId[];
  readonly frozen: readonly SignalId[];
  readonly wild: readonly SignalId[];
  readonly facts: TruckFacts;
  readonly learned: boolean;
}

const some = fc.subarray(IDS, { maxLength: 6 });
const few = fc.subarray(IDS, { maxLength: 3 });
const nullable = (keys: readonly (keyof TruckFacts)[]): TruckFacts => ({
  ...FACTS,
  ...Object.fromEntries(keys.map((key) => [key, NO_FACTS[key]])),
});
const plan: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  start: fc.constantFrom(-900, -300, 0, 36_000, DAY_S - 400),
  periodS: fc.constantFrom(1, 1, 5, 10, 30),
  rows: fc.integer({ min: 0, max: 1500 }),
  loss: fc.constantFrom(0, 0.01, 0.4),
  dropped: some,
  frozen: few,
  wild: few,
  facts: fc.subarray(Object.keys(FACTS).filter((key) => key !== 'vin' && key !== 'limits') as (keyof TruckFacts)[]).map(nullable),
  learned: fc.boolean(),
});

function rowsOf({ seed, start, periodS, rows, loss, dropped, frozen, wild }: Plan): Row[] {
  const random = lehmer(seed);
  const first = new Map<SignalId, number>();
  return [...drive({ seed, start, periodS, lengthS: rows * periodS, loss })].map((row) => {
    const changed: { t: number } & Partial<Record<SignalId, number>> = { ...row };
    for (const id of frozen) {
      const value = changed[id];
      if (value !== undefined && !first.has(id)) first.set(id, value);
      const held = first.get(id);
      if (held !== undefined) changed[id] = held;
    }
    for (const id of wild) {
      const { rawMin, rawMax, scale, offset } = SIGNALS[IDS.indexOf(id)] ?? { rawMin: 0, rawMax: 0, scale: 1, offset: 0 };
      changed[id] = offset + scale * (rawMin + random() * (rawMax - rawMin));
    }
    for (const id of dropped) delete changed[id];
    return changed;
  });
}

const LEARNED: FleetReference = {
  id: 'WP10-V-2026-11',
  month: '2026-11',
  engineModel: 'WP10',
  stage: 'V',
  trucks: 5,
  truckDays: 90,
  bin1GPerHour: 30,
  ureaLPer100Km: 1.2,
  noxOddShare: 0.02,
  joint: null,
  airFuel: Array.from({ length: 20 }, (_, k) => ({ load: (k + 0.5) / 20, airToFuel: 40 - k })),
};

function dayOf(of: Plan, rows: Iterable<Row>): DayInput {
  return inputOf(rows, {
    facts: of.facts,
    reference: of.learned ? LEARNED : null,
    obd: [{ timeSec: DAY_FROM + 5, mil: true, dtcs: ['SPN 4364 FMI 18 OC 3'] }],
    messages: [{ firstSec: DAY_FROM, lastSec: DAY_FROM + 500, receivedSec: DAY_FROM + 700 }],
    tamperSec: [DAY_FROM + 9, DAY_FROM + 9],
  });
}

/** Paths of what is no finite number, or −0. */
function unfit(value: unknown, path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? [] : [`${path}: ${value}`];
  if (value === null || typeof value !== 'object') return value === undefined ? [path] : [];
  return Object.entries(value).flatMap(([key, each]) => unfit(each, `${path}.${key}`));
}

describe('a day of whatever a terminal may send', () => {
  it('gives plain JSON: finite numbers, text and null, and reads back as it was written', () => {
    fc.assert(
      fc.property(plan, (of) => {
        const { summary } = evaluateDay(dayOf(of, rowsOf(of)), PARAMETERS);
        expect(unfit(summary)).toEqual([]);
        expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
      }),
      { numRuns: 40, seed: 20261124 },
    );
  });

  it('does not depend on the order of rows, messages and blocks', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 1e6 }), (of, seed) => {
        const rows = rowsOf(of);
        const random = lehmer(seed);
        const shuffled = rows.map((row) => ({ row, key: random() })).sort((a, b) => a.key - b.key);
        const one = evaluateDay(dayOf(of, rows), PARAMETERS);
        const other = evaluateDay(
          dayOf(
            of,
            shuffled.map(({ row }) => row),
          ),
          PARAMETERS,
        );
        expect(JSON.stringify(other.summary)).toBe(JSON.stringify(one.summary));
        expect(other.minutes).toEqual(one.minutes);
      }),
      { numRuns: 15, seed: 20261124 },
    );
  });

  it('its minutes add up to its totals', () => {
    fc.assert(
      fc.property(plan, (of) => {
        const { summary, minutes } = evaluateDay(dayOf(of, rowsOf(of)), PARAMETERS);
        expect([...minutes.columns.samples].reduce((sum, n) => sum + n, 0)).toBe(summary.samples);
        for (const [key, total] of Object.entries(summary.totals)) {
          const sum = minutes.columns[key as keyof typeof summary.totals].reduce(
            (part, x) => part + (Number.isNaN(x) ? 0 : x),
            0,
          );
          expect(Math.abs(sum - total), key).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(total)));
        }
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});

describe('what lies outside the day', () => {
  const rows = [...drive({ seed: 11, start: -4000, lengthS: 8000 })];
  const inside = (from: number, to: number): Row[] => rows.filter(({ t }) => t >= from && t < to);

  it('earlier than 15 minutes before it, or from its end on, is not looked at', () => {
    const one = evaluateDay(inputOf(rows), PARAMETERS);
    const other = evaluateDay(inputOf(inside(DAY_FROM - 900, DAY_FROM + DAY_S)), PARAMETERS);
    expect(other).toEqual(one);
    const late = [{ t: DAY_FROM + DAY_S, engineRpm: 900, noxDownPpm: 500 }, ...rows];
    expect(evaluateDay(inputOf(late), PARAMETERS)).toEqual(one);
    const none = evaluateDay(inputOf(rows), parametersWith({ 'day.leadInS': 0 }));
    expect(none).toEqual(evaluateDay(inputOf(inside(DAY_FROM, DAY_FROM + DAY_S)), PARAMETERS));
    expect(none.summary.totals.noxValidS).toBeLessThan(one.summary.totals.noxValidS);
  });

  it('the lead-in makes a sensor ready, and adds nothing to any sum', () => {
    const short = evaluateDay(inputOf(inside(DAY_FROM, DAY_FROM + 3000)), PARAMETERS).summary;
    const led = evaluateDay(inputOf(inside(DAY_FROM - 900, DAY_FROM + 3000)), PARAMETERS).summary;
    expect([led.samples, led.firstSec, led.totals.engineOnS, led.totals.fuelKg]).toEqual([
      short.samples,
      short.firstSec,
      short.totals.engineOnS,
      short.totals.fuelKg,
    ]);
    expect(led.totals.noxValidS - short.totals.noxValidS).toBeGreaterThanOrEqual(55);
    expect(led.totals.noxValidS).toBeLessThanOrEqual(led.totals.engineOnS);
  });

  it('a lead-in alone is no day: a summary that says that there is nothing', () => {
    const { summary, minutes } = evaluateDay(inputOf(inside(DAY_FROM - 900, DAY_FROM)), PARAMETERS);
    expect(summary).toMatchObject({
      samples: 0,
      firstSec: null,
      lastSec: null,
      ppm: { reason: 'noSamples' },
      fuelTank: { first: null, last: null },
      trips: [],
      tripRest: null,
      modes: [],
      place: { positionShare: null, box: null },
      quality: { received: 0, due: 0, transmissionRate: null, noxValidShare: null },
      method: { flow: null, workClass: null },
      work: { count: 0, p90: null, worst: null },
    });
    expect(minutes.count).toBe(0);
    expect(evaluateDay(inputOf([]), PARAMETERS).summary).toEqual(summary);
  });
});

it('samples of one second, and of one alone, are a day', () => {
  const { summary } = evaluateDay(inputOf([{ t: DAY_FROM + 60, engineRpm: 700 }]), PARAMETERS);
  expect([summary.samples, summary.periodS, summary.totals.engineOnS, summary.quality.received]).toEqual([1, 1, 1, 1]);
  expect(samplesOf([]).count).toBe(0);
});
