import { expect, it } from 'vitest';
import { rates } from './completeness.ts';
import { clopperPearsonLower } from './stats/clopper-pearson.ts';
import { cusum, DRIFT_CUSUM } from './stats/cusum.ts';
import { getisOrd, queenNeighbours } from './stats/getis-ord.ts';
import { combinedUncertainty, guardFactor } from './stats/guard-factor.ts';
import { gini, topShare } from './stats/inequality.ts';
import { mannWhitney } from './stats/mann-whitney.ts';
import { median } from './stats/percentile.ts';
import { relationOf } from './stats/relation.ts';
import { pooledWeights, standardise } from './stats/standardise.ts';
import { trend } from './stats/trend.ts';
import { wilcoxonSignedRank } from './stats/wilcoxon.ts';

/** The worked examples of statistics. Where the example prints results only, inputs that have them were built by hand. */

it('E16 completeness', () => {
  const found = rates(36_000, 33_840, 31_500);
  expect(found.transmission.value?.toFixed(4)).toBe('0.9400');
  expect(found.valid.value?.toFixed(4)).toBe('0.9309');
  expect(found.effective.value?.toFixed(4)).toBe('0.8750');
});

it('E17 top share and Gini', () => {
  const fleet = [530, 24, 31, 32, 37, 39, 57, 70, 73, 107];
  expect(topShare(fleet)?.toFixed(4)).toBe('0.5300');
  expect(gini(fleet)?.toFixed(4)).toBe('0.5408');
});

/** Twelve matched bins with the printed differences, sum, median ratio and U. */
const BEFORE = [8.0, 8.4, 9.3, 8.3, 7.8, 8.7, 5.6, 9.1, 5.7, 6.8, 6.4, 8.2];
const AFTER = [3.2, 4.1, 6.1, 4.0, 3.1, 8.9, 2.8, 4.4, 1.6, 7.1, 2.7, 3.6];

it('E18 paired comparison', () => {
  const found = wilcoxonSignedRank(BEFORE, AFTER);
  expect(found?.wPlus).toBe(75);
  expect(found?.exact).toBe(true);
  expect(found?.p).toBe(0.001220703125);
  expect(found?.shift.toFixed(3)).toBe('3.850');
  expect(median(BEFORE.map((each, i) => (AFTER[i] ?? 0) / each)).toFixed(4)).toBe('0.4827');
  const total = (values: number[]): number => values.reduce((sum, each) => sum + each, 0);
  expect((100 * (1 - total(AFTER) / total(BEFORE))).toFixed(2)).toBe('44.10');
});

it('E18 unpaired comparison', () => {
  const found = mannWhitney(BEFORE, AFTER);
  expect(found?.u).toBe(128);
  expect(found?.p).toBeCloseTo(0.0006769707215463154, 12);
  expect(found?.delta.toFixed(4)).toBe('0.7778');
});

it('E20 uncertainty, guard factor and the share of days', () => {
  expect(combinedUncertainty().toFixed(3)).toBe('0.171');
  expect(guardFactor().toFixed(3)).toBe('1.281');
  expect((4 * guardFactor()).toFixed(2)).toBe('5.12');
  expect(Math.abs(7 * guardFactor() - 8.96)).toBeLessThan(0.01);
  expect(clopperPearsonLower(26, 30).toFixed(4)).toBe('0.7204');
});

it('E25 hot spot of a 3 × 3 grid', () => {
  const grid = [2, 3, 2, 3, 9, 8, 2, 8, 9];
  const mean = grid.reduce((sum, each) => sum + each, 0) / 9;
  expect(mean.toFixed(4)).toBe('5.1111');
  expect(Math.sqrt(grid.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 9).toFixed(4)).toBe('3.0712');
  const found = getisOrd(grid, queenNeighbours(3, 3));
  expect(found[8]?.toFixed(4)).toBe('2.7915');
  expect(found[0]?.toFixed(4)).toBe('-0.7093');
});

it('E26 slow drift of ten weekly factors', () => {
  const found = trend([4.15, 4.0, 4.45, 4.3, 4.6, 4.9, 4.75, 5.2, 5.05, 5.35]);
  expect(found?.s).toBe(37);
  expect(found?.variance.toFixed(2)).toBe('125.00');
  expect(found?.z.toFixed(4)).toBe('3.2199');
  expect(found?.twoSidedP.toFixed(5)).toBe('0.00128');
  expect(found?.slope.toFixed(4)).toBe('0.1500');
});

it('E27 jump of the factor from 4 to 12 to 38 g/kg', () => {
  const days = [4, 4, 3.9, 4.1, 4, 12, 38, 54, 52, 55];
  const found = cusum(
    days.map((each) => Math.log(each / 4)),
    DRIFT_CUSUM,
  );
  expect(found.sums.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(found.sums.slice(5).map((each) => each.toPrecision(4))).toEqual(['0.8486', '2.850', '5.203', '7.518', '9.889']);
  expect(found.alarmAt).toBe(6);
});

it('E28 a scaled copy gives itself away', () => {
  const up = [412, 530, 610, 388, 705, 296];
  const found = relationOf(
    up,
    up.map((each) => 0.3 * each),
  );
  expect(found.rSquared?.toFixed(6)).toBe('1.000000');
  expect(found.ratioCv?.toFixed(6)).toBe('0.000000');
  expect(found.meanRatio).toBeCloseTo(0.3, 12);
});

it('E30 standardising by operation shows the repair that the raw mean hides', () => {
  const bins = (factors: number[], mix: number[]) =>
    factors.map((each, b) => ({ emission: each * (mix[b] ?? 0), base: mix[b] ?? 0 }));
  const w0 = [0.25, 0.45, 0.3];
  const before = bins([12, 6, 4.5], w0);
  const after = bins([7.4, 2.6, 1.6], [0.6, 0.22, 0.18]);
  const raw = (set: { emission: number }[]): number => set.reduce((sum, each) => sum + each.emission, 0);
  const weights = pooledWeights([before]);
  expect(raw(before).toFixed(3)).toBe('7.050');
  expect(raw(after).toFixed(3)).toBe('5.300');
  expect(standardise(before, weights).figure.value?.toFixed(3)).toBe('7.050');
  expect(standardise(after, weights).figure.value?.toFixed(3)).toBe('3.500');
  expect((100 * (1 - raw(after) / raw(before))).toFixed(1)).toBe('24.8');
  expect((100 * (1 - 3.5 / 7.05)).toFixed(1)).toBe('50.4');
});
