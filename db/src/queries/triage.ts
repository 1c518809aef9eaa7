import { type Db, OptimisticConflict, type Step } from '../db.ts';
import { cancelPackStep, orderPackStep } from './pack-orders.ts';

/** What can be done about a lead. */
export const DEED_KINDS = ['confirm', 'dismiss', 'reopen', 'assign', 'note', 'snooze', 'undo'] as const;
export type DeedKind = (typeof DEED_KINDS)[number];

/** Where a lead stands with the officers. */
export const TRIAGE_STATES = ['new', 'snoozed', 'confirmed', 'dismissed'] as const;
export type TriageState = (typeof TRIAGE_STATES)[number];

/** Why a lead is dismissed. */
export const DISMISS_REASONS = [
  'dataAbnormal',
  'sensorFault',
  'falseAlarm',
  'specialOperation',
  'underRepair',
  'duplicate',
  'other',
] as const;
export type DismissReason = (typeof DISMISS_REASONS)[number];

/** Where a lead stands, and the version that a decision must name. */
export interface Triage {
  readonly state: TriageState;
  /** Highest number of a decision about its findings; 0: none yet. */
  readonly version: number;
  readonly assignee: string | null;
  readonly reason: string | null;
  /** Beijing date on which it comes back; null: it is not put off. */
  readonly snoozedUntil: string | null;
  /** Whether findings that nobody has seen came after it was dismissed. */
  readonly sinceDismissed: boolean;
}

/**
 * SQL of the triage of a lead `l`, as a lateral `t`: confirmed when one of its standing findings is (what comes later belongs to it),
 * dismissed when all are, put off until a day. `day`: the Beijing date of today.
 */
export function triageOf(day: string): string {
  return `cross join lateral (
    select coalesce(max(ft.last_id), 0)::int8 as version,
      case when coalesce(bool_or(ft.decision = 'confirmed'), false) then 'confirmed'
        when coalesce(bool_and(coalesce(ft.decision = 'dismissed', false)), false) then 'dismissed'
        when max(ft.snoozed_until) > ${day} then 'snoozed' else 'new' end as state,
      (array_agg(ft.assignee order by ft.last_id desc) filter (where ft.last_id is not null))[1] as assignee,
      (array_agg(ft.reason order by ft.last_id desc) filter (where ft.reason is not null))[1] as reason,
      max(ft.snoozed_until) as snoozed_until,
      coalesce(bool_or(ft.decision = 'dismissed') and not bool_and(coalesce(ft.decision = 'dismissed', false)), false) as since_dismissed
    from findings tf left join finding_triage ft on ft.finding_id = tf.id
    where tf.id = any(l.findings) and (tf.withdrawn_at is null or l.state = 'withdrawn')
  ) t`;
}

/** The columns of that lateral as JSON. */
export const TRIAGE_JSON = `jsonb_build_object('state', t.state, 'version', t.version, 'assignee', t.assignee, 'reason', t.reason,
  'snoozedUntil', case when t.state = 'snoozed' then t.snoozed_until end, 'sinceDismissed', t.since_dismissed)`;

/** A decision to record. */
export interface NewDecision {
  readonly atMs: number;
  readonly actor: string;
  /** Account of the author; null: none. */
  readonly actorId: number | null;
  readonly kind: DeedKind;
  readonly leadId: string;
  /** The version that its author saw; `undo` takes back the decision of that number. */
  readonly version: number;
  /** Newest day that its author saw: findings of later days are not decided on. */
  readonly throughDay: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly assignee: string | null;
  readonly until: string | null;
}

/** What a decision changes on the findings it is about; the other columns stay. */
const SETS: Readonly<Record<Exclude<DeedKind, 'undo'>, string>> = {
  confirm: "decision = 'confirmed', reason = null, snoozed_until = null",
  dismiss: "decision = 'dismissed', reason = d.reason, snoozed_until = null",
  reopen: 'decision = null, reason = null, snoozed_until = null',
  assign: 'assignee = d.assignee',
  note: 'decision = ft.decision',
  snooze: 'snoozed_until = d.until',
};
const UNDO = `decision = ft.previous ->> 'decision', reason = ft.previous ->> 'reason', assignee = ft.previous ->> 'assignee',
  snoozed_until = (ft.previous ->> 'snoozedUntil')::date`;
const BEFORE = `jsonb_build_object('decision', ft.decision, 'reason', ft.reason, 'assignee', ft.assignee, 'snoozedUntil', ft.snoozed_until)`;
const NEWEST = `select * from lead_decisions where id = currval(pg_get_serial_sequence('lead_decisions', 'id'))`;

/** The findings of a lead that a decision is about: those that stand, up to a day; of an undo those of the decision it takes back. */
const ABOUT = `select array_agg(f.id order by f.id) as ids, max(l.vehicle_id) as vehicle_id
  from leads l join findings f on f.id = any(l.findings)
  where l.id = $1::text and f.day <= $2::date and (f.withdrawn_at is null or l.state = 'withdrawn')`;

/**
 * The steps that record a decision; they fail when the lead is not at the version that its author saw. The fifth answers the new version as
 * `id`. A confirmation orders its evidence pack, and an undo takes the order back.
 */
export function decisionSteps(d: NewDecision): Step[] {
  const undo = d.kind === 'undo';
  const about = undo
    ? "select findings as ids, vehicle_id from lead_decisions where id = $3::int8 and lead_id = $1::text and actor = $4::text and kind <> 'undo' and $2::date is not null"
    : `${ABOUT} and $3::int8 is not null and $4::text is not null`;
  const lead = [d.leadId, d.throughDay, d.version, d.actor];
  return [
    // One at a time per lead, so that the version below is the newest.
    { sql: 'select id from leads where id = $1::text for update', params: [d.leadId], expect: 1 },
    {
      sql: `with about as (${about})
        insert into lead_decisions (at, actor, kind, lead_id, vehicle_id, findings, reason, note, assignee, until, undoes)
        select $5::timestamptz, $4::text, $6::text, $1::text, about.vehicle_id, about.ids, $7::text, $8::text, $9::text, $10::date,
          case when $6::text = 'undo' then $3::int8 end
        from about, leads l ${triageOf("'-infinity'::date")}
        where l.id = $1::text and t.version = $3::int8 and about.ids is not null`,
      params: [...lead, new Date(d.atMs), d.kind, d.reason, d.note, d.assignee, d.until],
      expect: 1,
    },
    {
      sql: `insert into finding_triage as ft (finding_id, last_id, previous)
        select unnest(d.findings), d.id, '{}' from (${NEWEST}) d on conflict (finding_id) do nothing`,
    },
    {
      sql: `update finding_triage ft set last_id = d.id, previous = ${undo ? "'{}'" : BEFORE}, ${d.kind === 'undo' ? UNDO : SETS[d.kind]}
        from (${NEWEST}) d where ft.finding_id = any(d.findings)`,
    },
    { sql: `select id from (${NEWEST}) d`, expect: 1 },
    ...(d.kind === 'confirm' ? [orderPackStep(NEWEST, d.actorId)] : []),
    ...(undo ? [cancelPackStep(d.version)] : []),
  ];
}

/**
 * Records a decision when the lead is still at the version that its author saw, all in one transaction. Answers the new version; undefined
 * when somebody was faster, when there is nothing to decide on, or, of an undo, when the newest decision is not the author's own.
 */
export async function decideOnLead(db: Db, d: NewDecision): Promise<number | undefined> {
  try {
    const results = await db.batch(decisionSteps(d));
    const row = results[4]?.rows[0];
    const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
    return typeof id === 'number' ? id : undefined;
  } catch (error) {
    if (error instanceof OptimisticConflict) return undefined;
    throw error;
  }
}

/** A decision as it was recorded. */
export interface DecisionRow {
  id: number;
  at: Date;
  actor: string;
  actor_name: string | null;
  kind: DeedKind;
  findings: string[];
  reason: string | null;
  note: string | null;
  assignee: string | null;
  until: string | null;
  undoes: number | null;
}

/** Everything that was decided about the findings of a lead, in order. */
export async function leadDecisions(db: Db, leadId: string): Promise<DecisionRow[]> {
  return await db.query<DecisionRow>(
    `select d.id, d.at, d.actor, u.display_name as actor_name, d.kind, d.findings, d.reason, d.note, d.assignee, d.until, d.undoes
     from lead_decisions d left join users u on u.name = d.actor
     where d.findings && (select l.findings from leads l where l.id = $1::text) order by d.id`,
    [leadId],
    { priority: 'read' },
  );
}

/** Who decides on leads: accounts of officers that can sign in and see this district (null: any). */
export async function listOfficers(
  db: Db,
  district: string | null,
): Promise<{ name: string; display_name: string; districts: string[] | null }[]> {
  return await db.query(
    `select name, display_name, districts from users
     where role = 'officer' and disabled_at is null and ($1::text is null or districts is null or $1::text = any(districts)) order by name`,
    [district],
    { priority: 'read' },
  );
}

/** Who decided last about a lead, for those who were too late. */
export async function lastDecision(db: Db, leadId: string): Promise<DecisionRow | undefined> {
  return (await leadDecisions(db, leadId)).at(-1);
}
