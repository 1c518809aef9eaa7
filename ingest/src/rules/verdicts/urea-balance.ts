import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';
import { between } from './tank-history.ts';

/** Urea used for fuel over the newest days that tell both. */
export interface UreaBalance {
  readonly fuelL: number;
  readonly km: number;
  readonly ureaL: number;
  /** Urea over fuel by volume; null without fuel. */
  readonly ratio: number | null;
  /** That ratio over the one expected of the stage. */
  readonly share: number | null;
  /** Ratio expected of the stage over the fuel that was burnt where urea is due, and of all fuel. */
  readonly expectedRatio: number;
  readonly stageRatio: number;
  /** Share of the fuel that was burnt where urea is due; 1 where the temperature is not sent. */
  readonly dosableShare: number;
  /** Drop of the level that the fuel asks for [% of the tank]; null where the injection is counted, not the tank. */
  readonly expectedDropPct: number | null;
  /** Expected drop that a ratio asks for: 10 %, or more of a gauge that moves in coarse steps [%]; null as above. */
  readonly neededDropPct: number | null;
  /** Whether fuel, distance and expected drop reach what was asked for. */
  readonly enough: boolean;
  readonly days: readonly string[];
}

const RATIO = { IV: 'ureaRatioIV', V: 'ureaRatioV', VI: 'ureaRatioVI' } as const;

/** Urea expected for fuel by volume (emissions §5.1, E11); null for a stage without SCR, or not known. */
export function expectedRatio({ p, facts: { stage } }: Case): number | null {
  return stage === null || stage === 'III' ? null : p[RATIO[stage]];
}

/** Share of a day's fuel that was burnt where urea is due. */
export function dosableShare(day: DaySummary): number {
  return day.scr.dosableShare ?? 1;
}

/**
 * Urea is expected of the fuel that was burnt with the catalyst warm enough to be dosed (emissions §5.2): a truck about town uses little,
 * and is not suspected for that.
 *
 * Goes back over the days, refills and drains taken out, what was used over night put in, until fuel [L], distance [km] and the drop of
 * the level that the fuel asks for are enough for a ratio (emissions §5.1), of a coarse gauge several of its steps. Null: no size of the
 * tank, or no expected ratio. Days without a level are left out with their fuel.
 */
export function ureaBalance(on: Case, leastFuelL: number, leastKm: number): UreaBalance | null {
  const expected = expectedRatio(on);
  if (expected === null) return null;
  let fuelL = 0;
  let km = 0;
  let ureaL = 0;
  let expectedDropPct = 0;
  let dosableL = 0;
  let stepPct = 0;
  const days: string[] = [];
  const leastDropPct = (): number => Math.max(on.p.minExpectedDropPct, on.p.ureaGaugeSteps * stepPct);
  const enough = (): boolean => fuelL >= leastFuelL && km >= leastKm && expectedDropPct >= leastDropPct();
  let later: DaySummary | null = null;
  for (const day of [...on.days].reverse()) {
    if (enough()) break;
    const tankL = day.facts.ureaTankL ?? on.facts.ureaTankL;
    if (tankL === null) return null;
    const { usedPct, fuelL: burnt, distanceKm } = day.ureaTank;
    if (usedPct === null || burnt === null) continue;
    stepPct = Math.max(stepPct, day.ureaTank.first?.stepPct ?? 0, day.ureaTank.last?.stepPct ?? 0);
    fuelL += burnt;
    km += distanceKm ?? 0;
    ureaL += (usedPct / 100) * tankL;
    const dosable = dosableShare(day);
    dosableL += dosable * burnt;
    expectedDropPct += (100 * expected * dosable * burnt) / tankL;
    const night = later === null ? null : (between(on, 'ureaTank', day, later)?.used ?? null);
    later = day;
    if (night !== null) {
      fuelL += night.fuelL;
      km += night.km;
      ureaL += (night.pct / 100) * tankL;
      dosableL += dosable * night.fuelL;
      expectedDropPct += (100 * expected * dosable * night.fuelL) / tankL;
    }
    days.unshift(day.date);
  }
  const ratio = fuelL > 0 ? ureaL / fuelL : null;
  return {
    fuelL,
    km,
    ureaL,
    ratio,
    share: dosableL > 0 ? ureaL / (expected * dosableL) : null,
    expectedRatio: fuelL > 0 ? (expected * dosableL) / fuelL : expected,
    stageRatio: expected,
    dosableShare: fuelL > 0 ? dosableL / fuelL : 1,
    expectedDropPct,
    neededDropPct: leastDropPct(),
    enough: enough(),
    days,
  };
}

/**
 * The same of the urea that the truck says it injected, for a truck whose tank does not tell: days that report no injection are left out
 * with their fuel. Fuel and distance are those of the hot engine, as nothing is injected into a cold one. Null: no expected ratio, or no day reports any.
 */
export function dosingBalance(on: Case, leastFuelL: number, leastKm: number): UreaBalance | null {
  const expected = expectedRatio(on);
  if (expected === null) return null;
  let fuelL = 0;
  let km = 0;
  let ureaL = 0;
  let dosableL = 0;
  const days: string[] = [];
  for (const day of [...on.days].reverse()) {
    if (fuelL >= leastFuelL && km >= leastKm) break;
    const { dosedL } = day.scr;
    if (dosedL === null) continue;
    fuelL += day.scr.fuelL;
    km += day.scr.distanceKm;
    ureaL += dosedL;
    dosableL += dosableShare(day) * day.scr.fuelL;
    days.unshift(day.date);
  }
  if (days.length === 0) return null;
  const share = dosableL > 0 ? ureaL / (expected * dosableL) : null;
  return {
    fuelL,
    km,
    ureaL,
    ratio: fuelL > 0 ? ureaL / fuelL : null,
    share,
    expectedRatio: fuelL > 0 ? (expected * dosableL) / fuelL : expected,
    stageRatio: expected,
    dosableShare: fuelL > 0 ? dosableL / fuelL : 1,
    expectedDropPct: null,
    neededDropPct: null,
    enough: fuelL >= leastFuelL && km >= leastKm,
    days,
  };
}
