import { describe, expect, it } from 'vitest';
import { type FoldedOutcome, findingId, parametersWith } from '../rules/index.ts';
import { Comparison, MOST_TOLD, type Side, type TestedFinding } from './comparison.ts';

const TRUCK = { vehicleId: 7, vin: 'LZZ5ELSD8EN00000A' };
const closeAfterOn = () => parametersWith().verdicts.closeAfterDays;
const finding = (day: string, more: Partial<TestedFinding> = {}): TestedFinding => ({
  id: findingId(TRUCK.vin, 'R-A2', day),
  rule: 'R-A2',
  day,
  level: 'suspected',
  figures: { p90: 5 },
  limit: 4,
  ...more,
});

/** Days on which R-A2 speaks, or is clear. */
function side(found: readonly TestedFinding[], days: readonly string[]): Side {
  const outcomes = (date: string): FoldedOutcome[] =>
    found.some((each) => each.day === date)
      ? [{ outcome: 'found', rule: 'R-A2', level: 'suspected', cause: 'overLimit' }]
      : [{ outcome: 'clear', rule: 'R-A2' }];
  return { closeAfterOn, findings: found, days: days.map((date) => ({ date, outcomes: outcomes(date) })) };
}

const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03'];

describe('a comparison', () => {
  it('counts by rule, and names what appears, what vanishes and what is at another level', () => {
    const comparison = new Comparison();
    comparison.add(
      TRUCK,
      side([finding('2026-11-01'), finding('2026-11-02')], DAYS),
      side([finding('2026-11-02', { level: 'probable' }), finding('2026-11-03')], DAYS),
    );
    const { rules, findings } = comparison.result();
    expect(rules).toEqual({ 'R-A2': { inForce: 2, tried: 2, appear: 1, vanish: 1, otherLevel: 1 } });
    expect(findings.appear).toMatchObject([{ ...TRUCK, day: '2026-11-03', limit: 4, figures: { p90: 5 } }]);
    expect(findings.vanish).toMatchObject([{ day: '2026-11-01' }]);
    expect(findings.otherLevel).toMatchObject([{ day: '2026-11-02', level: 'probable', otherLevel: 'suspected' }]);
  });

  it('takes a lead that begins on another day for the same lead, and one without a finding in common for another', () => {
    const moved = new Comparison();
    moved.add(TRUCK, side([finding('2026-11-01'), finding('2026-11-02')], DAYS), side([finding('2026-11-02')], DAYS));
    expect(moved.result().leads).toEqual({ inForce: 1, tried: 1, appear: [], vanish: [] });
    const gone = new Comparison();
    gone.add(TRUCK, side([finding('2026-11-01')], DAYS), side([], DAYS));
    expect(gone.result().leads).toMatchObject({
      inForce: 1,
      tried: 0,
      appear: [],
      vanish: [{ ...TRUCK, cause: 'overLimit', firstDay: '2026-11-01' }],
    });
    const fresh = new Comparison();
    fresh.add(TRUCK, side([], DAYS), side([finding('2026-11-03')], DAYS));
    expect(fresh.result().leads).toMatchObject({ inForce: 0, tried: 1, appear: [{ level: 'suspected', lastDay: '2026-11-03' }] });
  });

  it('of the same on both sides has nothing to tell', () => {
    const comparison = new Comparison();
    const same = side([finding('2026-11-01')], DAYS);
    comparison.add(TRUCK, same, same);
    expect(comparison.result()).toMatchObject({
      rules: { 'R-A2': { inForce: 1, tried: 1, appear: 0, vanish: 0, otherLevel: 0 } },
      findings: { appear: [], vanish: [], otherLevel: [] },
    });
  });

  it('names so many and counts the rest', () => {
    const comparison = new Comparison();
    const many = Array.from({ length: MOST_TOLD + 3 }, (_, i) => finding('2026-11-01', { id: `f${i}` }));
    comparison.add(TRUCK, side([], []), { ...side([], []), findings: many });
    const { findings, more, rules } = comparison.result();
    expect(findings.appear).toHaveLength(MOST_TOLD);
    expect(more.findingsAppear).toBe(3);
    expect(rules['R-A2']?.appear).toBe(MOST_TOLD + 3);
  });
});
