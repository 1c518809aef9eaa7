import { type Found, RULE_IDS, type RuleId, ruleRow } from '@plume/ingest/rules';
import { type RuleName, SCENARIOS, type ScenarioId, type TruckSpec, truckSpec } from '@plume/simulators';
import { describe, expect, it } from 'vitest';
import type { CaseResult, DayResult } from './run-case.ts';
import { type Judged, tally } from './tally.ts';
import { brokenPromises, type Extents } from './verdict.ts';

/** The table itself: made-up outcomes with known answers. A check that cannot fail says nothing. */
function finding(rule: RuleName, level: Found['level'] = rule.endsWith('REFILL') ? 'event' : 'suspected'): Found {
  const nothing = { figures: {}, days: [], stretches: [], caveats: [], limit: null, class: null };
  return { outcome: 'found', rule: rule as RuleId, level, cause: 'overLimit', ...nothing };
}

interface Day {
  readonly faulty?: boolean;
  readonly found?: readonly (RuleName | Found)[];
  /** Rules whose conditions the day does not meet, and those that wait for more fuel. */
  readonly notAsked?: readonly RuleName[];
  readonly waits?: readonly RuleName[];
  readonly events?: readonly RuleName[];
}

function result(scenario: ScenarioId, list: readonly Day[]): Judged {
  const made = list.map(({ faulty = true, found = [], notAsked = [], waits = [], events = [] }, i): DayResult => {
    return {
      date: `2026-07-${String(i + 1).padStart(2, '0')}`,
      truth: { faulty, events: events.map((rule) => ({ rule, timeSec: 0 })) },
      samples: 100,
      lateShare: 0,
      found: found.map((each) => (typeof each === 'string' ? finding(each) : each)),
      notEvaluated: Object.fromEntries([
        ...notAsked.map((rule) => [rule, 'noUpstreamNox']),
        ...waits.map((rule) => [rule, 'tooLittleFuel']),
      ]),
    };
  });
  const spec: TruckSpec = { ...truckSpec(1, 0, scenario), stage: 'V' };
  const run: CaseResult = { id: `${scenario} 0`, days: made, samples: 0, judgedMs: 0, wholeMs: 0 };
  return { spec, result: run };
}

const MUST = [...SCENARIOS.scrFailed.must, ...SCENARIOS.scrFailed.mustV].filter((rule) => !rule.endsWith('REFILL'));
const ALL: Extents = { enoughDays: false, allAsked: true };
const kept = (list: readonly Day[]): string[] => brokenPromises(tally([result('scrFailed', list)]), ALL);

/** Days of a failed catalyst; some rules silent on some of them. */
function days(count: number, silent: (day: number) => readonly RuleName[] = () => [], more: Partial<Day> = {}): Day[] {
  return Array.from({ length: count }, (_, i) => {
    const refills: RuleName[] = i === 1 ? ['R-FUEL-REFILL', 'R-UREA-REFILL'] : [];
    const found = [...MUST, ...refills].filter((rule) => !silent(i + 1).includes(rule));
    const events: RuleName[] = i === 0 ? ['R-FUEL-REFILL', 'R-UREA-REFILL'] : [];
    return { ...more, found, events };
  });
}
const promised = (rule: RuleId): number => ruleRow(rule).speaksWithinDays;

describe('promises of a scenario', () => {
  it('are kept when every rule speaks in time', () => {
    expect(kept(days(12))).toEqual([]);
  });

  it('are broken when a rule never speaks', () => {
    expect(kept(days(12, () => ['R-E1']))).toEqual([`scrFailed × R-E1: not within ${promised('R-E1')} days: scrFailed 0: never`]);
  });

  it('are kept on the promised day and broken on the next', () => {
    const due = promised('R-A4');
    const from = (first: number): string[] => kept(days(12, (day) => (day < first ? ['R-A4'] : [])));
    expect(from(due)).toEqual([]);
    expect(from(due + 1)).toEqual([`scrFailed × R-A4: not within ${due} days: scrFailed 0: day ${due + 1}`]);
  });

  it('do not count days whose conditions the rule does not judge under; a rule that never could is broken', () => {
    const blind = (until: number): string[] =>
      kept(days(12, (day) => (day <= until ? ['R-E1'] : [])).map((day, i) => (i < until ? { ...day, notAsked: ['R-E1'] } : day)));
    expect(blind(8)).toEqual([]);
    expect(blind(12)).toEqual(['scrFailed × R-E1: must speak, and was never asked (noUpstreamNox 12)']);
  });

  it('count days on which the rule waits for more fuel', () => {
    const due = promised('R-A4');
    const waiting = days(12, (day) => (day <= due ? ['R-A4'] : [])).map(
      (day, i): Day => (i < due ? { ...day, waits: ['R-A4'] } : day),
    );
    expect(kept(waiting)).toEqual([`scrFailed × R-A4: not within ${due} days: scrFailed 0: day ${due + 1}`]);
  });

  it('are not broken by a run that ends before the promised day', () => {
    expect(kept(days(promised('R-A4') - 1, () => ['R-A4']))).toEqual([]);
  });

  it('are broken by a rule that should be silent; an attention is only noted', () => {
    const with2 = (more: RuleName | Found): string[] =>
      kept(days(12).map((day, i) => (i === 1 ? { ...day, found: [...(day.found ?? []), more] } : day)));
    expect(with2('R-T3')).toEqual(['scrFailed × R-T3: spoke where it must be silent, on 1 days: scrFailed 0, 2026-07-02']);
    expect(with2(finding('R-DATA', 'attention'))).toEqual([]);
  });

  it('are broken by an event that nobody saw, and by one that never was', () => {
    expect(kept(days(12, () => ['R-FUEL-REFILL']))).toEqual([
      `scrFailed × R-FUEL-REFILL: not within ${promised('R-FUEL-REFILL')} days: scrFailed 0: 2026-07-01`,
    ]);
    const stolen = days(12).map((day, i) => (i === 9 ? { ...day, found: [...(day.found ?? []), 'R-FUEL-THEFT' as const] } : day));
    expect(kept(stolen)).toEqual(['scrFailed × R-FUEL-THEFT: spoke where it must be silent, on 1 days: scrFailed 0, 2026-07-10']);
  });
});

describe('healthy trucks', () => {
  const healthy = (wrong: number): string[] =>
    brokenPromises(
      tally([
        result(
          'healthyIV',
          Array.from({ length: 400 }, (_, i): Day => {
            const refill: RuleName[] = i % 2 === 0 ? [] : ['R-FUEL-REFILL', 'R-UREA-REFILL'];
            return {
              faulty: false,
              events: i % 2 === 0 ? ['R-FUEL-REFILL', 'R-UREA-REFILL'] : [],
              found: [...refill, ...(i < wrong ? ['R-A2' as const] : [])],
            };
          }),
        ),
      ]),
      ALL,
    );

  it('may have a lead on 1 % of their days and no more', () => {
    expect(healthy(4)).toEqual([]);
    expect(healthy(5)).toEqual(['healthy trucks have a lead on 5 of 400 truck-days, more than 1 %']);
  });
});

it('scenarios name rules that there are', () => {
  const named = Object.values(SCENARIOS).flatMap(({ must, may }) => [...must, ...may]);
  expect(named.filter((rule) => !RULE_IDS.some((id) => id === rule))).toEqual([]);
});
