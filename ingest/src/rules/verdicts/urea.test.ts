import { fuelForDropL } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../day/day-summary.ts';
import { parked } from './test-corpus.ts';
import {
  channels,
  clearIn,
  contextOf,
  daysAgo,
  facts,
  foundIn,
  healthyDay,
  history,
  part,
  reasonIn,
  refill,
  said,
  saidOf,
  TODAY,
  tank,
  windows,
} from './test-kit.ts';

/** A day that burnt fuel and used urea [L] of a tank of 50 L over a distance [km]. */
function used(date: string, ureaL: number, fuelL: number, km: number, stage: 'IV' | 'V' = 'V'): DaySummary {
  return healthyDay(date, {
    facts: facts(stage, { ureaTankL: 50 }),
    ureaTank: tank(date, 90, 90, fuelL, km, { usedPct: (100 * ureaL) / 50, events: [refill(date, 50, 90, ureaL)] }),
  });
}

describe('R-U1: urea over fuel against what the stage needs (emissions §5.1, E11)', () => {
  it('takes E11 for healthy: 82.0 → 61.6 % of 50 L with 310 L of fuel are 10.2 L and 3.29 %', () => {
    const day = healthyDay(TODAY, { facts: facts('IV', { ureaTankL: 50 }), ureaTank: tank(TODAY, 82, 61.6, 310, 1000) });
    const outcome = clearIn(saidOf('R-U1', [day]));
    expect(outcome.figures.ureaL).toBeCloseTo(10.2, 9);
    expect(outcome.figures.ureaRatio).toBeCloseTo(0.0329, 4);
  });

  it.each([
    ['IV', 3.41, 'found', 'attention', 'just above 1/3'],
    ['IV', 3.39, 'found', 'fault', 'just below 1/3 of 3.4 % (1.13 %)'],
    ['IV', 6.81, 'clear', null, 'just above 2/3'],
    ['IV', 6.79, 'found', 'attention', 'just below 2/3'],
    ['IV', 15.2, 'clear', null, 'just below 1.5 ×'],
    ['IV', 15.4, 'found', 'attention', 'just above 1.5 ×'],
    ['V', 4.51, 'found', 'attention', 'just above 1/3 of 4.5 % (1.5 %)'],
    ['V', 4.49, 'found', 'fault', 'just below 1/3'],
  ] as const)('%s, %d L of urea for 300 L of fuel: %s (%s, %s)', (stage, ureaL, outcome, level, _what) => {
    const said = saidOf('R-U1', [used(TODAY, ureaL, 300, 1000, stage)]);
    expect([said.outcome, said.outcome === 'found' ? said.level : null]).toEqual([outcome, level]);
  });

  it('expects urea only of the fuel burnt with a catalyst warm enough to be dosed; an excess is one of all fuel', () => {
    const warm = (ureaL: number, dosableShare: number | null) =>
      saidOf('R-U1', [part(used(TODAY, ureaL, 1000, 3000, 'IV'), 'scr', { dosableShare })]);
    expect(foundIn(warm(6.9, 1)).figures.ureaShare).toBeCloseTo(0.203, 3);
    expect(clearIn(warm(6.9, 0.3)).figures).toMatchObject({ dosableShare: 0.3, expectedRatio: expect.closeTo(0.0102, 9) });
    expect(foundIn(warm(3.3, 0.3)).level).toBe('fault');
    expect(foundIn(warm(6.9, null)).level).toBe('fault');
    clearIn(warm(30, 0.3));
    expect(foundIn(warm(52, 0.3)).level).toBe('attention');
    expect(reasonIn(warm(0, 0.1))).toBe('tooLittleFuel');
  });

  it('asks for 300 L and 1000 km', () => {
    expect(reasonIn(saidOf('R-U1', [used(TODAY, 0, 299, 1000)]))).toBe('tooLittleFuel');
    expect(reasonIn(saidOf('R-U1', [used(TODAY, 0, 300, 999)]))).toBe('tooLittleFuel');
    foundIn(saidOf('R-U1', [used(TODAY, 0, 300, 1000)]));
  });

  it('asks for an expected drop of at least 10 % of the tank', () => {
    const large = (ureaTankL: number): DaySummary => ({ ...used(TODAY, 0, 300, 1000), facts: facts('V', { ureaTankL }) });
    // 300 L × 4.5 % = 13.5 L: 10 % of 135 L
    foundIn(saidOf('R-U1', [large(135)]));
    expect(reasonIn(saidOf('R-U1', [large(136)]))).toBe('tooLittleFuel');
  });

  it('asks for four steps of a coarse gauge', () => {
    const stepped = (stepPct: number): DaySummary => {
      const day = { ...used(TODAY, 0, 300, 1000), facts: facts('V', { ureaTankL: 90 }) };
      const { first, last } = day.ureaTank;
      return part(day, 'ureaTank', {
        first: first === null ? null : { ...first, stepPct },
        last: last === null ? null : { ...last, stepPct },
      });
    };
    // 300 L × 4.5 % of 90 L are 15 %.
    foundIn(saidOf('R-U1', [stepped(3.75)]));
    expect(saidOf('R-U1', [stepped(3.8)])).toMatchObject({ reason: 'tooLittleFuel', figures: { neededDropPct: 15.2 } });
  });

  it('goes back over as many days as that takes, and no further', () => {
    const days = history(6, (date, ago) => used(date, ago < 3 ? 0 : 50, 100, 400));
    expect(foundIn(saidOf('R-U1', days)).days).toEqual([daysAgo(2), daysAgo(1), TODAY]);
  });

  it('goes back 30 days at most', () => {
    const days = history(40, (date) => used(date, 0, 9.9, 40));
    expect(reasonIn(saidOf('R-U1', days))).toBe('tooLittleFuel');
    expect(saidOf('R-U1', days).figures.fuelL).toBeCloseTo(297, 6);
  });

  it('leaves out days without a level, with their fuel', () => {
    const days = history(4, (date, ago) =>
      ago === 1
        ? part(used(date, 0, 100, 400), 'ureaTank', { usedPct: null, fuelL: null, first: null, last: null })
        : used(date, 4.5, 100, 400),
    );
    expect(clearIn(saidOf('R-U1', days)).figures).toMatchObject({ fuelL: 300 });
  });

  it('counts urea that was used between the marks of two days, with the fuel of the counter', () => {
    // Each day 105 L and 10.5 % of 45 L; each night 50 km, 16.67 L by the counter and 2 % of the level.
    const days = history(3, (date, ago) => {
      const day = parked(healthyDay(date), 10 - ago, { km: 50, levelPct: -2, counted: true });
      return part(day, 'ureaTank', { events: [] });
    });
    const { figures } = saidOf('R-U1', days);
    expect(figures.fuelL).toBeCloseTo(3 * 105 + 2 * (50 / 3), 6);
    expect(figures.ureaL).toBeCloseTo((3 * 10.5 + 2 * 2) * 0.45, 6);
  });

  it.each([
    ['noScr', { facts: facts('V', { hasScr: false }) }],
    ['stageUnknown', { facts: facts(null) }],
    ['noLimit', { facts: facts('III') }],
    ['noTankSize', { facts: facts('V', { ureaTankL: null }) }],
    [
      'noUreaLevel',
      { ureaTank: tank(TODAY, 0, 0, 0, 0, { first: null, last: null, reason: 'notSent', usedPct: null, fuelL: null }) },
    ],
  ] as const)('is not asked: %s', (reason, more) => {
    expect(reasonIn(saidOf('R-U1', [healthyDay(TODAY, more)]))).toBe(reason);
  });

  it('says that the urea may have been frozen', () => {
    expect(foundIn(saidOf('R-U1', [part(used(TODAY, 0, 300, 1000), 'ureaTank', { frozenS: 60 })])).caveats).toContain(
      'ureaMayFreeze',
    );
  });
});

describe('R-U2: a level that does not move (E11: 199 L for 45 L at 3.4 %)', () => {
  const still = (fuelL: number, fromPct = 60, toPct = 60): DaySummary =>
    healthyDay(TODAY, { facts: facts('IV'), ureaTank: tank(TODAY, fromPct, toPct, fuelL, 570) });

  it('needs the fuel of E11', () => {
    expect(fuelForDropL(15, 45, 0.034)).toBeCloseTo(198.5, 1);
    expect(reasonIn(saidOf('R-U2', [still(198)]))).toBe('tooLittleFuel');
    expect(foundIn(saidOf('R-U2', [still(199)])).figures.expectedDropPct).toBeGreaterThanOrEqual(15);
  });

  it('asks for the drop of the fuel burnt where urea is due', () => {
    const town = (dosableShare: number) => saidOf('R-U2', [part(still(400), 'scr', { dosableShare })]);
    expect(foundIn(town(0.5)).figures.expectedDropPct).toBeGreaterThan(15);
    expect(reasonIn(town(0.49))).toBe('tooLittleFuel');
  });

  it('lets the level move by ±1 %', () => {
    foundIn(saidOf('R-U2', [still(199, 61, 60)]));
    clearIn(saidOf('R-U2', [still(199, 61.1, 60)]));
    foundIn(saidOf('R-U2', [still(199, 59, 60)]));
  });

  it('adds up days, and stops at a refill', () => {
    const day = (date: string): DaySummary => healthyDay(date, { facts: facts('IV'), ureaTank: tank(date, 60, 60, 70, 200) });
    expect(foundIn(saidOf('R-U2', history(5, day))).days).toEqual([daysAgo(2), daysAgo(1), TODAY]);
    const filled = history(5, (date, ago) =>
      ago === 1 ? part(day(date), 'ureaTank', { events: [refill(date, 20, 60, 18)] }) : day(date),
    );
    clearIn(saidOf('R-U2', filled));
  });

  it('says that the tank is empty where it is', () => {
    expect(foundIn(saidOf('R-U2', [still(199, 1, 1)])).caveats).toContain('tankEmpty');
  });

  it('is not asked where the level never settled', () => {
    const day = healthyDay(TODAY, {
      ureaTank: tank(TODAY, 0, 0, 0, 0, { first: null, last: null, reason: 'notSettled', usedPct: null, fuelL: null }),
    });
    expect(reasonIn(saidOf('R-U2', [...history(3).slice(0, 2), day]))).toBe('notSettled');
  });
});

describe('R-U3: urea used as expected, and yet a low efficiency', () => {
  const days = (ureaL: number, efficiency: number): DaySummary[] =>
    history(3, (date) =>
      part(used(date, ureaL, 100, 400), 'scr', { seconds: 9000, upG: 1000, downG: 1000 * (1 - efficiency), efficiency }),
    );

  it('speaks only of both together', () => {
    expect(foundIn(saidOf('R-U3', days(4.5, 0.2)))).toMatchObject({ level: 'fault', cause: 'urea' });
    clearIn(saidOf('R-U3', days(4.5, 0.8)));
    clearIn(saidOf('R-U3', days(1, 0.2)));
  });

  it('waits until the urea is that of the days with the low efficiency', () => {
    const since = (ago: number): DaySummary[] =>
      days(4.5, 0.2).map((each, i) =>
        2 - i > ago ? part(each, 'scr', { seconds: 9000, upG: 1000, downG: 200, efficiency: 0.8 }) : each,
      );
    clearIn(saidOf('R-U3', since(0)));
    clearIn(saidOf('R-U3', since(1)));
    foundIn(saidOf('R-U3', since(2)));
  });

  it('is not asked where one of the two cannot be, and says why', () => {
    expect(reasonIn(saidOf('R-U3', days(4.5, 0.2).slice(1)))).toBe('tooLittleFuel');
    const slip = { dosingRatio: 1.21, riseWithDosing: 0.51, seconds: 9000 };
    expect(
      reasonIn(
        saidOf(
          'R-U3',
          days(4.5, 0.2).map((each) => part(each, 'nh3', slip)),
        ),
      ),
    ).toBe('nh3Possible');
    expect(
      reasonIn(
        saidOf(
          'R-U3',
          days(4.5, 0.2).map((each) => part(each, 'quality', { channels: channels('noxUpPpm') })),
        ),
      ),
    ).toBe('noUpstreamNox');
  });
});

describe('R-U4: 30 … 70 % of the urea, and NOx high', () => {
  const days = (share: number, gPerKwh: number): DaySummary[] =>
    history(3, (date) => ({ ...used(date, 4.5 * share, 100, 400), work: windows([[gPerKwh, 1000]]) }));

  it.each([
    [0.29, 4, 'clear'],
    [0.31, 4, 'found'],
    [0.69, 4, 'found'],
    [0.71, 4, 'clear'],
    [0.5, 3, 'clear'],
    [0.5, 3.01, 'found'],
  ] as const)('%d of the urea at %d g/kWh is %s', (share, gPerKwh, outcome) => {
    expect(saidOf('R-U4', days(share, gPerKwh)).outcome).toBe(outcome);
  });

  it.each([
    [0.29, 'clear'],
    [0.31, 'found'],
    [0.69, 'found'],
    [0.71, 'clear'],
  ] as const)('by the injection that is reported, where no level is: %d of the urea is %s', (share, outcome) => {
    // 4.5 % of 100 L of fuel of a hot engine.
    const told = history(4, (date) =>
      part(
        {
          ...healthyDay(date, { work: windows([[4, 1000]]) }),
          ureaTank: { ...healthyDay(date).ureaTank, first: null, last: null },
        },
        'scr',
        { dosedL: 4.5 * share, fuelL: 100, distanceKm: 300 },
      ),
    );
    expect(saidOf('R-U4', told).outcome).toBe(outcome);
    expect(reasonIn(saidOf('R-U4', told.slice(-2)))).toBe('tooLittleFuel');
    expect(
      reasonIn(
        saidOf(
          'R-U4',
          told.map((each) => part(each, 'scr', { dosedL: null })),
        ),
      ),
    ).toBe('noUreaLevel');
  });

  it('is not asked where R-A1 cannot be', () => {
    const stuck = days(0.5, 4).map((each) => part(each, 'plausibility', { flatSdPpm: 1 }));
    expect(reasonIn(saidOf('R-U4', stuck))).toBe('plausibilityFailed');
  });
});

describe('R-T6: cleaner than the urea allows', () => {
  /** Three days; without upstream sensor unless a removal [g] is told. */
  const days = (ureaL: number, ppm: number, km = 350, removedG = 0): DaySummary[] =>
    history(3, (date) => part(part(used(date, ureaL, 100, km), 'plausibility', { hotMeanPpm: ppm }), 'scr', { removedG }));

  it.each([
    [1.49, 29.9, 'found'],
    [1.51, 29.9, 'clear'],
    [1.49, 30, 'clear'],
  ] as const)('%d L for 100 L at %d ppm is %s', (ureaL, ppm, outcome) => {
    expect(saidOf('R-T6', days(ureaL, ppm)).outcome).toBe(outcome);
  });

  it('speaks of a removal that both sensors claim and the urea cannot have done', () => {
    // 2.25 L of solution a day, half of the expected 4.5 L, remove 2250 × 1.09 / 2.0083 = 1221.2 g of NOx.
    expect(foundIn(saidOf('R-T6', days(0.7, 150, 350, 1222))).figures.claimedUreaL).toBeCloseTo(3 * 2.2514, 3);
    clearIn(saidOf('R-T6', days(0.7, 150, 350, 1220)));
    // 1.222 kg take 2.2514 L a day: a third of it is 0.7505 L.
    foundIn(saidOf('R-T6', days(0.75, 150, 350, 1222)));
    clearIn(saidOf('R-T6', days(0.751, 150, 350, 1222)));
  });

  it('does not speak of an SCR that is out of urea and removes nothing', () => {
    clearIn(saidOf('R-T6', days(0, 700, 350, 60)));
  });

  it('asks for 1000 km, and a hot engine', () => {
    expect(reasonIn(saidOf('R-T6', days(0, 10, 333)))).toBe('tooLittleFuel');
    expect(
      reasonIn(
        saidOf(
          'R-T6',
          days(0, 10).map((each) => part(each, 'plausibility', { hotMeanPpm: null })),
        ),
      ),
    ).toBe('noHotEngine');
  });
});

describe('R-UREA-LOW', () => {
  it.each([
    [10.1, 'clear', null],
    [10, 'found', 'attention'],
    [2.6, 'found', 'attention'],
    [2.5, 'found', 'fault'],
    [0, 'found', 'fault'],
  ] as const)('%d %% at the end of the day is %s (%s)', (pct, outcome, level) => {
    const said = saidOf('R-UREA-LOW', [healthyDay(TODAY, { ureaTank: tank(TODAY, 30, pct, 105, 350) })]);
    expect([said.outcome, said.outcome === 'found' ? said.level : null]).toEqual([outcome, level]);
  });
});

describe('a number that a site changed', () => {
  it('moves the threshold', () => {
    const days = contextOf([used(TODAY, 4.49, 300, 1000)]);
    expect(foundIn(said('R-U1', days)).level).toBe('fault');
    expect(foundIn(said('R-U1', days, { 'verdicts.ureaStrong': 0.3 })).level).toBe('attention');
  });
});
