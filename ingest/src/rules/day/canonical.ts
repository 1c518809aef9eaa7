/** Significant digits of a figure that is no whole number. */
const DIGITS = 10;

/**
 * A plain value as it is stored and hashed: whole numbers as they are, others to ten significant digits (a last bit that another
 * processor rounds otherwise changes no hash), −0 as 0. What is no finite number has no place in a result: it throws, with its path.
 */
export function canonical<T>(value: T, path = 'summary'): T {
  return copy(value, path, null) as T;
}

/** Where a value stands: its key or place, and the value it is in. */
interface Place {
  readonly key: string | number;
  readonly within: Place | null;
}

function copy(value: unknown, root: string, at: Place | null): unknown {
  if (typeof value === 'number') return rounded(value, root, at);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each: unknown, i) => copy(each, root, { key: i, within: at }));
  const out: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) if (each !== undefined) out[key] = copy(each, root, { key, within: at });
  return out;
}

function rounded(value: number, root: string, at: Place | null): number {
  if (!Number.isFinite(value)) throw new RangeError(`${pathOf(root, at)} is ${value}, which is no figure`);
  if (Number.isInteger(value)) return value === 0 ? 0 : value;
  const figure = Number(value.toPrecision(DIGITS));
  return figure === 0 ? 0 : figure;
}

function pathOf(root: string, at: Place | null): string {
  if (at === null) return root;
  return `${pathOf(root, at.within)}${typeof at.key === 'number' ? `[${at.key}]` : `.${at.key}`}`;
}
