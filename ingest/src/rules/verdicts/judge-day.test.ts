import { describe, expect, it } from 'vitest';
import { RULE_IDS } from '../finding.ts';
import { judgeDay } from './judge-day.ts';
import { contextOf, healthyDay, history, NUMBERS, reference } from './test-kit.ts';

describe('the judgement of a day', () => {
  it('gives exactly one outcome a rule, in their order', () => {
    const outcomes = judgeDay(contextOf(history(30)), NUMBERS);
    expect(outcomes.map((each) => each.rule)).toEqual(RULE_IDS);
  });

  it('gives one a rule also without any day', () => {
    const outcomes = judgeDay(contextOf([]), NUMBERS);
    expect(outcomes.map((each) => each.rule)).toEqual(RULE_IDS);
    expect(outcomes.filter((each) => each.outcome === 'found')).toEqual([]);
  });

  it('finds nothing but its refills of a healthy truck over 30 days', () => {
    const outcomes = judgeDay(contextOf(history(30), { reference: reference() }), NUMBERS);
    expect(outcomes.filter((each) => each.outcome === 'found').map((each) => each.rule)).toEqual([
      'R-FUEL-REFILL',
      'R-UREA-REFILL',
    ]);
    const asked = outcomes.filter((each) => each.outcome === 'clear').map((each) => each.rule);
    expect(asked).toEqual(
      expect.arrayContaining([
        'R-A1',
        'R-A2',
        'R-A3',
        'R-A4',
        'R-E1',
        'R-E2',
        'R-U1',
        'R-U2',
        'R-U3',
        'R-T7',
        'R-DPF',
        'R-DRIFT',
      ]),
    );
  });

  it('is the same whatever order the days come in', () => {
    const days = history(12, (date, ago) => healthyDay(date, ago % 2 === 0 ? { periodS: 10 } : {}));
    const shuffled = [5, 0, 11, 3, 9, 1, 7, 2, 10, 4, 8, 6].flatMap((i) => days[i] ?? []);
    expect(judgeDay(contextOf(shuffled), NUMBERS)).toEqual(judgeDay(contextOf(days), NUMBERS));
  });
});
