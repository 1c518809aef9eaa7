import { describe, expect, it } from 'vitest';
import type { DaySummary, PlausibilityDay } from '../day/day-summary.ts';
import { joint } from './test-corpus.ts';
import {
  channels,
  clearIn,
  daysAgo,
  facts,
  foundIn,
  healthyDay,
  history,
  part,
  reasonIn,
  reference,
  saidOf,
  TODAY,
  tank,
} from './test-kit.ts';

/** A healthy day with other measures of plausibility. */
function measured(more: Partial<PlausibilityDay>, date = TODAY): DaySummary {
  return part(healthyDay(date), 'plausibility', more);
}

describe('R-T1: stuck for more than 2 % of engine-on time', () => {
  it('names the channels that are', () => {
    clearIn(saidOf('R-T1', [measured({ stuckShare: { noxDownPpm: 0.02, fuelRateLph: 0.01 } })]));
    const finding = foundIn(saidOf('R-T1', [measured({ stuckShare: { noxUpPpm: 0.5, noxDownPpm: 0.0201, fuelRateLph: 0.01 } })]));
    expect(finding.figures).toMatchObject({ channels: 'noxDownPpm, noxUpPpm', stuckShare: 0.5 });
  });

  it('needs half an hour, and samples by the second', () => {
    expect(reasonIn(saidOf('R-T1', [measured({ stuckS: 1799, stuckShare: { noxDownPpm: 1 } })]))).toBe('tooLittleEngineOn');
    expect(reasonIn(saidOf('R-T1', [measured({ reason: 'periodTooLong' })]))).toBe('periodTooLong');
  });

  it('says "not available" for a reason of stage 1 that has no text', () => {
    expect(reasonIn(saidOf('R-T1', [measured({ reason: 'somethingElse' })]))).toBe('notAvailable');
  });
});

describe('R-T2: 20 s means that vary by less than 3 ppm', () => {
  it('is clear at 3 ppm, and speaks below with the half hour it saw', () => {
    clearIn(saidOf('R-T2', [measured({ flatSdPpm: 3 })]));
    expect(foundIn(saidOf('R-T2', [measured({ flatSdPpm: 2.99, flatFromSec: 5000 })])).stretches).toEqual([
      { fromSec: 5000, toSec: 6800 },
    ]);
  });

  it('needs varied driving, and NOx', () => {
    expect(reasonIn(saidOf('R-T2', [measured({ flatSdPpm: null })]))).toBe('noVariedStretch');
    expect(reasonIn(saidOf('R-T2', [part(measured({}), 'quality', { channels: channels('noxDownPpm') })]))).toBe('noNox');
  });
});

describe('R-T3: a ratio that varies by less than 2 % (E28: r² 1, variation 0)', () => {
  it('is clear at 2 %, and speaks below', () => {
    clearIn(saidOf('R-T3', [measured({ copyCv: 0.02, copyR2: 0.999 })]));
    expect(foundIn(saidOf('R-T3', [measured({ copyCv: 0, copyR2: 1 })])).figures).toMatchObject({ copyCv: 0, copyR2: 1 });
  });

  it('is clear where no stretch is a copy, and not asked where none was looked at', () => {
    clearIn(saidOf('R-T3', [measured({ copyCv: null, copyTested: 3 })]));
    expect(reasonIn(saidOf('R-T3', [measured({ copyTested: 0 })]))).toBe('noVariedStretch');
    expect(reasonIn(saidOf('R-T3', [part(measured({}), 'quality', { channels: channels('noxUpPpm') })]))).toBe('noUpstreamNox');
  });
});

describe('R-T4: no fall in more than 80 % of at least 20 overruns', () => {
  it.each([
    [20, 16, 'clear'],
    [20, 17, 'found'],
    [19, 19, 'notEvaluated'],
  ] as const)('%d overruns, %d without a fall: %s', (overruns, overrunsHigh, outcome) => {
    expect(saidOf('R-T4', [measured({ overruns, overrunsHigh })]).outcome).toBe(outcome);
  });

  it('adds up seven days, and no more', () => {
    const days = history(9, (date) => measured({ overruns: 3, overrunsHigh: 3 }, date));
    expect(foundIn(saidOf('R-T4', days)).figures).toMatchObject({ overruns: 21 });
    expect(reasonIn(saidOf('R-T4', days.slice(3)))).toBe('tooFewOverruns');
  });
});

describe('R-T5: a reading too early in more than half of the cold starts', () => {
  it.each([
    [4, 2, 'clear'],
    [4, 3, 'found'],
    [2, 2, 'notEvaluated'],
  ] as const)('%d starts, %d too early: %s', (starts, startsTooEarly, outcome) => {
    expect(saidOf('R-T5', [measured({ starts, startsTooEarly })]).outcome).toBe(outcome);
  });

  it('adds up fourteen days', () => {
    const days = history(16, (date, ago) =>
      measured({ starts: ago % 5 === 0 ? 1 : 0, startsTooEarly: ago % 5 === 0 ? 1 : 0 }, date),
    );
    expect(foundIn(saidOf('R-T5', days))).toMatchObject({ days: [daysAgo(10), daysAgo(5), TODAY], figures: { starts: 3 } });
  });
});

describe('R-T8: against reference trucks', () => {
  const of = reference({ joint: joint(2, 90_000), noxOddShare: 0.05 });

  it('is clear of readings like theirs, and speaks of ones they hardly ever give', () => {
    clearIn(saidOf('R-T8', [measured({ joint: joint(2) })], { reference: of }));
    expect(foundIn(saidOf('R-T8', [measured({ joint: joint(6) })], { reference: of }))).toMatchObject({
      level: 'attention',
      caveats: ['comparisonOnly'],
    });
  });

  it('speaks of three times as many odd readings, above a fifth of all', () => {
    clearIn(saidOf('R-T8', [measured({ joint: joint(2), noxOddShare: 0.2 })], { reference: of }));
    foundIn(saidOf('R-T8', [measured({ joint: joint(2), noxOddShare: 0.21 })], { reference: of }));
    clearIn(
      saidOf('R-T8', [measured({ joint: joint(2), noxOddShare: 0.21 })], {
        reference: reference({ joint: joint(2, 90_000), noxOddShare: 0.07 }),
      }),
    );
  });

  it.each([
    ['noReference', null],
    ['noReference', reference({ joint: null, noxOddShare: null })],
    ['referenceTooSmall', reference({ trucks: 4 })],
  ] as const)('is not asked: %s', (reason, given) => {
    expect(reasonIn(saidOf('R-T8', [measured({ joint: joint(2) })], { reference: given }))).toBe(reason);
  });

  it('needs four hours', () => {
    expect(reasonIn(saidOf('R-T8', [measured({ joint: joint(2, 14_399) })], { reference: of }))).toBe('tooLittleEngineOn');
  });
});

describe('R-T9: no valid reading for more than half of the hot time', () => {
  it('is clear at half, and speaks above', () => {
    clearIn(saidOf('R-T9', [measured({ hotS: 1800, hotInvalidS: 900 })]));
    foundIn(saidOf('R-T9', [measured({ hotS: 1800, hotInvalidS: 901 })]));
    expect(reasonIn(saidOf('R-T9', [measured({ hotS: 1799, hotInvalidS: 1799 })]))).toBe('noHotEngine');
  });

  it('speaks of a truck with a catalyst that sends no NOx at all, and not of one that is not known to have one', () => {
    const mute = part(measured({ hotInvalidS: 26_000 }), 'quality', { channels: channels('noxDownPpm') });
    foundIn(saidOf('R-T9', [mute]));
    expect(reasonIn(saidOf('R-T9', [{ ...mute, facts: facts('V', { hasScr: null }) }]))).toBe('noNox');
    expect(reasonIn(saidOf('R-T9', [{ ...mute, facts: facts('V', { hasScr: false }) }]))).toBe('noNox');
  });
});

describe('R-TAMPER: two independent tests', () => {
  const lean = (day: DaySummary): DaySummary => ({
    ...part(day, 'plausibility', { hotMeanPpm: 12 }),
    ureaTank: tank(day.date, 90, 90, 105, 350),
  });

  it('is not said of a stuck sensor, however many tests its flatness fails', () => {
    const days = history(7, (date) =>
      measured({ stuckShare: { noxDownPpm: 0.9 }, flatSdPpm: 0, overruns: 12, overrunsHigh: 12 }, date),
    );
    for (const rule of ['R-T1', 'R-T2', 'R-T4'] as const) foundIn(saidOf(rule, days));
    expect(clearIn(saidOf('R-TAMPER', days)).figures).toMatchObject({
      independentTests: 1,
      groups: 'shape',
      tests: 'R-T1, R-T2, R-T4',
    });
  });

  it('is not said of an SCR that failed: neither the pair of sensors nor missing data nor urea counts', () => {
    const days = history(7, (date) => ({
      ...measured({ ratioOneS: 17_000, hotInvalidS: 20_000 }, date),
      ureaTank: tank(date, 60, 60, 105, 350),
    }));
    for (const rule of ['R-T7', 'R-T9', 'R-U1', 'R-U2'] as const) foundIn(saidOf(rule, days));
    expect(clearIn(saidOf('R-TAMPER', days)).figures).toMatchObject({ independentTests: 0 });
  });

  it('is not said of a truck that differs from others and whose terminal was opened', () => {
    const of = { reference: reference({ joint: joint(2, 90_000), noxOddShare: 0.05 }) };
    const days = [{ ...measured({ joint: joint(6) }), tamperSec: [5] }];
    for (const rule of ['R-T8', 'R-ALARM'] as const) foundIn(saidOf(rule, days, of));
    expect(clearIn(saidOf('R-TAMPER', days, of)).figures).toMatchObject({ independentTests: 1, groups: 'device' });
  });

  it('is said of an emulator: flat, too early, and clean without urea', () => {
    const days = history(7, (date) => lean(measured({ flatSdPpm: 1, starts: 1, startsTooEarly: 1 }, date)));
    const finding = foundIn(saidOf('R-TAMPER', days));
    expect(finding).toMatchObject({
      level: 'suspected',
      cause: 'tamper',
      figures: { independentTests: 3, groups: 'shape, readiness, consumption' },
    });
  });

  it('is said of a flat signal behind a terminal that was opened', () => {
    foundIn(saidOf('R-TAMPER', [{ ...measured({ flatSdPpm: 1 }), tamperSec: [5] }]));
    clearIn(saidOf('R-TAMPER', [{ ...measured({}), tamperSec: [5] }]));
  });

  it('needs one of them on the day itself, the other within seven days', () => {
    const flatAt = (...agos: number[]): DaySummary[] =>
      history(10, (date, ago) => ({
        ...measured(agos.includes(ago) ? { flatSdPpm: 1 } : {}, date),
        tamperSec: ago === 6 ? [5] : [],
      }));
    foundIn(saidOf('R-TAMPER', flatAt(0)));
    clearIn(saidOf('R-TAMPER', flatAt(1)));
    clearIn(
      saidOf(
        'R-TAMPER',
        history(10, (date, ago) => ({ ...measured(ago === 0 ? { flatSdPpm: 1 } : {}, date), tamperSec: ago === 7 ? [5] : [] })),
      ),
    );
  });

  it('cannot be asked where no test can', () => {
    const day = part(
      part(measured({ reason: 'periodTooLong' }), 'quality', { channels: channels('noxDownPpm', 'noxUpPpm') }),
      'ureaTank',
      { first: null, last: null, usedPct: null },
    );
    expect(reasonIn(saidOf('R-TAMPER', [day]))).toBe('noTestPossible');
  });
});
