import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../day/day-summary.ts';
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
} from './test-kit.ts';

/** What a catalyst did: seconds at 250 … 450 °C and its efficiency. */
function scr(day: DaySummary, efficiency: number, seconds = 1800): DaySummary {
  return part(day, 'scr', { seconds, upG: 1000, downG: 1000 * (1 - efficiency), efficiency });
}

describe('R-E1: efficiency below 0.35 (IV) or 0.50 (V) over 30 min at 250 … 450 °C', () => {
  it.each([
    ['IV', 0.35, 'clear'],
    ['IV', 0.349, 'found'],
    ['V', 0.5, 'clear'],
    ['V', 0.499, 'found'],
  ] as const)('%s at %d is %s', (stage, efficiency, outcome) => {
    const said = saidOf('R-E1', [scr(healthyDay(TODAY, { facts: facts(stage) }), efficiency)]);
    expect(said.outcome).toBe(outcome);
    expect(said.figures.efficiency).toBeCloseTo(efficiency, 9);
  });

  it('is weighted by mass over days, taken in until there are 30 minutes', () => {
    const days = history(3, (date, ago) => (ago === 0 ? scr(healthyDay(date), 0.2, 900) : scr(healthyDay(date), 0.4, 900)));
    expect(foundIn(saidOf('R-E1', days))).toMatchObject({
      days: [daysAgo(1), TODAY],
      figures: { hotS: 1800, upG: 2000, downG: 1400 },
    });
    expect(foundIn(saidOf('R-E1', days)).figures.efficiency).toBeCloseTo(0.3, 9);
  });

  const slip = { dosingRatio: 1.21, riseWithDosing: 0.51, seconds: 9000 };

  it('is held while the downstream reading may be ammonia, and such days count for neither side', () => {
    expect(reasonIn(saidOf('R-E1', [part(scr(healthyDay(), 0.2), 'nh3', slip)]))).toBe('nh3Possible');
    const days = history(3, (date, ago) =>
      ago === 1 ? part(scr(healthyDay(date), 0.1), 'nh3', slip) : scr(healthyDay(date), 0.45, 900),
    );
    expect(foundIn(saidOf('R-E1', days))).toMatchObject({ days: [daysAgo(2), TODAY], figures: { hotS: 1800, downG: 1100 } });
  });

  it('speaks of a catalyst that more urea does nothing to, and says where ammonia was not looked for', () => {
    const heedless = { ...slip, riseWithDosing: 0.1 };
    expect(foundIn(saidOf('R-E1', [part(scr(healthyDay(), 0.2), 'nh3', heedless)])).caveats).not.toContain('nh3NotChecked');
    const unknown = { dosingRatio: null, riseWithDosing: null, seconds: 0 };
    expect(foundIn(saidOf('R-E1', [part(scr(healthyDay(), 0.2), 'nh3', unknown)])).caveats).toContain('nh3NotChecked');
  });

  it('says that the upstream value may not be measured', () => {
    expect(foundIn(saidOf('R-E1', [scr(healthyDay(), 0.1)])).caveats).toContain('upstreamOrigin');
  });

  it.each([
    ['noScr', healthyDay(TODAY, { facts: facts('V', { hasScr: false }) })],
    ['stageUnknown', healthyDay(TODAY, { facts: facts(null) })],
    ['noLimit', healthyDay(TODAY, { facts: facts('III') })],
    ['noUpstreamNox', part(healthyDay(), 'quality', { channels: channels('noxUpPpm') })],
    ['noNox', part(healthyDay(), 'quality', { channels: channels('noxDownPpm') })],
    ['tooLittleHot', scr(healthyDay(), 0.1, 1799)],
    ['plausibilityFailed', part(scr(healthyDay(), 0.1), 'plausibility', { flatSdPpm: 1 })],
    ['plausibilityFailed', part(scr(healthyDay(), 0.1), 'plausibility', { stuckShare: { noxUpPpm: 0.1 } })],
    ['plausibilityFailed', scr(healthyDay(), -0.2)],
  ] as const)('is not asked: %s', (reason, day) => {
    expect(reasonIn(saidOf('R-E1', [day]))).toBe(reason);
  });

  it('leaves out earlier days on which a test failed', () => {
    const days = history(2, (date, ago) =>
      ago === 0 ? scr(healthyDay(date), 0.1, 900) : part(scr(healthyDay(date), 0.1, 900), 'plausibility', { flatSdPpm: 1 }),
    );
    expect(reasonIn(saidOf('R-E1', days))).toBe('tooLittleHot');
  });
});

describe('R-E2: NOx at low power above 3 × the fleet median', () => {
  const at = (gPerHour: number): DaySummary => part(healthyDay(), 'bins', { bin1GPerHour: gPerHour });

  it('is clear at 3 ×, and speaks above', () => {
    clearIn(saidOf('R-E2', [at(120)], { reference: reference() }));
    expect(foundIn(saidOf('R-E2', [at(120.1)], { reference: reference() }))).toMatchObject({
      level: 'attention',
      figures: { fleetMedian: 40 },
    });
  });

  it.each([
    ['noReference', at(200), null],
    ['noReference', at(200), reference({ bin1GPerHour: null })],
    ['referenceTooSmall', at(200), reference({ trucks: 4 })],
    ['tooFewBinOne', part(at(200), 'bins', { bin1Enough: false }), reference()],
    ['plausibilityFailed', part(at(200), 'plausibility', { flatSdPpm: 1 }), reference()],
    ['noNox', part(at(200), 'quality', { channels: channels('noxDownPpm') }), reference()],
  ] as const)('is not asked: %s', (reason, day, of) => {
    expect(reasonIn(saidOf('R-E2', [day], { reference: of }))).toBe(reason);
  });
});

describe('R-T7: down ÷ up at 0.9 … 1.1 for more than half of the time above 250 °C', () => {
  const at = (one: number, of = 1800): DaySummary => part(healthyDay(), 'plausibility', { ratioS: of, ratioOneS: one });

  it('is clear at half, and speaks above', () => {
    clearIn(saidOf('R-T7', [at(900)]));
    expect(foundIn(saidOf('R-T7', [at(901)]))).toMatchObject({ level: 'fault', cause: 'scrFault' });
  });

  it('needs half an hour, two sensors and a catalyst', () => {
    expect(reasonIn(saidOf('R-T7', [at(1799, 1799)]))).toBe('tooLittleHot');
    expect(reasonIn(saidOf('R-T7', [part(at(1800), 'quality', { channels: channels('noxUpPpm') })]))).toBe('noUpstreamNox');
    expect(reasonIn(saidOf('R-T7', [{ ...at(1800), facts: facts('V', { hasScr: false }) }]))).toBe('noScr');
  });
});
