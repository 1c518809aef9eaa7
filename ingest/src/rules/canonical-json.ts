import { createHash } from 'node:crypto';

/**
 * JSON in its one canonical form (RFC 8785): members sorted by the UTF-16 code units of their names, no blanks, numbers and texts as
 * ECMAScript writes them. The same value gives the same bytes on every machine, so that it can be hashed. Members that are undefined are
 * left out. Throws a TypeError for what JSON cannot say: NaN, infinities, lone surrogates, undefined in a list, functions, bigints.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return stringText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return objectText(value);
  throw new TypeError(`canonical JSON has no ${typeof value}`);
}

/** SHA-256 of the canonical form, 64 lower-case hexadecimal digits. */
export function sha256OfJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`canonical JSON has no ${value}`);
  return JSON.stringify(value);
}

function stringText(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogate');
  return JSON.stringify(value);
}

function objectText(value: object): string {
  // A Date, a Map, a typed array would be told as something else than it is.
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('canonical JSON takes plain objects and lists alone');
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // The default order of texts is that of their UTF-16 code units (RFC 8785 3.2.3).
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${stringText(name)}:${canonicalJson(member)}`).join(',')}}`;
}
