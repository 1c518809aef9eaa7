import { CASE_STATES, CASE_TYPES, type CaseFacts, PRIORITIES } from '@plume/ingest/rules';
import { z } from 'zod';

const Day = z.string();

/** What a case amounts to, as the rules wrote it. */
const StoredFacts: z.ZodType<CaseFacts> = z.object({
  type: z.enum(CASE_TYPES),
  state: z.enum(CASE_STATES),
  priority: z.enum(PRIORITIES),
  officer: z.string().nullable(),
  beganDay: Day,
  openedDay: Day,
  lastDay: Day,
  dueDay: Day.nullable(),
  dueFor: z.enum(['verify', 'notice', 'repair', 'retest', 'closing', 'penaltyDecision']).nullable(),
  closeBy: Day.nullable(),
  estimated: z.boolean(),
  objectionDay: Day.nullable(),
  objectionDue: Day.nullable(),
  notice: z.object({ day: Day, workingDays: z.number(), receivedDay: Day.nullable() }).nullable(),
  secondNotice: z.boolean(),
  repairedDay: Day.nullable(),
  retestPassed: z.boolean(),
  ground: z.enum(['compliant', 'falseAlarm', 'any']).nullable(),
  paused: z.object({ state: z.enum(CASE_STATES), due: z.number().nullable(), closeBy: z.number() }).nullable(),
  closedDay: Day.nullable(),
  closedReason: z.string().nullable(),
  reopened: z.number(),
});

/** What a case amounts to. Throws where what is stored is not what the rules write: no step is taken on a guess. */
export function factsOf(row: { readonly id: number; readonly progress: unknown }): CaseFacts {
  const stored = StoredFacts.safeParse(row.progress);
  if (stored.success) return stored.data;
  throw new Error(`what is stored of case ${row.id} cannot be read: ${z.prettifyError(stored.error)}`);
}
