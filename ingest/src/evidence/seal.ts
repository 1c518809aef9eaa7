import { canonicalJson, sha256OfJson } from '../rules/index.ts';
import { EVIDENCE_FORMAT, EVIDENCE_FORMAT_VERSION, type PackHead, SECTION_NAMES, type SectionName } from './format.ts';

/** The hash that stands for a whole pack. */
export function packHash(head: PackHead): string {
  return sha256OfJson({ format: EVIDENCE_FORMAT, formatVersion: EVIDENCE_FORMAT_VERSION, head });
}

/**
 * Seals sections, given as canonical JSON with their hashes, into a pack with its place in the chain: its hash, and the text of its file,
 * which is canonical JSON as well.
 */
export function sealTexts(
  texts: Readonly<Record<SectionName, string>>,
  hashes: PackHead['sections'],
  about: Omit<PackHead, 'sections'>,
): { readonly sha256: string; readonly text: string } {
  const head: PackHead = { ...about, sections: hashes };
  const sha256 = packHash(head);
  const sections = SECTION_NAMES.map((name) => `"${name}":${texts[name]}`).join(',');
  // Names in the order of canonical JSON; a test holds the text against the whole.
  const text = `{"format":"${EVIDENCE_FORMAT}","formatVersion":${EVIDENCE_FORMAT_VERSION},"head":${canonicalJson(head)},"sections":{${sections}},"sha256":"${sha256}"}`;
  return { sha256, text };
}

/** A pack's name: its number in the chain and the first 12 digits of its hash. */
export function packId(seq: number, sha256: string): string {
  return `${String(seq).padStart(6, '0')}-${sha256.slice(0, 12)}`;
}
