import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appendPackStep, type Db, type EvidencePackRow, newestPack, type Step, troubleOf } from '@plume/db';
import { evidenceFinding, waitingDays } from '@plume/db/evaluation';
import { addDays } from '../evaluator/beijing-days.ts';
import { softwareOf } from './build.ts';
import { type BuiltSections, buildInThread } from './built-sections.ts';
import { type ChainCheck, checkChain, readIfThere } from './chain.ts';
import type { Difference } from './differences.ts';
import { type EvidenceReason, GENESIS_SHA256 } from './format.ts';
import { gather } from './gather.ts';
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

/** Why no pack was made, and what to do. */
export interface NoEvidence {
  readonly ok: false;
  /** `waiting`: days of the finding wait to be evaluated; `notReproduced`: what is stored gives another verdict now. */
  readonly code: 'unknown' | 'withdrawn' | 'notEvaluated' | 'waiting' | 'notReproduced';
  readonly detail: string;
  readonly differences: readonly Difference[];
}

/** A pack that was made, verified before it was sealed. */
export interface MadeEvidence {
  readonly ok: true;
  readonly pack: EvidencePackRow;
  readonly days: BuiltSections['verification']['days'];
}

const ATTEMPTS = 20;
const WINDOW_DAYS = 30;

/** The packs of a site: made one at a time, so that their memory is bounded; read; checked. */
export class EvidenceStore {
  readonly #deps: EvidenceDeps;
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: EvidenceDeps) {
    this.#deps = deps;
  }

  /**
   * Makes a pack of a finding: reads what it rests on, verifies it as a stranger would, writes its file and appends it to the chain. The
   * file is on disk before the chain names it. A finding that what is stored does not give any more has no pack.
   */
  make(request: EvidenceRequest): Promise<MadeEvidence | NoEvidence> {
    const made = this.#last.then(() => this.#make(request));
    this.#last = made.catch(() => undefined);
    return made;
  }

  /** The bytes of a pack's file; null when it is not there. */
  async read(file: string): Promise<Uint8Array | null> {
    return await readIfThere(join(this.#deps.folder, file));
  }

  /** Holds the chain against itself and its files. */
  check(): Promise<ChainCheck> {
    return checkChain(this.#deps.db, this.#deps.folder);
  }

  async #make(request: EvidenceRequest): Promise<MadeEvidence | NoEvidence> {
    const { db, version } = this.#deps;
    const material = await gather(db, request.findingId);
    if (typeof material === 'string') return { ok: false, code: material, detail: NO_MATERIAL[material], differences: [] };
    const built = await buildInThread({ material, plume: version });
    if (!built.verification.equal) return await this.#notReproduced(material.context.date, request.findingId, built);
    return { ok: true, pack: await this.#append(request, built), days: built.verification.days };
  }

  /** Records may have come in while the pack was made: then the days wait, and the verdict is not yet what it will be. */
  async #notReproduced(date: string, findingId: string, { verification }: BuiltSections): Promise<NoEvidence> {
    const { db } = this.#deps;
    const vehicleId = (await evidenceFinding(db, findingId))?.vehicle_id ?? 0;
    const waiting = await waitingDays(db, vehicleId, addDays(date, 1 - WINDOW_DAYS), date);
    return {
      ok: false,
      code: waiting.length > 0 ? 'waiting' : 'notReproduced',
      detail:
        waiting.length > 0
          ? `Records of ${waiting.join(', ')} came in that are not evaluated yet.`
          : 'What is stored does not give this finding any more; the differences say where.',
      differences: verification.differences,
    };
  }

  /** Seals the sections as the newest pack of the chain; when another came in between, as the one after that. */
  async #append(request: EvidenceRequest, built: BuiltSections): Promise<EvidencePackRow> {
    const { db, version, clock } = this.#deps;
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
        file: `${id}.json`,
      };
      await writeWhole(this.#deps.folder, row.file, text);
      try {
        await db.batch([appendPackStep(row), ...(request.along?.(row) ?? [])]);
        return row;
      } catch (error) {
        // When the database went away, nobody knows whether the chain names the file already.
        if (troubleOf(error) !== 'away') await rm(join(this.#deps.folder, row.file), { force: true });
        if (troubleOf(error) !== 'collision' || attempt >= ATTEMPTS) throw error;
      }
    }
  }
}

const NO_MATERIAL = {
  unknown: 'There is no such finding.',
  withdrawn: 'The finding was withdrawn: a later evaluation no longer finds it.',
  notEvaluated: 'The day of the finding was evaluated anew and no longer has it.',
} as const;

/** Writes a file that is there whole and flushed, or not at all. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  // The name is on disk when its folder is.
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
