/** Significant digits of a figure that is no whole number. */
const DIGITS = 10;

/**
 * A plain value as it is stored and hashed: whole numbers as they are, others to ten significant digits (a last bit that another
 * processor rounds otherwise changes no hash), −0 as 0. What is no finite number has no place in a result: it throws, with its path.
 */
export function canonical<T>(value: T, path = 'summary'): T {
  return copy(value, path) as T;
}

function copy(value: unknown, path: string): unknown {
  if (typeof value === 'number') return rounded(value, path);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((each: unknown, i) => copy(each, `${path}[${i}]`));
  const out: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) if (each !== undefined) out[key] = copy(each, `${path}.${key}`);
  return out;
}

function rounded(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new RangeError(`${path} is ${value}, which is no figure`);
  if (Number.isInteger(value)) return value === 0 ? 0 : value;
  const figure = Number(value.toPrecision(DIGITS));
  return figure === 0 ? 0 : figure;
}
