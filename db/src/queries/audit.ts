import { createHash } from 'node:crypto';
import type { Db, Step } from '../db.ts';

/** Who acts: a signed-in person, a program with a token, the holder of a set-up link, the command line, nobody known, or the service itself. */
export type ActorKind = 'person' | 'token' | 'setup' | 'service' | 'stranger' | 'system';

/** What the trail is told. `detail` holds what was before and after, and never a secret. */
export interface AuditEntry {
  readonly atMs: number;
  readonly actorKind: ActorKind;
  /** Account of a person or of a token's owner. */
  readonly actorId: number | null;
  /** User name, or what stands for one. */
  readonly actor: string;
  /** Network address of the request. */
  readonly address: string | null;
  /** Kind of deed, `thing.verb`. */
  readonly action: string;
  readonly objectKind: string | null;
  /** Its id; of a thing that is made in the same transaction a select of the id as text, with `$1` in place of `value`. */
  readonly objectId: string | null | { readonly select: string; readonly value: string };
  readonly outcome: 'done' | 'refused';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A row of the trail as it is stored. */
export interface AuditRow {
  seq: number;
  at: Date;
  actor_kind: ActorKind;
  actor_id: number | null;
  actor: string;
  address: string | null;
  action: string;
  object_kind: string | null;
  object_id: string | null;
  outcome: 'done' | 'refused';
  /** JSON text exactly as it was hashed. */
  detail: string;
  prev_hash: Uint8Array;
  hash: Uint8Array;
}

/** The newest row of the trail; `seq` 0: it is empty. */
export interface AuditHead {
  seq: number;
  hash: Uint8Array;
}

/** Hash before the first row. */
export const AUDIT_GENESIS: Uint8Array = createHash('sha256').update('plume audit').digest();
const COLUMNS = 'seq, at, actor_kind, actor_id, actor, address, action, object_kind, object_id, outcome, detail, prev_hash, hash';

/** What the engine cannot store as text, left out: U+0000 and halves of characters. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

function detailText(detail: AuditEntry['detail']): string {
  return JSON.stringify(detail, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value));
}

/** The step that adds a row: as the last one of the batch whose change it tells, so that neither exists without the other. */
export function auditStep(entry: AuditEntry): Step {
  const { objectId } = entry;
  const made = typeof objectId === 'object' && objectId !== null ? objectId : null;
  return {
    sql: `insert into audit (at, actor_kind, actor_id, actor, address, action, object_kind, object_id, outcome, detail)
      values ($1::timestamptz, $2::text, $3::int8, $4::text, $5::text, $6::text, $7::text, ${made ? `(${made.select.replaceAll('$1', '$8')})` : '$8::text'}, $9::text, $10::text)`,
    params: [
      new Date(entry.atMs),
      entry.actorKind,
      entry.actorId,
      storable(entry.actor),
      entry.address === null ? null : storable(entry.address),
      entry.action,
      entry.objectKind,
      made ? made.value : typeof objectId === 'string' ? storable(objectId) : null,
      entry.outcome,
      detailText(entry.detail),
    ],
    expect: 1,
  };
}

/** Adds a row that tells of no change: a sign-in, a refusal. */
export async function addAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.batch([auditStep(entry)]);
}

/** What of the trail is asked for; every part may be absent. Times are epoch milliseconds, `toMs` exclusive; `before` is a seq. */
export interface AuditQuery {
  actor: string | undefined;
  action: string | undefined;
  objectKind: string | undefined;
  objectId: string | undefined;
  outcome: 'done' | 'refused' | undefined;
  fromMs: number | undefined;
  toMs: number | undefined;
  before: number | undefined;
  limit: number;
}

/** Rows of the trail, newest first. `action` matches whole, or everything under it (`people` takes `people.add`). */
export async function listAudit(db: Db, q: AuditQuery): Promise<AuditRow[]> {
  const params: unknown[] = [];
  const where = ['true'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return;
    params.push(value);
    where.push(condition(`$${params.length}`));
  };
  add(q.actor, (n) => `actor = ${n}::text`);
  add(q.action, (n) => `(action = ${n}::text or starts_with(action, ${n}::text || '.'))`);
  add(q.objectKind, (n) => `object_kind = ${n}::text`);
  add(q.objectId, (n) => `object_id = ${n}::text`);
  add(q.outcome, (n) => `outcome = ${n}::text`);
  add(q.fromMs === undefined ? undefined : new Date(q.fromMs), (n) => `at >= ${n}::timestamptz`);
  add(q.toMs === undefined ? undefined : new Date(q.toMs), (n) => `at < ${n}::timestamptz`);
  add(q.before, (n) => `seq < ${n}::int8`);
  params.push(q.limit);
  return await db.query<AuditRow>(
    `select ${COLUMNS} from audit where ${where.join(' and ')} order by seq desc limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
}

/** Rows after a seq, oldest first. */
export async function auditAfter(db: Db, seq: number, limit: number): Promise<AuditRow[]> {
  return await db.query<AuditRow>(`select ${COLUMNS} from audit where seq > $1::int8 order by seq limit $2::int`, [seq, limit], {
    priority: 'read',
  });
}

/** The newest row's place and hash: noted elsewhere, it shows later that nothing before it was changed or cut off. */
export async function auditHead(db: Db): Promise<AuditHead> {
  const [row] = await db.query<AuditHead>('select seq, hash from audit_head', [], { priority: 'read' });
  if (!row) throw new Error('the audit trail has no head');
  return row;
}

/** The hash that a row must carry, by the rule written at the column. */
export function auditHash(row: Omit<AuditRow, 'prev_hash' | 'hash'>, previous: Uint8Array): Uint8Array {
  const fields = [
    String(row.seq),
    String(row.at.getTime()),
    row.actor_kind,
    row.actor_id === null ? null : String(row.actor_id),
    row.actor,
    row.address,
    row.action,
    row.object_kind,
    row.object_id,
    row.outcome,
    row.detail,
  ];
  const text = fields.map((field) => (field === null ? '-,' : `${Buffer.byteLength(field)}:${field},`)).join('');
  return createHash('sha256').update(previous).update(text, 'utf8').digest();
}

/** Whether the trail is whole; `at` is the first row that is not as it was written, or the place of one that is missing. */
export type AuditVerdict = { ok: true; rows: number; head: AuditHead } | { ok: false; at: number; why: string };

const PAGE = 2_000;
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/**
 * Reads the whole trail and computes every hash anew. `noted` is a head that was written down earlier: it must still be part of the trail,
 * which shows what the trail alone cannot, that its end was not cut off and nobody wrote all of it anew.
 */
export async function verifyAudit(db: Db, noted?: AuditHead): Promise<AuditVerdict> {
  const head = await auditHead(db);
  let last: AuditHead = { seq: 0, hash: AUDIT_GENESIS };
  while (last.seq < head.seq) {
    const rows = (await auditAfter(db, last.seq, PAGE)).filter((row) => row.seq <= head.seq);
    if (rows.length === 0) break;
    for (const row of rows) {
      if (row.seq !== last.seq + 1) return { ok: false, at: last.seq + 1, why: 'the row is missing' };
      if (!same(row.prev_hash, last.hash)) return { ok: false, at: row.seq, why: 'it does not follow from the row before' };
      if (!same(row.hash, auditHash(row, last.hash)))
        return { ok: false, at: row.seq, why: 'it was changed after it was written' };
      if (noted?.seq === row.seq && !same(noted.hash, row.hash))
        return { ok: false, at: row.seq, why: 'it is not the row whose hash was noted: the trail was written anew' };
      last = { seq: row.seq, hash: row.hash };
    }
  }
  if (last.seq !== head.seq || !same(last.hash, head.hash))
    return { ok: false, at: last.seq + 1, why: 'the trail ends before its head: rows were cut off' };
  if (noted && noted.seq > head.seq)
    return {
      ok: false,
      at: head.seq + 1,
      why: `the trail ends before row ${noted.seq}, whose hash was noted: rows were cut off`,
    };
  return { ok: true, rows: head.seq, head };
}
