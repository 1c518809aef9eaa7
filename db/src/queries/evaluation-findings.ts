import type { Step } from '../db.ts';

/** A finding to be stored. `detail` is JSON. */
export interface FindingRow {
  readonly id: string;
  readonly vehicleId: number;
  readonly rule: string;
  readonly day: string;
  readonly level: string;
  readonly cause: string;
  readonly version: string;
  readonly class: string | null;
  readonly detail: string;
}

/** Stores findings; one that was withdrawn stands again. */
export function saveFindingsStep(rows: readonly FindingRow[]): Step {
  return {
    sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail)
          select i, v, r, d, l, c, e, k, j::jsonb
          from unnest($1::text[], $2::int4[], $3::text[], $4::date[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) as u (i, v, r, d, l, c, e, k, j)
          on conflict (id) do update set level = excluded.level, cause = excluded.cause, version = excluded.version, class = excluded.class,
            detail = excluded.detail, updated_at = now(), withdrawn_at = null, withdrawn_why = null`,
    params: [
      rows.map((row) => row.id),
      rows.map((row) => row.vehicleId),
      rows.map((row) => row.rule),
      rows.map((row) => row.day),
      rows.map((row) => row.level),
      rows.map((row) => row.cause),
      rows.map((row) => row.version),
      rows.map((row) => row.class),
      rows.map((row) => row.detail),
    ],
  };
}

/** Withdraws findings; `why` is JSON. */
export function withdrawFindingsStep(rows: readonly { readonly id: string; readonly why: string }[]): Step {
  return {
    sql: `update findings f set withdrawn_at = now(), updated_at = now(), withdrawn_why = u.w::jsonb
          from unnest($1::text[], $2::text[]) as u (i, w) where f.id = u.i`,
    params: [rows.map((row) => row.id), rows.map((row) => row.why)],
  };
}

/** A lead to be stored. */
export interface LeadRow {
  readonly id: string;
  readonly vehicleId: number;
  readonly cause: string;
  readonly level: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly findings: readonly string[];
  readonly state: 'open' | 'closed' | 'withdrawn';
  readonly closedDay: string | null;
  readonly clearDays: number;
}

export function saveLeadStep(row: LeadRow): Step {
  return {
    sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state, closed_day, clear_days)
          values ($1::text, $2::int, $3::text, $4::text, $5::date, $6::date, $7::text[], $8::text, $9::date, $10::int)
          on conflict (id) do update set cause = excluded.cause, level = excluded.level, first_day = excluded.first_day, last_day = excluded.last_day,
            findings = excluded.findings, state = excluded.state, closed_day = excluded.closed_day, clear_days = excluded.clear_days, updated_at = now()`,
    params: [
      row.id,
      row.vehicleId,
      row.cause,
      row.level,
      row.firstDay,
      row.lastDay,
      [...row.findings],
      row.state,
      row.closedDay,
      row.clearDays,
    ],
  };
}

/** What became of a lead; `detail` is JSON. */
export interface LeadEventRow {
  readonly leadId: string;
  readonly vehicleId: number;
  readonly kind: 'opened' | 'extended' | 'withdrawn' | 'closed' | 'reopened';
  readonly reason: string;
  readonly detail: string;
}

export function addLeadEventsStep(rows: readonly LeadEventRow[]): Step {
  return {
    sql: `insert into lead_events (lead_id, vehicle_id, kind, reason, detail)
          select l, v, k, r, d::jsonb from unnest($1::text[], $2::int4[], $3::text[], $4::text[], $5::text[]) as u (l, v, k, r, d)`,
    params: [
      rows.map((row) => row.leadId),
      rows.map((row) => row.vehicleId),
      rows.map((row) => row.kind),
      rows.map((row) => row.reason),
      rows.map((row) => row.detail),
    ],
  };
}
