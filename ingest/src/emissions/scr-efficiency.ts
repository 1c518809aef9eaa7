import { type Figure, figure, noFigure } from './figure.ts';

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
