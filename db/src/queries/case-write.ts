import { type Db, OptimisticConflict, type Step } from '../db.ts';

/** What lists ask of a case; `facts` is all that the next step is checked against, as the rules give it. Days are Beijing dates. */
export interface CaseColumns {
  readonly state: string;
  readonly priority: string;
  readonly officer: string | null;
  readonly dueDay: string | null;
  readonly dueFor: string | null;
  readonly closeBy: string | null;
  readonly objectionDue: string | null;
  readonly closedDay: string | null;
  readonly closedReason: string | null;
  readonly reopened: number;
}

/** A step to record. */
export interface NewCaseStep {
  readonly kind: string;
  readonly day: string;
  readonly atMs: number;
  readonly actor: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly note: string | null;
}

/** A case to open. */
export interface NewCase {
  readonly vehicleId: number;
  readonly type: string;
  readonly origin: 'lead' | 'inspection' | 'hand';
  readonly originId: string | null;
  readonly source: string;
  readonly facts: CaseColumns;
  readonly trigger: Readonly<Record<string, unknown>>;
  readonly step: NewCaseStep;
  /** Leads whose standing findings it rests on, each up to a day. */
  readonly leads: readonly CaseLead[];
}

/** A lead as an officer saw it: findings of later days are not meant. */
export interface CaseLead {
  readonly id: string;
  readonly throughDay: string;
}

const OPENED = "currval(pg_get_serial_sequence('cases', 'id'))::int";

/** The truck as it is registered, with what officers added to it in its newest case before. */
const VEHICLE = `to_jsonb(v) - 'demo' - 'created_at'
  || jsonb_build_object('parameters', (select p."values" from vehicle_parameters p where p.vehicle_id = v.id and p.valid_from <= $3::timestamptz order by p.recorded_at desc, p.id desc limit 1),
    'added', coalesce((select k.vehicle -> 'added' from cases k where k.vehicle_id = v.id order by k.opened_at desc, k.id desc limit 1), '{}'))`;
const TERMINAL = `(select jsonb_build_object('id', t.id, 'iccid', t.iccid, 'vendor', t.vendor, 'model', t.model, 'firmware', t.firmware, 'installedAt', a.valid_from,
    'lastSeenAt', (select received_at from vehicle_latest where vehicle_id = v.id))
  from assignments a join terminals t on t.id = a.terminal_id
  where a.vehicle_id = v.id and a.valid_from <= $3::timestamptz and (a.valid_to is null or a.valid_to > $3::timestamptz) order by a.valid_from desc limit 1)`;

function insertStep(caseId: string, seq: string, from: string, s: NewCaseStep, c: CaseColumns, first: readonly unknown[]): Step {
  const at = first.length;
  const p = (n: number) => `$${at + n}`;
  return {
    sql: `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, from_state, to_state, "values", note, due_day, due_for)
      values (${caseId}, ${seq}, ${p(1)}::text, ${p(2)}::date, ${p(3)}::timestamptz, ${p(4)}::text, ${from}, ${p(5)}::text, ${p(6)}::jsonb, ${p(7)}::text, ${p(8)}::date, ${p(9)}::text)`,
    params: [...first, s.kind, s.day, new Date(s.atMs), s.actor, c.state, JSON.stringify(s.values), s.note, c.dueDay, c.dueFor],
    expect: 1,
  };
}

/** The step that gives a case the findings of leads that stand and have no case yet. */
function attachStep(caseId: string, seq: string, leads: readonly CaseLead[], first: readonly unknown[]): Step {
  const at = first.length;
  return {
    sql: `insert into case_findings (finding_id, case_id, lead_id, seq)
      select f.id, ${caseId}, l.id, ${seq}
      from unnest($${at + 1}::text[], $${at + 2}::text[]) as m (id, day) join leads l on l.id = m.id
      join findings f on f.id = any(l.findings) and f.day <= m.day::date and (f.withdrawn_at is null or l.state = 'withdrawn')
      on conflict (finding_id) do nothing`,
    params: [...first, leads.map(({ id }) => id), leads.map(({ throughDay }) => throughDay)],
  };
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Opens a case, with `before` (decisions on its leads) and `after` (its row of the audit trail) in one transaction. Answers its id. */
export async function openCase(
  db: Db,
  c: NewCase,
  before: readonly Step[],
  after: (id: { readonly select: string; readonly value: string }) => readonly Step[],
): Promise<number> {
  const { facts, step } = c;
  const results = await db.batch([
    ...before,
    // Numbers of a year have no gaps: who opens cases at once take turns until their transaction ends.
    { sql: 'select pg_advisory_xact_lock(7319012)' },
    {
      sql: `insert into cases (year, number, vehicle_id, type, origin, origin_id, source, state, priority, officer, opened_day, opened_at, opened_by,
          due_day, due_for, close_by, progress, trigger, vehicle, terminal, updated_at)
        select y.year, coalesce((select max(k.number) from cases k where k.year = y.year), 0) + 1, v.id, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text,
          $10::text, $2::date, $3::timestamptz, $11::text, $12::date, $13::text, $14::date, $15::jsonb, $16::jsonb, ${VEHICLE}, ${TERMINAL}, $3::timestamptz
        from vehicles v cross join (select extract(year from $2::date)::int as year) y where v.id = $1::int`,
      params: [
        c.vehicleId,
        step.day,
        new Date(step.atMs),
        c.type,
        c.origin,
        c.originId,
        c.source,
        facts.state,
        facts.priority,
        facts.officer,
        step.actor,
        facts.dueDay,
        facts.dueFor,
        facts.closeBy,
        JSON.stringify(facts),
        JSON.stringify(c.trigger),
      ],
      expect: 1,
    },
    insertStep(OPENED, '1', 'null', step, facts, []),
    ...(c.leads.length === 0 ? [] : [attachStep(OPENED, '1', c.leads, [])]),
    { sql: `select ${OPENED} as id`, expect: 1 },
    ...after({ select: `select ${OPENED}::text where $1::text is not null`, value: '' }),
  ]);
  for (const { rows } of results.slice(before.length)) {
    const id: unknown = rows[0] === undefined ? undefined : Reflect.get(rows[0], 'id');
    if (typeof id === 'number') return number(id);
  }
  throw new Error('a case that was opened has no id');
}

/** A step of a case to record, with what the case amounts to afterwards. */
export interface CaseMove {
  readonly caseId: number;
  /** The version that its author saw. */
  readonly version: number;
  readonly fromState: string;
  readonly facts: CaseColumns;
  readonly step: NewCaseStep;
  /** What officers add to what is known of the truck; null: nothing. */
  readonly added: Readonly<Record<string, unknown>> | null;
  readonly leads: readonly CaseLead[];
}

/**
 * Records a step when the case is still at the version that its author saw, with `before` and `after` in the same transaction. False when
 * somebody was faster; nothing is written then.
 */
export async function moveCase(db: Db, m: CaseMove, before: readonly Step[], after: readonly Step[]): Promise<boolean> {
  const f = m.facts;
  try {
    await db.batch([
      ...before,
      {
        sql: `update cases set version = version + 1, state = $3::text, priority = $4::text, officer = $5::text, due_day = $6::date, due_for = $7::text,
            close_by = $8::date, objection_due = $9::date, closed_day = $10::date, closed_reason = $11::text, reopened = $12::int, progress = $13::jsonb,
            vehicle = case when $14::jsonb is null then vehicle else vehicle || jsonb_build_object('added', coalesce(vehicle -> 'added', '{}') || $14::jsonb) end,
            updated_at = $15::timestamptz
          where id = $1::int and version = $2::int`,
        params: [
          m.caseId,
          m.version,
          f.state,
          f.priority,
          f.officer,
          f.dueDay,
          f.dueFor,
          f.closeBy,
          f.objectionDue,
          f.closedDay,
          f.closedReason,
          f.reopened,
          JSON.stringify(f),
          m.added === null ? null : JSON.stringify(m.added),
          new Date(m.step.atMs),
        ],
        expect: 1,
      },
      insertStep('$1::int', '$2::int', '$3::text', m.step, f, [m.caseId, m.version + 1, m.fromState]),
      ...(m.leads.length === 0 ? [] : [attachStep('$1::int', '$2::int', m.leads, [m.caseId, m.version + 1])]),
      ...after,
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}

/** The step that writes down, in the registry, that a truck is laid up from a day on, until its next lay-up that is planned already; nothing when it is so on that day. */
export function layUpStep(vehicleId: number, day: string, reason: string, by: string): Step {
  return {
    sql: `insert into lay_ups (vehicle_id, valid_from, valid_to, reason, recorded_by)
      select $1::int, $2::date, (select min(valid_from) from lay_ups where vehicle_id = $1::int and valid_from > $2::date), $3::text, $4::text
      where not exists (select 1 from lay_ups where vehicle_id = $1::int and valid_from <= $2::date and (valid_to is null or valid_to > $2::date))`,
    params: [vehicleId, day, reason, by],
  };
}

/** The step that ends, in the registry, the lay-up of a truck that is in force; one that began on that very day lasts that day. */
export function endLayUpStep(vehicleId: number, day: string, by: string): Step {
  return {
    sql: `update lay_ups set valid_to = greatest($2::date, valid_from + 1), recorded_by = $3::text, recorded_at = clock_timestamp()
      where vehicle_id = $1::int and valid_from <= $2::date and (valid_to is null or valid_to > $2::date)`,
    params: [vehicleId, day, by],
  };
}

/** An attachment. */
export interface NewCaseFile {
  readonly id: string;
  readonly caseId: number;
  readonly seq: number;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly atMs: number;
  readonly actor: string;
}

/** Notes an attachment of a step; false when the case has no such step. */
export async function addCaseFile(db: Db, f: NewCaseFile, after: readonly Step[]): Promise<boolean> {
  try {
    await db.batch([
      {
        sql: `insert into case_files (id, case_id, seq, name, type, bytes, sha256, at, actor)
          select $1::text, s.case_id, s.seq, $4::text, $5::text, $6::int, $7::text, $8::timestamptz, $9::text from case_steps s where s.case_id = $2::int and s.seq = $3::int`,
        params: [f.id, f.caseId, f.seq, f.name, f.type, f.bytes, f.sha256, new Date(f.atMs), f.actor],
        expect: 1,
      },
      ...after,
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}
