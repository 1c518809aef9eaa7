import { mix } from '../hash.ts';
import type { Route } from '../world/route.ts';

/** Where a driver must slow down or stop on a trip, in driving order; the last entry is the stop at the destination. */
export interface TripPoints {
  readonly atM: Float64Array;
  /** Speed [m/s] to pass with; 0 is a stop. */
  readonly passMs: Float64Array;
  /** Standing time [s]. */
  readonly waitS: Float64Array;
}

/** A stretch of constant usual speed. */
export interface Stretches {
  readonly fromM: Float64Array;
  readonly usualMs: Float64Array;
}

/** Joins the vertices of a route into stretches of equal usual speed. */
export function stretchesOf(route: Route): Stretches {
  const fromM: number[] = [];
  const usualMs: number[] = [];
  let before = -1;
  for (let v = 0; v < route.atM.length - 1; v += 1) {
    const usual = route.usualKmh[v] ?? 0;
    if (usual === before) continue;
    before = usual;
    fromM.push(route.atM[v] ?? 0);
    usualMs.push(usual / 3.6);
  }
  return { fromM: Float64Array.from(fromM), usualMs: Float64Array.from(usualMs) };
}

interface Habit {
  /** Mean distance between places that may slow a truck down [m]. */
  readonly everyM: number;
  /** How often such a place does. */
  readonly chance: number;
  /** Passing speed low … high [m/s]; 0 … 0 is a stop. */
  readonly pass: readonly [number, number];
  /** Standing time low … high [s]. */
  readonly wait: readonly [number, number];
}

/** Traffic lights in town, junctions and villages on county roads, works on the expressway, bends and crossings at the mine. */
function habitOf(usualMs: number): Habit {
  if (usualMs < 10.5) return { everyM: 1100, chance: 0.45, pass: [4, 6.5], wait: [0, 0] };
  if (usualMs < 14) return { everyM: 700, chance: 0.5, pass: [0, 0], wait: [10, 65] };
  if (usualMs < 22) return { everyM: 5200, chance: 0.55, pass: [8, 13], wait: [0, 0] };
  return { everyM: 19_000, chance: 0.5, pass: [15, 19], wait: [0, 0] };
}

/** Lays out one trip's slow points; the same seed gives the same trip. */
export function tripPoints(route: Route, stretches: Stretches, seed: number): TripPoints {
  const atM: number[] = [];
  const passMs: number[] = [];
  const waitS: number[] = [];
  let n = 0;
  const draw = (): number => mix(seed, 11, n++) / 4294967296;
  const add = (at: number, pass: number, wait: number): void => {
    const last = atM[atM.length - 1] ?? 0;
    if (at < last + 60 || at > route.lengthM - 80) return;
    atM.push(at);
    passMs.push(pass);
    waitS.push(Math.round(wait));
  };
  for (let i = 0; i < stretches.fromM.length; i += 1) {
    const from = stretches.fromM[i] ?? 0;
    const to = stretches.fromM[i + 1] ?? route.lengthM;
    const usual = stretches.usualMs[i] ?? 0;
    const before = stretches.usualMs[i - 1] ?? usual;
    if (usual > 22 !== before > 22) add(from + 40, 0, 6 + 16 * draw());
    const habit = habitOf(usual);
    let at = from + habit.everyM * (0.3 + 0.7 * draw());
    while (at < to - 150) {
      if (draw() < habit.chance) {
        add(
          at,
          habit.pass[0] + (habit.pass[1] - habit.pass[0]) * draw(),
          habit.wait[0] + (habit.wait[1] - habit.wait[0]) * draw(),
        );
      }
      at += habit.everyM * (0.6 + 0.8 * draw());
    }
  }
  atM.push(route.lengthM);
  passMs.push(0);
  waitS.push(0);
  return { atM: Float64Array.from(atM), passMs: Float64Array.from(passMs), waitS: Float64Array.from(waitS) };
}
