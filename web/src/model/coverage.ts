/** What a bucket of a truck's day holds: engine on with a valid NOx, engine on without, records with the engine off, nothing. */
export type Cover = 'valid' | 'invalid' | 'parked' | 'none';

const LETTERS: Readonly<Record<string, Cover>> = { v: 'valid', n: 'invalid', p: 'parked' };

/** A stretch of equal buckets: first, and the one after the last. */
export interface Run {
  cover: Cover;
  from: number;
  to: number;
}

/** Stretches of a coverage bar, in order; together they are the whole bar. */
export function runsOf(bar: string): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < bar.length; i += 1) {
    const cover = LETTERS[bar[i] ?? ''] ?? 'none';
    const last = runs.at(-1);
    if (last?.cover === cover) last.to = i + 1;
    else runs.push({ cover, from: i, to: i + 1 });
  }
  return runs;
}

/** Hours of a bar in which there are data, and in which the engine ran with a valid NOx. */
export function hoursOf(bar: string, bucketS: number): { data: number; valid: number } {
  let [data, valid] = [0, 0];
  for (const { cover, from, to } of runsOf(bar)) {
    if (cover !== 'none') data += to - from;
    if (cover === 'valid') valid += to - from;
  }
  return { data: (data * bucketS) / 3600, valid: (valid * bucketS) / 3600 };
}

/** A round number [ppm] at or above nearly all values: the scale that all trucks' lines share, so that they can be compared. 100 at least. */
export function sharedScale(lines: readonly (readonly (number | null)[])[]): number {
  const values = lines
    .flat()
    .filter((each) => each !== null)
    .sort((a, b) => a - b);
  const high = values[Math.ceil(values.length * 0.98) - 1] ?? 0;
  for (let power = 100; ; power *= 10) for (const step of [1, 2, 5]) if (step * power >= high) return step * power;
}
