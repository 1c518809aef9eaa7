import { describe, expect, it } from 'vitest';
import { FIGURES } from '../catalogue/figures.ts';
import { PARAMETERS, type ParameterKey, type Parameters, parametersWith } from '../catalogue/parameters.ts';
import { CAVEATS, REASONS } from '../catalogue/reasons.ts';
import { RULES } from '../catalogue/rules.ts';
import type { RuleContext } from '../context.ts';
import { LEVELS, type Level, type Outcome, RULE_IDS, type RuleId } from '../finding.ts';
import { caseOf } from './case.ts';
import { JUDGES, judgeDay, settle } from './judge-day.ts';
import { corpus } from './test-corpus.ts';
import { NUMBERS } from './test-kit.ts';

/** Numbers that write down which of them are read. */
function recording(read: Set<ParameterKey>): Parameters {
  const groups = Object.keys(PARAMETERS).map((group) => {
    const table = parametersWith()[group as keyof Parameters];
    const get = (target: object, name: string | symbol): unknown => {
      read.add(`${group}.${String(name)}` as ParameterKey);
      return Reflect.get(target, name);
    };
    return [group, new Proxy(table, { get })] as const;
  });
  return Object.fromEntries(groups) as Parameters;
}

/** What one rule reads by itself in a context, and which other rules it asks; those are settled with plain numbers. */
function watched(rule: RuleId, context: RuleContext, read: Set<ParameterKey>, asked: Set<RuleId>): Outcome {
  const plain = (other: RuleId, date: string): Outcome => settle(other, caseOf({ ...context, date }, NUMBERS, settle));
  const on = caseOf(context, recording(read), (other, then) => {
    asked.add(other);
    return plain(other, then.context.date);
  });
  return JUDGES[rule](on);
}

const contexts = corpus();

describe.each(RULES.map((row) => [row.id, row] as const))('%s in the catalogue', (id, row) => {
  const read = new Set<ParameterKey>();
  const asked = new Set<RuleId>();
  const outcomes = contexts.map((context) => watched(id, context, read, asked));

  it('lists exactly the numbers that its judgement reads', () => {
    expect([...read].sort()).toEqual([...row.parameters].sort());
  });

  it('lists exactly the rules that it asks', () => {
    expect([...asked].sort()).toEqual([...row.restsOn].sort());
  });

  it('speaks at each of its levels, is clear, and cannot be asked, for reasons and with caveats that it lists', () => {
    const found = outcomes.filter((each) => each.outcome === 'found');
    const level = (name: Level): number => LEVELS.indexOf(name);
    expect([...new Set(found.map((each) => each.level))].sort((a, b) => level(a) - level(b))).toEqual(row.levels);
    expect(outcomes.some((each) => each.outcome === 'clear')).toBe(true);
    for (const each of found) for (const caveat of each.caveats) expect(row.caveats).toContain(caveat);
    for (const each of outcomes) if (each.outcome === 'notEvaluated') expect(row.reasons).toContain(each.reason);
  });
});

describe('every outcome', () => {
  it('has figures of the catalogue, numbers that are numbers, and codes with texts', () => {
    for (const context of contexts)
      for (const outcome of judgeDay(context, NUMBERS)) {
        for (const [key, value] of Object.entries(outcome.figures)) {
          expect([outcome.rule, key, Object.hasOwn(FIGURES, key)]).toEqual([outcome.rule, key, true]);
          if (typeof value === 'number') expect([outcome.rule, key, Number.isFinite(value)]).toEqual([outcome.rule, key, true]);
        }
        if (outcome.outcome === 'notEvaluated') expect(Object.keys(REASONS)).toContain(outcome.reason);
        if (outcome.outcome === 'found') for (const caveat of outcome.caveats) expect(Object.keys(CAVEATS)).toContain(caveat);
        if (outcome.outcome === 'found') expect(outcome.days).toEqual([...outcome.days].sort());
      }
  });

  it('comes once a rule', () => {
    for (const context of contexts) expect(judgeDay(context, NUMBERS).map((each) => each.rule)).toEqual(RULE_IDS);
  });
});

describe('the reasons of the catalogue', () => {
  it('are each given by some rule of some context, or come from stage 1', () => {
    const given = new Set(
      contexts
        .flatMap((context) => judgeDay(context, NUMBERS))
        .flatMap((each) => (each.outcome === 'notEvaluated' ? [each.reason] : [])),
    );
    const fromStageOne = ['notSent', 'noReadings', 'notSettled', 'notAvailable'];
    expect(Object.keys(REASONS).filter((code) => !given.has(code) && !fromStageOne.includes(code))).toEqual([]);
  });
});
