import { type ActorKind, AUDIT_GENESIS, auditHash } from '@plume/db';
import { z } from 'zod';

const KINDS = ['person', 'token', 'setup', 'service', 'stranger', 'system'] as const satisfies readonly ActorKind[];

/** One line of an exported trail. */
const Line = z.strictObject({
  seq: z.number().int(),
  atMs: z.number().int(),
  actorKind: z.enum(KINDS),
  actorId: z.number().nullable(),
  actor: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  objectKind: z.string().nullable(),
  objectId: z.string().nullable(),
  outcome: z.enum(['done', 'refused']),
  detail: z.string(),
  prevHash: z.string(),
  hash: z.string(),
});

/** Checks an exported trail line by line, with nothing but the file: each row must follow from the one before and hash to what it says. */
export class AuditFileCheck {
  #seq = 0;
  #hash: Uint8Array = AUDIT_GENESIS;

  /** The next line; an answer tells what is wrong with it. An empty line is none. */
  add(text: string): { at: number; why: string } | null {
    if (text.trim() === '') return null;
    const at = this.#seq + 1;
    const line = Line.safeParse(parsed(text));
    if (!line.success) return { at, why: 'it is not a row of an exported trail' };
    const { data } = line;
    if (data.seq !== at) return { at, why: 'the row is missing' };
    const row = {
      seq: data.seq,
      at: new Date(data.atMs),
      actor_kind: data.actorKind,
      actor_id: data.actorId,
      actor: data.actor,
      address: data.address,
      action: data.action,
      object_kind: data.objectKind,
      object_id: data.objectId,
      outcome: data.outcome,
      detail: data.detail,
    };
    if (data.prevHash !== Buffer.from(this.#hash).toString('hex')) return { at, why: 'it does not follow from the row before' };
    const hash = auditHash(row, this.#hash);
    if (data.hash !== Buffer.from(hash).toString('hex')) return { at, why: 'it was changed after it was written' };
    this.#seq = at;
    this.#hash = hash;
    return null;
  }

  /** The last row that was right. */
  get head(): { seq: number; hash: string } {
    return { seq: this.#seq, hash: Buffer.from(this.#hash).toString('hex') };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
