import {
  type Derived,
  ENGINE,
  HOUR_S,
  SOLUTION_G_PER_G_NOX,
  type Stretch,
  UREA_SOLUTION_KG_L,
  type ValuesOf,
  validAt,
} from '@plume/ingest/emissions';
import type { Nh3Day } from './day-summary.ts';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;

/** Sums over the seconds of one block of 20 s in which everything was known. */
interface BlockSums {
  readonly count: number;
  /** Place of the block on the time axis, in blocks. */
  readonly place: Float64Array;
  readonly seconds: Float64Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly flow: Float64Array;
  readonly dosing: Float64Array;
}

/**
 * Whether the downstream reading may be ammonia, which a ZrO2 sensor reads as NOx (emissions §4 "NH3"): the injected over the demanded
 * urea, and whether the reading rises with the dosing while what comes from the engine is level. Looked at are running seconds with
 * both sensors valid, the catalyst's inlet at 200 °C or more, and the injection sent. Demand is what the removal that the sensors
 * show takes (E11). The correlation is of 20 s means about those of their stretch, over stretches of at least 100 s whose upstream NOx
 * and exhaust flow stay within 10 %: so neither load nor engine-out NOx can feign it.
 */
export function nh3Day(derived: Derived, range: Stretch, parameters: Numbers): Nh3Day {
  const { trace, noxGs, noxUpGs, noxValid, coverS, flow } = derived;
  const { noxUpPpm, noxDownPpm, scrInTempC, ureaInjectionMlh } = trace.columns;
  if (noxUpPpm === undefined || noxDownPpm === undefined || ureaInjectionMlh === undefined)
    return { dosingRatio: null, riseWithDosing: null, seconds: 0 };
  const blocks = emptyBlocks(range.to - range.from);
  let block = -1;
  let seconds = 0;
  let removedG = 0;
  let injectedMl = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (noxValid[i] !== 1 || trace.engine[i] !== ENGINE.on) continue;
    const dosing = validAt(ureaInjectionMlh, i);
    const removed = (noxUpGs[i] as number) - (noxGs[i] as number);
    if (Number.isNaN(dosing + removed) || !(validAt(scrInTempC, i) >= parameters.nh3FromC)) continue;
    const s = coverS[i] as number;
    seconds += s;
    removedG += removed * s;
    injectedMl += (dosing * s) / HOUR_S;
    const place = Math.floor((trace.timeSec[i] as number) / parameters.meanS);
    if (block < 0 || blocks.place[block] !== place) {
      block += 1;
      blocks.place[block] = place;
    }
    add(blocks.seconds, block, s);
    add(blocks.up, block, s * (noxUpPpm.values[i] as number));
    add(blocks.down, block, s * (noxDownPpm.values[i] as number));
    add(blocks.flow, block, s * (flow.exhaustKgh[i] as number));
    add(blocks.dosing, block, s * dosing);
  }
  const demandMl = (removedG * SOLUTION_G_PER_G_NOX) / UREA_SOLUTION_KG_L;
  return {
    dosingRatio: demandMl > 0 ? injectedMl / demandMl : null,
    riseWithDosing: riseOf({ ...blocks, count: block + 1 }, parameters),
    seconds,
  };
}

function emptyBlocks(most: number): BlockSums {
  const fresh = (): Float64Array => new Float64Array(most);
  return { count: 0, place: fresh(), seconds: fresh(), up: fresh(), down: fresh(), flow: fresh(), dosing: fresh() };
}

function add(sums: Float64Array, at: number, term: number): void {
  sums[at] = (sums[at] as number) + term;
}

/** Pooled correlation of downstream NOx with dosing within level stretches; null with less than 10 minutes of them. */
function riseOf(blocks: BlockSums, parameters: Numbers): number | null {
  const { place, up, flow, down, dosing, seconds } = blocks;
  let levelS = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let from = 0, to = 0; from < blocks.count; from = to) {
    let time = 0;
    let upSum = 0;
    let flowSum = 0;
    for (to = from; to < blocks.count; to += 1) {
      const s = seconds[to] as number;
      if (s < parameters.meanS / 2 || (to > from && place[to] !== (place[to - 1] as number) + 1)) break;
      const near = (sums: Float64Array, sum: number): boolean =>
        time === 0 || Math.abs((sums[to] as number) / s / (sum / time) - 1) <= parameters.nh3LevelShare;
      if (!near(up, upSum) || !near(flow, flowSum)) break;
      time += s;
      upSum += up[to] as number;
      flowSum += flow[to] as number;
    }
    if (time >= parameters.nh3LevelS) {
      levelS += time;
      const meanDown = total(down, from, to) / time;
      const meanDosing = total(dosing, from, to) / time;
      for (let b = from; b < to; b += 1) {
        const s = seconds[b] as number;
        const x = (dosing[b] as number) / s - meanDosing;
        const y = (down[b] as number) / s - meanDown;
        xx += s * x * x;
        yy += s * y * y;
        xy += s * x * y;
      }
    }
    if (to === from) to += 1;
  }
  return levelS >= parameters.nh3LeastS && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function total(sums: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let b = from; b < to; b += 1) sum += sums[b] as number;
  return sum;
}
