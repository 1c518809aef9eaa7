import { z } from '@hono/zod-openapi';
import { type Db, findSetting, REPORT_KINDS, type ReportKind } from '@plume/db';
import { Moment } from '../schemas.ts';

/** Where the schedule stands among the settings. */
export const SCHEDULE_KEY = 'reports.schedule';

/** What of the schedule a person sets. */
export const ScheduleInput = z.strictObject({
  day: z.boolean(),
  month: z.boolean(),
  year: z.boolean(),
  atMinute: z
    .number()
    .int()
    .min(0)
    .max(1439)
    .openapi({ description: 'Minute of the Beijing day at which reports are due', example: 480 }),
  monthDay: z
    .number()
    .int()
    .min(1)
    .max(28)
    .openapi({ description: 'Day of the month on which the report of the month before is due' }),
  yearDay: z
    .string()
    .regex(/^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/, 'must be such as 01-10')
    .openapi({ description: 'Day on which the report of the year before is due', example: '01-10' }),
  perDistrict: z.boolean().openapi({ description: 'Also one for each district that has trucks' }),
  revise: z.boolean().openapi({ description: 'A report whose figures have changed gets a new revision at the daily look' }),
});

export const ScheduleSchema = ScheduleInput.extend({
  since: z
    .object({ day: Moment.nullable(), month: Moment.nullable(), year: Moment.nullable() })
    .openapi({ description: 'When the kind was switched on: what came due before is not made up for; null: it is off' }),
})
  .strip()
  .openapi('ReportSchedule');
export type Schedule = z.infer<typeof ScheduleSchema>;

/** Off until a person switches it on; then: days at 08:00, months on the 3rd, years on 10 January. */
export const DEFAULT_SCHEDULE: Schedule = {
  day: false,
  month: false,
  year: false,
  atMinute: 480,
  monthDay: 3,
  yearDay: '01-10',
  perDistrict: false,
  revise: true,
  since: { day: null, month: null, year: null },
};

/** The schedule in force and its version; 0: nobody has set one. */
export async function readSchedule(db: Db): Promise<{ version: number; schedule: Schedule }> {
  const row = await findSetting(db, SCHEDULE_KEY);
  return row ? { version: row.version, schedule: ScheduleSchema.parse(row.value) } : { version: 0, schedule: DEFAULT_SCHEDULE };
}

/** The schedule that a person's choice makes of the one before: a kind that is switched on begins now. */
export function nextSchedule(before: Schedule, given: z.infer<typeof ScheduleInput>, nowMs: number): Schedule {
  const since = (kind: ReportKind) => (given[kind] ? (before.since[kind] ?? new Date(nowMs).toISOString()) : null);
  return { ...given, since: { day: since('day'), month: since('month'), year: since('year') } };
}

/** Kinds that are switched on, with since when [epoch ms]. */
export function kindsOn({ since, ...schedule }: Schedule): { kind: ReportKind; sinceMs: number }[] {
  return REPORT_KINDS.flatMap((kind) => {
    const at = since[kind];
    return schedule[kind] && at !== null ? [{ kind, sinceMs: Date.parse(at) }] : [];
  });
}
