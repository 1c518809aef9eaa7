import {
  type Derived,
  ENGINE,
  floatColumn,
  HOUR_S,
  SOLUTION_G_PER_G_NOX,
  type Stretch,
  UREA_SOLUTION_KG_L,
  type ValuesOf,
  validOf,
} from '@plume/ingest/emissions';
import type { Nh3Day } from './day-summary.ts';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;

/**
 * Sums over one block of 20 s in which everything was known. Samples are dealt to the two sides in turn, dosing and what it meets to one, the
 * readings of both sensors to the other: so noise of the upstream sensor, by which both sides are divided, cannot feign a correlation.
 */
interface BlockSums {
  readonly count: number;
  /** Place of the block on the time axis, in blocks. */
  readonly place: Float64Array;
  readonly dosing: Float64Array;
  /** Upstream NOx × exhaust flow, over the samples of the dosing. */
  readonly met: Float64Array;
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** Samples of this side. */
  readonly samples: Float64Array;
}

/**
 * Whether the downstream reading may be ammonia, which a ZrO2 sensor reads as NOx (emissions §4 "NH3"): the injected over the demanded
 * urea, and whether the reading rises with the dosing at the same NOx from the engine. Looked at are running seconds with both sensors
 * valid, the catalyst's inlet at 200 °C or more, and the injection sent. Demand is what the removal that the sensors show takes (E11).
 * "At the same NOx" is had by division: down ÷ up against urea per NOx from the engine, at 250 °C or more, where conversion no longer
 * depends on temperature, as 20 s means about those of their ten minutes, of times when the NOx from the engine was level. More urea
 * lowers that share, a dead catalyst does not heed it, and only ammonia raises it.
 */
export function nh3Day(derived: Derived, range: Stretch, parameters: Numbers): Nh3Day {
  const { on } = ENGINE;
  const { trace, noxGs, noxUpGs, noxValid, coverS, flow } = derived;
  const { timeSec, engine, columns } = trace;
  if (columns.noxUpPpm === undefined || columns.noxDownPpm === undefined || columns.ureaInjectionMlh === undefined)
    return { dosingRatio: null, riseWithDosing: null, seconds: 0 };
  const { exhaustKgh } = flow;
  const noxUpPpm = columns.noxUpPpm.values;
  const noxDownPpm = columns.noxDownPpm.values;
  const scrInTempC = validOf(trace, 'scrInTempC');
  const ureaInjectionMlh = validOf(trace, 'ureaInjectionMlh');
  const blocks = emptyBlocks(blocksAtMost(timeSec, range, parameters.meanS));
  let block = -1;
  let dosingSide = false;
  let seconds = 0;
  let removedG = 0;
  let injectedMl = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (noxValid[i] !== 1 || engine[i] !== on) continue;
    const dosing = ureaInjectionMlh[i] as number;
    const inlet = scrInTempC[i] as number;
    const removed = (noxUpGs[i] as number) - (noxGs[i] as number);
    if (Number.isNaN(dosing + removed) || !(inlet >= parameters.nh3FromC)) continue;
    const s = coverS[i] as number;
    seconds += s;
    removedG += removed * s;
    injectedMl += (dosing * s) / HOUR_S;
    if (inlet < parameters.scrHotC) continue;
    const place = Math.floor((timeSec[i] as number) / parameters.meanS);
    if (block < 0 || blocks.place[block] !== place) {
      block += 1;
      blocks.place[block] = place;
      dosingSide = false;
    }
    const ppm = noxUpPpm[i] as number;
    dosingSide = !dosingSide;
    if (dosingSide) {
      add(blocks.dosing, block, dosing);
      add(blocks.met, block, ppm * (exhaustKgh[i] as number));
    } else {
      add(blocks.up, block, ppm);
      add(blocks.down, block, noxDownPpm[i] as number);
      add(blocks.samples, block, 1);
    }
  }
  const demandMl = (removedG * SOLUTION_G_PER_G_NOX) / UREA_SOLUTION_KG_L;
  return {
    dosingRatio: demandMl > 0 ? injectedMl / demandMl : null,
    riseWithDosing: riseOf({ ...blocks, count: block + 1 }, parameters),
    seconds,
  };
}

/** Number of blocks that have samples, at most. */
function blocksAtMost(timeSec: Float64Array, { from, to }: Stretch, blockS: number): number {
  if (to <= from) return 0;
  const spanS = (timeSec[to - 1] as number) - (timeSec[from] as number);
  return Math.min(to - from, Math.floor(spanS / blockS) + 2);
}

function emptyBlocks(most: number): BlockSums {
  const fresh = (): Float64Array => floatColumn(most);
  return { count: 0, place: fresh(), dosing: fresh(), met: fresh(), up: fresh(), down: fresh(), samples: fresh() };
}

function add(sums: Float64Array, at: number, term: number): void {
  sums[at] = (sums[at] as number) + term;
}

/** Fewest level blocks of ten minutes whose mean is taken. */
const LEAST_BLOCKS = 5;

/** Pooled correlation of down ÷ up with urea per upstream NOx over level blocks, about their means of ten minutes; null with less than half an hour of them. */
function riseOf(blocks: BlockSums, parameters: Numbers): number | null {
  const { count, place, dosing, met, up, down, samples } = blocks;
  const longest = parameters.nh3StretchS / parameters.meanS;
  let usedS = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let from = 0, to = 0; from < count; from = to) {
    let n = 0;
    let x = 0;
    let y = 0;
    let sumXx = 0;
    let sumYy = 0;
    let sumXy = 0;
    for (to = from; to < count && (place[to] as number) - (place[from] as number) < longest; to += 1) {
      const ppm = (up[to] as number) / (samples[to] as number);
      if (!(samples[to] as number) || ppm < parameters.nh3LeastUpPpm || !((met[to] as number) > 0)) continue;
      if (!isLevel(blocks, to, parameters)) continue;
      const urea = (dosing[to] as number) / (met[to] as number);
      const share = (down[to] as number) / (up[to] as number);
      n += 1;
      x += urea;
      y += share;
      sumXx += urea * urea;
      sumYy += share * share;
      sumXy += urea * share;
    }
    if (n < LEAST_BLOCKS) continue;
    usedS += n * parameters.meanS;
    // About means of one stretch of at most 30 values that are ratios near one another: nothing cancels.
    xx += sumXx - (x * x) / n;
    yy += sumYy - (y * y) / n;
    xy += sumXy - (x * y) / n;
  }
  return usedS >= parameters.nh3LeastS && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

/** Whether the engine's NOx, and its flow, are near those of the 20 s before: readings and dosing lag it differently when they are not. */
function isLevel({ place, met, up }: BlockSums, block: number, parameters: Numbers): boolean {
  if (block === 0 || place[block] !== (place[block - 1] as number) + 1) return false;
  return isNear(up, block, parameters.nh3LevelUp) && isNear(met, block, parameters.nh3LevelFlow);
}

/** Whether a sum differs from that of the block before by no more than a share. */
function isNear(sums: Float64Array, block: number, share: number): boolean {
  return Math.abs((sums[block] as number) / (sums[block - 1] as number) - 1) <= share;
}
