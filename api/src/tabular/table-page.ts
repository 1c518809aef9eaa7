import { z } from '@hono/zod-openapi';
import { TABLE_IDS } from '../exports/tables/index.ts';
import { Moment, Paging } from '../schemas.ts';

const Both = z.object({ zh: z.string(), en: z.string() });

/** Types of columns in answers: times are UTC in JSON, dates are Beijing days. */
export const COLUMN_TYPES = ['text', 'number', 'integer', 'boolean', 'time', 'date'] as const;

/** One page of a table of records. */
export const TablePage = z
  .object({
    table: z.enum(TABLE_IDS),
    name: Both,
    about: Both,
    from: Moment,
    to: Moment.openapi({ description: 'Excluded' }),
    columns: z.array(z.object({ id: z.string(), name: Both, unit: z.string(), definition: Both, type: z.enum(COLUMN_TYPES) })),
    rows: z
      .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
      .openapi({ description: 'By the ids of the columns; null: there is no value' }),
    ...Paging,
  })
  .openapi('TablePage');
