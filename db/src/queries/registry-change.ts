import type { Db } from '../db.ts';

/** An assignment as it stands. */
export interface AssignmentSpan {
  id: number;
  terminal_id: string;
  vehicle_id: number;
  valid_from: Date;
  valid_to: Date | null;
}

/** One assignment; undefined when there is none with this id. */
export async function getAssignment(db: Db, id: number): Promise<AssignmentSpan | undefined> {
  const [row] = await db.query<AssignmentSpan>(
    'select id, terminal_id, vehicle_id, valid_from, valid_to from assignments where id = $1::int8',
    [id],
    { priority: 'read' },
  );
  return row;
}

/** Ends an assignment that lasts, at a time after its beginning. False when it has ended already, begins later, or there is none. */
export async function endAssignment(db: Db, id: number, atMs: number): Promise<boolean> {
  const rows = await db.query(
    'update assignments set valid_to = $2::timestamptz where id = $1::int8 and valid_to is null and valid_from < $2::timestamptz returning id',
    [id, new Date(atMs)],
    { priority: 'write' },
  );
  return rows.length === 1;
}

/** What two people could overwrite for one another, as one short text: another text means that somebody changed something. */
export const TERMINAL_VERSION = `left(md5(concat_ws(e'\\x1f', coalesce(t.vendor, e'\\x1e'), coalesce(t.model, e'\\x1e'), coalesce(t.firmware, e'\\x1e'),
  coalesce(t.iccid, e'\\x1e'), t.profile::text)), 16)`;

/** What is known of a terminal, without its secrets. */
export interface TerminalFacts {
  vendor: string | null;
  model: string | null;
  firmware: string | null;
  iccid: string | null;
  profile: object;
}

/** The facts of a terminal; null when there is none with this id. */
export async function terminalFacts(db: Db, id: string): Promise<TerminalFacts | null> {
  const [row] = await db.query<TerminalFacts>(
    'select vendor, model, firmware, iccid, profile from terminals where id = $1::text',
    [id],
    { priority: 'read' },
  );
  return row ?? null;
}

/** What of a terminal is changed; what is absent stays, null takes a fact away. */
export interface TerminalChange {
  readonly vendor?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly firmware?: string | null | undefined;
  readonly iccid?: string | null | undefined;
  /** Takes the place of the whole profile. */
  readonly profile?: Readonly<Record<string, unknown>> | undefined;
}

/** Changes what is known of a terminal when it is still at `version`. Answers its profile before and after; undefined when it is at another, or there is none. */
export async function changeTerminal(
  db: Db,
  id: string,
  version: string,
  change: TerminalChange,
): Promise<{ before: Record<string, unknown>; after: Record<string, unknown>; version: string } | undefined> {
  const params: unknown[] = [id, version];
  const sets: string[] = [];
  for (const name of ['vendor', 'model', 'firmware', 'iccid'] as const) {
    const value = change[name];
    if (value === undefined) continue;
    params.push(value);
    sets.push(`${name} = $${params.length}::text`);
  }
  if (change.profile !== undefined) {
    params.push(JSON.stringify(change.profile));
    sets.push(`profile = $${params.length}::jsonb`);
  }
  const [row] = await db.query<{ before: Record<string, unknown>; after: Record<string, unknown>; version: string }>(
    `update terminals t set ${sets.length === 0 ? 'id = t.id' : sets.join(', ')} from (select id, profile from terminals where id = $1::text for update) old
     where t.id = old.id and ${TERMINAL_VERSION} = $2::text returning old.profile as before, t.profile as after, ${TERMINAL_VERSION} as version`,
    params,
    { priority: 'write' },
  );
  return row;
}
