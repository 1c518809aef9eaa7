import { describe, expect, it } from 'vitest';
import type { DaySummary } from '../day/day-summary.ts';
import {
  channel,
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
  said,
  saidOf,
  secondsOf,
  TODAY,
  windows,
} from './test-kit.ts';

describe('R-OFFLINE: counted to the end of the day, or to now', () => {
  const end = secondsOf(TODAY) + 86_400;
  const silent = (hours: number) => contextOf([], { lastSampleSec: end - hours * 3600, untilSec: end });

  it.each([
    [23.99, 'clear', null],
    [24, 'found', 'attention'],
    [71.99, 'found', 'attention'],
    [72, 'found', 'fault'],
  ] as const)('silent for %d h: %s (%s)', (hours, outcome, level) => {
    const outcome_ = said('R-OFFLINE', silent(hours));
    expect([outcome_.outcome, outcome_.outcome === 'found' ? outcome_.level : null]).toEqual([outcome, level]);
  });

  it('counts a truck that was never seen from its fitting on', () => {
    const context = contextOf([], { lastSampleSec: null, fittedSec: end - 30 * 3600, untilSec: end });
    expect(foundIn(said('R-OFFLINE', context)).figures).toMatchObject({ neverSeen: 'yes', silentH: 30 });
  });

  it('counts to now on the day under way', () => {
    clearIn(said('R-OFFLINE', contextOf([], { lastSampleSec: end - 40 * 3600, untilSec: end - 20 * 3600 })));
  });

  it('is not asked of a truck that is laid up', () => {
    expect(reasonIn(said('R-OFFLINE', { ...silent(500), inService: false }))).toBe('notInService');
  });
});

describe('R-GPS', () => {
  const lost = (more: Partial<DaySummary['place']>, date = TODAY): DaySummary => part(healthyDay(date), 'place', more);

  it.each([
    [{ positionShare: 0.5 }, 'clear'],
    [{ positionShare: 0.49 }, 'found'],
    [{ longestLostS: 1799 }, 'clear'],
    [{ longestLostS: 1800 }, 'found'],
  ] as const)('%j: %s', (more, outcome) => {
    expect(saidOf('R-GPS', [lost(more)]).outcome).toBe(outcome);
  });

  it('makes a lead of three days in seven, today among them', () => {
    const on = (...agos: number[]) =>
      saidOf(
        'R-GPS',
        history(8, (date, ago) => lost(agos.includes(ago) ? { positionShare: 0.1 } : {}, date)),
      );
    expect(foundIn(on(0, 3)).level).toBe('attention');
    expect(foundIn(on(0, 3, 6))).toMatchObject({ level: 'fault', days: [daysAgo(6), daysAgo(3), TODAY] });
    expect(foundIn(on(0, 3, 7)).level).toBe('attention');
    clearIn(on(1, 2, 3));
  });

  it('needs half an hour', () => {
    expect(reasonIn(saidOf('R-GPS', [part(lost({ positionShare: 0 }), 'quality', { engineOnS: 1799 })]))).toBe(
      'tooLittleEngineOn',
    );
  });
});

describe('R-DATA', () => {
  const quality = (more: Partial<DaySummary['quality']>, date = TODAY): DaySummary => part(healthyDay(date), 'quality', more);
  const nox = (valid: number) => ({ ...channels(), noxDownPpm: channel({ valid, notReady: 1000 - valid }) });

  it.each([
    [{ transmissionRate: 0.9 }, null],
    [{ transmissionRate: 0.899 }, 'transmission'],
    [{ transmissionRate: 1, channels: nox(750) }, null],
    [{ transmissionRate: 1, channels: nox(749) }, 'noxEffective'],
    [{ transmissionRate: 0.92, channels: nox(810) }, 'noxEffective'],
    [{ clockErrorS: 120 }, null],
    [{ clockErrorS: -121 }, 'clock'],
    [{ transmissionRate: 0.5, clockErrorS: 200 }, 'transmission, noxEffective, clock'],
  ] as const)('%j: %s', (more, problems) => {
    const outcome = saidOf('R-DATA', [quality(more)]);
    expect([outcome.outcome, outcome.figures.problems]).toEqual([problems === null ? 'clear' : 'found', problems]);
  });

  it('asks a truck for NOx only when it has a catalyst or ever sent NOx', () => {
    const mute = (hasScr: boolean | null) => ({
      ...quality({ channels: channels('noxDownPpm') }),
      facts: facts('IV', { hasScr }),
    });
    clearIn(saidOf('R-DATA', [mute(false)]));
    clearIn(saidOf('R-DATA', [mute(null)]));
    foundIn(saidOf('R-DATA', [mute(true)]));
  });

  it('makes a lead of three days in seven, and says that records contradict one another', () => {
    const days = history(7, (date, ago) => quality(ago < 3 ? { transmissionRate: 0.5, conflicts: 2 } : {}, date));
    expect(foundIn(saidOf('R-DATA', days))).toMatchObject({ level: 'fault', caveats: ['conflicts'] });
    expect(foundIn(saidOf('R-DATA', days.slice(5))).level).toBe('attention');
  });
});

describe('R-MIL and R-ALARM', () => {
  const obd = (more: Partial<DaySummary['obd']>): DaySummary =>
    healthyDay(TODAY, { obd: { readings: 10, milOn: 0, dtcs: [], milSec: null, ...more } });

  it.each([
    [{ milOn: 5, milSec: 7 }, 'fault'],
    [{ milOn: 4, milSec: 7 }, null],
    [{ readings: 2, milOn: 2, milSec: 7 }, 'fault'],
    [{ readings: 2, milOn: 1, milSec: 7 }, null],
    [{ dtcs: [{ code: 'SPN 4364 FMI 18', readings: 1 }] }, 'attention'],
    [{ dtcs: [{ code: 'SPN 1761 FMI 1', readings: 1 }] }, 'attention'],
    [{ dtcs: [{ code: 'P20EE-00 status AF', readings: 1 }] }, 'attention'],
    [{ dtcs: [{ code: 'SPN 110 FMI 3', readings: 9 }, { code: 'P0101-00 status 08', readings: 1 }, { code: 'raw 145600AF', readings: 1 }] }, null], // biome-ignore format: one case a line
    [{ milOn: 10, milSec: 7, dtcs: [{ code: 'SPN 110 FMI 3', readings: 9 }] }, 'fault'],
  ] as const)('%j: %s', (more, level) => {
    const outcome = saidOf('R-MIL', [obd(more)]);
    expect(outcome.outcome === 'found' ? outcome.level : null).toBe(level);
  });

  it('R-MIL is not asked without an OBD block', () => {
    expect(reasonIn(saidOf('R-MIL', [obd({ readings: 0 })]))).toBe('noObd');
  });

  it('R-MIL does not speak after a single reading, which key-on alone may light', () => {
    expect(reasonIn(saidOf('R-MIL', [obd({ readings: 1, milOn: 1, milSec: 7 })]))).toBe('tooFewObd');
  });

  it('R-MIL counts the last days along for a terminal that sends one diagnosis a day', () => {
    const daily = (lit: readonly boolean[]): DaySummary[] =>
      history(lit.length, (date, ago) => {
        const on = lit[lit.length - 1 - ago] === true;
        return healthyDay(date, { obd: { readings: 1, milOn: on ? 1 : 0, dtcs: [], milSec: on ? 100 + ago : null } });
      });
    expect(foundIn(saidOf('R-MIL', daily([false, true, true])))).toMatchObject({
      level: 'fault',
      figures: { readings: 2, milOn: 2 },
      days: [expect.any(String), TODAY],
      stretches: [
        { fromSec: 101, toSec: 101 },
        { fromSec: 100, toSec: 100 },
      ],
    });
    clearIn(saidOf('R-MIL', daily([true, true, false])));
    clearIn(saidOf('R-MIL', daily([true, false, true])));
  });

  it('R-ALARM is attention only: one record is no tampering', () => {
    expect(foundIn(saidOf('R-ALARM', [healthyDay(TODAY, { tamperSec: [5, 9] })]))).toMatchObject({
      level: 'attention',
      figures: { events: 2 },
    });
    clearIn(saidOf('R-ALARM', [healthyDay()]));
  });
});

describe('R-DRIFT: the truck against itself', () => {
  const at = (...gPerKwh: number[]) =>
    saidOf(
      'R-DRIFT',
      history(gPerKwh.length, (date, ago) =>
        healthyDay(date, { work: windows([[gPerKwh[gPerKwh.length - 1 - ago] ?? 0, 1000]]) }),
      ),
    );

  it('fires on the day that E27 does: two days of 12, and 38, after 4 g/kWh', () => {
    // ln 3 − 0.25 = 0.8486; + the same = 1.6973; + ln 9.5 − 0.25 = 3.6989 > 2
    clearIn(at(4, 4, 4, 4, 4, 12, 12));
    expect(foundIn(at(4, 4, 4, 4, 4, 12, 12, 38)).figures.cusum).toBeCloseTo(2 * (Math.log(3) - 0.25) + Math.log(9.5) - 0.25, 6);
  });

  it('is silent again when the sum has fallen', () => {
    clearIn(at(4, 4, 4, 4, 4, 38, 4, 4, 4, 4));
  });

  it('sees a slow rise by Mann-Kendall and Theil-Sen over 14 days that the CUSUM lets pass', () => {
    const slow = Array.from({ length: 20 }, (_, i) => 2 * Math.exp(0.025 * i));
    const finding = foundIn(at(...slow));
    expect(finding.figures.alarmDay).toBeNull();
    expect(finding.figures.trendRise).toBeCloseTo(Math.expm1(0.025 * 19), 2);
    clearIn(at(...slow.slice(0, 13)));
  });

  it('needs a baseline of five valid days', () => {
    expect(reasonIn(at(4, 4, 4, 4, 40))).toBe('noBaseline');
    clearIn(at(4, 4, 4, 4, 4, 4));
  });
});
