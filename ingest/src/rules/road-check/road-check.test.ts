import { beforeAfter, guardFactor, median, ownFactor, shiftInterval, weightedFactor } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import type { Outcome } from '../finding.ts';
import { chooseDays, roadNotValid, roadSpan } from './assemble.ts';
import { roadCheck } from './road-check.ts';
import type { RoadCheckInput, RoadDay } from './road-check-types.ts';
import { roadSentence } from './words.ts';

const p = parametersWith().roadCheck;
const SETTINGS = {
  seed: 1,
  draws: 50,
  confidence: 0.9,
  leastDays: 1,
  leastBase: 0,
  leastControls: 3,
  leastControlOverlap: 0.6,
};
const bins = (factors: readonly number[], mix: readonly number[]) =>
  factors.map((each, b) => ({ emission: each * (mix[b] ?? 0), base: mix[b] ?? 0 }));

/** Twelve matched bins with the differences that E18 prints, and its sums and median ratio. */
const BEFORE = [8.0, 8.4, 9.3, 8.3, 7.8, 8.7, 5.6, 9.1, 5.7, 6.8, 6.4, 8.2];
const AFTER = [3.2, 4.1, 6.1, 4.0, 3.1, 8.9, 2.8, 4.4, 1.6, 7.1, 2.7, 3.6];

it('E18: twelve matched bins through the comparison: W+ 75, p 0.0012, shift 3.850 g/kWh, ratio 0.4827, reduction 44.10 %', () => {
  const equal = BEFORE.map(() => 1);
  const found = beforeAfter([bins(BEFORE, equal)], [bins(AFTER, equal)], [], SETTINGS);
  expect(found.match.bins).toHaveLength(12);
  expect(found.test).toMatchObject({ wPlus: 75, p: 0.001220703125, exact: true, n: 12, zeros: 0, ties: 4 });
  expect(found.test?.shift.toFixed(3)).toBe('3.850');
  expect(median(BEFORE.map((each, i) => (AFTER[i] ?? 0) / each)).toFixed(4)).toBe('0.4827');
  expect((100 * (1 - (found.ownAfter ?? 0) / (found.ownBefore ?? 0))).toFixed(2)).toBe('44.10');
  // 78 averages of two differences; by the table of the signed-rank test for n = 12, c = 17: the 18th from either end, 90.8 %.
  const shift = shiftInterval(BEFORE.map((each, i) => each - (AFTER[i] ?? 0)));
  expect(shift?.confidence.toFixed(3)).toBe('0.908');
  expect([found.shift?.low, found.shift?.high]).toEqual([shift?.low, shift?.high]);
  expect((shift?.low ?? 0) < 3.85 && 3.85 < (shift?.high ?? 0)).toBe(true);
});

it('E30: raw 24.8 %, standardised 50.4 % with the mix before; the comparison itself weighs with the pooled mix', () => {
  const w0 = [0.25, 0.45, 0.3];
  const before = bins([12, 6, 4.5], w0);
  const after = bins([7.4, 2.6, 1.6], [0.6, 0.22, 0.18]);
  expect([ownFactor(before)?.toFixed(3), ownFactor(after)?.toFixed(3)]).toEqual(['7.050', '5.300']);
  expect(weightedFactor(after, w0).toFixed(3)).toBe('3.500');
  expect((100 * (1 - 5.3 / 7.05)).toFixed(1)).toBe('24.8');
  expect((100 * (1 - weightedFactor(after, w0) / weightedFactor(before, w0))).toFixed(1)).toBe('50.4');
  const found = beforeAfter([before], [after], [], SETTINGS);
  expect(found.match.weights.map((w) => w.toFixed(3))).toEqual(['0.425', '0.335', '0.240']);
  expect([found.before?.value.toFixed(3), found.after?.value.toFixed(3)]).toEqual(['8.190', '4.400']);
  expect(found.match.overlap.toFixed(2)).toBe('0.65');
  expect(found.match.overlap).toBeGreaterThan(p.leastOverlap);
});

const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
/** Days whose level goes up and down about one. */
function days(
  count: number,
  level: number,
  more: { noise?: number; over?: number; mix?: readonly number[]; from?: number } = {},
): RoadDay[] {
  const { noise = 0.05, over = level > 4 ? 60 : 0, mix = [10, 20, 30], from = 0 } = more;
  return Array.from({ length: count }, (_, n) => ({
    day: day(from + n),
    formula: 'f',
    bins: bins(
      [1.3, 1, 0.8].map((shape) => shape * level * (1 + noise * Math.sin(12.9898 * n))),
      mix,
    ),
    windows: 100,
    over,
    overGuarded: level > 4 * 1.281 ? over : 0,
    ureaL: 3,
    fuelL: 100,
  }));
}
const inputOf = (more: Partial<RoadCheckInput>): RoadCheckInput => ({
  version: 'test',
  parameters: { ...p, draws: 300 },
  seed: 20,
  repair: { inDay: day(20), doneDay: day(20) },
  span: roadSpan({ inDay: day(20), doneDay: day(20) }, p),
  formula: 'f',
  basis: 'work',
  bsfc: { value: 0.2, assumed: false },
  methodClass: 'B',
  limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'C' },
  guard: guardFactor(),
  minShareWithin: 0.9,
  before: days(14, 8),
  after: days(14, 2, { from: 23 }),
  notValid: { before: {}, after: {} },
  controls: [],
  ...more,
});
const control = (ratio: number, vehicleId: number) => ({
  vehicleId,
  daysBefore: 14,
  daysAfter: 14,
  before: bins([2, 2, 2], [10, 20, 30]),
  after: bins([2 * ratio, 2 * ratio, 2 * ratio], [10, 20, 30]),
});
const controls = (ratio: number, count = 3) => Array.from({ length: count }, (_, i) => control(ratio, i));

it('E20: guard 1.281: China V over 5.12 is beyond the uncertainty; 26 of 30 days over has the lower bound 0.7204', () => {
  const input = inputOf({});
  expect(input.guard.toFixed(3)).toBe('1.281');
  expect((4 * input.guard).toFixed(2)).toBe('5.12');
  // Means at the limit, but most days over it by their windows.
  const mixed = days(30, 4.2, { from: 23 }).map((each, n) => ({ ...each, over: n < 26 ? 60 : 0, overGuarded: n < 26 ? 60 : 0 }));
  const found = roadCheck(inputOf({ after: mixed }));
  expect(found.days.guardedLower?.toFixed(4)).toBe('0.7204');
  expect(found).toMatchObject({ verdict: 'notRepaired', reason: 'daysOver', days: { afterOverGuarded: 26 } });
});

describe('the verdict', () => {
  it.each([
    { name: 'a real repair', more: {}, verdict: 'repaired', reason: 'underLimit' },
    {
      name: 'no repair, beyond the uncertainty',
      more: { after: days(14, 8, { from: 23 }) },
      verdict: 'notRepaired',
      reason: 'overGuardedLimit',
    },
    {
      name: 'no repair, over the limit by less than the uncertainty',
      more: { before: days(14, 4.6), after: days(14, 4.6, { from: 23 }) },
      verdict: 'notRepaired',
      reason: 'noReduction',
    },
    {
      name: 'under the limit, but no reduction: it was under it before',
      more: { before: days(14, 2), after: days(14, 2, { from: 23 }) },
      verdict: 'notYetDecidable',
      reason: 'undecidable',
    },
    {
      name: 'under the limit with a mean, and over it by its windows',
      more: { after: days(14, 2, { from: 23, over: 20 }) },
      verdict: 'notYetDecidable',
      reason: 'undecidable',
    },
    {
      name: 'reduced, and still between the limit and its guard',
      more: { after: days(14, 4.6, { from: 23, over: 60 }) },
      verdict: 'notYetDecidable',
      reason: 'undecidable',
    },
    {
      name: 'a reduction that every untreated truck shows as well',
      more: { before: days(14, 6), after: days(14, 3.6, { from: 23 }), controls: controls(0.6) },
      verdict: 'notYetDecidable',
      reason: 'undecidable',
    },
    {
      name: 'the same with two controls only: nothing is taken off',
      more: { before: days(14, 6), after: days(14, 3.6, { from: 23 }), controls: controls(0.6, 2) },
      verdict: 'repaired',
      reason: 'underLimit',
    },
    { name: 'no limit', more: { limit: null }, verdict: 'notYetDecidable', reason: 'noLimit' },
    { name: 'thirteen days before', more: { before: days(13, 8) }, verdict: 'notYetDecidable', reason: 'tooFewDaysBefore' },
    {
      name: 'other operation',
      more: { after: days(14, 2, { from: 23, mix: [60, 5, 1] }) },
      verdict: 'notYetDecidable',
      reason: 'operationDiffers',
    },
  ])('$name: $verdict', ({ more, verdict, reason }) => {
    expect(roadCheck(inputOf(more))).toMatchObject({ verdict, reason, daysMissing: null });
  });

  it.each([
    [0, 14],
    [9, 5],
    [13, 1],
  ])('with %i valid days after, %i more are missing', (have, missing) => {
    expect(roadCheck(inputOf({ after: days(have, 2, { from: 23 }) }))).toMatchObject({
      verdict: 'notYetDecidable',
      reason: 'tooFewDaysAfter',
      daysMissing: missing,
      daysBy: 'minimum',
    });
  });

  it('with intervals that are too wide says how many more days are likely to narrow them, and with those it stands', () => {
    const noisy = { noise: 0.9, over: 0, from: 23 };
    const found = roadCheck(inputOf({ after: days(14, 3.6, noisy) }));
    expect(found).toMatchObject({ verdict: 'notYetDecidable', reason: 'tooWide', daysBy: 'width' });
    const missing = found.daysMissing ?? 0;
    expect(missing).toBeGreaterThan(0);
    expect(roadCheck(inputOf({ after: days(14 + 3 * missing, 3.6, noisy) })).verdict).toBe('repaired');
  });

  it('promises no days that are never looked at: the first sixty after, and no more', () => {
    const after = days(14, 3.6, { noise: 0.9, over: 0, from: 23 });
    const missing = roadCheck(inputOf({ after })).daysMissing ?? 0;
    const at = (mostDaysAfter: number) => {
      const input = inputOf({ after, parameters: { ...p, draws: 300, mostDaysAfter } });
      return { ...roadCheck(input), en: roadSentence(input, roadCheck(input)).en };
    };
    expect(at(14 + missing)).toMatchObject({ reason: 'tooWide', daysMissing: missing });
    expect(at(14 + missing - 1)).toMatchObject({ reason: 'undecidable', daysMissing: null });
    expect(at(14).en).toContain('Only the first 14 valid days after are looked at');
  });

  it('a changed trip mix alone is no repair, though the raw mean halves and falls under the limit', () => {
    // Much of the heavy bin before, little of it after; nothing about the truck has changed.
    const heavy = { mix: [30, 15, 15] };
    const light = { mix: [12, 20, 28], from: 23 };
    const truck = (mix: { mix: readonly number[]; from?: number }) =>
      days(14, 1, { over: 0, ...mix }).map((each) => ({
        ...each,
        bins: bins(
          [8, 2, 1.2].map((f, b) => f * (1 + 0.03 * Math.sin(each.day.charCodeAt(9) + b))),
          mix.mix,
        ),
      }));
    const found = roadCheck(inputOf({ before: truck(heavy), after: truck(light) }));
    expect(found.comparison.ownBefore).toBeGreaterThan(4);
    expect(found.comparison.ownAfter).toBeLessThan(3);
    expect(found.comparison.match.overlap).toBeGreaterThan(p.leastOverlap);
    expect(found.verdict).not.toBe('repaired');
    expect(Math.abs(found.comparison.logRatio?.value ?? 1)).toBeLessThan(0.05);
  });

  it('is the same every time, and does not depend on the order in which days are read', () => {
    expect(roadCheck(inputOf({}))).toEqual(roadCheck(inputOf({})));
    const judged = [3, 1, 2, 40, 30].map((n) => ({ day: day(n), notValid: n === 2 ? 'noNox' : null }));
    const repair = { inDay: day(20), doneDay: day(22) };
    const span = roadSpan(repair, p);
    expect(chooseDays(judged, span, p)).toEqual(chooseDays([...judged].reverse(), span, p));
    expect(chooseDays(judged, span, p)).toMatchObject({
      before: [day(1), day(3)],
      after: [day(30), day(40)],
      notValid: { before: { noNox: 1 }, after: {} },
    });
  });

  it('leaves two days on either side of the repair out', () => {
    expect(roadSpan({ inDay: '2026-06-10', doneDay: '2026-06-12' }, p)).toEqual({
      before: { from: '2026-03-10', to: '2026-06-07' },
      after: { from: '2026-06-15', to: null },
    });
  });

  const repaired = (inDay: string, doneDay: string, sameRound = false) => ({ inDay, doneDay, sameRound });
  it.each([
    {
      name: 'before ends at the first repair of the round',
      others: [repaired('2026-05-20', '2026-05-22', true)],
      span: ['2026-02-17', '2026-05-17', '2026-06-15', null],
    },
    {
      name: 'before begins after an earlier repair, of another case or round',
      others: [repaired('2026-04-01', '2026-04-03'), repaired('2026-05-01', '2026-05-02')],
      span: ['2026-05-05', '2026-06-07', '2026-06-15', null],
    },
    {
      name: 'after ends before the next one',
      others: [repaired('2026-08-01', '2026-08-03'), repaired('2026-07-10', '2026-07-11')],
      span: ['2026-03-10', '2026-06-07', '2026-06-15', '2026-07-07'],
    },
    {
      name: 'a repair that touches it belongs to it',
      others: [repaired('2026-06-11', '2026-06-14'), repaired('2026-06-07', '2026-06-08')],
      span: ['2026-03-07', '2026-06-04', '2026-06-17', null],
    },
    {
      name: 'nothing is left between two repairs close together',
      others: [repaired('2026-06-05', '2026-06-06'), repaired('2026-06-16', '2026-06-16')],
      span: ['2026-06-09', '2026-06-07', '2026-06-15', '2026-06-13'],
    },
  ])('$name', ({ others, span }) => {
    const { before, after } = roadSpan({ inDay: '2026-06-10', doneDay: '2026-06-12' }, p, others);
    expect([before.from, before.to, after.from, after.to]).toEqual(span);
    expect(roadSpan({ inDay: '2026-06-10', doneDay: '2026-06-12' }, p, [...others].reverse())).toEqual({ before, after });
  });

  it('takes only days within the span, and names the days on which another outcome would change the choice', () => {
    const judged = Array.from({ length: 40 }, (_, n) => ({ day: day(n), notValid: null }));
    const span = { before: { from: day(2), to: day(10) }, after: { from: day(20), to: day(25) } };
    const few = chooseDays(judged, span, p);
    expect([few.before.length, few.after.length]).toEqual([9, 6]);
    expect(few.looked).toEqual({ before: { from: day(2), to: day(10) }, after: { from: day(20), to: day(25) } });
    const enough = chooseDays(judged, span, { ...p, days: 7, mostDaysAfter: 3 });
    expect(enough.looked).toEqual({ before: { from: day(4), to: day(10) }, after: { from: day(20), to: day(22) } });
  });

  it('takes no day on which ammonia may have been read as NOx', () => {
    const said = (a2: Partial<Outcome>, a3: Partial<Outcome>) =>
      roadNotValid([
        { rule: 'R-A2', ...a2 },
        { rule: 'R-A3', ...a3 },
      ] as Outcome[]);
    expect(said({ outcome: 'found' }, { outcome: 'found' })).toBe(null);
    expect(said({ outcome: 'found' }, { outcome: 'notEvaluated', reason: 'nh3Possible' })).toBe('nh3Possible');
    expect(said({ outcome: 'notEvaluated', reason: 'noWork' }, { outcome: 'notEvaluated', reason: 'noWork' })).toBe('noWork');
    expect(roadNotValid([])).toBe('notJudged');
  });

  it('does not compare days of different arithmetic, nor of one that is not in force, and names them', () => {
    const [first, ...rest] = days(14, 8);
    const mixed = inputOf({ before: first ? [{ ...first, formula: 'e' }, ...rest] : [] });
    expect(roadCheck(mixed)).toMatchObject({ verdict: 'notYetDecidable', reason: 'otherArithmetic', daysMissing: null });
    expect(roadSentence(mixed, roadCheck(mixed)).en).toContain(`${day(0)} were computed by another version`);
    expect(roadCheck(inputOf({ formula: 'g' }))).toMatchObject({ reason: 'otherArithmetic' });
  });

  it('waits for no more days once the truck was repaired again', () => {
    const span = { before: { from: day(0), to: day(17) }, after: { from: day(23), to: day(40) } };
    for (const more of [{ after: days(9, 2, { from: 23 }) }, { after: days(14, 3.6, { from: 23, noise: 0.9, over: 0 }) }]) {
      const input = inputOf({ ...more, span });
      expect(roadCheck(input)).toMatchObject({ verdict: 'notYetDecidable', reason: 'anotherRepair', daysMissing: null });
      expect(roadSentence(input, roadCheck(input)).zh).toContain(`只计至 ${day(40)}`);
    }
    expect(roadCheck(inputOf({ span })).verdict).toBe('repaired');
  });
});

it('the sentence has every figure, in both languages', () => {
  const input = inputOf({ controls: controls(0.97) });
  const { zh, en } = roadSentence(input, roadCheck(input));
  expect(zh).toMatch(
    /^可比工况下 NOx 由维修前 14 个有效日的 \d\.\d\d g\/kWh 变为维修后 14 个有效日的 \d\.\d\d g\/kWh（90 % 区间 \d\.\d\d–\d\.\d\d，在用限值 4\.00 g\/kWh）；变化 −7\d % \[−7\d %, −7\d %\]（已扣除 3 辆未维修对照车）；符号秩检验 W\+ = 6, n = 3, p = 0\.13：已修复。/,
  );
  expect(en).toMatch(
    /over 14 valid days before the repair .* in-use limit 4\.00 g\/kWh\); change −7\d % .*3 untreated trucks taken off/,
  );
  const few = inputOf({ after: [] });
  expect(roadSentence(few, roadCheck(few)).zh).toBe('维修前 14、维修后 0 个有效日：尚不能判定。还需 14 个有效日（至少 14 个）。');
});
