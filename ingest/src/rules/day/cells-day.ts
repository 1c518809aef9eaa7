import { type Derived, ENGINE, HOUR_S, validOf } from '@plume/ingest/emissions';
import { HOURS, hoursOf } from './hours-of.ts';

/** Side of a cell of the map [°]: about 560 m north to south, and 400 m east to west at 44° N. */
export const CELL_DEG = 0.005;
/** Back in a cell within this time [s] is the same pass: a way along its edge. */
const SAME_PASS_S = 300;
/** More than there are cells from pole to pole: what parts the cells' numbers from one column of them to the next. */
const NORTHWARD = 65_536;
/** Cells by hour that a truck's day keeps at most, those with the most time. */
export const MOST_CELLS = 4000;

/** What a truck did in the cells of the map on a day, by hour of day: columns of equal length, sorted by cell and hour. */
export interface CellTable {
  readonly count: number;
  /** South-west corner of each cell ÷ `CELL_DEG`. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Hour of the Beijing day. */
  readonly hour: Int32Array;
  /** Times the moving or standing truck came in. */
  readonly passes: Int32Array;
  /** Seconds with the engine on, and of these with a valid NOx mass. */
  readonly seconds: Float64Array;
  readonly validS: Float64Array;
  /** NOx as NO2 [g] over the valid seconds, and the distance [km] over these. */
  readonly noxG: Float64Array;
  readonly km: Float64Array;
  /** Seconds with the engine on in cells beyond the limit. */
  readonly droppedS: number;
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly hour: number;
  passes: number;
  seconds: number;
  validS: number;
  noxG: number;
  km: number;
}

/** Sums of the running engine by cell of the map and hour of day; seconds without a position are left out. */
export function cellsDay({ trace, coverS, noxGs, noxValid }: Derived): CellTable {
  const { on } = ENGINE;
  const { count, engine, timeSec } = trace;
  const lonDeg = validOf(trace, 'lonDeg');
  const latDeg = validOf(trace, 'latDeg');
  const speedKmh = validOf(trace, 'speedKmh');
  const hours = hoursOf(timeSec);
  const cells = new Map<number, Cell>();
  const lastIn = new Map<number, number>();
  let here: Cell | null = null;
  let place = Number.NaN;
  let lastHere = 0;
  for (let i = 0; i < count; i += 1) {
    if (engine[i] !== on) continue;
    const lon = lonDeg[i] as number;
    const lat = latDeg[i] as number;
    if (Number.isNaN(lon + lat) || (lon === 0 && lat === 0)) continue;
    const time = timeSec[i] as number;
    const x = Math.floor(lon / CELL_DEG);
    const y = Math.floor(lat / CELL_DEG);
    const hour = hours[i] as number;
    if (here === null || here.x !== x || here.y !== y || here.hour !== hour) {
      const now: number = x * NORTHWARD + y;
      const key: number = now * HOURS + hour;
      here = cells.get(key) ?? { x, y, hour, passes: 0, seconds: 0, validS: 0, noxG: 0, km: 0 };
      cells.set(key, here);
      if (now !== place) {
        lastIn.set(place, lastHere);
        if (time - (lastIn.get(now) ?? Number.NEGATIVE_INFINITY) > SAME_PASS_S) here.passes += 1;
        place = now;
      }
    }
    lastHere = time;
    const s = coverS[i] as number;
    here.seconds += s;
    const nox = noxGs[i] as number;
    if (noxValid[i] !== 1 || Number.isNaN(nox)) continue;
    here.validS += s;
    here.noxG += nox * s;
    const km = ((speedKmh[i] as number) * s) / HOUR_S;
    if (km > 0) here.km += km;
  }
  return tableOf([...cells.values()]);
}

function tableOf(all: Cell[]): CellTable {
  const kept =
    all.length <= MOST_CELLS ? all : [...all].sort((a, b) => b.seconds - a.seconds || order(a, b)).slice(0, MOST_CELLS);
  const cells = [...kept].sort(order);
  const ints = (of: (cell: Cell) => number): Int32Array => Int32Array.from(cells.map(of));
  const floats = (of: (cell: Cell) => number): Float64Array => Float64Array.from(cells.map(of));
  const seconds = (of: readonly Cell[]): number => of.reduce((sum, cell) => sum + cell.seconds, 0);
  return {
    count: cells.length,
    x: ints((cell) => cell.x),
    y: ints((cell) => cell.y),
    hour: ints((cell) => cell.hour),
    passes: ints((cell) => cell.passes),
    seconds: floats((cell) => cell.seconds),
    validS: floats((cell) => cell.validS),
    noxG: floats((cell) => cell.noxG),
    km: floats((cell) => cell.km),
    droppedS: cells.length === all.length ? 0 : seconds(all) - seconds(cells),
  };
}

function order(a: Cell, b: Cell): number {
  return a.x - b.x || a.y - b.y || a.hour - b.hour;
}
