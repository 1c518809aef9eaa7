import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appendPackStep, type Db, type EvidencePackRow, newestPack, OptimisticConflict, type Step, troubleOf } from '@plume/db';
import { softwareOf } from './build.ts';
import type { BuiltSections } from './built-sections.ts';
import { type EvidenceReason, GENESIS_SHA256 } from './format.ts';
import { packId, sealTexts } from './seal.ts';

/** What making packs needs. */
export interface EvidenceDeps {
  readonly db: Db;
  /** Folder of the packs' files: `files/evidence` of the data directory. */
  readonly folder: string;
  /** Version of this program. */
  readonly version: string;
  /** Epoch milliseconds. */
  clock(): number;
}

/** What a pack is asked for. */
export interface EvidenceRequest {
  readonly findingId: string;
  readonly reason: EvidenceReason;
  /** Who asks, as records name them. */
  readonly by: string;
  /** Steps that belong into the transaction in which the pack enters the chain: the audit row that tells of it. */
  readonly along?: (pack: EvidencePackRow) => readonly Step[];
}

const ATTEMPTS = 20;

/**
 * Seals the sections as the newest pack of the chain; when another came in between, as the one after that. The file is on disk before the
 * chain names it. Several processes may do so at once, for the same finding in the same millisecond: each attempt has a file name of its
 * own, so that what one takes back is never what another's pack rests on.
 */
export async function appendPack(
  { db, folder, version, clock }: EvidenceDeps,
  request: EvidenceRequest,
  built: Pick<BuiltSections, 'texts' | 'hashes'>,
): Promise<EvidencePackRow> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await newestPack(db);
    const seq = (before?.seq ?? 0) + 1;
    const prevSha256 = before?.sha256 ?? GENESIS_SHA256;
    const createdAt = new Date(clock());
    const { sha256, text } = sealTexts(built.texts, built.hashes, {
      seq,
      prevSha256,
      createdAt: createdAt.toISOString(),
      createdBy: request.by,
      reason: request.reason,
      software: softwareOf(version),
    });
    const id = packId(seq, sha256);
    const row: EvidencePackRow = {
      seq,
      id,
      finding_id: request.findingId,
      created_at: createdAt,
      created_by: request.by,
      reason: request.reason,
      sha256,
      prev_sha256: prevSha256,
      file: `${id}-${randomBytes(4).toString('hex')}.json`,
    };
    await writeWhole(folder, row.file, text);
    try {
      await db.batch([appendPackStep(row), ...(request.along?.(row) ?? [])]);
      return row;
    } catch (error) {
      // When the database went away, nobody knows whether the chain names the file already.
      if (troubleOf(error) !== 'away') await rm(join(folder, row.file), { force: true });
      // What goes along expects something that is not so any more: another place in the chain does not help.
      if (error instanceof OptimisticConflict || troubleOf(error) !== 'collision' || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Writes a new file that is there whole and flushed, or not at all. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const part = `${path}.part`;
  try {
    await writeFlushed(part, text);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  // The name is on disk when its folder is.
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function writeFlushed(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}
