import { canonicalJson, sha256OfJson } from '../rules/index.ts';
import { type Difference, shown } from './differences.ts';
import { Pack, SECTION_NAMES } from './format.ts';
import { jsonFault } from './json-fault.ts';
import { packHash } from './seal.ts';

/** A file read as a pack: the pack where it can be read, and everything that says the file was changed. */
export interface Integrity {
  readonly pack: Pack | null;
  readonly differences: readonly Difference[];
}

/**
 * Reads a file as a pack and holds it to itself: UTF-8 and JSON, the canonical form byte by byte, the form of a pack, the hash of each
 * section, the hash of all. Every byte of the file is covered by one of these.
 */
export function checkIntegrity(bytes: Uint8Array): Integrity {
  const fault = jsonFault(bytes);
  if (fault)
    return only(
      'file',
      `byte ${fault.at}`,
      byteAt(bytes, fault.at),
      fault.expected,
      `the file is not JSON from byte ${fault.at} on`,
    );
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const value: unknown = JSON.parse(text);
  const differences = canonicalDifferences(bytes, value);
  const parsed = Pack.safeParse(value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues.slice(0, 10))
      differences.push({
        section: sectionOf(issue.path),
        path: pathOf(issue.path),
        stored: shown(valueAt(value, issue.path)),
        recomputed: issue.message,
        says: 'is not the form of a pack',
      });
    return { pack: null, differences };
  }
  const pack = parsed.data;
  for (const name of SECTION_NAMES) {
    const stored = pack.head.sections[name];
    // What the file says, and not what the schema made of it.
    const recomputed = sha256OfJson(valueAt(value, ['sections', name]));
    if (stored !== recomputed)
      differences.push({
        section: name,
        path: `head.sections.${name}`,
        stored,
        recomputed,
        says: `section ${name} is not what was hashed when the pack was made`,
      });
  }
  const whole = packHash(pack.head);
  if (whole !== pack.sha256)
    differences.push({
      section: 'head',
      path: 'sha256',
      stored: pack.sha256,
      recomputed: whole,
      says: 'the head, or the hash over all, was changed',
    });
  return { pack, differences };
}

/** The file must be the canonical form of what it says: no other way of writing it hides a change. */
function canonicalDifferences(bytes: Uint8Array, value: unknown): Difference[] {
  try {
    const canonical = Buffer.from(canonicalJson(value), 'utf8');
    if (Buffer.compare(canonical, bytes) === 0) return [];
    let at = 0;
    while (canonical[at] === bytes[at]) at += 1;
    return [
      {
        section: 'file',
        path: `byte ${at}`,
        stored: byteAt(bytes, at),
        recomputed: byteAt(canonical, at),
        says: `the file is not in canonical form (RFC 8785) from byte ${at} on`,
      },
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ section: 'file', path: 'file', stored: why, recomputed: 'canonical JSON', says: 'the file has no canonical form' }];
  }
}

function only(section: string, path: string, stored: string, recomputed: string, says: string): Integrity {
  return { pack: null, differences: [{ section, path, stored, recomputed, says }] };
}

function byteAt(bytes: Uint8Array, at: number): string {
  const byte = bytes[at];
  if (byte === undefined) return 'the end of the file';
  const char = byte >= 0x20 && byte < 0x7f ? ` "${String.fromCharCode(byte)}"` : '';
  return `0x${byte.toString(16).padStart(2, '0')}${char}`;
}

function sectionOf(path: readonly PropertyKey[]): string {
  return path[0] === 'sections' && path.length > 1 ? String(path[1]) : path[0] === undefined ? 'file' : String(path[0]);
}

function pathOf(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || 'file'
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
}
