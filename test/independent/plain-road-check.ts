/**
 * The road check a second time, written from docs/decisions/0022 and the handbook alone: no code shared with the product, everything counted
 * out where it can be.
 */

export interface PlainDay {
  readonly nox: readonly number[];
  readonly work: readonly number[];
  readonly windows: number;
  readonly over: number;
  readonly overGuarded: number;
}

export interface PlainControl {
  readonly noxBefore: readonly number[];
  readonly workBefore: readonly number[];
  readonly noxAfter: readonly number[];
  readonly workAfter: readonly number[];
}

export interface PlainCase {
  readonly before: readonly PlainDay[];
  readonly after: readonly PlainDay[];
  readonly controls: readonly PlainControl[];
  readonly limit: number | null;
  readonly guard: number;
  readonly draws: number;
  readonly seed: number;
}

export interface PlainAnswer {
  readonly verdict: string;
  readonly daysMissing: number | null;
  readonly before: readonly [number, number, number] | null;
  readonly after: readonly [number, number, number] | null;
  readonly change: readonly [number, number, number] | null;
  readonly wPlus: number | null;
  readonly p: number | null;
  readonly shift: number | null;
  readonly shiftEnds: readonly [number, number] | null;
  readonly upperShare: number | null;
  readonly lowerShare: number | null;
  readonly overlap: number;
}

const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** The generator as it is published under the name mulberry32. */
function mulberry32(a: number): () => number {
  let state = a;
  return () => {
    state |= 0;
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function quantile(list: readonly number[], q: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** Σ over days of a column, bin by bin. */
function columns(days: readonly PlainDay[], of: 'nox' | 'work', bins: number): number[] {
  return Array.from({ length: bins }, (_, b) => total(days.map((day) => day[of][b] ?? 0)));
}

function level(nox: readonly number[], work: readonly number[], weight: readonly number[]): number {
  let sum = 0;
  let used = 0;
  weight.forEach((w, b) => {
    const kwh = work[b] ?? 0;
    if (w > 0 && kwh > 0) {
      sum += (w * (nox[b] ?? 0)) / kwh;
      used += w;
    }
  });
  return sum / used;
}

const logOf = (factor: number): number => Math.log(Math.max(factor, 0.01));

/** Σ of the smaller share of each bin. */
function alike(before: readonly number[], after: readonly number[]): number {
  return total(before) > 0 && total(after) > 0
    ? total(before.map((kwh, b) => Math.min(kwh / total(before), (after[b] ?? 0) / total(after))))
    : 0;
}

/** A control's own ln(after ÷ before); null when it cannot be compared. */
function changeOf(control: PlainControl): number | null {
  const common = control.workBefore.map((kwh, b) => kwh > 0 && (control.workAfter[b] ?? 0) > 0);
  if (!common.includes(true) || alike(control.workBefore, control.workAfter) < 0.6) return null;
  const weight = common.map((is, b) => (is ? (control.workBefore[b] ?? 0) + (control.workAfter[b] ?? 0) : 0));
  return logOf(level(control.noxAfter, control.workAfter, weight)) - logOf(level(control.noxBefore, control.workBefore, weight));
}

/** All 2ⁿ signs of the ranks, one after the other. */
function countSigns(ranks: readonly number[], hit: (sum: number) => boolean): number {
  let hits = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs += 1) {
    let sum = 0;
    for (let k = 0; k < ranks.length; k += 1) if ((signs >> k) & 1) sum += ranks[k] ?? 0;
    if (hit(sum)) hits += 1;
  }
  return hits / 2 ** ranks.length;
}

function signedRank(differences: readonly number[]) {
  const scale = Math.max(...differences.map(Math.abs));
  const kept = differences.filter((d) => Math.abs(d) > 1e-9 * scale);
  if (scale === 0 || kept.length === 0) return null;
  const rank = kept.map((d) => {
    const smaller = kept.filter((e) => Math.abs(e) < Math.abs(d) - 1e-9 * scale).length;
    const equal = kept.filter((e) => Math.abs(Math.abs(e) - Math.abs(d)) <= 1e-9 * scale).length;
    return smaller + (equal + 1) / 2;
  });
  const wPlus = total(rank.filter((_, i) => (kept[i] ?? 0) > 0));
  return { wPlus, p: countSigns(rank, (sum) => sum >= wPlus - 1e-9) };
}

function walsh(differences: readonly number[]): number[] {
  return differences.flatMap((a, i) => differences.slice(i).map((b) => (a + b) / 2)).sort((a, b) => a - b);
}

function shiftEnds(differences: readonly number[]): readonly [number, number] | null {
  const ranks = differences.map((_, i) => i + 1);
  let c = -1;
  while (countSigns(ranks, (sum) => sum <= c + 1) <= 0.05) c += 1;
  const means = walsh(differences);
  return c < 0 ? null : [means[c] ?? Number.NaN, means[means.length - 1 - c] ?? Number.NaN];
}

/** P(X ≤ k) of a binomial distribution by its terms. */
function atMost(k: number, n: number, p: number): number {
  let sum = 0;
  let term = (1 - p) ** n;
  for (let i = 0; i <= k; i += 1) {
    sum += term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}

function bisect(isBelow: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 45; i += 1) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return low;
}

const upperShare = (k: number, n: number): number => (k === n ? 1 : bisect((p) => atMost(k, n, p) > 0.05));
const lowerShare = (k: number, n: number): number => (k === 0 ? 0 : bisect((p) => 1 - atMost(k - 1, n, p) < 0.05));

const isOver = (day: PlainDay, over: number): boolean => day.windows - over < 0.9 * day.windows - 1e-9;

const spread = (list: readonly number[]): number => {
  const mean = total(list) / list.length;
  return total(list.map((x) => (x - mean) ** 2)) / list.length;
};

export function plainRoadCheck(given: PlainCase): PlainAnswer {
  const { before, after, limit, guard } = given;
  const bins = Math.max(0, ...[...before, ...after].map((day) => day.work.length));
  const [workB, workA] = [columns(before, 'work', bins), columns(after, 'work', bins)];
  const [noxB, noxA] = [columns(before, 'nox', bins), columns(after, 'nox', bins)];
  const isMatched = (b: number): boolean =>
    [before, after].every(
      (days) => days.filter((day) => (day.work[b] ?? 0) > 0).length >= 3 && total(days.map((day) => day.work[b] ?? 0)) >= 1,
    );
  const matched = Array.from({ length: bins }, (_, b) => b).filter(isMatched);
  const pooled = total(matched.map((b) => (workB[b] ?? 0) + (workA[b] ?? 0)));
  const weight = Array.from({ length: bins }, (_, b) => (matched.includes(b) ? ((workB[b] ?? 0) + (workA[b] ?? 0)) / pooled : 0));
  const overlap = alike(workB, workA);
  const overAfter = after.filter((day) => isOver(day, day.over)).length;
  const overGuarded = after.filter((day) => isOver(day, day.overGuarded)).length;
  const shares = {
    upperShare: after.length > 0 ? upperShare(overAfter, after.length) : null,
    lowerShare: after.length > 0 ? lowerShare(overGuarded, after.length) : null,
    overlap,
  };
  const figures = { before: null, after: null, change: null, wPlus: null, p: null, shift: null, shiftEnds: null };
  const nothing = (daysMissing: number | null): PlainAnswer => ({
    verdict: 'notYetDecidable',
    daysMissing,
    ...figures,
    ...shares,
  });
  if (matched.length === 0) return nothing(after.length < 14 && before.length >= 14 && limit !== null ? 14 - after.length : null);

  const controls = given.controls.map(changeOf).filter((each) => each !== null);
  const used = controls.length >= 3 ? controls : [];
  const [ownB, ownA] = [level(noxB, workB, weight), level(noxA, workA, weight)];
  const centre = logOf(ownA) - logOf(ownB) - (used.length > 0 ? quantile(used, 0.5) : 0);
  const random = mulberry32(given.seed);
  const pick = <T>(list: readonly T[]): T[] => list.map(() => list[Math.floor(random() * list.length)] as T);
  const drawnB: number[] = [];
  const drawnA: number[] = [];
  const drawnC: number[] = [];
  for (let d = 0; d < given.draws; d += 1) {
    const [b, a, c] = [pick(before), pick(after), pick(used)];
    const [eB, eA] = [b, a].map((days) => level(columns(days, 'nox', bins), columns(days, 'work', bins), weight));
    if (eB === undefined || eA === undefined || Number.isNaN(eB) || Number.isNaN(eA)) continue;
    drawnB.push(eB);
    drawnA.push(eA);
    drawnC.push(c.length > 0 ? quantile(c, 0.5) : 0);
  }
  const drawnD = drawnA.map((a, i) => logOf(a) - logOf(drawnB[i] ?? 0) - (drawnC[i] ?? 0));
  const ends = (value: number, list: readonly number[]) => [value, quantile(list, 0.05), quantile(list, 0.95)] as const;
  const [levelB, levelA, change] = [ends(ownB, drawnB), ends(ownA, drawnA), ends(centre, drawnD)];
  const differences = matched.map((b) => (noxB[b] ?? 0) / (workB[b] ?? 1) - (noxA[b] ?? 0) / (workA[b] ?? 1));
  const test = signedRank(differences);
  const found = {
    before: levelB,
    after: levelA,
    change,
    wPlus: test?.wPlus ?? null,
    p: test?.p ?? null,
    shift: quantile(walsh(differences), 0.5),
    shiftEnds: shiftEnds(differences),
    ...shares,
  };
  const say = (verdict: string, daysMissing: number | null = null): PlainAnswer => ({ verdict, daysMissing, ...found });
  if (limit === null || before.length < 14) return say('notYetDecidable');
  if (after.length < 14) return say('notYetDecidable', 14 - after.length);
  if (overlap < 0.6) return say('notYetDecidable');

  const [vB = 0, vA = 0, vC = 0] = [spread(drawnB.map(logOf)), spread(drawnA.map(logOf)), spread(drawnC)];
  const verdict = (n: number): string | null => {
    const closer = Math.sqrt(after.length / n);
    const tighter =
      n === after.length || vB + vA + vC === 0 ? 1 : Math.sqrt((vB + vC + (vA * after.length) / n) / (vB + vA + vC));
    const low = levelA[0] - (levelA[0] - levelA[1]) * closer;
    const high = levelA[0] + (levelA[2] - levelA[0]) * closer;
    const dLow = change[0] - (change[0] - change[1]) * tighter;
    const dHigh = change[0] + (change[2] - change[0]) * tighter;
    const upper = upperShare(Math.round((overAfter / after.length) * n), n);
    const lower = lowerShare(Math.round((overGuarded / after.length) * n), n);
    if (low > limit * guard || lower > 0.5 || (low > limit && dLow > Math.log(0.8))) return 'notRepaired';
    return high < limit && dHigh < Math.log(0.8) && upper < 0.5 ? 'repaired' : null;
  };
  const now = verdict(after.length);
  if (now !== null) return say(now);
  // The first sixty valid days after are looked at, and no more.
  for (let more = 1; more <= 60 && after.length + more <= 60; more += 1)
    if (verdict(after.length + more) !== null) return say('notYetDecidable', more);
  return say('notYetDecidable');
}
