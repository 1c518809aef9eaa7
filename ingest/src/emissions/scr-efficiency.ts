import { HOUR_S } from './constants.ts';
import type { Derived } from './derive.ts';
import { ENGINE, validAt } from './engine-state.ts';
import { type Figure, figure, noFigure } from './figure.ts';
import { SOLUTION_G_PER_G_NOX, UREA_SOLUTION_KG_L } from './urea.ts';

/** Flow-weighted efficiency = 1 − Σ(c_down·G) / Σ(c_up·G) of parallel readings (emissions §2.7, E10). [C] */
export function scrEfficiency(upPpm: readonly number[], downPpm: readonly number[], exhaustKgh: readonly number[]): Figure {
  let up = 0;
  let down = 0;
  for (const [i, flow] of exhaustKgh.entries()) {
    const before = (upPpm[i] ?? Number.NaN) * flow;
    const after = (downPpm[i] ?? Number.NaN) * flow;
    if (Number.isNaN(before) || Number.isNaN(after)) continue;
    up += before;
    down += after;
  }
  return up > 0 ? figure(1 - down / up) : noFigure('zeroEmission');
}

/** What the SCR did over the seconds in which both NOx sensors were valid. */
export interface ScrBalance {
  /** Flow-weighted efficiency. */
  readonly efficiency: Figure;
  /** Seconds it rests on. */
  readonly seconds: number;
  /** NOx removed, as NO2 [g]. */
  readonly removedG: number;
  /** 32.5 % solution needed for that [L], and that the dosing system says it injected over the same seconds [L]; null when not sent. */
  readonly demandL: number;
  readonly injectedL: number | null;
}

/** Temperatures at the SCR inlet [°C] between which a catalyst's efficiency is tested (emissions §4 R-E1, §5.2). [eng] */
export const SCR_TEST_RANGE_C: readonly [number, number] = [250, 450];

/**
 * Efficiency and urea demand over the running seconds whose SCR inlet lies in a range of temperature [°C]; without a range all
 * seconds count, also those whose temperature is not known. Align both sensors with the engine first (emissions §2.7).
 */
export function scrBalance(derived: Derived, range: readonly [number, number] | null = SCR_TEST_RANGE_C): ScrBalance {
  const { trace, noxGs, noxUpGs, noxValid, coverS } = derived;
  const { scrInTempC, ureaInjectionMlh } = trace.columns;
  let up = 0;
  let down = 0;
  let seconds = 0;
  let injectedMl = 0;
  for (let i = 0; i < trace.count; i += 1) {
    const before = noxUpGs[i] as number;
    const after = noxGs[i] as number;
    if (noxValid[i] !== 1 || trace.engine[i] !== ENGINE.on || Number.isNaN(before) || Number.isNaN(after)) continue;
    if (range !== null) {
      const temp = validAt(scrInTempC, i);
      if (!(temp >= range[0] && temp <= range[1])) continue;
    }
    const s = coverS[i] as number;
    seconds += s;
    up += before * s;
    down += after * s;
    const injected = validAt(ureaInjectionMlh, i);
    if (!Number.isNaN(injected)) injectedMl += (injected * s) / HOUR_S;
  }
  const removedG = up - down;
  return {
    efficiency: up > 0 ? figure(1 - down / up) : noFigure(seconds > 0 ? 'zeroEmission' : 'noSamples'),
    seconds,
    removedG,
    demandL: Math.max(0, removedG * SOLUTION_G_PER_G_NOX) / 1000 / UREA_SOLUTION_KG_L,
    injectedL: ureaInjectionMlh === undefined ? null : injectedMl / 1000,
  };
}
