import { describe, expect, it } from 'vitest';
import { clusterBootstrap, logRatioInterval } from './bootstrap.ts';
import { clopperPearsonLower, clopperPearsonUpper } from './clopper-pearson.ts';
import { falseDiscovery, getisOrd, queenNeighbours } from './getis-ord.ts';
import { gini, topShare } from './inequality.ts';
import { mannWhitney } from './mann-whitney.ts';
import { modifiedZ } from './modified-z.ts';
import { normalUpperTail } from './normal.ts';
import { percentile } from './percentile.ts';
import { seededRandom } from './random.ts';
import { relationOf } from './relation.ts';
import { pooledWeights, standardise } from './standardise.ts';
import { trend } from './trend.ts';
import { wilcoxonSignedRank } from './wilcoxon.ts';

/** Expected values marked "scipy" were computed with scipy 1.17.1. */

it.each([
  [0, 0.5],
  [0.5, 0.3085375387259869],
  [1.6448536269514722, 0.05],
  [2.9, 0.0018658133003840375],
  [3.1, 0.0009676032132183563],
  [5, 2.866515718791933e-7],
  [8, 6.22096057427174e-16],
])('normal tail beyond %d (scipy)', (z, tail) => {
  expect(Math.abs(normalUpperTail(z) / tail - 1)).toBeLessThan(1e-12);
  expect(normalUpperTail(-z)).toBeCloseTo(1 - tail, 14);
});

it.each([
  [26, 30, 0.7203848341065179, 0.9531451730853993],
  [1, 30, 0.0017083156444657344, 0.14859606865911312],
  [5, 7, 0.341261436155336, 0.9466244995297628],
  [15, 30, 0.33889266160951503, 0.661107338390485],
  [250, 300, 0.7938428244374552, 0.8678151081892573],
])('Clopper-Pearson bounds of %d in %d (scipy)', (k, n, low, high) => {
  expect(clopperPearsonLower(k, n)).toBeCloseTo(low, 10);
  expect(clopperPearsonUpper(k, n)).toBeCloseTo(high, 10);
});

it('Clopper-Pearson at the ends', () => {
  expect(clopperPearsonLower(0, 30)).toBe(0);
  expect(clopperPearsonUpper(30, 30)).toBe(1);
  expect(clopperPearsonLower(30, 30)).toBeCloseTo(0.05 ** (1 / 30), 10);
  expect([clopperPearsonLower(0, 0), clopperPearsonUpper(0, 0)]).toEqual([0, 1]);
});

it('percentiles interpolate between order statistics (numpy)', () => {
  const values = [3, 1, 2, 10, 7];
  expect([percentile(values, 0.9), percentile(values, 0.5), percentile(values, 0.125)]).toEqual([8.8, 3, 1.5]);
  expect(values).toEqual([3, 1, 2, 10, 7]);
  expect(percentile([4], 0.9)).toBe(4);
  expect(Number.isNaN(percentile([], 0.5))).toBe(true);
  const random = seededRandom(9);
  const many = Array.from({ length: 999 }, () => Math.floor(random() * 50));
  const sorted = [...many].sort((a, b) => a - b);
  for (const k of [0, 1, 250, 499, 998]) expect(percentile(many, k / 998)).toBe(sorted[k]);
});

describe('Wilcoxon', () => {
  it('with few differences is exact (scipy)', () => {
    const d = [1.5, -2.5, 3.5, 4.5, -0.5, 6.5, 7.5, 2.25];
    const found = wilcoxonSignedRank(
      d,
      d.map(() => 0),
    );
    expect([found?.wPlus, found?.p]).toEqual([31, 0.0390625]);
  });
  it('with many goes by the normal distribution (scipy)', () => {
    const d = Array.from({ length: 60 }, (_, i) => (i + 1) * (i % 3 === 0 ? -1 : 1));
    const found = wilcoxonSignedRank(
      d,
      d.map(() => 0),
    );
    expect(found?.exact).toBe(false);
    expect(found?.wPlus).toBe(1240);
    expect(found?.p).toBeCloseTo(0.008450826637983766, 12);
  });
  it('leaves zeros out of the ranks and says nothing without a difference', () => {
    expect(wilcoxonSignedRank([1, 2, 5], [1, 2, 3])?.n).toBe(1);
    expect(wilcoxonSignedRank([1, 2], [1, 2])).toBeNull();
    expect(wilcoxonSignedRank([], [])).toBeNull();
  });
  it('ties differences that only rounding tells apart', () => {
    // Ranks 2.5 and 2.5 for ±4.3, 1 for 1.
    expect(wilcoxonSignedRank([6.9, 3.8, 2], [2.6, 8.1, 1])?.wPlus).toBe(3.5);
  });
});

it('Mann-Whitney with ties (scipy)', () => {
  const found = mannWhitney([3.1, 2.2, 5.5, 4.1, 4.1, 7.2, 6.6, 0.4], [2.0, 2.2, 4.1, 1.1, 3.3, 2.9]);
  expect(found?.u).toBe(35.5);
  expect(found?.p).toBeCloseTo(0.07665146871008759, 12);
  expect(mannWhitney([], [1])).toBeNull();
  expect(mannWhitney([2, 2], [2, 2])).toEqual({ u: 2, p: 1, delta: 0 });
});

it('Mann-Kendall with ties corrects the variance; Theil-Sen (scipy)', () => {
  const found = trend([1, 2, 2, 3, 2, 5, 5, 4]);
  expect(found?.s).toBe(18);
  // (8·7·21 − 3·2·11 − 2·1·9) / 18
  expect(found?.variance).toBe((1176 - 66 - 18) / 18);
  expect(found?.slope).toBeCloseTo(0.55, 12);
  expect(trend([3, 3, 3])).toMatchObject({ z: 0, slope: 0, twoSidedP: 1 });
  expect(trend([1, 2])).toBeNull();
});

it('false discovery keeps all below the last that stands (Benjamini and Hochberg; scipy)', () => {
  const p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
  expect(falseDiscovery(p).filter(Boolean).length).toBe(2);
  expect(falseDiscovery(p, 0.0841).filter(Boolean).length).toBe(5);
  expect(falseDiscovery([])).toEqual([]);
});

it('Gi* of a flat grid says nothing', () => {
  expect(getisOrd([2, 2, 2, 2], queenNeighbours(2, 2)).every(Number.isNaN)).toBe(true);
});

it('Gini and top share at the ends', () => {
  expect(gini([5, 5, 5, 5])).toBe(0);
  expect(gini([0, 0, 0, 8])).toBe(0.75);
  expect(gini([0, 0])).toBeNull();
  expect(topShare([1, 1, 1, 1])).toBe(0.25);
  expect(topShare(Array.from({ length: 20 }, (_, i) => i))).toBe((19 + 18) / 190);
  expect(topShare([])).toBeNull();
});

it('modified z by hand: 0.6745·(10 − 3)/1', () => {
  expect(modifiedZ([2, 3, 4, 3, 10, 2, 4])).toEqual([-0.6745, 0, 0.6745, 0, 4.7215, -0.6745, 0.6745]);
  expect(modifiedZ([3, 3, 3])).toEqual([null, null, null]);
});

it('relation of series that do not vary, or have nothing in common', () => {
  expect(relationOf([1, 1], [2, 3]).rSquared).toBeNull();
  expect(relationOf([Number.NaN], [1])).toMatchObject({ n: 0, rSquared: null, meanRatio: null, ratioCv: null });
  expect(relationOf([1, 2, 3], [2, 1, 3]).rSquared).toBeCloseTo(0.25, 12);
});

it('standardising leaves out bins that a set lacks and says how much', () => {
  const weights = pooledWeights([
    [
      { emission: 1, base: 3 },
      { emission: 1, base: 1 },
    ],
  ]);
  expect(weights).toEqual([0.75, 0.25]);
  expect(standardise([{ emission: 6, base: 2 }], weights)).toEqual({ figure: { value: 3, reason: null }, coverage: 0.75 });
  expect(standardise([], weights)).toEqual({ figure: { value: null, reason: 'noSamples' }, coverage: 0 });
});

describe('cluster bootstrap', () => {
  const before = [
    { emission: 60, base: 10 },
    { emission: 72, base: 12 },
    { emission: 58, base: 9 },
    { emission: 66, base: 11 },
    { emission: 61, base: 10 },
  ];
  const after = before.map(({ emission, base }) => ({ emission: emission / 2, base }));

  it('gives the same interval for the same seed, around the ratio', () => {
    const found = logRatioInterval(before, after, { seed: 4 });
    expect(found).toEqual(logRatioInterval(before, after, { seed: 4 }));
    expect(found?.logRatio).toBeCloseTo(Math.log(0.5), 12);
    expect(found?.interval.low).toBeLessThan(Math.log(0.5));
    expect(found?.interval.high).toBeGreaterThan(Math.log(0.5));
    expect(logRatioInterval(before, after, { seed: 5 })?.interval.low).not.toBe(found?.interval.low);
  });

  it('covers a known mean about as often as it says', () => {
    const random = seededRandom(77);
    let covered = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const days = Array.from({ length: 30 }, () => random() + random() + random());
      const mean = ([drawn]: readonly (readonly number[])[]): number => (drawn ?? []).reduce((sum, each) => sum + each, 0) / 30;
      const found = clusterBootstrap([days], mean, { seed: trial, draws: 300, confidence: 0.9 });
      if (found && found.low <= 1.5 && found.high >= 1.5) covered += 1;
    }
    expect(covered).toBeGreaterThan(160);
    expect(covered).toBeLessThan(196);
  });

  it('says nothing without days or without work', () => {
    expect(logRatioInterval([], after, { seed: 1 })).toBeNull();
    expect(logRatioInterval([{ emission: 1, base: 0 }], after, { seed: 1 })).toBeNull();
  });
});

it('Gi* of the example that PySAL prints (esda.G_Local, binary, star): six points, those within 15 of each other are neighbours', () => {
  const points = [
    [10, 10],
    [20, 10],
    [40, 10],
    [15, 20],
    [30, 20],
    [30, 30],
  ] as const;
  const near = points.map(([x, y], i) => points.flatMap(([a, b], j) => (i !== j && Math.hypot(x - a, y - b) <= 15 ? [j] : [])));
  const told = getisOrd([2, 3, 3.2, 5, 8, 7], near);
  const printed = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331];
  for (const [i, z] of printed.entries()) expect(told[i]).toBeCloseTo(z, 7);
});
