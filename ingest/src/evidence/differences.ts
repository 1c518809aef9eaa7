import { canonicalJson } from '../rules/index.ts';

/** Something that is not as it should be in a pack: where, what the pack says, what was found, and what that means. */
export interface Difference {
  /** Section of the pack, or `file`, `head`. */
  readonly section: string;
  /** Path within the pack, such as `sections.finding.outcome.limit.value`. */
  readonly path: string;
  readonly stored: string;
  readonly recomputed: string;
  readonly says: string;
}

/** More differences than these between two values are counted and not told. */
const MOST_DIFFERENCES = 12;
const LONGEST_TEXT = 200;

/** A value as a difference shows it: its canonical JSON, cut when long; `(absent)` for none. */
export function shown(value: unknown): string {
  if (value === undefined) return '(absent)';
  const text = jsonOrWords(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function jsonOrWords(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    return `(${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Where two JSON values part: the paths of the first leaves that differ; of the last one told, how many follow. */
export function compareJson(section: string, path: string, stored: unknown, recomputed: unknown, says: string): Difference[] {
  const found: Difference[] = [];
  let more = 0;
  walk(path, stored, recomputed, (at, a, b) => {
    if (found.length < MOST_DIFFERENCES) found.push({ section, path: at, stored: shown(a), recomputed: shown(b), says });
    else more += 1;
  });
  const last = found.at(-1);
  if (last && more > 0) found[found.length - 1] = { ...last, says: `${says}; ${more} more places differ` };
  return found;
}

/** Calls `tell` for every leaf that differs. */
function walk(path: string, a: unknown, b: unknown, tell: (path: string, a: unknown, b: unknown) => void): void {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i += 1) walk(`${path}[${i}]`, a[i], b[i], tell);
  } else if (isPlain(a) && isPlain(b)) {
    for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort())
      walk(`${path}.${name}`, own(a, name), own(b, name), tell);
  } else if (!sameLeaf(a, b)) tell(path, a, b);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** As canonical JSON has them: 0 and −0 are one number. */
function sameLeaf(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && jsonOrWords(a) === jsonOrWords(b));
}
