import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainAfter, type Db, type EvidencePackRow } from '@plume/db';
import { shown } from './differences.ts';
import { GENESIS_SHA256 } from './format.ts';
import { checkIntegrity } from './integrity.ts';

/** Something wrong with the chain, at one of its packs. */
export interface ChainFault {
  readonly seq: number;
  readonly id: string;
  readonly says: string;
}

/** What a check of the chain came to. */
export interface ChainCheck {
  readonly packs: number;
  /** Of the newest pack: noted elsewhere, it shows later that nothing before it was changed. Null: there is none. */
  readonly newestSha256: string | null;
  readonly faults: readonly ChainFault[];
  /** Files that no pack of the chain names: left by a process that was killed while it made a pack. */
  readonly strayFiles: readonly string[];
}

const AT_ONCE = 50;

/** Holds the chain in the database against itself and against its files, whose every byte is checked by the hashes they carry. */
export async function checkChain(db: Db, folder: string): Promise<ChainCheck> {
  const faults: ChainFault[] = [];
  const named = new Set<string>();
  let before: EvidencePackRow | null = null;
  let packs = 0;
  for (;;) {
    const rows: EvidencePackRow[] = await chainAfter(db, before?.seq ?? 0, AT_ONCE);
    for (const row of rows) {
      packs += 1;
      named.add(row.file);
      const fault = (says: string) => faults.push({ seq: row.seq, id: row.id, says });
      for (const says of linkFaults(before, row)) fault(says);
      for (const says of await fileFaults(folder, row)) fault(says);
      before = row;
    }
    if (rows.length < AT_ONCE) break;
  }
  const files = (await ifThere(readdir(folder))) ?? [];
  return {
    packs,
    newestSha256: before?.sha256 ?? null,
    faults,
    strayFiles: files.filter((name) => !named.has(name)).sort(),
  };
}

function linkFaults(before: EvidencePackRow | null, row: EvidencePackRow): string[] {
  const seq = (before?.seq ?? 0) + 1;
  const prev = before?.sha256 ?? GENESIS_SHA256;
  return [
    ...(row.seq === seq ? [] : [`has number ${row.seq}; ${seq} is missing before it`]),
    ...(row.prev_sha256 === prev ? [] : [`follows a pack with SHA-256 ${row.prev_sha256}; the one before it has ${prev}`]),
  ];
}

async function fileFaults(folder: string, row: EvidencePackRow): Promise<string[]> {
  const bytes = await readIfThere(join(folder, row.file));
  if (bytes === null) return [`its file ${row.file} is missing`];
  const { pack, differences } = checkIntegrity(bytes);
  const faults = differences.map((each) => `its file: ${each.path}: ${each.says}`);
  if (pack === null) return faults;
  const told: readonly (readonly [string, unknown, unknown])[] = [
    ['sha256', pack.sha256, row.sha256],
    ['head.seq', pack.head.seq, row.seq],
    ['head.prevSha256', pack.head.prevSha256, row.prev_sha256],
    ['sections.finding.id', pack.sections.finding.id, row.finding_id],
  ];
  return [
    ...faults,
    ...told.flatMap(([path, inFile, inChain]) =>
      inFile === inChain ? [] : [`its file says ${path} ${shown(inFile)}; the chain says ${shown(inChain)}`],
    ),
  ];
}

/** The bytes of a file; null when it is not there. */
export function readIfThere(path: string): Promise<Uint8Array | null> {
  return ifThere(readFile(path));
}

async function ifThere<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
