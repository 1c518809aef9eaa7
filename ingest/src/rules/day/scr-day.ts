import { type Derived, ENGINE, SOLUTION_G_PER_G_NOX, UREA_SOLUTION_KG_L, validOf } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { ScrDay } from './day-summary.ts';

const HOUR_S = 3600;
/** Inlet temperatures [°C] the efficiency is kept by: from, step, number of steps (emissions §5.3). */
const TEMP = { from: 150, step: 25, steps: 14 } as const;
/** Sums of a step: seconds, NOx before, NOx after. */
const FIELDS = 3;

/** The warmer of the catalyst's two ends: an inlet sensor that reads low (a typical fault, emissions §5.1) does not excuse missing urea. */
function warmer(inC: number, outC: number): number {
  if (Number.isNaN(inC)) return outC;
  return Number.isNaN(outC) ? inC : Math.max(inC, outC);
}

/** What the catalyst did on a day: efficiency is flow weighted, of masses put back in time (emissions §2.7, E10; §5.1, E11). */
export function scrDay(day: Derived, parameters: Parameters): ScrDay {
  const hour = HOUR_S;
  const { on } = ENGINE;
  const { trace, coverS, noxGs, noxUpGs, noxValid } = day;
  const { count, engine } = trace;
  const scrInTempC = validOf(trace, 'scrInTempC');
  const scrOutTempC = validOf(trace, 'scrOutTempC');
  const ureaInjectionMlh = validOf(trace, 'ureaInjectionMlh');
  const coolantTempC = validOf(trace, 'coolantTempC');
  const speedKmh = validOf(trace, 'speedKmh');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const { scrTestFromC, scrTestToC, scrDosingFromC } = parameters.day;
  const hotC = parameters.quality.coolantHotC;
  const dosing = trace.columns.ureaInjectionMlh !== undefined;
  const noCoolant = trace.columns.coolantTempC === undefined;
  const steps = new Float64Array(TEMP.steps * FIELDS);
  const test = { seconds: 0, up: 0, down: 0 };
  let removedG = 0;
  let dosedRemovedG = 0;
  let dosedSeconds = 0;
  let injectedMl = 0;
  let allMl = 0;
  let distanceKm = 0;
  let fuelL = 0;
  let burntL = 0;
  let dosableL = 0;
  for (let i = 0; i < count; i += 1) {
    const s = coverS[i] as number;
    const ml = dosing ? ((ureaInjectionMlh[i] as number) * s) / hour : 0;
    if (ml > 0) allMl += ml;
    if (engine[i] !== on) continue;
    const inlet = scrInTempC[i] as number;
    const burnt = ((fuelRateLph[i] as number) * s) / hour;
    const warmest = warmer(inlet, scrOutTempC[i] as number);
    if (burnt > 0 && !Number.isNaN(warmest)) {
      burntL += burnt;
      if (warmest >= scrDosingFromC) dosableL += burnt;
    }
    if (noCoolant || (coolantTempC[i] as number) >= hotC) {
      const km = ((speedKmh[i] as number) * s) / hour;
      if (km > 0) distanceKm += km;
      if (burnt > 0) fuelL += burnt;
    }
    const up = (noxUpGs[i] as number) * s;
    const down = (noxGs[i] as number) * s;
    if (noxValid[i] !== 1 || Number.isNaN(up) || Number.isNaN(down)) continue;
    removedG += up - down;
    if (!Number.isNaN(ml)) {
      dosedRemovedG += up - down;
      dosedSeconds += s;
      injectedMl += ml;
    }
    const step = Math.floor((inlet - TEMP.from) / TEMP.step);
    if (step >= 0 && step < TEMP.steps) {
      const at = step * FIELDS;
      steps[at] = (steps[at] as number) + s;
      steps[at + 1] = (steps[at + 1] as number) + up;
      steps[at + 2] = (steps[at + 2] as number) + down;
    }
    if (!(inlet >= scrTestFromC && inlet <= scrTestToC)) continue;
    test.seconds += s;
    test.up += up;
    test.down += down;
  }
  const byTemp: [number, number, number, number][] = [];
  for (let step = 0; step < TEMP.steps; step += 1) {
    const [seconds = 0, up = 0, down = 0] = steps.subarray(step * FIELDS, (step + 1) * FIELDS);
    if (seconds > 0) byTemp.push([TEMP.from + step * TEMP.step, seconds, up, down]);
  }
  const known = dosedSeconds > 0;
  return {
    seconds: test.seconds,
    upG: test.up,
    downG: test.down,
    efficiency: test.up > 0 ? 1 - test.down / test.up : null,
    byTemp,
    removedG,
    demandL: known ? Math.max(0, dosedRemovedG * SOLUTION_G_PER_G_NOX) / 1000 / UREA_SOLUTION_KG_L : null,
    injectedL: known && dosing ? injectedMl / 1000 : null,
    dosedL: dosing ? allMl / 1000 : null,
    distanceKm,
    fuelL,
    dosableShare: burntL > 0 ? dosableL / burntL : null,
  };
}
