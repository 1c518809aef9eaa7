import { QUALITY_BYTES, type SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { DAY_FROM, drive, FACTS, lehmer, type Row, samplesOf } from '../day/test-kit.ts';
import { lived, type Phase } from '../day/test-tank.ts';
import type { AlarmChange } from './alarm.ts';
import { type TamperRecord, type WatchState, watchOf } from './watch.ts';

const PARAMETERS = parametersWith();
const WATCH = watchOf(PARAMETERS);
const WINDOW_S = 1200;

interface Delivery {
  /** Time of the last sample of each look [s after midnight]; every 10 s unless given. */
  readonly looks?: readonly number[];
  /** Receipt after the sample [s]. */
  readonly delayS?: number;
  readonly reissued?: boolean;
  readonly shuffle?: boolean;
  readonly tampers?: readonly TamperRecord[];
  readonly facts?: typeof FACTS;
}

/** Some rows of stored samples, in another order when one is given. */
function cut(all: SampleColumns, from: number, to: number, order: readonly number[] | null) {
  if (order === null)
    return {
      count: to - from,
      timeSec: all.timeSec.subarray(from, to),
      values: all.values.subarray(from * SIGNAL_COUNT, to * SIGNAL_COUNT),
      quality: all.quality.subarray(from * QUALITY_BYTES, to * QUALITY_BYTES),
    };
  const values = new Float64Array(order.length * SIGNAL_COUNT);
  const quality = new Uint8Array(order.length * QUALITY_BYTES);
  for (const [at, row] of order.entries()) {
    values.set(all.values.subarray(row * SIGNAL_COUNT, (row + 1) * SIGNAL_COUNT), at * SIGNAL_COUNT);
    quality.set(all.quality.subarray(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES), at * QUALITY_BYTES);
  }
  return { count: order.length, timeSec: Float64Array.from(order, (row) => all.timeSec[row] as number), values, quality };
}

/** What a watch says that is given records as they come, twenty minutes of them each time. */
function watched(rows: readonly Row[], delivery: Delivery = {}): { changes: AlarmChange[]; state: WatchState } {
  const { delayS = 2, reissued = false, shuffle = false, tampers = [], facts = FACTS } = delivery;
  const last = (rows.at(-1)?.t ?? DAY_FROM) - DAY_FROM;
  const looks = delivery.looks ?? Array.from({ length: Math.ceil(last / 10) + 1 }, (_, k) => 10 * k + 9);
  const random = lehmer(77);
  const all = samplesOf(rows);
  const changes: AlarmChange[] = [];
  let state = WATCH.begin;
  let from = 0;
  let to = 0;
  let told = 0;
  for (const look of [...looks].sort((a, b) => a - b)) {
    while (to < rows.length && (rows[to] as Row).t - DAY_FROM <= look) to += 1;
    while (from < to && (rows[from] as Row).t - DAY_FROM <= look - WINDOW_S) from += 1;
    const order = shuffle ? Array.from({ length: to - from }, (_, k) => from + k).sort(() => random() - 0.5) : null;
    const samples = cut(all, from, to, order);
    const due = tampers.filter((each) => each.receivedSec - DAY_FROM <= look).slice(told);
    told += due.length;
    const window = {
      samples,
      receivedSec: samples.timeSec.map((t) => t + delayS),
      reissued: new Uint8Array(samples.count).fill(reissued ? 1 : 0),
      tampers: due,
      facts,
    };
    const next = WATCH.step(state, window);
    state = next.state;
    changes.push(...next.changes);
  }
  return { changes, state };
}

const said = (changes: readonly AlarmChange[]): unknown[] =>
  changes.map((each) => [each.change, each.alarm.kind, (each.change === 'raised' ? each.alarm.atSec : each.endedSec) - DAY_FROM]);

const park = (minutes: number, more: Partial<Phase> = {}): Phase => ({ minutes, does: 'off', ...more });
const away = (minutes: number, more: Partial<Phase> = {}): Phase => ({ minutes, does: 'drive', ...more });

/** 1 % a minute leaves the parked truck from minute 30 to minute 40. */
const THEFT = [...lived([park(30), park(10, { change: -10 }), park(40), away(5)], { noisePct: 0, sloshPct: 0 })];

describe('fuel theft', () => {
  it('is seen while it goes on: at the reading with which two of three lie 4 % low', () => {
    const { changes } = watched(THEFT);
    expect(said(changes)).toEqual([
      ['raised', 'fuelTheft', 35 * 60],
      ['ended', 'fuelTheft', 51 * 60],
    ]);
    const [raised] = changes;
    expect(raised?.alarm.figures).toMatchObject({ beforePct: 70 });
    expect(raised?.alarm.figures.litres).toBeCloseTo(16, 6);
    expect((raised?.alarm.sinceSec ?? 0) - DAY_FROM).toBeGreaterThanOrEqual(30 * 60);
    expect((raised?.alarm.sinceSec ?? 0) - DAY_FROM).toBeLessThan(33 * 60);
  });

  it.each<{ name: string; phases: Phase[]; without?: 'speedKmh'[]; stepPct?: number }>([
    { name: 'a parked truck', phases: [park(60)] },
    { name: 'an idling one', phases: [{ minutes: 120, does: 'idle' }] },
    { name: 'a fall of 3.6 %', phases: [park(20), park(5, { change: -3.6 }), park(20)] },
    { name: 'a truck on the way', phases: [away(20), away(10, { change: -15 }), away(20)] },
    { name: 'a slope at the end of a drive', phases: [away(20), park(30, { slope: -8 }), away(5)] },
    {
      name: 'a gauge that reads something else when the engine is off',
      phases: [{ minutes: 20, does: 'idle' }, park(30, { reads: 30 })],
    },
    { name: 'a gauge without supply', phases: [{ minutes: 20, does: 'idle' }, park(30, { reads: 0 })] },
    { name: 'a stray reading', phases: [park(20), park(1, { reads: 20 }), park(20)] },
    {
      name: 'one step of a reed chain',
      phases: [
        { minutes: 20, does: 'idle' },
        { minutes: 2, does: 'idle', change: -1 },
        { minutes: 40, does: 'idle' },
      ],
      stepPct: 6,
    },
    { name: 'a refill', phases: [park(20), park(8, { change: 20 }), park(20)] },
    {
      name: 'a fall while nothing was heard for long',
      phases: [park(20), { minutes: 60, does: 'silent', change: -20 }, park(30)],
    },
    { name: 'a truck without a speed', phases: [park(20), park(10, { change: -15 }), park(20)], without: ['speedKmh'] },
  ])('is not seen in $name', ({ phases, without = [], stepPct = 0.4 }) => {
    const { changes } = watched([...lived(phases, { periodS: 10, without, stepPct, startPct: 69.5 })]);
    expect(changes.filter(({ alarm }) => alarm.kind === 'fuelTheft')).toEqual([]);
  });

  it('a slow one adds up against the level the truck was parked with', () => {
    const { changes } = watched([...lived([park(20), park(60, { change: -9 }), park(5)], { noisePct: 0 })]);
    expect(said(changes.slice(0, 1))).toEqual([['raised', 'fuelTheft', expect.any(Number)]]);
  });

  it('ends when the truck drives off', () => {
    const { changes } = watched([
      ...lived([park(30), park(6, { change: -8 }), park(2), away(10)], { noisePct: 0, sloshPct: 0, periodS: 10 }),
    ]);
    expect(changes.map(({ change }) => change)).toEqual(['raised', 'ended']);
    expect((changes[1]?.change === 'ended' ? changes[1].endedSec : 0) - DAY_FROM).toBe(38 * 60);
  });

  it('what the idling engine burns is no theft, what goes beyond is', () => {
    const idle = (change: number): Phase[] => [
      { minutes: 20, does: 'idle' },
      { minutes: 10, does: 'idle', change },
      { minutes: 15, does: 'idle' },
    ];
    const gauge = { tankL: 100, noisePct: 0, periodS: 10 };
    const facts = { ...FACTS, fuelTankL: 100 };
    expect(watched([...lived(idle(-8), gauge)], { facts }).changes).toEqual([]);
    expect(watched([...lived(idle(-13), gauge)], { facts }).changes.map(({ change }) => change)).toEqual(['raised', 'ended']);
  });
});

/** A hot truck at half load; NOx, and the catalyst's inlet, as functions of the second. */
function* hot(
  seconds: number,
  nox: (s: number) => number,
  more: (s: number) => Partial<Row> = () => ({}),
  inletC: (s: number) => number = () => 300,
): Generator<Row> {
  const random = lehmer(5);
  for (let s = 0; s < seconds; s += 1)
    yield {
      t: DAY_FROM + s,
      speedKmh: 70 + random(),
      engineRpm: 1300 + 100 * random(),
      netTorquePct: 50 + 2 * random(),
      frictionTorquePct: 9,
      fuelRateLph: 28 + random(),
      coolantTempC: 84,
      scrInTempC: inletC(s) + random(),
      scrOutTempC: inletC(s) - 10 + random(),
      noxDownPpm: nox(s) + 20 * (random() - 0.5),
      ureaLevelPct: 60,
      ...more(s),
    };
}

describe('sustained NOx', () => {
  it('is raised when five minutes of 20 s means lie above 500 ppm × 1.281, and ends below nine tenths', () => {
    // The sensor is ready after 60 s; from second 600 to 1200 it reads 1000 ppm, before and after 300.
    const { changes, state } = watched([...hot(2400, (s) => (s >= 600 && s < 1200 ? 1000 : 300))]);
    expect(said(changes)).toEqual([
      // Eight of fifteen means high: (8 × 1000 + 7 × 300) / 15 = 673 > 640.5; the eighth is complete with second 759.
      ['raised', 'noxSustained', 759],
      // Six high: (6 × 1000 + 9 × 300) / 15 = 580 is not below 576.5; five high: 533.
      ['ended', 'noxSustained', 1399],
    ]);
    expect(changes[0]?.alarm.figures.guardedPpm).toBeCloseTo(640.5, 9);
    expect(state.open).toEqual([]);
  });

  it.each([
    { name: 'just above the level', ppm: 645, stage: 'V' as const, raised: 1 },
    { name: 'just below', ppm: 635, stage: 'V' as const, raised: 0 },
    { name: 'stage IV: 735 × 1.281 = 941.5 ppm', ppm: 930, stage: 'IV' as const, raised: 0 },
    { name: 'stage IV above it', ppm: 950, stage: 'IV' as const, raised: 1 },
    { name: 'a stage without a level', ppm: 2000, stage: 'III' as const, raised: 0 },
  ])('$name', ({ ppm, stage, raised }) => {
    const { changes } = watched([...hot(900, () => ppm)], { facts: { ...FACTS, stage } });
    expect(changes.filter(({ change }) => change === 'raised')).toHaveLength(raised);
  });

  it('needs qualified time: a cold catalyst, light load or a warming engine raise nothing', () => {
    const facts = { ...FACTS, torqueKind: 'net' as const };
    const high = (more: Partial<Row>, inlet = 300) =>
      watched(
        [
          ...hot(
            700,
            () => 1500,
            () => more,
            () => inlet,
          ),
        ],
        { facts },
      ).changes.length;
    expect(high({})).toBe(1);
    expect(high({}, 218)).toBe(0);
    expect(high({ netTorquePct: 10 })).toBe(0);
    expect(high({ coolantTempC: 65 })).toBe(0);
  });

  it('ends when ten minutes have no qualified time', () => {
    const { changes } = watched([
      ...hot(
        1500,
        () => 1000,
        () => ({}),
        (s) => (s < 700 ? 300 : 150),
      ),
    ]);
    expect(said(changes)).toEqual([
      // Ready and hot after 60 s; the fifteenth mean of 20 s is complete with second 359.
      ['raised', 'noxSustained', 359],
      // The last mean ends at second 700.
      ['ended', 'noxSustained', 1300],
    ]);
  });
});

describe('urea empty', () => {
  const urea = (level: (s: number) => number, more: (s: number) => Partial<Row> = () => ({})): Row[] =>
    [
      ...hot(
        1800,
        () => 100,
        (s) => ({ ureaLevelPct: level(s), ...more(s) }),
      ),
    ].filter(({ t }) => t % 10 === 0);

  it('is raised after five minutes at 3 % or less, and ends above 8 %', () => {
    const { changes } = watched(urea((s) => (s < 200 ? 20 : s < 1000 ? 2.8 : s < 1400 ? 7.6 : 30)));
    expect(said(changes)).toEqual([
      ['raised', 'ureaEmpty', 500],
      // The median of seven readings is high with the fourth.
      ['ended', 'ureaEmpty', 1430],
    ]);
  });

  it.each([
    { name: '3.2 %', level: () => 3.2, more: () => ({}) },
    { name: 'four minutes', level: (s: number) => (s > 300 && s < 545 ? 2 : 20), more: () => ({}) },
    { name: 'a stopped engine', level: () => 0, more: () => ({ engineRpm: 0, fuelRateLph: 0, speedKmh: 0 }) },
    { name: 'a frozen tank', level: () => 0, more: () => ({ ureaTankTempC: -15 }) },
  ])('is not raised by $name', ({ level, more }) => expect(watched(urea(level, more)).changes).toEqual([]));

  it('is not raised for a truck without SCR', () => {
    expect(
      watched(
        urea(() => 0),
        { facts: { ...FACTS, hasScr: false } },
      ).changes,
    ).toEqual([]);
  });

  it('does not flap at the threshold', () => {
    const { changes } = watched(urea((s) => 3 + (Math.floor(s / 10) % 2)));
    expect(changes).toEqual([]);
    const once = watched(urea((s) => (s < 400 ? 2.8 : 2.8 + 4 * (Math.floor(s / 10) % 2))));
    expect(once.changes.map(({ change }) => change)).toEqual(['raised']);
  });
});

describe('tamper', () => {
  const at = (s: number, late = 1, reissued = false): TamperRecord => ({
    timeSec: DAY_FROM + s,
    receivedSec: DAY_FROM + s + late,
    reissued,
  });
  const rows = [...lived([park(60)])];

  it('is raised at once, without a sample too, and ends ten minutes after the last record', () => {
    expect(said(watched(rows, { tampers: [at(600), at(900)] }).changes)).toEqual([
      ['raised', 'tamper', 600],
      ['ended', 'tamper', 1500],
    ]);
    expect(said(watched([], { tampers: [at(600)], looks: [601] }).changes)).toEqual([['raised', 'tamper', 600]]);
  });

  it('that came late or again raises nothing', () => {
    expect(watched(rows, { tampers: [at(600, 121), at(900, 1, true)] }).changes).toEqual([]);
    expect(watched(rows, { tampers: [at(600, 120)] }).changes).toHaveLength(2);
  });
});

describe('backlog', () => {
  const worst = [
    ...hot(
      1500,
      () => 1500,
      () => ({ ureaLevelPct: 0 }),
    ),
  ];

  it('the same samples, live, raise three alarms', () => {
    expect(
      watched(worst)
        .changes.map(({ alarm }) => alarm.kind)
        .sort(),
    ).toEqual(['noxSustained', 'ureaEmpty']);
    expect(watched(THEFT).changes[0]?.alarm.kind).toBe('fuelTheft');
  });

  it.each([
    { name: 'delivered late', delivery: { delayS: 121 } },
    { name: 're-issued', delivery: { reissued: true } },
  ])('$name raises nothing', ({ delivery }) => {
    expect(watched(worst, delivery).changes).toEqual([]);
    expect(watched(THEFT, delivery).changes).toEqual([]);
  });

  it('ends nothing either', () => {
    const raised = watched(worst.slice(0, 700));
    expect(raised.state.open).not.toEqual([]);
    const calm = [...hot(1500, () => 100)].slice(700);
    const window = {
      samples: samplesOf(calm),
      receivedSec: calm.map(({ t }) => t + 3600),
      reissued: calm.map(() => 0),
      tampers: [],
      facts: FACTS,
    };
    const { state, changes } = WATCH.step(raised.state, window);
    expect(changes).toEqual([]);
    expect(state).toEqual(raised.state);
  });

  it('a live sample after it is judged with it', () => {
    const window = {
      samples: samplesOf(worst.slice(0, 900)),
      receivedSec: worst.slice(0, 900).map(({ t }, i) => (i === 899 ? t + 1 : t + 500)),
      reissued: worst.slice(0, 900).map(() => 0),
      tampers: [],
      facts: FACTS,
    };
    expect(said(WATCH.step(WATCH.begin, window).changes)).toContainEqual(['raised', 'noxSustained', 899]);
  });
});

describe('any order', () => {
  const days: Record<string, Row[]> = {
    theft: THEFT.filter(({ t }) => t % 10 === 0),
    nox: [...hot(2400, (s) => (s >= 600 && s < 1200 ? 1000 : 300))],
    driven: [...drive({ lengthS: 1800, loss: 0.01 })],
  };

  it.each(Object.keys(days))('%s: rows shuffled within each look say the same', (name) => {
    const rows = days[name] ?? [];
    const straight = watched(rows);
    const shuffled = watched(rows, { shuffle: true });
    expect(shuffled).toEqual(straight);
  });

  it('looks cut anywhere say the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(days)),
        fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 60, maxLength: 60 }),
        (name, steps) => {
          const rows = days[name] ?? [];
          const last = (rows.at(-1)?.t ?? 0) - DAY_FROM;
          const looks: number[] = [];
          for (let s = 0, k = 0; s < last; k += 1) {
            s = Math.min(last, s + (steps[k % steps.length] ?? 1));
            looks.push(s);
          }
          expect(watched(rows, { looks }).changes).toEqual(
            watched(rows, { looks: Array.from({ length: last / 60 + 1 }, (_, k) => Math.min(last, 60 * k)) }).changes,
          );
        },
      ),
      { numRuns: 5, seed: 3 },
    );
  });

  it('what is carried is plain JSON', () => {
    const { state } = watched(days.nox?.slice(0, 900) ?? []);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

it('a healthy truck raises nothing all day', () => {
  expect(
    watched([...drive({ lengthS: 10_800, periodS: 5 })], { looks: Array.from({ length: 360 }, (_, k) => 30 * k) }).changes,
  ).toEqual([]);
});
