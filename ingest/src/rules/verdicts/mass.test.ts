import { describe, expect, it } from 'vitest';
import type { RuleContext } from '../context.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { RuleId } from '../finding.ts';
import {
  channels,
  clearIn,
  contextOf,
  daysAgo,
  facts,
  foundIn,
  healthyDay,
  history,
  noWindows,
  part,
  reasonIn,
  said,
  saidOf,
  TODAY,
  tank,
  windows,
} from './test-kit.ts';

/** A day of a stage whose windows lie at two values: 10 % of them at the first, 90 % at the second, or as told. */
function day(
  stage: 'IV' | 'V' | 'VI',
  rows: readonly (readonly [number, number])[],
  date = TODAY,
  more: Partial<DaySummary> = {},
): DaySummary {
  return healthyDay(date, { facts: facts(stage), work: windows(rows), ...more });
}

/** Days up to today, those of the pattern marked `x` with all windows at a value, `-` clean, `?` without enough valid NOx, ` ` without samples. */
function pattern(marks: string, value: number, stage: 'IV' | 'V' = 'V'): RuleContext {
  const days = [...marks].flatMap((mark, i): DaySummary[] => {
    const date = daysAgo(marks.length - 1 - i);
    if (mark === ' ') return [];
    const made = day(stage, [[mark === '-' ? 1 : value, 1000]], date);
    return mark === '?' ? [part(made, 'quality', { noxValidShare: 0.69 })] : [made];
  });
  return contextOf(days);
}

describe('R-A1: fewer than 90 % of the valid windows keep the approval limit × 1.5', () => {
  it.each([
    { name: 'IV 5.25, all at it', stage: 'IV', rows: [[5.25, 100]], over: false },
    { name: 'IV, a step over it', stage: 'IV', rows: [[5.26, 100]], over: true },
    { name: 'V 3.0, all at it', stage: 'V', rows: [[3, 100]], over: false },
    { name: 'V, a step over it', stage: 'V', rows: [[3.01, 100]], over: true },
    { name: 'VI 0.69, all at it', stage: 'VI', rows: [[0.69, 100]], over: false },
    { name: 'VI, a step over it', stage: 'VI', rows: [[0.7, 100]], over: true },
    { name: 'exactly 90 % keep it', stage: 'V', rows: [[1, 90], [9, 10]], over: false }, // biome-ignore format: one case a line
    { name: 'one window less than 90 % keeps it', stage: 'V', rows: [[1, 89], [9, 11]], over: true }, // biome-ignore format: one case a line
    { name: 'exactly 90 % of 70 keep it', stage: 'V', rows: [[1, 63], [9, 7]], over: false }, // biome-ignore format: one case a line
    { name: '62 of 70 keep it', stage: 'V', rows: [[1, 62], [9, 8]], over: true }, // biome-ignore format: one case a line
  ] as const)('$name', ({ stage, rows, over }) => {
    const outcome = saidOf('R-A1', [day(stage, rows)]);
    expect(outcome.outcome).toBe(over ? 'found' : 'clear');
  });

  it('says limit, counts, class, day, and the worst window', () => {
    const finding = foundIn(saidOf('R-A1', [day('V', [[1, 80], [3.5, 20]])])); // biome-ignore format: one line
    expect(finding).toMatchObject({
      level: 'attention',
      cause: 'overLimit',
      class: 'A',
      days: [TODAY],
      stretches: [{ fromSec: 1000, toSec: 2000 }],
    });
    expect(finding.limit).toMatchObject({ value: 3, unit: 'g/kWh', mark: 'C' });
    expect(finding.figures).toMatchObject({
      windows: 100,
      windowsOver: 20,
      shareOver: 0.2,
      limit: 3,
      guard: 1,
      windowKind: 'work',
    });
  });
});

describe('R-A2: the in-use limit', () => {
  it.each([
    ['IV', 7, 7.01],
    ['V', 4, 4.01],
    ['VI', 0.69, 0.7],
  ] as const)('%s: %d keeps it, %d does not', (stage, at, above) => {
    clearIn(saidOf('R-A2', [day(stage, [[at, 100]])]));
    expect(foundIn(saidOf('R-A2', [day(stage, [[above, 100]])])).level).toBe('suspected');
  });

  it('shows the inferred limit of stage IV as unverified, and that of V as verified', () => {
    expect(foundIn(saidOf('R-A2', [day('IV', [[8, 100]])])).caveats).toContain('unverifiedLimit');
    expect(foundIn(saidOf('R-A2', [day('V', [[8, 100]])])).caveats).not.toContain('unverifiedLimit');
  });

  it('goes by the limit of the truck where it has its own', () => {
    const own = facts('V', { limits: { inUseGPerKwh: 5 } });
    clearIn(saidOf('R-A2', [day('V', [[4.99, 100]], TODAY, { facts: own })]));
    const finding = foundIn(saidOf('R-A2', [day('V', [[5.01, 100]], TODAY, { facts: own })]));
    expect(finding.limit).toMatchObject({ value: 5, mark: 'eng' });
    expect(finding.caveats).toContain('unverifiedLimit');
    expect(finding.limit?.source).toContain('本车登记限值');
  });

  it('goes by a number that the site changed, and says so', () => {
    const finding = foundIn(said('R-A2', contextOf([day('V', [[3, 100]])]), { 'verdicts.inUseV': 2.5 }));
    expect(finding.limit).toMatchObject({ value: 2.5, mark: 'eng' });
    expect(finding.caveats).toContain('unverifiedLimit');
  });
});

describe('the windows a day is judged by', () => {
  const over = windows([[6, 100]]);
  it('are the fuel windows where there are no work windows', () => {
    const finding = foundIn(
      saidOf('R-A2', [day('V', [], TODAY, { work: noWindows('noSeries'), fuel: { ...over, class: 'B' } })]),
    );
    expect(finding).toMatchObject({ class: 'B', figures: { windowKind: 'fuel' } });
  });

  it('are the work windows where both have the same class', () => {
    const finding = foundIn(
      saidOf('R-A2', [day('V', [[6, 100]], TODAY, { work: { ...over, class: 'B' }, fuel: windows([[1, 100]], { class: 'B' }) })]),
    );
    expect(finding.figures.windowKind).toBe('work');
  });

  it('are the fuel windows where the fuel consumption of the work is impossible', () => {
    const made = part(day('V', [[1, 100]], TODAY, { fuel: { ...over, class: 'B' } }), 'method', {
      torque: {
        kind: 'net',
        confirmed: false,
        idleSamples: 400,
        overrunSamples: 9,
        bsfcGPerKwh: 90,
        reason: 'implausibleConsumption',
      },
    });
    expect(foundIn(saidOf('R-A2', [made])).figures.windowKind).toBe('fuel');
  });

  it('are the fuel windows on a day whose work windows are too few', () => {
    const finding = foundIn(
      saidOf('R-A2', [day('V', [], TODAY, { work: noWindows('tooFewValid', 'A'), fuel: { ...over, class: 'B' } })]),
    );
    expect(finding.figures.windowKind).toBe('fuel');
  });

  it('carry what weakens them', () => {
    const made = part(
      part(
        day('V', [[6, 100]], TODAY, {
          work: { ...over, class: 'C', reference: { value: 22.5, assumed: true } },
          fuel: noWindows('noSeries'),
        }),
        'quality',
        { conflicts: 1 },
      ),
      'method',
      { notChecked: ['ambient', 'altitude'] },
    );
    expect(foundIn(saidOf('R-A2', [{ ...made, periodS: 30 }])).caveats).toEqual(
      expect.arrayContaining(
        [
          'classC',
          'assumedReference',
          'conflicts',
          'ambientNotChecked',
          'altitudeNotChecked',
          'coarseSampling',
          'nh3NotChecked',
        ].filter((each) => each !== 'nh3NotChecked'),
      ),
    );
  });
});

describe('R-A3: beyond the uncertainty (E20: guard 1.281), and again and again', () => {
  it.each([
    ['V', 5.12, 'clear'],
    ['V', 5.13, 'found'],
    ['IV', 8.96, 'clear'],
    ['IV', 8.97, 'found'],
  ] as const)('%s: three days at %d g/kWh are %s', (stage, value, outcome) => {
    const said3 = said('R-A3', pattern('xxx', value, stage));
    expect(said3.outcome).toBe(outcome);
    expect(said3.figures.guard).toBeCloseTo(1.281, 3);
    expect(said3.figures.guardedLimit).toBeCloseTo(stage === 'V' ? 5.12 : 8.96, 2);
  });

  it('takes a wider guard for a flow of class C', () => {
    const c = history(3, (date) =>
      day('V', [[5.3, 100]], date, { fuel: noWindows('noSeries'), work: windows([[5.3, 100]], { class: 'C' }) }),
    );
    // √(0.15² + 0.15² + 0.04² + 0.05²) = 0.22157; 1 + 1.645 × that = 1.3645
    expect(clearIn(saidOf('R-A3', c)).figures.guard).toBeCloseTo(1.3645, 4);
  });

  it.each([
    ['-----xx', 'clear', 'two of seven'],
    ['----xxx', 'found', 'three of seven'],
    ['x---x-x', 'found', 'three of seven with clean days between'],
    ['x----xx-', 'clear', 'three of seven, but not today'],
    ['xx-----x', 'clear', 'the third lies eight valid days back'],
    ['xx??--?--x', 'found', 'invalid days are not among the seven'],
    ['xx  --  --x', 'found', 'nor are days without samples'],
    ['??x??x??x', 'found', 'three valid days and no other'],
  ] as const)('%s is %s: %s', (marks, outcome, _what) => {
    expect(said('R-A3', pattern(marks, 6)).outcome).toBe(outcome);
  });

  it('finds by the share of days in 30 what three of seven does not: 20 of 30, with a lower bound of 0.501', () => {
    const marks = `${'-'.repeat(5)}${'x'.repeat(18)}-----xx`;
    const finding = foundIn(said('R-A3', pattern(marks, 6)));
    expect(finding.figures).toMatchObject({ daysOver: 2, daysOf: 7, longDaysOver: 20, longDaysOf: 30 });
    expect(finding.figures.lowerBound).toBeCloseTo(0.50056, 5);
    expect(finding.days).toHaveLength(20);
    expect(finding.days.at(-1)).toBe(TODAY);
  });

  it('does not find by 19 of 30, with a lower bound of 0.467', () => {
    const marks = `${'-'.repeat(6)}${'x'.repeat(17)}-----xx`;
    expect(clearIn(said('R-A3', pattern(marks, 6))).figures.lowerBound).toBeCloseTo(0.46691, 5);
  });

  it('gives 0.720 for 26 of 30 days (E20)', () => {
    expect(foundIn(said('R-A3', pattern(`----${'x'.repeat(26)}`, 6))).figures.lowerBound).toBeCloseTo(0.7204, 4);
  });

  it('counts only days that are over with the guard', () => {
    const days = history(7, (date, ago) => day('V', [[ago < 2 ? 6 : 5, 100]], date));
    expect(clearIn(saidOf('R-A3', days)).figures).toMatchObject({ daysOver: 2 });
    expect(saidOf('R-A2', days).outcome).toBe('found');
  });

  it('is held while the reading may be ammonia, and such days count for neither side', () => {
    const slip = { dosingRatio: 1.21, riseWithDosing: 0.51, seconds: 9000 };
    const days = history(4, (date, ago) => day('V', [[6, 100]], date, ago === 0 ? { nh3: slip } : {}));
    expect(reasonIn(saidOf('R-A3', days))).toBe('nh3Possible');
    expect(foundIn(saidOf('R-A2', days)).caveats).toContain('nh3Possible');
    const before = history(4, (date, ago) => day('V', [[6, 100]], date, ago === 1 || ago === 2 ? { nh3: slip } : {}));
    expect(clearIn(saidOf('R-A3', before)).figures).toMatchObject({ daysOver: 2, daysOf: 2 });
  });

  it.each([
    ['dosing just at 1.2 × the demand', { dosingRatio: 1.2, riseWithDosing: 0.9 }],
    ['a reading that does not rise with dosing', { dosingRatio: 2, riseWithDosing: 0.5 }],
  ])('is not held by %s', (_what, nh3) => {
    foundIn(
      saidOf(
        'R-A3',
        history(3, (date) => day('V', [[6, 100]], date, { nh3: { ...nh3, seconds: 9000 } })),
      ),
    );
  });

  it('is held where the tank empties by more than 1.5 × what is expected', () => {
    const used = (100 * 0.045 * 1.6 * 105) / 45;
    const days = history(4, (date) =>
      part(day('V', [[6, 100]], date, { nh3: { dosingRatio: null, riseWithDosing: null, seconds: 0 } }), 'ureaTank', {
        usedPct: used,
      }),
    );
    expect(reasonIn(saidOf('R-A3', days))).toBe('nh3Possible');
  });
});

describe('R-A4: the attention level on three of seven valid days, and a sign of the catalyst', () => {
  const high = (date: string, more: Partial<DaySummary> = {}): DaySummary => day('IV', [[6.5, 100]], date, more);
  const sick = { seconds: 18_000, upG: 1000, downG: 800, efficiency: 0.2 };

  it('is clear without a sign beside it', () => {
    expect(
      clearIn(
        saidOf(
          'R-A4',
          history(3, (date) => high(date)),
        ),
      ).figures,
    ).toMatchObject({ daysOver: 3, companions: null });
  });

  it('speaks of China IV at 6.5 g/kWh, where R-A3 does not, with a low efficiency', () => {
    const days = history(3, (date) => part(high(date), 'scr', sick));
    expect(foundIn(saidOf('R-A4', days))).toMatchObject({
      level: 'fault',
      cause: 'scrFault',
      figures: { companions: 'R-E1', daysOver: 3 },
    });
    clearIn(saidOf('R-A3', days));
  });

  it('is clear on two days', () => {
    clearIn(
      saidOf(
        'R-A4',
        history(2, (date) => part(high(date), 'scr', sick)),
      ),
    );
  });

  it.each([
    ['R-U1', (each: DaySummary) => part(each, 'ureaTank', { usedPct: 2 })],
    ['R-U2', (each: DaySummary) => ({ ...each, ureaTank: tank(each.date, 60, 60, 105, 350) })],
    ['R-T7', (each: DaySummary) => part(each, 'plausibility', { ratioOneS: 12_000 })],
    ['R-MIL', (each: DaySummary) => ({ ...each, obd: { readings: 9, milOn: 9, dtcs: [], milSec: 1 } })],
    [
      'SPN 4364 FMI 18',
      (each: DaySummary) => ({
        ...each,
        obd: { readings: 9, milOn: 0, dtcs: [{ code: 'SPN 4364 FMI 18', readings: 1 }], milSec: null },
      }),
    ],
  ] as const)('takes %s for a sign', (sign, change) => {
    const companions = foundIn(
      saidOf(
        'R-A4',
        history(4, (date) => change(high(date))),
      ),
    ).figures.companions;
    expect(String(companions).split(', ')).toContain(sign);
  });

  describe('of a truck whose tank empties too fast', () => {
    const unsent: DaySummary['nh3'] = { dosingRatio: null, riseWithDosing: null, seconds: 0 };
    // Stage IV: 3.4 % of 105 L of fuel are 7.93 % of a tank of 45 L.
    const days = (times: number, nh3: DaySummary['nh3']): DaySummary[] =>
      history(4, (date) => ({
        ...part(part(high(date), 'ureaTank', { usedPct: ((100 * 0.034 * 105) / 45) * times }), 'scr', sick),
        nh3,
      }));

    it('is held where dosing is not sent, from 1.2 × the rate of the stage on', () => {
      expect(reasonIn(saidOf('R-A4', days(1.21, unsent)))).toBe('nh3Possible');
      foundIn(saidOf('R-A4', days(1.19, unsent)));
    });

    it('is not held where dosing is as demanded, or the reading does not rise with it: a leak is no ammonia', () => {
      foundIn(saidOf('R-A4', days(5, { dosingRatio: 1, riseWithDosing: -0.3, seconds: 9000 })));
      foundIn(saidOf('R-A4', days(5, { dosingRatio: 1.9, riseWithDosing: -0.3, seconds: 9000 })));
      foundIn(saidOf('R-A4', days(5, { dosingRatio: 1, riseWithDosing: null, seconds: 9000 })));
      expect(reasonIn(saidOf('R-A4', days(5, { dosingRatio: 1.9, riseWithDosing: null, seconds: 9000 })))).toBe('nh3Possible');
    });
  });

  it('is not asked of a truck without SCR', () => {
    expect(reasonIn(saidOf('R-A4', [high(TODAY, { facts: facts('IV', { hasScr: false }) })]))).toBe('noScr');
  });
});

describe('a day that is not valid makes no verdict on a limit', () => {
  const over = day('V', [[9, 1000]]);
  const cases: readonly (readonly [string, string, DaySummary])[] = [
    ['the stage is not known', 'stageUnknown', { ...over, facts: facts(null) }],
    ['stage III has no in-use limit', 'noLimit', { ...over, facts: facts('III') }],
    [
      'NOx is never sent',
      'noNox',
      {
        ...part(over, 'quality', { channels: channels('noxDownPpm') }),
        work: noWindows('noSeries'),
        fuel: noWindows('noSeries'),
      },
    ],
    [
      'there is no exhaust flow',
      'noExhaustFlow',
      part({ ...over, work: noWindows('noSeries'), fuel: noWindows('noSeries') }, 'method', { flow: null }),
    ],
    [
      'the rated power is not known',
      'noRatedPower',
      {
        ...over,
        facts: facts('V', { ratedPowerKw: null }),
        work: noWindows('noRatedPower', 'A'),
        fuel: noWindows('noRatedPower', 'B'),
      },
    ],
    ['mass cannot be computed', 'massNotComputable', { ...over, work: noWindows('noSeries'), fuel: noWindows('noSeries') }],
    ['samples lie 31 s apart', 'periodTooLong', { ...over, periodS: 31 }],
    ['no hot engine', 'noHotEngine', part(over, 'quality', { noxValidShare: null })],
    ['69 % of the NOx is valid', 'noxValidShare', part(over, 'quality', { noxValidShare: 0.69 })],
    ['most of it above 2400 m', 'altitude', part(over, 'work', { dropped: { altitude: 14_001 } })],
    ['most of it in the cold', 'ambient', part(over, 'work', { dropped: { ambient: 14_001 } })],
    [
      '3.99 works of the reference cycle',
      'tooLittleWork',
      part({ ...over, fuel: noWindows('noSeries') }, 'work', { references: 3.99 }),
    ],
    [
      '49 % of the windows are valid',
      'tooFewValidWindows',
      part({ ...over, fuel: noWindows('noSeries') }, 'work', { validShare: 0.49, void: 'tooFewValid' }),
    ],
    ['NOx stuck', 'plausibilityFailed', part(over, 'plausibility', { stuckShare: { noxDownPpm: 0.021 } })],
    ['a flat signal', 'plausibilityFailed', part(over, 'plausibility', { flatSdPpm: 2.9 })],
    ['a scaled copy', 'plausibilityFailed', part(over, 'plausibility', { copyCv: 0.019, copyR2: 0.996 })],
    [
      'a reading that never falls in 20 overruns',
      'plausibilityFailed',
      part(over, 'plausibility', { overruns: 20, overrunsHigh: 17 }),
    ],
    ['the same of only 5 overruns', 'plausibilityFailed', part(over, 'plausibility', { overruns: 5, overrunsHigh: 5 })],
    ['readings before a sensor can be hot', 'plausibilityFailed', part(over, 'plausibility', { starts: 3, startsTooEarly: 2 })],
    [
      'more NOx behind the catalyst than before it',
      'plausibilityFailed',
      part(over, 'scr', { upG: 1000, downG: 1160, efficiency: -0.16 }),
    ],
  ];

  it.each(cases)('%s: %s', (_what, reason, made) => {
    for (const rule of ['R-A1', 'R-A2', 'R-A3', 'R-A4'] as const satisfies readonly RuleId[])
      expect([rule, reasonIn(saidOf(rule, [made]))]).toEqual([rule, reason]);
  });

  it.each([
    ['30 s apart', { ...over, periodS: 30 }],
    ['70 % of the NOx is valid', part(over, 'quality', { noxValidShare: 0.7 })],
    ['half of it above 2400 m', part(over, 'work', { dropped: { altitude: 14_000 } })],
    ['4 works of the reference cycle', part(over, 'work', { references: 4 })],
    ['half of the windows are valid', part(over, 'work', { validShare: 0.5 })],
    ['stuck for 2 %', part(over, 'plausibility', { stuckShare: { noxDownPpm: 0.02 } })],
    [
      'a stuck temperature, which no mass is made of',
      part(over, 'plausibility', { stuckShare: { scrInTempC: 0.5, noxUpPpm: 0.5 } }),
    ],
    ['4 overruns are too few for a doubt', part(over, 'plausibility', { overruns: 4, overrunsHigh: 4 })],
    ['two cold starts are too few', part(over, 'plausibility', { starts: 2, startsTooEarly: 2 })],
    ['T7 tells of the catalyst', part(over, 'plausibility', { ratioOneS: 17_000 })],
  ] as const)('but is one when %s', (_what, made) => {
    foundIn(saidOf('R-A2', [made]));
  });

  it('makes none without samples', () => {
    const days = history(5).slice(0, 4);
    for (const rule of ['R-A1', 'R-A2', 'R-A3', 'R-A4', 'R-C1', 'R-C2', 'R-C3'] as const satisfies readonly RuleId[])
      expect(reasonIn(saidOf(rule, days))).toBe('noData');
  });

  it('lets a sensor that is found out today take no earlier valid day with it', () => {
    const days = history(6, (date, ago) =>
      ago === 0 ? part(day('V', [[9, 100]], date), 'plausibility', { flatSdPpm: 1 }) : day('V', [[9, 100]], date),
    );
    expect(reasonIn(saidOf('R-A3', days))).toBe('plausibilityFailed');
    expect(foundIn(said('R-A3', { ...contextOf(days), date: daysAgo(1) })).figures).toMatchObject({ daysOver: 5 });
  });
});
