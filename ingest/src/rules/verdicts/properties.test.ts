import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../day/day-summary.ts';
import { LEVELS, type Outcome, type RuleId } from '../finding.ts';
import { judgeDay } from './judge-day.ts';
import { ppmDay } from './test-corpus.ts';
import {
  channels,
  contextOf,
  daysAgo,
  facts,
  healthyDay,
  NUMBERS,
  noWindows,
  part,
  reference,
  TODAY,
  tank,
  windows,
} from './test-kit.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

/** A day with its windows, measures and levels anywhere, zeros and nulls among them. */
const anyDay = (date: string): fc.Arbitrary<DaySummary> =>
  fc
    .record({
      stage: fc.constantFrom('III', 'IV', 'V', 'VI', null),
      hasScr: fc.constantFrom(true, false, null),
      gPerKwh: fc.double({ min: 0, max: 40, noNaN: true }),
      own: fc.constantFrom('A', 'B', 'C', null),
      valid: share,
      references: orNull(fc.double({ min: 0, max: 10, noNaN: true })),
      ppm: fc.integer({ min: 0, max: 3000 }),
      up: fc.double({ min: 0, max: 2000, noNaN: true }),
      down: fc.double({ min: 0, max: 2000, noNaN: true }),
      seconds: fc.integer({ min: 0, max: 20_000 }),
      level: share,
      used: share,
      fuelL: orNull(fc.double({ min: 0, max: 400, noNaN: true })),
      tankL: orNull(fc.double({ min: 10, max: 100, noNaN: true })),
      measure: orNull(share),
      events: fc.nat(30),
      sent: fc.boolean(),
    })
    .map((of) => {
      const { up, down, seconds } = of;
      const made = healthyDay(date, {
        facts: facts(of.stage, { hasScr: of.hasScr, ureaTankL: of.tankL }),
        work:
          of.own === null
            ? noWindows('noSeries')
            : windows([[of.gPerKwh, 100]], { class: of.own, validShare: of.valid, references: of.references }),
        fuel: noWindows('noSeries'),
        ppm: ppmDay(date, of.ppm).ppm,
        scr: { ...healthyDay(date).scr, seconds, upG: up, downG: down, efficiency: up > 0 ? 1 - down / up : null },
        ureaTank: tank(date, of.level * 100, Math.max(0, of.level - of.used) * 100, 0, 0, {
          fuelL: of.fuelL,
          distanceKm: of.fuelL,
        }),
        nh3: { dosingRatio: of.measure, riseWithDosing: of.measure, seconds },
        obd: { readings: of.events, milOn: Math.min(of.events, 2), dtcs: [], milSec: null },
        dpf: { ...healthyDay(date).dpf, median: of.measure, offsetKpa: of.measure },
        smoke: {
          source: 'opacity',
          seconds,
          meanMgM3: of.measure,
          medianMgM3: of.measure,
          highShare: of.measure,
          visibleEvents: of.events,
          massG: null,
        },
        place: { positionShare: of.measure, longestLostS: seconds, lostFromSec: null, lostToSec: null, box: null },
      });
      const quality = part(made, 'quality', {
        noxValidShare: of.measure,
        engineOnS: seconds,
        received: seconds,
        transmissionRate: of.measure,
        channels: of.sent ? channels() : channels('noxUpPpm', 'noxDownPpm'),
      });
      return part(quality, 'plausibility', {
        stuckS: seconds,
        flatSdPpm: of.measure === null ? null : of.measure * 20,
        copyCv: of.measure,
        overruns: of.events,
        overrunsHigh: Math.floor(of.events * of.valid),
        starts: of.events,
        startsTooEarly: Math.floor(of.events * of.used),
        hotMeanPpm: of.measure === null ? null : of.ppm,
        ratioS: seconds,
        ratioOneS: seconds * of.used,
        hotS: seconds,
        hotInvalidS: seconds * of.level,
      });
    });

const anyDays: fc.Arbitrary<DaySummary[]> = fc
  .uniqueArray(fc.nat(29), { minLength: 0, maxLength: 12 })
  .chain((agos) => fc.tuple(...[...agos].sort((a, b) => b - a).map((ago) => anyDay(daysAgo(ago)))));

describe('whatever the days are', () => {
  it('no figure is NaN or infinite, and every outcome is plain JSON', () => {
    fc.assert(
      fc.property(anyDays, fc.boolean(), (days, withReference) => {
        for (const outcome of judgeDay(contextOf(days, { reference: withReference ? reference() : null }), NUMBERS)) {
          expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
          for (const value of Object.values(outcome.figures))
            if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('their order does not matter', () => {
    fc.assert(
      fc.property(
        anyDays.chain((days) => fc.tuple(fc.constant(days), fc.shuffledSubarray(days, { minLength: days.length }))),
        ([days, shuffled]) => {
          const facts_ = days.at(-1)?.facts ?? facts('V');
          expect(judgeDay(contextOf(shuffled, { facts: facts_ }), NUMBERS)).toEqual(
            judgeDay(contextOf(days, { facts: facts_ }), NUMBERS),
          );
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });

  it('days after the one that is judged, and more than 29 before it, do not matter', () => {
    fc.assert(
      fc.property(anyDays, anyDay('2026-11-25'), anyDay(daysAgo(30)), (days, later, earlier) => {
        const facts_ = days.at(-1)?.facts ?? facts('V');
        const alone = judgeDay(contextOf(days, { facts: facts_ }), NUMBERS);
        expect(judgeDay(contextOf([earlier, ...days, later], { facts: facts_ }), NUMBERS)).toEqual(alone);
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});

/** Rules that count days or events, of which a clean day more can only be less evidence. */
const COUNTING: readonly RuleId[] = [
  'R-A1',
  'R-A2',
  'R-A3',
  'R-A4',
  'R-C1',
  'R-C2',
  'R-C3',
  'R-T1',
  'R-T2',
  'R-T3',
  'R-T4',
  'R-T5',
  'R-T9',
  'R-TAMPER',
];

/** Level of an outcome; −1 when clear; null when it could not be asked. */
function height(outcome: Outcome | undefined): number | null {
  if (outcome === undefined || outcome.outcome === 'notEvaluated') return null;
  return outcome.outcome === 'found' ? LEVELS.indexOf(outcome.level) : -1;
}

/** A day that is clean but for what is told, with overruns and starts enough for a verdict of its own. */
const mixedDay = (date: string): fc.Arbitrary<DaySummary> =>
  fc
    .record({
      over: fc.boolean(),
      flat: fc.boolean(),
      high: fc.nat(12),
      early: fc.nat(1),
      opened: fc.boolean(),
      sick: fc.boolean(),
      ppm: fc.boolean(),
    })
    .map((of) => {
      const base = of.ppm ? ppmDay(date, of.over ? 900 : 50) : healthyDay(date, { work: windows([[of.over ? 6 : 1, 100]]) });
      const made = {
        ...base,
        tamperSec: of.opened ? [5] : [],
        obd: { readings: 9, milOn: of.sick ? 9 : 0, dtcs: [], milSec: null },
      };
      return part(made, 'plausibility', {
        flatSdPpm: of.flat ? 1 : 30,
        overruns: 25,
        overrunsHigh: 2 * of.high,
        starts: 3,
        startsTooEarly: 3 * of.early,
      });
    });

describe('a clean day more', () => {
  it('never raises what the counting rules say', () => {
    const days = fc
      .uniqueArray(fc.integer({ min: 1, max: 29 }), { minLength: 1, maxLength: 12 })
      .chain(([free = 1, ...agos]) => fc.tuple(fc.constant(free), mixedDay(TODAY), ...agos.map((ago) => mixedDay(daysAgo(ago)))));
    fc.assert(
      fc.property(days, ([free, ...made]) => {
        const before = judgeDay(contextOf(made), NUMBERS);
        const after = judgeDay(
          contextOf([...made, healthyDay(daysAgo(free), { work: windows([[1, 100]]) })], { facts: facts('V') }),
          NUMBERS,
        );
        for (const rule of COUNTING) {
          const [was, is] = [before, after].map((outcomes) => height(outcomes.find((each) => each.rule === rule)));
          if (was === null || was === undefined || is === null || is === undefined) continue;
          expect([rule, is <= was]).toEqual([rule, true]);
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
