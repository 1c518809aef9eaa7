import { z } from '@hono/zod-openapi';
import type { CaseFileRow, CaseLeadRow, CaseRow, CaseStepRow } from '@plume/db';
import {
  CASE_ORIGINS,
  CASE_SOURCES,
  CASE_STATES,
  CASE_TYPES,
  CAUSES,
  LEVELS,
  PRIORITIES,
  type Refusal,
  type StepContext,
} from '@plume/ingest/rules';
import { BeijingDate } from '../beijing-day.ts';
import { Moment } from '../schemas.ts';

/** A case's number in a path. */
export const CaseParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a case')
    .openapi({ param: { name: 'id', in: 'path' }, example: '12' }),
});

/** What people call a case: the year and its number in it. */
export function caseNumber(row: { year: number; number: number }): string {
  return `${row.year}-${String(row.number).padStart(5, '0')}`;
}

/** A person of the records: the user name, and how they are called where an account has that name. */
const By = z.object({ name: z.string(), displayName: z.string().nullable() });

export const Case = z
  .object({
    id: z.number().int(),
    number: z.string().openapi({ example: '2026-00012' }),
    vehicle: z.object({
      id: z.number().int(),
      vin: z.string(),
      plate: z.string(),
      district: z.string().nullable(),
      enterprise: z.string().nullable(),
    }),
    type: z.enum(CASE_TYPES),
    origin: z.enum(CASE_ORIGINS),
    originId: z.string().nullable().openapi({ description: 'The inspection that it was opened from' }),
    source: z.enum(CASE_SOURCES),
    state: z.enum(CASE_STATES),
    priority: z.enum(PRIORITIES),
    officer: By.nullable(),
    openedDay: BeijingDate,
    openedAt: Moment,
    openedBy: z.string(),
    due: z
      .object({ day: BeijingDate, for: z.string() })
      .nullable()
      .openapi({ description: 'By the end of that day what `for` names is to be done; null: nothing has a deadline now' }),
    closeBy: BeijingDate.nullable(),
    objectionDue: BeijingDate.nullable(),
    nearest: z
      .object({
        day: BeijingDate,
        workingDays: z.number().int().openapi({ description: 'Working days left; below zero: passed since' }),
        estimated: z.boolean().openapi({ description: 'It lies in a year whose holidays are not entered: by weekends alone' }),
      })
      .nullable()
      .openapi({ description: 'The nearest of the deadlines; null: none' }),
    closed: z.object({ day: BeijingDate, reason: z.string() }).nullable(),
    reopened: z.number().int(),
    version: z.number().int().openapi({ description: 'Name it with a step: another one now means that somebody was faster' }),
    updatedAt: Moment,
  })
  .openapi('Case');

export const CaseStep = z
  .object({
    seq: z.number().int(),
    kind: z.string(),
    day: BeijingDate.openapi({ description: 'When it happened' }),
    recordedAt: Moment,
    by: By,
    from: z.enum(CASE_STATES).nullable(),
    to: z.enum(CASE_STATES),
    values: z.record(z.string(), z.unknown()),
    note: z.string().nullable(),
    due: z.object({ day: BeijingDate, for: z.string() }).nullable().openapi({ description: 'The deadline in force after it' }),
  })
  .openapi('CaseStep');

export const CaseFile = z
  .object({
    id: z.string(),
    seq: z.number().int().openapi({ description: 'The step that it belongs to' }),
    name: z.string(),
    type: z.string(),
    bytes: z.number().int(),
    sha256: z.string(),
    at: Moment,
    by: z.string(),
  })
  .openapi('CaseFile');

export const CaseLeadShown = z
  .object({
    id: z.string(),
    cause: z.enum(CAUSES),
    level: z.enum(LEVELS),
    state: z.enum(['open', 'closed', 'withdrawn']),
    firstDay: BeijingDate,
    lastDay: BeijingDate,
    findings: z.number().int().openapi({ description: 'Findings of the case that are folded into it' }),
    withdrawn: z.number().int().openapi({ description: 'Of these a later evaluation no longer finds so many' }),
  })
  .openapi('CaseLead');

/** Why a step is not taken, at its field, in both languages. */
export const StepRefusal = z.object({ field: z.string(), zh: z.string(), en: z.string() }).openapi('StepRefusal');

const due = (day: string | null, of: string | null) => (day === null || of === null ? null : { day, for: of });

function nearest(row: CaseRow, { calendar, today }: Pick<StepContext, 'calendar' | 'today'>): z.infer<typeof Case>['nearest'] {
  if (row.state === 'closed') return null;
  const day = [row.due_day, row.objection_due, row.close_by].filter((each) => each !== null).sort()[0];
  return day === undefined
    ? null
    : { day, workingDays: calendar.between(today, day), estimated: !calendar.knows(day) || !calendar.knows(today) };
}

/** A case of the database as the API tells it. */
export function toCase(row: CaseRow, context: Pick<StepContext, 'calendar' | 'today'>): z.infer<typeof Case> {
  return {
    id: row.id,
    number: caseNumber(row),
    vehicle: {
      id: row.vehicle_id,
      vin: row.vin,
      plate: row.plate,
      district: row.district,
      enterprise: row.enterprise,
    },
    type: z.enum(CASE_TYPES).parse(row.type),
    origin: row.origin,
    originId: row.origin_id,
    source: z.enum(CASE_SOURCES).parse(row.source),
    state: z.enum(CASE_STATES).parse(row.state),
    priority: z.enum(PRIORITIES).parse(row.priority),
    officer: row.officer === null ? null : { name: row.officer, displayName: row.officer_name },
    openedDay: row.opened_day,
    openedAt: row.opened_at.toISOString(),
    openedBy: row.opened_by,
    due: due(row.due_day, row.due_for),
    closeBy: row.close_by,
    objectionDue: row.objection_due,
    nearest: nearest(row, context),
    closed: row.closed_day === null ? null : { day: row.closed_day, reason: row.closed_reason ?? '' },
    reopened: row.reopened,
    version: row.version,
    updatedAt: row.updated_at.toISOString(),
  };
}

/** A step of the database as the API tells it. */
export function toStep(row: CaseStepRow): z.infer<typeof CaseStep> {
  return {
    seq: row.seq,
    kind: row.kind,
    day: row.day,
    recordedAt: row.recorded_at.toISOString(),
    by: { name: row.actor, displayName: row.actor_name },
    from: row.from_state === null ? null : z.enum(CASE_STATES).parse(row.from_state),
    to: z.enum(CASE_STATES).parse(row.to_state),
    values: row.values,
    note: row.note,
    due: due(row.due_day, row.due_for),
  };
}

/** An attachment as the API tells it. */
export function toFile(row: CaseFileRow): z.infer<typeof CaseFile> {
  return {
    id: row.id,
    seq: row.seq,
    name: row.name,
    type: row.type,
    bytes: row.bytes,
    sha256: row.sha256,
    at: row.at.toISOString(),
    by: row.actor,
  };
}

/** A lead of a case as the API tells it. */
export function toCaseLead(row: CaseLeadRow): z.infer<typeof CaseLeadShown> {
  return {
    id: row.id,
    cause: z.enum(CAUSES).parse(row.cause),
    level: z.enum(LEVELS).parse(row.level),
    state: row.state,
    firstDay: row.first_day,
    lastDay: row.last_day,
    findings: row.findings,
    withdrawn: row.withdrawn,
  };
}

/** Refusals as a problem tells them: paths below the body, in one language. */
export function refusalFields(refusals: readonly Refusal[], lang: 'zh' | 'en'): { field: string; reason: string }[] {
  return refusals.map((each) => ({ field: `body.step.${each.field}`, reason: each[lang] }));
}
