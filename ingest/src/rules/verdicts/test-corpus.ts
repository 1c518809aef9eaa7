import type { RuleContext } from '../context.ts';
import type { DaySummary, TankDay, TankMark } from '../day/day-summary.ts';
import { JOINT_CELLS } from '../day/joint-distribution.ts';
import {
  channels,
  contextOf,
  facts,
  healthyDay,
  history,
  noWindows,
  part,
  reference,
  secondsOf,
  TODAY,
  tank,
  windows,
} from './test-kit.ts';

type Change = (day: DaySummary) => DaySummary;

/** A day whose NOx mass for work cannot be computed, with a concentration of so many ppm. */
export function ppmDay(date: string, ppm: number, more: Partial<DaySummary> = {}): DaySummary {
  const at = Math.floor(ppm / 5);
  const none = noWindows('noSeries');
  return healthyDay(date, {
    work: none,
    co2: none,
    fuel: none,
    ppm: { reason: null, qualifiedS: 20_000, all: [at, 20_000], highLoad: [at, 6000], highLoadS: 6000 },
    ...more,
  });
}

/** A joint distribution with all its time in one class of NOx of one state. */
export function joint(nox: number, seconds = 20_000): number[] {
  return Array.from({ length: JOINT_CELLS }, (_, cell) => (cell === 8 * 9 + nox ? seconds : 0));
}

const over: Change = (day) => ({ ...day, work: windows([[6, 10_000]]) });
const low: Change = (day) => part(day, 'ureaTank', { usedPct: 1 });

/** How a truck stood over night: how far it went, how its levels changed, and whether its counter tells the fuel. */
interface Night {
  readonly km: number;
  readonly levelPct: number;
  readonly counted: boolean;
}

/** The n-th day of a truck that drove 350 km and burnt 105 L on each, with odometer and levels over night. */
export function parked(day: DaySummary, n: number, { km, levelPct, counted }: Night): DaySummary {
  const marked = (from: TankDay): TankDay => {
    const at = (mark: TankMark | null, driven: number): TankMark | null =>
      mark === null
        ? null
        : {
            ...mark,
            odometerKm: 100_000 + n * (350 + km) + driven,
            fuelTotalL: counted ? 9000 + n * (105 + km / 3) + (driven * 105) / 350 : null,
          };
    const first = at(from.first, 0);
    const night = first === null ? null : { ...first, levelPct: first.levelPct + levelPct, drivenPct: null };
    return { ...from, first: night, last: at(from.last, 350) };
  };
  return { ...day, ureaTank: marked(day.ureaTank), fuelTank: marked(day.fuelTank) };
}

/** Contexts of every kind that some rule tells apart: of 30 days changed alike, for tests that ask all rules. */
export function corpus(): RuleContext[] {
  const alike = (change: Change, more: Partial<RuleContext> = {}, count = 30): RuleContext =>
    contextOf(
      history(count, (date) => change(healthyDay(date))),
      more,
    );
  const once = (change: Change): RuleContext =>
    contextOf(history(10, (date, ago) => (ago === 0 ? change(healthyDay(date)) : healthyDay(date))));
  const stage = (of: 'III' | 'IV' | 'VI' | null, change: Change = (day) => day): RuleContext =>
    alike((day) => change({ ...day, facts: facts(of) }));
  const plausibility = (more: Partial<DaySummary['plausibility']>, change: Change = (day) => day): RuleContext =>
    alike((day) => change(part(day, 'plausibility', more)));
  return [
    contextOf([]),
    contextOf([], { inService: false }),
    contextOf([], { lastSampleSec: secondsOf(TODAY) - 3600 }),
    contextOf([], { lastSampleSec: secondsOf(TODAY) - 3 * 86_400 }),
    contextOf([], { lastSampleSec: null }),
    alike((day) => day, { reference: reference({ joint: joint(2), noxOddShare: 0.01 }) }),
    alike((day) => day, { reference: reference({ trucks: 2 }) }),
    alike((day) => day, {}, 2),
    alike(over),
    alike(over, {}, 2),
    alike((day) => low(over(day))),
    alike((day) => part(over(day), 'ureaTank', { usedPct: 30 })),
    alike((day) => ({ ...over(day), nh3: { dosingRatio: 1.5, riseWithDosing: 0.8, seconds: 9000 } })),
    alike((day) => ({ ...over(day), nh3: { dosingRatio: null, riseWithDosing: null, seconds: 0 } })),
    alike((day) => ({ ...day, work: windows([[6, 10_000]], { class: 'C' }), fuel: noWindows('noSeries') })),
    alike((day) =>
      part({ ...day, facts: { ...day.facts, limits: { approvalGPerKwh: 1, inUseGPerKwh: 2 } } }, 'method', {
        notChecked: ['ambient', 'coolant'],
      }),
    ),
    stage('III'),
    stage('IV', over),
    stage('VI', over),
    stage(null),
    stage('IV', (day) => ({ ...ppmDay(day.date, 1600), facts: facts('IV') })),
    alike((day) => ppmDay(day.date, 1000)),
    alike((day) => ppmDay(day.date, 100)),
    alike((day) => part(ppmDay(day.date, 1000), 'ppm', { highLoad: null })),
    alike((day) => part(ppmDay(day.date, 1000), 'ppm', { highLoad: [200, 60] })),
    alike((day) => part(ppmDay(day.date, 1000), 'ppm', { reason: 'periodTooLong', all: [] })),
    alike((day) => part(ppmDay(day.date, 1000), 'quality', { noxValidShare: 0.1 })),
    alike((day) => part(day, 'quality', { noxValidShare: null })),
    alike((day) => part(day, 'quality', { engineOnS: 100, transmissionRate: null })),
    alike((day) => part(day, 'quality', { transmissionRate: 0.6, clockErrorS: 500, conflicts: 3 })),
    alike((day) => part(day, 'quality', { channels: channels('noxUpPpm', 'noxDownPpm', 'dpfDeltaKpa') })),
    alike((day) => ({ ...day, periodS: 31 })),
    alike((day) => part(day, 'work', { dropped: { altitude: 20_000 } })),
    alike((day) => part(day, 'work', { dropped: { ambient: 20_000 } })),
    alike((day) => ({ ...day, work: windows([[2, 100]], { references: 2 }), fuel: noWindows('noWindows', 'B') })),
    alike((day) => ({ ...day, work: windows([[2, 100]], { void: 'tooFewValid' }), fuel: noWindows('noSeries') })),
    alike((day) => ({ ...day, facts: facts('V', { hasScr: false, hasDpf: false, ureaTankL: null, fuelTankL: null }) })),
    alike((day) => ({ ...day, facts: facts('V', { ureaTankL: null, hasDpf: null }) })),
    alike((day) => ({ ...day, ureaTank: tank(day.date, 60, 60, 105, 350) })),
    alike((day) => ({ ...day, ureaTank: tank(day.date, 1, 1, 105, 350), fuelTank: tank(day.date, 60, 20, 100, 300) })),
    alike((day) => ({ ...day, ureaTank: tank(day.date, 60, 52, 105, 350), fuelTank: tank(day.date, 80, 75, 100, 300) })),
    alike((day) => part(day, 'ureaTank', { first: null, last: null, reason: 'frozen', usedPct: null, fuelL: null, events: [] })),
    alike((day) => part(day, 'scr', { upG: 1000, downG: 950, efficiency: 0.05 })),
    alike((day) => part(day, 'scr', { upG: 1000, downG: 1400, efficiency: -0.4 })),
    alike((day) => part(day, 'scr', { seconds: 100 })),
    alike((day) => part(day, 'bins', { bin1GPerHour: 400 }), { reference: reference() }),
    alike((day) => part(day, 'bins', { bin1Enough: false }), { reference: reference() }),
    alike((day) => part(over(day), 'ureaTank', { usedPct: 5 })),
    alike((day) => ({ ...ppmDay(day.date, 1000), nh3: { dosingRatio: 1.5, riseWithDosing: 0.8, seconds: 9000 } })),
    alike((day) => ({ ...ppmDay(day.date, 1000), nh3: { dosingRatio: null, riseWithDosing: null, seconds: 0 } })),
    alike((day) => part(day, 'method', { notChecked: ['stuck'] })),
    alike((day) => part(day, 'dpf', { offsetKpa: null, median: 2 }), { reference: reference({ dpfResistance: 18 }) }),
    contextOf(history(20, (date, ago) => parked(healthyDay(date), 20 - ago, { km: 0.1, levelPct: 0, counted: false }))),
    contextOf(history(20, (date, ago) => parked(healthyDay(date), 20 - ago, { km: 50, levelPct: -2, counted: true }))),
    contextOf(history(20, (date, ago) => parked(healthyDay(date), 20 - ago, { km: 50, levelPct: -2, counted: false }))),
    contextOf(history(20, (date, ago) => parked(healthyDay(date), 20 - ago, { km: 0, levelPct: -30, counted: false }))),
    contextOf(
      history(20, (date, ago) => ({
        ...parked(healthyDay(date), 20 - ago, { km: 0, levelPct: -30, counted: false }),
        facts: facts('V', { ureaTankL: null, fuelTankL: null }),
      })),
    ),
    plausibility({ stuckShare: { noxDownPpm: 0.3 } }, over),
    plausibility({ flatSdPpm: 1 }, over),
    plausibility({ copyCv: 0.001, copyR2: 0.999 }, over),
    plausibility({ overruns: 12, overrunsHigh: 12 }, over),
    plausibility({ starts: 1, startsTooEarly: 1 }, over),
    plausibility({ hotMeanPpm: 12 }, low),
    plausibility({ hotMeanPpm: null, hotMeanS: 0 }),
    plausibility({ ratioOneS: 17_000 }, over),
    plausibility({ ratioS: 100 }),
    plausibility({ hotInvalidS: 20_000 }),
    plausibility({ hotS: 10 }),
    plausibility({ reason: 'periodTooLong', overruns: 0, starts: 0 }),
    plausibility({ flatSdPpm: 1, hotMeanPpm: 12 }, low),
    alike((day) => part(day, 'plausibility', { joint: joint(7), noxOddShare: 0.5 }), {
      reference: reference({ joint: joint(2, 90_000) }),
    }),
    alike((day) => part(day, 'plausibility', { joint: joint(2), noxOddShare: 0.01 }), {
      reference: reference({ joint: joint(2, 90_000) }),
    }),
    contextOf(history(20, (date, ago) => part(healthyDay(date), 'dpf', ago < 3 ? { median: 2, lowDropShare: 0.9 } : {}))),
    contextOf(history(20, (date, ago) => part(healthyDay(date), 'dpf', ago < 3 ? { median: 90 } : {}))),
    contextOf(history(20, (date, ago) => part(healthyDay(date), 'dpf', ago === 0 ? { firstMedian: 18, lastMedian: 2 } : {}))),
    alike((day) => part(day, 'dpf', { offsetKpa: 1 })),
    alike((day) => part(day, 'dpf', { samples: 3 })),
    alike((day) => ({
      ...day,
      smoke: { source: 'opacity', seconds: 20_000, meanMgM3: 30, medianMgM3: 12, highShare: 0.2, visibleEvents: 9, massG: 40 },
    })),
    alike((day) => ({
      ...day,
      smoke: { source: 'opacity', seconds: 60, meanMgM3: 3, medianMgM3: 3, highShare: 0, visibleEvents: 0, massG: 1 },
    })),
    alike((day) => ({
      ...day,
      obd: { readings: 10, milOn: 10, dtcs: [{ code: 'SPN 4364 FMI 18', readings: 10 }], milSec: 5 },
      tamperSec: [7],
    })),
    alike((day) => ({ ...day, obd: { readings: 0, milOn: 0, dtcs: [], milSec: null } })),
    alike((day) => part(day, 'place', { positionShare: 0.1, longestLostS: 5000, lostFromSec: 9 })),
    alike((day) => part(day, 'place', { positionShare: null })),
    once((day) => part(day, 'place', { positionShare: 0.1 })),
    once((day) => part(day, 'quality', { transmissionRate: 0.6 })),
    once((day) => ({
      ...day,
      obd: { readings: 10, milOn: 0, dtcs: [{ code: 'P20EE-00 status AF', readings: 2 }], milSec: null },
    })),
    // One diagnosis a day, and one alone.
    alike((day) => ({ ...day, obd: { readings: 1, milOn: 1, dtcs: [], milSec: 5 } })),
    contextOf([healthyDay(TODAY, { obd: { readings: 1, milOn: 1, dtcs: [], milSec: 5 } })]),
    once((day) => ({ ...day, ureaTank: tank(day.date, 10, 6, 100, 300) })),
    once((day) => ({ ...day, fuelTank: tank(day.date, 80, 60, 100, 300), ureaTank: tank(day.date, 80, 70, 100, 300) })),
    once((day) => ({
      ...day,
      smoke: { source: 'opacity', seconds: 20_000, meanMgM3: 3, medianMgM3: 3, highShare: 0.01, visibleEvents: 0, massG: 1 },
    })),
    once((day) => ({
      ...day,
      smoke: { source: 'opacity', seconds: 20_000, meanMgM3: 3, medianMgM3: 3, highShare: null, visibleEvents: 0, massG: 1 },
    })),
    alike((day) => ({
      ...day,
      facts: facts('V', { ratedPowerKw: null }),
      work: noWindows('noRatedPower', 'A'),
      fuel: noWindows('noRatedPower', 'B'),
    })),
    alike((day) => part({ ...day, work: noWindows('noSeries'), fuel: noWindows('noSeries') }, 'method', { flow: null })),
    alike((day) => part(ppmDay(day.date, 1000), 'ppm', { all: [100, 60] })),
    plausibility({ flatSdPpm: null, copyTested: 0 }),
    plausibility({ overruns: 1 }),
    alike((day) =>
      part(part(day, 'quality', { channels: channels('noxUpPpm', 'noxDownPpm') }), 'plausibility', { stuckS: 60, hotS: 0 }),
    ),
    contextOf(history(20, (date, ago) => healthyDay(date, { work: windows([[ago < 4 ? 20 : 2, 10_000]]) }))),
    contextOf(history(20, (date, ago) => healthyDay(date, { work: windows([[2 + 0.1 * (20 - ago), 10_000]]) }))),
  ];
}
