import { z } from '@hono/zod-openapi';
import type { RoadCheckRow, RoadCheckWhole } from '@plume/db';
import { type RoadCheckInput, type RoadCheckResult, roadCheck, roadSentence, roadSpan, sha256OfJson } from '@plume/ingest/rules';
import { BeijingDate } from '../beijing-day.ts';
import { Moment } from '../schemas.ts';

const VERDICTS = ['repaired', 'notRepaired', 'notYetDecidable'] as const;
const Count = z.number().int();
const Both = z.object({ zh: z.string(), en: z.string() });
const Ranged = z.object({ value: z.number(), low: z.number(), high: z.number() });
const Share = z.number().nullable();

/** A road check in the list of those that were computed. */
export const RoadCheckShort = z
  .object({
    id: Count,
    computedAt: Moment,
    by: z.string(),
    version: z.string().openapi({ description: 'Version of the method' }),
    repairedDay: BeijingDate,
    verdict: z.enum(VERDICTS),
    reason: z.string(),
    daysBefore: Count,
    daysAfter: Count,
    daysMissing: Count.nullable(),
    inputsSha256: z.string(),
  })
  .openapi('RoadCheckShort');

const RoadCheckDay = z.object({
  day: BeijingDate,
  gPerKwh: z.number().nullable().openapi({ description: 'NOx on comparable operation; null: the day has none of it' }),
  noxG: z.number(),
  workKwh: z.number(),
  windows: Count,
  windowsOver: Count,
});

/** A road check whole: NOx as NO2 in g/kWh, Beijing days. */
export const RoadCheck = RoadCheckShort.extend({
  reproduced: z.boolean().nullable().openapi({
    description: 'Computed again from the stored input just now: the same; null: another version of the method computed it',
  }),
  sentence: Both,
  daysBy: z.enum(['minimum', 'width']).nullable().openapi({
    description:
      'How daysMissing was found: the least number of valid days, or days that narrow the intervals enough (1/√n) if they are like those so far',
  }),
  leastDays: Count.openapi({ description: 'Valid days needed before and after' }),
  repair: z.object({ inDay: BeijingDate, doneDay: BeijingDate, leftOutDays: Count }),
  span: z
    .object({
      before: z.object({ from: BeijingDate, to: BeijingDate }),
      after: z.object({ from: BeijingDate, to: BeijingDate.nullable() }),
    })
    .openapi({ description: 'Days between which it looked, cut by other repairs of the truck; to null: nothing ends it' }),
  basis: z.enum(['work', 'fuel']).openapi({
    description: 'Matched by power and speed, with the own consumption (work), or by speed alone with the reference (fuel)',
  }),
  bsfcKgPerKwh: z.number().openapi({ description: 'Consumption that turns g/kg fuel into g/kWh' }),
  methodClass: z.enum(['A', 'B', 'C']).nullable(),
  limit: z.object({ value: z.number(), unit: z.string(), source: z.string(), mark: z.string() }).nullable(),
  guard: z.number().openapi({ description: 'Factor for the measurement uncertainty (E20)' }),
  confidence: z.number().openapi({ description: 'Of the intervals, two-sided; 0 … 1' }),
  before: Ranged.nullable(),
  after: Ranged.nullable(),
  ownBefore: z.number().nullable().openapi({ description: 'Over all operation of the period, in its own mix' }),
  ownAfter: z.number().nullable(),
  logRatio: Ranged.nullable().openapi({ description: 'ln(after ÷ before), controls taken off' }),
  controls: Count.openapi({ description: 'Untreated trucks of the stage over the same days that could be compared' }),
  controlLogRatio: z
    .number()
    .nullable()
    .openapi({ description: 'Median of their ln(after ÷ before); null: too few, none taken off' }),
  overlap: z.number().openapi({ description: 'What the mixes of operation before and after have in common, 0 … 1' }),
  leastOverlap: z.number(),
  bins: Count.openapi({ description: 'Operating bins that both periods have' }),
  test: z
    .object({
      wPlus: z.number(),
      n: Count,
      zeros: Count,
      ties: Count,
      p: z.number(),
      exact: z.boolean(),
      shift: z.number().openapi({ description: 'Hodges-Lehmann shift, before − after [g/kWh]' }),
      low: z.number().nullable(),
      high: z.number().nullable(),
      confidence: z.number().nullable(),
    })
    .nullable()
    .openapi({ description: 'Wilcoxon signed-rank, one-sided, over the matched bins' }),
  days: z.object({
    beforeOver: Count,
    afterOver: Count,
    afterOverGuarded: Count,
    upper: Share,
    guardedLower: Share,
  }),
  windowShare: z.object({ before: Share, after: Share }),
  urea: z.object({ before: Share, after: Share }).openapi({ description: 'Urea ÷ fuel [L/L]' }),
  notValid: z.object({ before: z.record(z.string(), Count), after: z.record(z.string(), Count) }),
  daysOf: z.object({ before: z.array(RoadCheckDay), after: z.array(RoadCheckDay) }),
}).openapi('RoadCheck');

/** A row of the database in the list. */
export function toShort(row: RoadCheckRow): z.infer<typeof RoadCheckShort> {
  return {
    id: row.id,
    computedAt: row.computed_at.toISOString(),
    by: row.computed_by,
    version: row.version,
    repairedDay: row.repaired_day,
    verdict: row.verdict,
    reason: row.reason,
    daysBefore: row.days_before,
    daysAfter: row.days_after,
    daysMissing: row.days_missing,
    inputsSha256: row.inputs_sha256,
  };
}

function daysTold(input: RoadCheckInput, result: RoadCheckResult, period: 'before' | 'after') {
  const levels = new Map(result.daily[period].map(({ day, level }) => [day, level]));
  return input[period].map(({ day, bins, windows, over }) => ({
    day,
    gPerKwh: levels.get(day) ?? null,
    noxG: bins.reduce((sum, { emission }) => sum + emission, 0),
    workKwh: bins.reduce((sum, { base }) => sum + base, 0),
    windows,
    windowsOver: over,
  }));
}

/** A stored road check, computed again from its own input by the version that runs, when that is the one it was computed by. */
export function toRoadCheck(row: RoadCheckWhole, version: string): z.infer<typeof RoadCheck> {
  const stored = row.inputs as Omit<RoadCheckInput, 'span'> & Partial<Pick<RoadCheckInput, 'span'>>;
  // Version 1.0.0 knew no other repairs.
  const input: RoadCheckInput = { ...stored, span: stored.span ?? roadSpan(stored.repair, stored.parameters) };
  const result = row.result as RoadCheckResult;
  const { comparison: found } = result;
  const { test, shift } = found;
  return {
    ...toShort(row),
    reproduced:
      row.version === version
        ? sha256OfJson(stored) === row.inputs_sha256 && sha256OfJson(roadCheck(input)) === sha256OfJson(result)
        : null,
    sentence: roadSentence(input, result),
    daysBy: result.daysBy,
    leastDays: input.parameters.days,
    repair: { ...input.repair, leftOutDays: input.parameters.leftOutDays },
    span: input.span,
    basis: input.basis,
    bsfcKgPerKwh: input.bsfc.value,
    methodClass: input.methodClass,
    limit: input.limit,
    guard: input.guard,
    confidence: input.parameters.confidence,
    before: found.before,
    after: found.after,
    ownBefore: found.ownBefore,
    ownAfter: found.ownAfter,
    logRatio: found.logRatio,
    controls: found.controls,
    controlLogRatio: found.controlLogRatio,
    overlap: found.match.overlap,
    leastOverlap: input.parameters.leastOverlap,
    bins: found.match.bins.length,
    test: test && {
      ...test,
      low: shift?.low ?? null,
      high: shift?.high ?? null,
      confidence: shift?.confidence ?? null,
    },
    days: result.days,
    windowShare: result.windows,
    urea: result.urea,
    notValid: input.notValid,
    daysOf: { before: daysTold(input, result, 'before'), after: daysTold(input, result, 'after') },
  };
}
