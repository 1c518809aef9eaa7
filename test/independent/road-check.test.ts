import { seededRandom } from '@plume/ingest/emissions';
import { parametersWith, type RoadCheckInput, type RoadDay, roadCheck } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { type PlainCase, plainRoadCheck } from './plain-road-check.ts';

const CASES = 1_000;
const DRAWS = 20;

/** A case of every kind: healed or not, noisy or not, days with empty bins, values that tie, few days, no limit, few controls. */
function randomCase(seed: number): PlainCase {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random();
  const whole = (low: number, high: number): number => Math.floor(between(low, high + 1));
  const bins = whole(1, 9);
  const base = Array.from({ length: bins }, () => between(1, 12));
  const effect = [1, between(0.2, 0.6), between(0.6, 1.1)][whole(0, 2)] ?? 1;
  const noise = between(0, 0.4);
  const coarse = random() < 0.2;
  const mixes = [0, 1].map(() => Array.from({ length: bins }, () => (random() < 0.1 ? 0 : between(0.2, 3))));
  const limit = between(1.5, 9);
  const value = (x: number): number => (coarse ? Math.round(2 * x) / 2 : x);
  const day = (factor: number, mix: readonly number[]) => {
    const today = Math.exp(noise * between(-1, 1));
    const work = mix.map((w) => (random() < 0.15 ? 0 : w * (coarse ? 1 : between(0.3, 2))));
    const nox = work.map((kwh, b) => kwh * value((base[b] ?? 0) * factor * today));
    const windows = whole(0, 60) * 10;
    const over = Math.min(windows, Math.round(windows * between(0, factor > 0.7 ? 0.6 : 0.15)));
    return { nox, work, windows, over, overGuarded: whole(0, over) };
  };
  const days = () => (random() < 0.15 ? whole(0, 13) : whole(14, 24));
  const before = Array.from({ length: days() }, () => day(1, mixes[0] ?? []));
  const after = Array.from({ length: days() }, () => day(effect, mixes[1] ?? []));
  const controls = Array.from({ length: whole(0, 6) }, () => {
    const season = between(0.8, 1.3);
    const sums = (factor: number) => day(factor, mixes[whole(0, 1)] ?? []);
    const [b, a] = [sums(0.6), sums(0.6 * season)];
    return { noxBefore: b.nox, workBefore: b.work, noxAfter: a.nox, workAfter: a.work };
  });
  return { before, after, controls, limit: random() < 0.05 ? null : limit, guard: 1.281, draws: DRAWS, seed: 20 };
}

function inputOf(given: PlainCase): RoadCheckInput {
  const zip = (nox: readonly number[], work: readonly number[]) => nox.map((emission, b) => ({ emission, base: work[b] ?? 0 }));
  const dayOf = (day: PlainCase['before'][number], i: number): RoadDay => ({
    formula: 'test',
    day: `2026-01-${String(i + 1).padStart(2, '0')}`,
    bins: zip(day.nox, day.work),
    windows: day.windows,
    over: day.over,
    overGuarded: day.overGuarded,
    ureaL: null,
    fuelL: null,
  });
  return {
    version: 'test',
    parameters: { ...parametersWith().roadCheck, draws: given.draws },
    seed: given.seed,
    repair: { inDay: '2026-01-31', doneDay: '2026-01-31' },
    span: {
      before: { from: '2025-10-31', to: '2026-01-28' },
      after: { from: '2026-02-03', to: null },
    },
    formula: 'test',
    basis: 'work',
    bsfc: { value: 0.2, assumed: false },
    methodClass: 'A',
    limit: given.limit === null ? null : { value: given.limit, unit: 'g/kWh', source: 'test', mark: 'C' },
    guard: given.guard,
    minShareWithin: 0.9,
    before: given.before.map(dayOf),
    after: given.after.map(dayOf),
    notValid: { before: {}, after: {} },
    controls: given.controls.map((each, vehicleId) => ({
      vehicleId,
      daysBefore: 5,
      daysAfter: 5,
      before: zip(each.noxBefore, each.workBefore),
      after: zip(each.noxAfter, each.workAfter),
    })),
  };
}

/** What the product says, in the other one's form. */
function told(input: RoadCheckInput) {
  const { verdict, daysMissing, comparison: c, days } = roadCheck(input);
  const three = (of: { value: number; low: number; high: number } | null) => of && [of.value, of.low, of.high];
  return {
    verdict,
    daysMissing,
    before: three(c.before),
    after: three(c.after),
    change: three(c.logRatio),
    wPlus: c.test?.wPlus ?? null,
    p: c.test?.p ?? null,
    shift: c.before === null ? null : (c.test?.shift ?? 0),
    shiftEnds: c.shift && [c.shift.low, c.shift.high],
    upperShare: days.upper,
    lowerShare: days.guardedLower,
    overlap: c.match.overlap,
  };
}

/** Paths at which two answers differ by more than rounding. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)) ? [] : [`${path}: ${a} against ${b}`];
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null)
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(Reflect.get(a, key), Reflect.get(b, key), `${path}.${key}`),
    );
  return a === b ? [] : [`${path}: ${String(a)} against ${String(b)}`];
}

describe('the road check and one written a second time', () => {
  it(`agree on ${CASES} random cases`, () => {
    const verdicts = new Map<string, number>();
    const differ: string[] = [];
    for (let seed = 1; seed <= CASES && differ.length < 5; seed += 1) {
      const given = randomCase(seed);
      const mine = told(inputOf(given));
      differ.push(...differences(mine, plainRoadCheck(given)).map((each) => `seed ${seed} ${each}`));
      const kind = `${mine.verdict}${mine.daysMissing === null ? '' : ' with days'}`;
      verdicts.set(kind, (verdicts.get(kind) ?? 0) + 1);
    }
    expect(differ).toEqual([]);
    // None of the outcomes is rare: agreement on them is worth something.
    for (const kind of ['repaired', 'notRepaired', 'notYetDecidable', 'notYetDecidable with days'])
      expect([kind, (verdicts.get(kind) ?? 0) >= 30]).toEqual([kind, true]);
  }, 60_000);
});
