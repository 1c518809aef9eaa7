import { describe, expect, it } from 'vitest';
import type { DaySummary, TankEvent } from '../day/day-summary.ts';
import {
  clearIn,
  contextOf,
  daysAgo,
  facts,
  foundIn,
  healthyDay,
  history,
  reasonIn,
  reference,
  refill,
  said,
  saidOf,
  secondsOf,
  TODAY,
  tank,
} from './test-kit.ts';

/** A theft in the early afternoon. */
function theft(
  date: string,
  beforePct: number,
  afterPct: number,
  litres: number | null,
  kind: TankEvent['kind'] = 'theft',
): TankEvent {
  const at = secondsOf(date) + 50_000;
  return { kind, fromSec: at, toSec: at + 600, beforePct, afterPct, litres, standing: true, lonDeg: 87.3, latDeg: 44 };
}

/** A day on which the fuel fell from one level to another, with odometer at both ends and its truck parked where it began. */
function drove(date: string, n: number, fromPct: number, toPct: number, events: readonly TankEvent[] = []): DaySummary {
  const of = tank(date, fromPct, toPct, 105, 350, { events });
  const at = (which: 'first' | 'last', km: number) => {
    const own = of[which];
    return own === null ? null : { ...own, odometerKm: 100_000 + 350 * n + km };
  };
  return healthyDay(date, { fuelTank: { ...of, first: at('first', 0), last: at('last', 350) } });
}

describe('tank events of a day', () => {
  it('E19: a refill of 31.2 → 88.4 % of 400 L is 228.8 L, a fact and no reproach', () => {
    const day = healthyDay(TODAY, { fuelTank: tank(TODAY, 31.2, 88.4, 0, 0, { events: [refill(TODAY, 31.2, 88.4, 228.8)] }) });
    expect(foundIn(saidOf('R-FUEL-REFILL', [day]))).toMatchObject({
      level: 'event',
      figures: { litres: 228.8, events: 1 },
      stretches: [{}],
    });
    clearIn(saidOf('R-FUEL-THEFT', [day]));
  });

  it('E19: a fall of 74.0 → 61.2 % without engine is a theft of 51.2 L', () => {
    const day = healthyDay(TODAY, { fuelTank: tank(TODAY, 74, 61.2, 0, 0, { events: [theft(TODAY, 74, 61.2, 51.2)] }) });
    expect(foundIn(saidOf('R-FUEL-THEFT', [day]))).toMatchObject({
      level: 'attention',
      cause: 'fuelTank',
      figures: { litres: 51.2, eventKind: 'theft', standing: 'yes' },
    });
  });

  it('adds several up and tells the largest', () => {
    const day = healthyDay(TODAY, {
      fuelTank: tank(TODAY, 90, 40, 100, 300, { events: [theft(TODAY, 90, 80, 40), theft(TODAY, 70, 40, 120)] }),
    });
    expect(foundIn(saidOf('R-FUEL-THEFT', [day])).figures).toMatchObject({ events: 2, litres: 160, beforePct: 70, afterPct: 40 });
  });

  it('has no litres where the size of the tank is not known, and says so', () => {
    const day = healthyDay(TODAY, {
      facts: facts('V', { ureaTankL: null }),
      ureaTank: tank(TODAY, 90, 40, 100, 300, { events: [theft(TODAY, 90, 50, null, 'drain')] }),
    });
    expect(foundIn(saidOf('R-UREA-DRAIN', [day]))).toMatchObject({ figures: { litres: null }, caveats: ['tankSizeUnknown'] });
  });

  it('cannot be asked without a settled level, nor of the urea of a truck without SCR', () => {
    const none = tank(TODAY, 0, 0, 0, 0, { reason: 'notSettled', first: null, last: null, usedPct: null });
    expect(reasonIn(saidOf('R-FUEL-REFILL', [healthyDay(TODAY, { fuelTank: none })]))).toBe('notSettled');
    expect(reasonIn(saidOf('R-UREA-REFILL', [healthyDay(TODAY, { facts: facts('IV', { hasScr: false }) })]))).toBe('noScr');
  });
});

describe('changes over night', () => {
  it('belong to the day after, whose first mark shows them', () => {
    const days = [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 24, 10)];
    const finding = foundIn(saidOf('R-FUEL-THEFT', days));
    // A fall of 30 % of 400 L, less an hour's idling at 2.2 L/h that may have been.
    expect(finding.figures.litres).toBeCloseTo(120 - 2.2, 6);
    expect(finding.days).toEqual([TODAY]);
    clearIn(said('R-FUEL-THEFT', contextOf(days, { date: daysAgo(1) })));
  });

  it('are found across days without samples', () => {
    foundIn(saidOf('R-FUEL-THEFT', [drove(daysAgo(6), 0, 80, 54), drove(TODAY, 1, 24, 10)]));
  });

  it('are none where a small fall is', () => {
    clearIn(saidOf('R-FUEL-THEFT', [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 52, 30)]));
  });

  it('are a refill where the level is higher', () => {
    expect(foundIn(saidOf('R-FUEL-REFILL', [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 94, 60)])).figures.litres).toBeCloseTo(
      160,
      6,
    );
  });

  it('are none where the gauge only read something else while the engine was off', () => {
    const evening = {
      ...theft(daysAgo(1), 54, 30, 96),
      fromSec: secondsOf(daysAgo(1)) + 64_000,
      toSec: secondsOf(daysAgo(1)) + 64_600,
    };
    const days = [drove(daysAgo(1), 0, 80, 30, [evening]), drove(TODAY, 1, 54, 30)];
    clearIn(saidOf('R-FUEL-REFILL', days));
    const morning = refill(TODAY, 24, 54, 120);
    const jump = { ...morning, toSec: morning.fromSec + 60, lonDeg: 87.3 };
    const back = [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 24, 30, [jump])];
    clearIn(saidOf('R-FUEL-THEFT', back));
    clearIn(saidOf('R-FUEL-REFILL', back));
  });

  it('stand where the tank was seen to be filled up again at the same place', () => {
    const pumped = { ...refill(TODAY, 24, 54, 120), lonDeg: 87.3 };
    const days = [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 24, 30, [{ ...pumped, toSec: pumped.fromSec + 600 }])];
    foundIn(saidOf('R-FUEL-THEFT', days));
    foundIn(saidOf('R-FUEL-REFILL', days));
  });

  it('stand where the tank was filled up again elsewhere', () => {
    const days = [drove(daysAgo(1), 0, 80, 54), drove(TODAY, 1, 24, 30, [refill(TODAY, 24, 54, 120)])];
    foundIn(saidOf('R-FUEL-THEFT', days));
    foundIn(saidOf('R-FUEL-REFILL', days));
  });
});

describe('R-DPF: flow resistance against the truck’s own', () => {
  const with_ = (make: (ago: number) => Partial<DaySummary['dpf']>, count = 12, hasDpf: boolean | null = true) =>
    saidOf(
      'R-DPF',
      history(count, (date, ago) => ({
        ...healthyDay(date, { facts: facts('V', { hasDpf }) }),
        dpf: { ...healthyDay(date).dpf, ...make(ago) },
      })),
    );

  it.each([
    [5.6, 3, 'clear', null, 'just above 30 % of 18.5'],
    [5.5, 3, 'found', 'removed', 'just below'],
    [5.5, 2, 'clear', null, 'two days only'],
    [55.4, 3, 'clear', null, 'just below 3 ×'],
    [55.6, 3, 'found', 'clogged', 'just above'],
  ] as const)('%d kPa/(m³/s) on %d days: %s (%s, %s)', (median, days, outcome, kind, _what) => {
    const said_ = with_((ago) => (ago < days ? { median } : {}));
    expect([said_.outcome, said_.figures.dpfKind]).toEqual([outcome, kind]);
  });

  it('speaks of hardly any pressure drop on three days, only of a truck known to have a filter', () => {
    const low = (ago: number) => (ago < 3 ? { lowDropShare: 0.51 } : {});
    expect(foundIn(with_(low)).figures.dpfKind).toBe('noDrop');
    clearIn(with_(low, 12, null));
    clearIn(with_((ago) => (ago < 3 ? { lowDropShare: 0.5 } : {})));
  });

  it('keeps the norm of the oldest days: a filter that went a week ago is still gone', () => {
    expect(foundIn(with_((ago) => (ago < 9 ? { median: 0.6 } : {}), 12, null)).figures).toMatchObject({ dpfKind: 'removed' });
  });

  it('speaks of a fall by more than 70 % within a day at once', () => {
    expect(foundIn(with_((ago) => (ago === 0 ? { firstMedian: 18, lastMedian: 5.3 } : {}), 1)).figures.dpfKind).toBe('fallen');
    clearIn(with_((ago) => (ago === 0 ? { firstMedian: 18, lastMedian: 5.5 } : {}), 1));
  });

  it('speaks of a fall over night, from the end of one day to the beginning of the next', () => {
    const night = (end: number, beginning: number) => (ago: number) =>
      ago === 0 ? { firstMedian: beginning, lastMedian: beginning } : ago === 1 ? { firstMedian: end, lastMedian: end } : {};
    expect(foundIn(with_(night(18, 5.3), 2)).figures.dpfKind).toBe('fallen');
    clearIn(with_(night(18, 5.5), 2));
  });

  it('goes by the norm of its model too, of a truck known to have a filter: one that went before all days here is still gone', () => {
    const gone = (hasDpf: boolean | null, dpfResistance: number | null) =>
      saidOf(
        'R-DPF',
        history(30, (date) => ({
          ...healthyDay(date, { facts: facts('V', { hasDpf }) }),
          dpf: { ...healthyDay(date).dpf, median: 2, firstMedian: 2, lastMedian: 2 },
        })),
        { reference: reference({ dpfResistance }) },
      );
    expect(foundIn(gone(true, 18)).figures).toMatchObject({ dpfKind: 'removed', baseline: 18 });
    clearIn(gone(true, 6));
    clearIn(gone(null, 18));
    clearIn(gone(true, null));
  });

  it('says when the zero of the sensor was not checked', () => {
    const removed = (offsetKpa: number | null) => foundIn(with_((ago) => ({ offsetKpa, ...(ago < 3 ? { median: 5 } : {}) })));
    expect(removed(null).caveats).toEqual(['dpfOffsetNotChecked']);
    expect(removed(0).caveats).toEqual([]);
  });

  it('is not asked with an offset of the sensor, without flow, filter, signal or baseline', () => {
    expect(reasonIn(with_(() => ({ offsetKpa: 0.21 })))).toBe('dpfOffset');
    expect(reasonIn(with_(() => ({ samples: 599 })))).toBe('tooLittleFlow');
    expect(reasonIn(with_(() => ({}), 12, false))).toBe('noDpf');
    expect(reasonIn(with_(() => ({}), 7, null))).toBe('noBaseline');
    clearIn(with_(() => ({}), 8, null));
  });
});

describe('R-SMOKE: an indicator', () => {
  const smoke = (visibleEvents: number, highShare: number | null, seconds = 20_000): DaySummary =>
    healthyDay(TODAY, { smoke: { source: 'opacity', seconds, meanMgM3: 20, medianMgM3: 8, highShare, visibleEvents, massG: 1 } });

  it.each([
    [4, 0.1, 'clear'],
    [5, 0, 'found'],
    [0, 0.101, 'found'],
    [0, null, 'clear'],
  ] as const)('%d events, %d of the time: %s', (events, share, outcome) => {
    expect(saidOf('R-SMOKE', [smoke(events, share)]).outcome).toBe(outcome);
  });

  it('says so, and needs half an hour of a signal', () => {
    expect(foundIn(saidOf('R-SMOKE', [smoke(9, 0)]))).toMatchObject({
      level: 'attention',
      limit: null,
      caveats: ['indicatorOnly'],
    });
    expect(reasonIn(saidOf('R-SMOKE', [smoke(9, 0, 1799)]))).toBe('tooLittleEngineOn');
    expect(reasonIn(saidOf('R-SMOKE', [healthyDay()]))).toBe('noSmokeSignal');
  });
});
