import { join } from 'node:path';
import type { EvidencePackRow } from '@plume/db';
import { evidenceFinding, waitingDays } from '@plume/db/evaluation';
import { addDays } from '../evaluator/beijing-days.ts';
import { appendPack, type EvidenceDeps, type EvidenceRequest } from './append.ts';
import { type BuiltSections, buildInThread } from './built-sections.ts';
import { type ChainCheck, checkChain, readIfThere } from './chain.ts';
import type { Difference } from './differences.ts';
import { gather } from './gather.ts';

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
    return { ok: true, pack: await appendPack(this.#deps, request, built), days: built.verification.days };
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
}

const NO_MATERIAL = {
  unknown: 'There is no such finding.',
  withdrawn: 'The finding was withdrawn: a later evaluation no longer finds it.',
  notEvaluated: 'The day of the finding was evaluated anew and no longer has it.',
} as const;
