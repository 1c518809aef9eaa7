/**
 * A second way from the samples of a truck to the windows of its day, written from the text of the method for reading, not for speed:
 * objects in lists, every window summed anew. It shares no code with the service and imports nothing of it.
 */

/** One sample in physical units; null where there is no value. */
export interface PlainRow {
  readonly time: number;
  readonly rpm: number | null;
  readonly fuelLph: number | null;
  readonly airKgh: number | null;
  readonly torquePct: number | null;
  readonly frictionPct: number | null;
  readonly noxPpm: number | null;
  readonly scrInC: number | null;
  readonly scrOutC: number | null;
  readonly coolantC: number | null;
  readonly ambientC: number | null;
  readonly baroKpa: number | null;
  /** Needed by `plainPoints` alone. */
  readonly speedKmh?: number | null;
  /** Needed by the statistics of a fleet alone. */
  readonly noxUpPpm?: number | null;
  readonly odometerKm?: number | null;
}

/** What is known of the truck. */
export interface PlainTruck {
  readonly ratedKw: number;
  readonly referenceNm: number;
  readonly torque: 'indicated' | 'net';
  readonly stageU: number;
}

export interface PlainWindows {
  readonly count: number;
  readonly valid: number;
  readonly thresholdPct: number;
  /** Of the valid ones, in g/kWh. */
  readonly values: readonly number[];
}

export interface PlainBins {
  readonly bin1: number;
  readonly bin1GPerHour: number | null;
  readonly bin2: number;
  readonly bin2GPerKwh: number | null;
}

const FUEL_KG_L = 0.835;
/** g CO2 a g of fuel: 86.6 % carbon, 44.0095 / 12.011. */
const CO2_PER_FUEL = (0.866 * 44.0095) / 12.011;
const BSFC_KG_KWH = 0.22;
const WORK_KWH_PER_KW = 0.09;

/** A sample with everything computed that the windows need. */
export interface Point {
  readonly time: number;
  readonly seconds: number;
  readonly on: boolean;
  /** NOx [g/s]; null where there is no reading fit for any figure. */
  readonly gramsPerS: number | null;
  /** The reading may be judged: hot engine, working sensor. */
  readonly fit: boolean;
  readonly kw: number | null;
  readonly fuelKgh: number | null;
  readonly row: PlainRow;
}

/** Most frequent step between samples of a running engine. */
export function stepOf(rows: readonly PlainRow[]): number {
  const counts = new Map<number, number>();
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    const step = row.time - (before?.time ?? Number.NaN);
    const running = (row.rpm ?? 0) >= 300 && (before?.rpm ?? 0) >= 300;
    if (running && step > 0 && step <= 60) counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 1;
}

/** §2.1: which NOx readings are a measurement ('fit' on a hot engine, 'cold' else), and which are none. */
function judgeNox(rows: readonly PlainRow[], step: number): ('fit' | 'cold' | 'none')[] {
  const frozen = frozenRows(rows, step);
  let good = Number.NaN;
  let quiet = Number.NaN;
  return rows.map((row, i) => {
    const running = (row.rpm ?? 0) >= 300;
    if (row.time - (rows[i - 1]?.time ?? Number.NEGATIVE_INFINITY) > 600 || !running) good = Number.NaN;
    if (row.noxPpm === null) {
      if (Number.isNaN(quiet)) quiet = row.time;
      return 'none';
    }
    if (row.time - quiet > Math.min(3 * step, 90)) good = Number.NaN;
    quiet = Number.NaN;
    const exhaust = row.scrOutC ?? row.scrInC;
    const released = row.time - good >= 60;
    if (row.noxPpm < -20 || (!released && exhaust !== null && exhaust < 100)) {
      good = Number.NaN;
      return 'none';
    }
    if (Number.isNaN(good)) good = row.time;
    if (row.time - good < 60 || frozen.has(i)) return 'none';
    return running && !(row.coolantC !== null && row.coolantC < 70) ? 'fit' : 'cold';
  });
}

/** §2.1: more than 15 equal readings while the engine speed varies by more than 2 %; of slow uploads 15 while it moved by 100 rpm. */
function frozenRows(rows: readonly PlainRow[], step: number): Set<number> {
  const found = new Set<number>();
  let from = 0;
  for (let i = 1; i <= rows.length; i += 1) {
    const [before, now] = [rows[i - 1], rows[i]];
    const same =
      now !== undefined &&
      before !== undefined &&
      now.noxPpm !== null &&
      now.noxPpm === rows[from]?.noxPpm &&
      (now.rpm ?? 0) >= 300 &&
      now.time - before.time <= Math.min(3 * step, 90);
    if (same) continue;
    const run = rows.slice(from, i);
    const speeds = run.map(({ rpm }) => rpm ?? Number.NaN);
    const mean = speeds.reduce((sum, rpm) => sum + rpm, 0) / speeds.length;
    const cv = Math.sqrt(speeds.reduce((sum, rpm) => sum + (rpm - mean) ** 2, 0) / speeds.length) / mean;
    const moves = step >= 5 ? Math.max(...speeds) - Math.min(...speeds) > 100 : cv > 0.02;
    if (run.length >= (step >= 5 ? 15 : 16) && run[0]?.noxPpm != null && moves && (run[0].rpm ?? 0) >= 300)
      for (let k = from; k < i; k += 1) found.add(k);
    from = i;
  }
  return found;
}

function pointsOf(rows: readonly PlainRow[], truck: PlainTruck, lagS: number, step: number): Point[] {
  const verdicts = judgeNox(rows, step);
  const at = new Map(rows.map((row, i) => [row.time, i]));
  return rows.map((row, i): Point => {
    const next = rows[i + 1];
    // The reading that belongs to this second came `lagS` later; steps longer than twice the lag hide it.
    const source = lagS >= step / 2 ? at.get(row.time + lagS) : i;
    const fuelKgh = row.fuelLph === null ? null : row.fuelLph * FUEL_KG_L;
    const exhaust = row.airKgh === null || fuelKgh === null ? null : row.airKgh + fuelKgh;
    const ppm = source === undefined || verdicts[source] === 'none' ? null : (rows[source]?.noxPpm ?? null);
    const pct =
      row.torquePct === null
        ? null
        : truck.torque === 'net'
          ? row.torquePct
          : row.frictionPct === null
            ? null
            : row.torquePct - row.frictionPct;
    return {
      time: row.time,
      seconds: Math.min(next === undefined ? step : next.time - row.time, 3 * step, 90),
      on: (row.rpm ?? 0) >= 300,
      gramsPerS: ppm === null || exhaust === null ? null : (truck.stageU * ppm * exhaust) / 3600,
      fit: source !== undefined && verdicts[source] === 'fit',
      kw: pct === null || row.rpm === null ? null : ((pct / 100) * truck.referenceNm * row.rpm * Math.PI) / 30_000,
      fuelKgh,
      row,
    };
  });
}

/** Altitude of the standard atmosphere [m]. */
const altitude = (kPa: number): number => 44_330.77 * (1 - (kPa / 101.325) ** 0.190263);

/** §3.1 with the altitude of a valid vehicle day. */
function workWindows(points: readonly Point[], truck: PlainTruck): PlainWindows {
  const kept = points.filter(({ on, fit, gramsPerS, kw, row }) => {
    const cold = row.coolantC !== null && row.coolantC < 70;
    const weather = row.ambientC === null || (row.ambientC >= -7 && row.ambientC <= 38);
    const high = row.baroKpa !== null && altitude(row.baroKpa) > 2400;
    return on && !cold && weather && !high && fit && gramsPerS !== null && kw !== null;
  });
  const wanted = WORK_KWH_PER_KW * truck.ratedKw;
  const found: { value: number; kw: number }[] = [];
  for (let i = 0; i < kept.length; i += 1) {
    let [kwh, grams, seconds] = [0, 0, 0];
    for (let j = i; j < kept.length; j += 1) {
      const point = kept[j] as Point;
      if (j > i && point.time - (kept[j - 1] as Point).time > 600) break;
      kwh += (Math.max(0, point.kw ?? 0) * point.seconds) / 3600;
      grams += (point.gramsPerS ?? 0) * point.seconds;
      seconds += point.seconds;
      if (kwh < wanted * (1 - 1e-12)) continue;
      found.push({ value: grams / kwh, kw: (kwh * 3600) / seconds });
      break;
    }
  }
  let thresholdPct = 20;
  const validAt = (pct: number) => found.filter(({ kw }) => kw > (pct / 100) * truck.ratedKw);
  while (validAt(thresholdPct).length < found.length / 2 && thresholdPct > 15) thresholdPct -= 1;
  const valid = validAt(thresholdPct);
  return { count: found.length, valid: valid.length, thresholdPct, values: valid.map(({ value }) => value) };
}

/** §3.3, 40 CFR 1036.530: test intervals of 300 s without exclusions, in two bins by normalised CO2. */
function epaBins(points: readonly Point[], truck: PlainTruck, step: number): PlainBins {
  const usable = points.map(({ on, gramsPerS, fuelKgh, row }) => {
    const metres = row.baroKpa === null ? null : altitude(row.baroKpa);
    const hottest = 37.78 - 0.0014 * ((metres ?? 0) / 0.3048);
    const weather = row.ambientC === null || (row.ambientC >= 5 && row.ambientC <= hottest);
    const high = metres !== null && metres / 0.3048 > 5500;
    return on && weather && !high && gramsPerS !== null && fuelKgh !== null;
  });
  const joined = (i: number): boolean => {
    const [a, b] = [points[i], points[i + 1]];
    return a !== undefined && b !== undefined && b.time - a.time <= Math.min(3 * step, 90);
  };
  const paired = points.map(
    (_, i) => usable[i] === true && ((usable[i - 1] === true && joined(i - 1)) || (usable[i + 1] === true && joined(i))),
  );
  const kept = points.flatMap((_, i) => (paired[i] ? [i] : []));
  const perSecond = (BSFC_KG_KWH * 1000 * CO2_PER_FUEL * truck.ratedKw) / 3600;
  const sums = { bin1: 0, bin2: 0, grams1: 0, seconds1: 0, grams2: 0, co2: 0 };
  for (let a = 0; a + 1 < kept.length; a += 1) {
    const first = kept[a] as number;
    if (kept[a + 1] !== first + 1 || !joined(first)) continue;
    let [seconds, grams, co2] = [0, 0, 0];
    for (let b = a; b < kept.length; b += 1) {
      const i = kept[b] as number;
      const point = points[i] as Point;
      const before = points[kept[b - 1] ?? -1];
      if (b > a && before !== undefined && point.time - before.time - step >= 600) break;
      seconds += point.seconds;
      grams += (point.gramsPerS ?? 0) * point.seconds;
      co2 += (((point.fuelKgh ?? 0) * 1000 * CO2_PER_FUEL) / 3600) * point.seconds;
      const endsPair = b > a && kept[b - 1] === i - 1 && joined(i - 1);
      if (seconds < 300 - 1e-6 || !endsPair) continue;
      const low = co2 / (perSecond * seconds) <= 0.06 * (1 + 1e-9);
      sums[low ? 'bin1' : 'bin2'] += 1;
      sums[low ? 'grams1' : 'grams2'] += grams;
      if (low) sums.seconds1 += seconds;
      else sums.co2 += co2;
      break;
    }
  }
  const { bin1, bin2, grams1, seconds1, grams2, co2 } = sums;
  return {
    bin1,
    bin1GPerHour: bin1 === 0 ? null : (3600 * grams1) / seconds1,
    bin2,
    bin2GPerKwh: bin2 === 0 ? null : (grams2 / co2) * BSFC_KG_KWH * 1000 * CO2_PER_FUEL,
  };
}

/** The whole day. Samples before `fromSec` only tell how the sensors stood when it began. */
export function plainDay(
  rows: readonly PlainRow[],
  truck: PlainTruck,
  lagS: number,
  fromSec: number,
): { work: PlainWindows; bins: PlainBins } {
  const ordered = [...rows].sort((a, b) => a.time - b.time);
  const step = stepOf(ordered.filter(({ time }) => time >= fromSec));
  const points = pointsOf(ordered, truck, lagS, step).filter(({ time }) => time >= fromSec);
  return { work: workWindows(points, truck), bins: epaBins(points, truck, step) };
}

/** The samples of a day from `fromSec` on, each with what was computed of it. */
export function plainPoints(rows: readonly PlainRow[], truck: PlainTruck, lagS: number, fromSec: number): Point[] {
  const ordered = [...rows].sort((a, b) => a.time - b.time);
  const step = stepOf(ordered.filter(({ time }) => time >= fromSec));
  return pointsOf(ordered, truck, lagS, step).filter(({ time }) => time >= fromSec);
}
