/**
 * A second implementation of the windows, written from the text of the regulations for reading, not for speed: every window is summed
 * anew from its own samples. It shares no code with the service and imports nothing from it.
 */

/** One second or longer of a truck. */
export interface PlainSample {
  time: number;
  /** Seconds it stands for. */
  seconds: number;
  use: boolean;
  noxGs: number;
  kw: number;
  fuelKgh: number;
  co2Gs: number;
}

export interface PlainWindow {
  /** First and last sample of the original list, both inside. */
  first: number;
  last: number;
  nox: number;
  work: number;
  fuel: number;
  co2: number;
  seconds: number;
}

/** Seconds each sample stands for: to the next, at most three periods and 90 s; the last one period. */
export function holdLast(times: readonly number[], period: number): number[] {
  return times.map((time, i) => {
    const next = times[i + 1];
    return Math.min(next === undefined ? period : next - time, 3 * period, 90);
  });
}

function sum(samples: readonly PlainSample[], picked: readonly number[]): Omit<PlainWindow, 'first' | 'last'> {
  const total = { nox: 0, work: 0, fuel: 0, co2: 0, seconds: 0 };
  for (const p of picked) {
    const sample = samples[p];
    if (!sample) throw new Error('no such sample');
    total.nox += sample.noxGs * sample.seconds;
    total.work += (Math.max(0, sample.kw) * sample.seconds) / 3600;
    total.fuel += (sample.fuelKgh * sample.seconds) / 3600;
    total.co2 += sample.co2Gs * sample.seconds;
    total.seconds += sample.seconds;
  }
  return total;
}

/** 582/2011 Annex II App. 1 as the handbook tells it: for every start the smallest end that reaches the reference; joined samples, gaps above 600 s end windows. */
export function plainWindows(
  samples: readonly PlainSample[],
  quantity: 'work' | 'fuel' | 'co2',
  reference: number,
): PlainWindow[] {
  const used = samples.flatMap((sample, i) => (sample.use ? [i] : []));
  const found: PlainWindow[] = [];
  for (let a = 0; a < used.length; a += 1) {
    for (let b = a; b < used.length; b += 1) {
      const now = samples[used[b] ?? -1];
      const before = samples[used[b - 1] ?? -1];
      if (b > a && now && before && now.time - before.time > 600) break;
      const picked = used.slice(a, b + 1);
      const total = sum(samples, picked);
      if (total[quantity] >= reference - reference * 1e-12) {
        found.push({ first: used[a] ?? -1, last: used[b] ?? -1, ...total });
        break;
      }
    }
  }
  return found;
}

/** Threshold lowered in steps of 1 % until half of the windows are valid. */
export function plainValidity(
  windows: readonly PlainWindow[],
  startPct: number,
  floorPct: number,
  isValid: (window: PlainWindow, threshold: number) => boolean,
): { pct: number; valid: PlainWindow[] } {
  let pct = startPct;
  let valid = windows.filter((window) => isValid(window, pct / 100));
  while (valid.length < windows.length / 2 && pct > floorPct) {
    pct = pct - 1;
    valid = windows.filter((window) => isValid(window, pct / 100));
  }
  return { pct, valid };
}

/** 40 CFR 1036.530(c): test intervals of 300 s without exclusions. */
export function plainIntervals(samples: readonly PlainSample[], period: number): PlainWindow[] {
  const contiguous = (i: number, j: number): boolean => {
    const a = samples[i];
    const b = samples[j];
    return a !== undefined && b !== undefined && j - i === 1 && b.time - a.time <= Math.min(3 * period, 90);
  };
  // (c)(3)(vii) a point alone between exclusions is excluded; the others stand in pairs at least.
  const good = samples.map((sample) => sample.use);
  const paired = samples.map(
    (_, i) =>
      good[i] === true && ((good[i - 1] === true && contiguous(i - 1, i)) || (good[i + 1] === true && contiguous(i, i + 1))),
  );
  const used = samples.flatMap((_, i) => (paired[i] ? [i] : []));
  const found: PlainWindow[] = [];
  for (let a = 0; a + 1 < used.length; a += 1) {
    if (!contiguous(used[a] ?? -9, used[a + 1] ?? -1)) continue;
    let seconds = 0;
    for (let b = a; b < used.length; b += 1) {
      const now = samples[used[b] ?? -1];
      const before = samples[used[b - 1] ?? -1];
      if (!now) break;
      if (b > a && before && now.time - before.time - period >= 600) break;
      seconds += now.seconds;
      if (seconds < 300 - 1e-6) continue;
      // It must end with a pair: an end that begins a run takes the next point in.
      if (b === a || !contiguous(used[b - 1] ?? -9, used[b] ?? -1)) continue;
      found.push({ first: used[a] ?? -1, last: used[b] ?? -1, ...sum(samples, used.slice(a, b + 1)) });
      break;
    }
  }
  return found;
}
