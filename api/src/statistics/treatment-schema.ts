import { z } from '@hono/zod-openapi';
import { CASE_TYPES } from '@plume/ingest/rules';
import { BeijingDate } from '../beijing-day.ts';
import { PeriodSchema, TextSchema } from './schemas.ts';
import { TREATMENT_GROUPS } from './treatment.ts';

const Count = z.number().int();
const Ends = z.object({ value: z.number(), low: z.number(), high: z.number() }).readonly().nullable();
const ChangeSchema = Ends.openapi({
  description: 'Change of NOx on comparable operation, untreated trucks taken off [g/kWh]; negative: less. null: nothing is told',
});
const AvoidedSchema = Ends.openapi({
  description: 'kg NOx a year avoided if trucks go on as since the repair; negative: more is emitted',
});

const FIGURES = {
  repairs: Count,
  told: Count.openapi({ description: 'Of these the road check says repaired or not repaired' }),
  repaired: Count,
  notRepaired: Count,
  notTold: Count.openapi({ description: 'Not evaluated; why: reasons' }),
  reasons: z.array(z.object({ reason: z.string(), text: TextSchema, n: Count }).readonly()).readonly(),
  change: ChangeSchema,
  avoidedKg: AvoidedSchema,
  avoidedOf: Count.openapi({ description: 'Repairs in avoidedKg: told, and long enough ago for a year to be told' }),
} as const;

/** What treatment achieved so far. */
export const TreatmentSchema = z
  .object({
    period: PeriodSchema,
    by: z.enum(TREATMENT_GROUPS),
    confidence: z.number().openapi({ description: 'Of the intervals, two-sided; 0 … 1' }),
    groups: z
      .array(
        z
          .object({
            key: z.string().nullable().openapi({ description: 'As it was entered; null: not entered' }),
            name: TextSchema.nullable(),
            ...FIGURES,
          })
          .readonly(),
      )
      .readonly(),
    total: z.object(FIGURES).readonly(),
    repairs: z
      .array(
        z
          .object({
            case: z.object({ id: Count, number: z.string(), type: z.enum(CASE_TYPES) }).readonly(),
            vehicle: z.object({ id: Count, plate: z.string(), district: z.string().nullable() }).readonly(),
            stage: z.string().nullable(),
            doneDay: BeijingDate,
            work: z.string().nullable(),
            fault: z.string().nullable(),
            station: z.string().nullable(),
            verdict: z
              .enum(['repaired', 'notRepaired', 'notYetDecidable'])
              .nullable()
              .openapi({ description: 'null: no road check' }),
            told: z.boolean(),
            reason: z.string().nullable().openapi({ description: 'Why it is not evaluated; null: it is' }),
            controls: Count.nullable().openapi({ description: 'Untreated trucks over the same days that could be compared' }),
            controlsTakenOff: z.boolean().openapi({ description: 'false: fewer than three, nothing was taken off' }),
            before: z.number().nullable().openapi({ description: 'NOx before, on comparable operation [g/kWh]' }),
            change: ChangeSchema,
            avoidedKg: AvoidedSchema,
            inputsSha256: z.string().nullable().openapi({ description: 'Of all that the road check rests on' }),
          })
          .readonly(),
      )
      .readonly(),
  })
  .openapi('Treatment');
