/**
 * Where work goes on in a list when some of it leaves: the first one behind the last that leaves, else the last before; null when none is
 * left.
 */
export function nextAfter(list: readonly string[], leaving: ReadonlySet<string>): string | null {
  const last = list.findLastIndex((each) => leaving.has(each));
  const stays = (each: string) => !leaving.has(each);
  return list.slice(last + 1).find(stays) ?? list.slice(0, Math.max(0, last)).findLast(stays) ?? null;
}

/** The stretch of a list from one to another, both included, whichever comes first; only the second when the first is not there. */
export function stretchOf(list: readonly string[], from: string | null, to: string): string[] {
  const a = from === null ? -1 : list.indexOf(from);
  const b = list.indexOf(to);
  if (a < 0 || b < 0) return [to];
  return list.slice(Math.min(a, b), Math.max(a, b) + 1);
}
