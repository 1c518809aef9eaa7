import { z } from '@hono/zod-openapi';
import { REPORT_KINDS } from '@plume/db';
import { BeijingDate } from '../beijing-day.ts';
import { TextSchema } from '../statistics/schemas.ts';

/** A figure, a word in both languages, or why there is no figure. */
export const CellSchema = z.union([z.number(), TextSchema, z.object({ none: TextSchema }).readonly()]);

const ColumnSchema = z
  .object({
    id: z.string(),
    name: TextSchema,
    unit: z.string(),
    definition: TextSchema.nullable(),
    source: TextSchema.nullable(),
  })
  .readonly();

const RowSchema = z
  .object({
    key: z.string(),
    label: TextSchema,
    /** Of a table whose rows are figures of different kinds. */
    unit: z.string().optional(),
    definition: TextSchema.optional(),
    source: TextSchema.optional(),
    cells: z.array(CellSchema).readonly(),
  })
  .readonly();

export const ReportTableSchema = z
  .object({
    id: z.string(),
    title: TextSchema,
    /** What stands at the head of the labels. */
    of: TextSchema,
    columns: z.array(ColumnSchema).readonly(),
    rows: z.array(RowSchema).readonly(),
    notes: z.array(TextSchema).readonly(),
    chart: z
      .object({ column: z.string(), form: z.enum(['lying', 'standing']) })
      .readonly()
      .nullable(),
  })
  .readonly();

export const ReportKeySchema = z
  .object({
    kind: z.enum(REPORT_KINDS),
    from: BeijingDate,
    to: BeijingDate,
    district: z.string().nullable(),
    enterprise: z.string().nullable(),
  })
  .readonly();

/** Everything that a revision of a report says: its canonical JSON is what is frozen and hashed. */
export const ReportContentSchema = z
  .object({
    format: z.literal('plume-report-1'),
    report: ReportKeySchema,
    title: TextSchema,
    summary: TextSchema,
    compared: z.object({
      previous: z.object({ from: BeijingDate, to: BeijingDate }).readonly(),
      year: z.object({ from: BeijingDate, to: BeijingDate }).readonly(),
    }),
    data: z
      .object({
        newestSample: z.string().nullable(),
        evaluatedAt: z.string().nullable(),
        truckDays: z.number(),
        samples: z.number(),
        waiting: z.number(),
        formulas: z.array(z.string()).readonly(),
        rules: z.array(z.string()).readonly(),
        plume: z.string(),
      })
      .readonly(),
    notices: z.array(TextSchema).readonly(),
    tables: z.array(ReportTableSchema).readonly(),
  })
  .openapi('ReportContent');

/** What a figure was and is. */
const ChangeSchema = z
  .object({
    table: TextSchema,
    row: TextSchema,
    column: TextSchema,
    unit: z.string(),
    from: CellSchema.nullable(),
    to: CellSchema.nullable(),
  })
  .readonly();

/** Why there is a revision, and what differs from the one before. */
export const RevisionNoteSchema = z
  .object({
    after: z.number().int(),
    causes: z.array(z.object({ kind: z.string(), text: TextSchema }).readonly()).readonly(),
    changes: z.array(ChangeSchema).readonly(),
    /** All of them; more than are listed when there are very many. */
    changed: z.number().int(),
  })
  .openapi('RevisionNote');

export type Cell = z.infer<typeof CellSchema>;
export type ReportColumn = z.infer<typeof ColumnSchema>;
export type ReportTableRow = z.infer<typeof RowSchema>;
export type ReportTable = z.infer<typeof ReportTableSchema>;
export type ReportContent = z.infer<typeof ReportContentSchema>;
export type RevisionNote = z.infer<typeof RevisionNoteSchema>;
