import { z } from '@hono/zod-openapi';
import { SLICE_KINDS } from '@plume/ingest/rules';
import { BeijingDate } from '../beijing-day.ts';
import { FLEET_FACTS } from './fleet.ts';
import { GROUPING_IDS } from './groupings.ts';
import { MEASURE_IDS } from './measures.ts';
import { STATISTICS_REASONS } from './reasons.ts';
import type { StatisticsReason } from './table.ts';

/** Several of a closed list, separated by commas, in their order. */
export function listOf<const T extends readonly [string, ...string[]]>(values: T, most: number) {
  return z
    .string()
    .max(400)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)).min(1).max(most))
    .openapi({ type: 'string', description: `At most ${most} of these, separated by commas: ${values.join(', ')}` });
}

/** A text in both languages. */
export const TextSchema = z.object({ zh: z.string(), en: z.string() }).readonly();

const Share = z.number().nullable();

export const MeasureSchema = z
  .object({
    id: z.enum(MEASURE_IDS),
    name: TextSchema,
    unit: z.string(),
    definition: TextSchema,
    from: z
      .enum(['sums', 'days', 'quality'])
      .openapi({ description: 'sums: with any grouping; days, quality: with groupings that do not divide the day' }),
    total: z.boolean().openapi({ description: 'Adds up over groups' }),
  })
  .readonly()
  .openapi('Measure');

export const GroupingSchema = z
  .object({
    id: z.enum(GROUPING_IDS),
    name: TextSchema,
    definition: TextSchema,
    ordered: z.boolean(),
    kind: z.enum(SLICE_KINDS).openapi({ description: 'day: does not divide the day' }),
  })
  .readonly()
  .openapi('Grouping');

export const PeriodSchema = z.object({ from: BeijingDate, to: BeijingDate }).readonly();

const REASON_IDS = Object.keys(STATISTICS_REASONS) as [StatisticsReason, ...StatisticsReason[]];

const FigureSchema = z
  .object({
    value: z.number().nullable(),
    reason: z.enum(REASON_IDS).nullable().openapi({ description: 'Why there is no value' }),
    validShare: Share.openapi({ description: 'Seconds with a valid NOx mass ÷ engine-on seconds, 0 … 1' }),
    basis: z.object({ n: z.number(), of: z.enum(['truckDays', 'trucks']) }).readonly(),
    before: z.number().nullable().openapi({ description: 'Of the period compared with' }),
    change: z.number().nullable().openapi({ description: 'Against it, as a share' }),
  })
  .readonly()
  .openapi('StatisticsFigure');

export const TableSchema = z
  .object({
    period: PeriodSchema,
    compared: PeriodSchema.nullable(),
    by: z
      .array(z.object({ id: z.enum(GROUPING_IDS), name: TextSchema, definition: TextSchema, ordered: z.boolean() }).readonly())
      .readonly(),
    measures: z.array(MeasureSchema).readonly(),
    rows: z
      .array(
        z
          .object({
            keys: z
              .array(z.object({ value: z.union([z.string(), z.number()]).nullable(), label: TextSchema }).readonly())
              .readonly(),
            figures: z.array(FigureSchema).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    total: z.array(FigureSchema).readonly(),
    truckDays: z.number(),
    notEvaluatedDays: z.number().openapi({ description: 'Truck-days with samples without any valid NOx mass' }),
    trucks: z.number(),
    notices: z
      .array(
        z
          .object({
            code: z.enum(['coarserStep', 'cut', 'noValidData', 'waiting', 'clipped', 'notCompared', 'notKept']),
            text: TextSchema,
          })
          .readonly(),
      )
      .readonly(),
    evaluatedAtMs: z.number().nullable(),
    waiting: z.number().openapi({ description: 'Truck-days that will be evaluated anew' }),
  })
  .openapi('StatisticsTable');

export const DistributionSchema = z
  .object({
    period: PeriodSchema,
    measure: MeasureSchema,
    truckDays: z.number(),
    trucks: z.number(),
    mean: z.number().nullable(),
    least: z.number().nullable(),
    greatest: z.number().nullable(),
    percentiles: z.array(z.object({ share: z.number(), value: z.number() }).readonly()).readonly(),
    bars: z.object({ from: z.number(), width: z.number(), counts: z.array(z.number()).readonly() }).readonly(),
  })
  .openapi('Distribution');

const ConcentrationSchema = z.object({ topShare: Share, gini: Share }).readonly();

export const RankingSchema = z
  .object({
    period: PeriodSchema,
    measure: MeasureSchema,
    clusters: z.enum(['days', 'weeks']),
    confidence: z.number(),
    trucks: z
      .array(
        z
          .object({
            vehicle: z
              .object({
                id: z.number(),
                plate: z.string(),
                vin: z.string(),
                district: z.string().nullable(),
                enterprise: z.string().nullable(),
              })
              .readonly(),
            stage: z.string().nullable(),
            model: z.string().nullable(),
            rank: z.number(),
            rankLow: z.number(),
            rankHigh: z.number(),
            standardised: z.number(),
            low: z.number(),
            high: z.number(),
            coverage: z.number(),
            factor: z.number(),
            noxKg: z.number(),
            validShare: Share,
            days: z.number(),
            clusters: z.number(),
            z: z.number().nullable(),
            outlier: z.boolean(),
          })
          .readonly(),
      )
      .readonly(),
    notEvaluated: z
      .array(z.object({ id: z.number(), plate: z.string(), days: z.number(), clusters: z.number() }).readonly())
      .readonly(),
    concentration: z.object({ factor: ConcentrationSchema, kg: ConcentrationSchema }).readonly(),
  })
  .openapi('Ranking');

export const ContractSchema = z
  .object({
    period: PeriodSchema,
    figures: z
      .array(
        z
          .object({
            id: z.enum(['effectiveRate', 'transmissionRate', 'failureRate', 'repairHours']),
            name: TextSchema,
            unit: z.string(),
            definition: TextSchema,
            value: z.number().nullable(),
            reason: TextSchema.nullable(),
            target: z.object({ value: z.number(), sense: z.enum(['atLeast', 'below']) }).readonly(),
            met: z.boolean().nullable(),
            n: z.number(),
            of: z.enum(['truckDays', 'trucks', 'outages']),
          })
          .readonly(),
      )
      .readonly(),
    open: z.number(),
  })
  .openapi('Contract');

const FactCounts = z.array(z.object({ value: z.string().nullable(), trucks: z.number() }).readonly()).readonly();

export const FleetSchema = z
  .object({ trucks: z.number(), facts: z.record(z.enum(FLEET_FACTS), FactCounts) })
  .openapi('FleetComposition');
