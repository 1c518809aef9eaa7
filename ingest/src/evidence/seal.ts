import { canonicalJson, sha256OfJson } from '../rules/index.ts';
import { EVIDENCE_FORMAT, EVIDENCE_FORMAT_VERSION, type Pack, type PackHead, SECTION_NAMES, type Sections } from './format.ts';

/** Hashes of sections, by name. */
export function sectionHashes(sections: Sections): PackHead['sections'] {
  return Object.fromEntries(SECTION_NAMES.map((name) => [name, sha256OfJson(sections[name])])) as PackHead['sections'];
}

/** The hash that stands for a whole pack. */
export function packHash(head: PackHead): string {
  return sha256OfJson({ format: EVIDENCE_FORMAT, formatVersion: EVIDENCE_FORMAT_VERSION, head });
}

/** Seals sections into a pack with its place in the chain, and writes it as the text of its file. */
export function seal(
  sections: Sections,
  hashes: PackHead['sections'],
  about: Omit<PackHead, 'sections'>,
): { readonly pack: Pack; readonly text: string } {
  const head: PackHead = { ...about, sections: hashes };
  const pack: Pack = {
    format: EVIDENCE_FORMAT,
    formatVersion: EVIDENCE_FORMAT_VERSION,
    head,
    sections,
    sha256: packHash(head),
  };
  return { pack, text: canonicalJson(pack) };
}

/** A pack's name: its number in the chain and the first 12 digits of its hash. */
export function packId(seq: number, sha256: string): string {
  return `${String(seq).padStart(6, '0')}-${sha256.slice(0, 12)}`;
}
