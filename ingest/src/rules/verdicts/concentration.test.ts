import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../day/day-summary.ts';
import { ppmDay } from './test-corpus.ts';
import { channels, clearIn, daysAgo, facts, foundIn, history, noWindows, part, reasonIn, saidOf, TODAY } from './test-kit.ts';

/** A day with so many seconds at one concentration and the rest at 50 ppm, of 10,000 s. */
function at(ppm: number, seconds: number, stage: 'IV' | 'V' = 'V', date = TODAY): DaySummary {
  const rows = [10, 10_000 - seconds, Math.floor(ppm / 5), seconds];
  return ppmDay(date, 50, {
    facts: facts(stage),
    ppm: { reason: null, qualifiedS: 10_000, all: rows, highLoad: rows, highLoadS: 10_000 },
  });
}

describe('R-C1: 20 s means above the level for more than 10 % of qualified time', () => {
  it.each([
    ['V: 500 ppm is not above 500', 500, 5000, 'V', 'clear'],
    ['V: the step above is', 505, 1001, 'V', 'found'],
    ['V: exactly 10 % of the time is not more', 900, 1000, 'V', 'clear'],
    ['IV: 735 ppm is not above 735', 735, 5000, 'IV', 'clear'],
    ['IV: the step above is', 740, 1001, 'IV', 'found'],
  ] as const)('%s', (_what, ppm, seconds, stage, outcome) => {
    expect(saidOf('R-C1', [at(ppm, seconds, stage)]).outcome).toBe(outcome);
  });

  it('is class C, and its level unverified', () => {
    expect(foundIn(saidOf('R-C1', [at(900, 5000)]))).toMatchObject({
      level: 'suspected',
      class: 'C',
      limit: { value: 500, unit: 'ppm' },
    });
    expect(foundIn(saidOf('R-C1', [at(900, 5000)])).caveats).toEqual(expect.arrayContaining(['unverifiedLimit', 'classC']));
  });
});

describe('R-C2: above the inspection limit for more than 5 % of qualified time at high load', () => {
  it.each([
    ['V: 900 ppm is not above 900', 900, 5000, 'V', 'clear'],
    ['V: the step above is', 905, 501, 'V', 'found'],
    ['V: exactly 5 %', 905, 500, 'V', 'clear'],
    ['IV: 1500 ppm is not above 1500', 1500, 5000, 'IV', 'clear'],
    ['IV: the step above is', 1505, 501, 'IV', 'found'],
  ] as const)('%s', (_what, ppm, seconds, stage, outcome) => {
    expect(saidOf('R-C2', [at(ppm, seconds, stage)]).outcome).toBe(outcome);
  });

  it('is not asked without power, nor of too little time at high load', () => {
    expect(reasonIn(saidOf('R-C2', [part(at(905, 501), 'ppm', { highLoad: null })]))).toBe('noPower');
    expect(reasonIn(saidOf('R-C2', [part(at(905, 501), 'ppm', { highLoad: [200, 599] })]))).toBe('tooLittleLoad');
    foundIn(saidOf('R-C2', [part(at(905, 501), 'ppm', { highLoad: [200, 600] })]));
  });
});

describe('R-C3: R-C1 with its level × guard (500 × 1.281 = 640 ppm, 735 × 1.281 = 941 ppm) on three of seven days', () => {
  it.each([
    ['V', 640, 'clear'],
    ['V', 645, 'found'],
    ['IV', 940, 'clear'],
    ['IV', 945, 'found'],
  ] as const)('%s at %d ppm is %s', (stage, ppm, outcome) => {
    expect(
      saidOf(
        'R-C3',
        history(3, (date) => at(ppm, 5000, stage, date)),
      ).outcome,
    ).toBe(outcome);
  });

  it('asks for three days, today among them', () => {
    clearIn(
      saidOf(
        'R-C3',
        history(2, (date) => at(900, 5000, 'V', date)),
      ),
    );
    clearIn(
      saidOf(
        'R-C3',
        history(7, (date, ago) => at(ago === 0 ? 50 : 900, 5000, 'V', date)),
      ),
    );
    const finding = foundIn(
      saidOf(
        'R-C3',
        history(7, (date, ago) => at(ago % 3 === 0 ? 900 : 50, 5000, 'V', date)),
      ),
    );
    expect(finding.days).toEqual([daysAgo(6), daysAgo(3), TODAY]);
    expect(finding).toMatchObject({ level: 'probable', class: 'C' });
  });

  it('is held for ammonia', () => {
    const days = history(4, (date) => ({
      ...at(900, 5000, 'V', date),
      nh3: { dosingRatio: 1.3, riseWithDosing: 0.9, seconds: 900 },
    }));
    expect(reasonIn(saidOf('R-C3', days))).toBe('nh3Possible');
  });
});

describe('the rules on concentration are not asked', () => {
  const over = at(900, 5000);
  it.each([
    ['massComputable', 'mass can be computed', { ...over, work: { ...over.work, class: 'A', void: null } }],
    ['noLimit', 'stage VI has no level', { ...over, facts: facts('VI') }],
    ['stageUnknown', 'the stage is not known', { ...over, facts: facts(null) }],
    ['noNox', 'NOx is never sent', part(over, 'quality', { channels: channels('noxDownPpm') })],
    ['periodTooLong', 'samples lie more than 10 s apart', part(over, 'ppm', { reason: 'periodTooLong', all: [] })],
    ['tooLittleQualified', '1799 s of qualified time', part(over, 'ppm', { all: [200, 1799] })],
    ['noxValidShare', 'too little valid NOx', part(over, 'quality', { noxValidShare: 0.5 })],
    [
      'plausibilityFailed',
      'a stuck inlet temperature, which qualified time rests on',
      part(over, 'plausibility', { stuckShare: { scrInTempC: 0.1 } }),
    ],
  ] as const)('%s: %s', (reason, _what, made) => {
    expect(reasonIn(saidOf('R-C1', [made]))).toBe(reason);
    expect(reasonIn(saidOf('R-C3', [made]))).toBe(reason);
  });

  it('but are where only the rated power lacks', () => {
    foundIn(saidOf('R-C1', [{ ...over, work: noWindows('noRatedPower', 'A'), fuel: noWindows('noRatedPower', 'B') }]));
  });
});
