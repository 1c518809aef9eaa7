import { z } from '@hono/zod-openapi';
import type { FindingJson } from '@plume/db';
import { CAVEATS, FIGURES, RULE_IDS, type RuleId, ruleRow } from '@plume/ingest/rules';
import { BeijingDate } from './beijing-day.ts';
import { explanationOf, statementOf } from './explain-finding.ts';
import { Moment } from './schemas.ts';

/** The language of texts in answers. */
export const Lang = z.enum(['zh', 'en']).default('zh').openapi({ description: 'Language of texts' });
export type Lang = z.infer<typeof Lang>;

/** A figure of a verdict with its name and unit. */
export const Figure = z
  .object({
    id: z.string(),
    name: z.string(),
    value: z.union([z.number(), z.string(), z.null()]),
    unit: z.string().openapi({ description: 'share: 0 to 1, shown as per cent; time: epoch seconds; empty: a count or a word' }),
    digits: z.number().int(),
  })
  .openapi('Figure');

/** The figures of an outcome in the asked language, in the order of their names. */
export function figuresOf(figures: Readonly<Record<string, number | string | null>>, lang: Lang): z.infer<typeof Figure>[] {
  const texts: Readonly<Record<string, { zh: string; en: string; unit: string; digits: number }>> = FIGURES;
  return Object.entries(figures).map(([id, value]) => {
    const text = texts[id];
    return { id, name: text?.[lang] ?? id, value, unit: text?.unit ?? '', digits: text?.digits ?? 2 };
  });
}

/** How much data stands behind a finding's day: what is printed beside every figure. */
const Behind = z.object({
  noxValidShare: z
    .number()
    .nullable()
    .openapi({ description: 'Seconds with a valid downstream NOx ÷ seconds with a hot engine, 0 to 1' }),
  transmissionRate: z.number().nullable().openapi({ description: 'Samples received ÷ samples due, 0 to 1' }),
  engineOnS: z.number().nullable(),
  distanceKm: z.number().nullable(),
});

/** A finding as the API tells it. */
export const Finding = z
  .object({
    id: z.string().openapi({ description: 'First 16 hex digits of SHA-256(VIN|rule|day); the same through every recomputation' }),
    rule: z.string(),
    ruleName: z.string(),
    day: BeijingDate,
    level: z.enum(['event', 'attention', 'fault', 'suspected', 'probable']),
    cause: z.string(),
    version: z.string().openapi({ description: 'Version of the rules it was made with' }),
    class: z.string().nullable().openapi({ description: 'Method class: A, B, C' }),
    statement: z.string().openapi({ description: 'What was found, in one sentence with its numbers' }),
    explanation: z.string().openapi({ description: 'The same with rule, days, limit, source and caveats' }),
    limit: z
      .object({
        value: z.number(),
        unit: z.string(),
        source: z.string(),
        mark: z.string(),
        verified: z.boolean().openapi({ description: 'false: from memory, inferred or our judgement; show it as unverified' }),
      })
      .nullable(),
    figures: z.array(Figure),
    period: z.object({ from: BeijingDate, to: BeijingDate }).openapi({ description: 'Days that the figures rest on' }),
    days: z.array(BeijingDate),
    stretches: z
      .array(z.object({ fromSec: z.number(), toSec: z.number() }))
      .openapi({ description: 'Seconds that decided it, epoch seconds' }),
    caveats: z.array(z.object({ code: z.string(), text: z.string() })),
    data: Behind,
    openedAt: Moment,
    updatedAt: Moment,
    withdrawnAt: Moment.nullable(),
    withdrawnWhy: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('Finding');

/** A text as a rule's id; undefined for one of another version. */
export function asRule(text: string): RuleId | undefined {
  return RULE_IDS.find((id) => id === text);
}

/** Name of a rule; of one that this version does not have its id. */
export function ruleName(text: string, lang: Lang): string {
  const rule = asRule(text);
  return rule === undefined ? text : ruleRow(rule).name[lang];
}

/** A finding of the database as the API tells it. */
export function toFinding(row: FindingJson, lang: Lang): z.infer<typeof Finding> {
  const { limit, figures, days, stretches, caveats } = row.detail;
  const sorted = days.length > 0 ? [...days].sort() : [row.day];
  const texts: Readonly<Record<string, { zh: string; en: string }>> = CAVEATS;
  const level = Finding.shape.level.parse(row.level);
  return {
    id: row.id,
    rule: row.rule,
    ruleName: ruleName(row.rule, lang),
    day: row.day,
    level,
    cause: row.cause,
    version: row.version,
    class: row.class,
    statement: statementOf({ ...row, level }, lang),
    explanation: explanationOf({ ...row, level }, lang),
    limit: limit && { ...limit, verified: limit.mark === 'C' },
    figures: figuresOf(figures, lang),
    period: { from: sorted[0] ?? row.day, to: sorted.at(-1) ?? row.day },
    days: [...days],
    stretches: [...stretches],
    caveats: caveats.map((code) => ({ code, text: texts[code]?.[lang] ?? code })),
    data: {
      noxValidShare: row.noxValidShare,
      transmissionRate: row.transmissionRate,
      engineOnS: row.engineOnS,
      distanceKm: row.distanceKm,
    },
    openedAt: utc(row.openedAt),
    updatedAt: utc(row.updatedAt),
    withdrawnAt: row.withdrawnAt === null ? null : utc(row.withdrawnAt),
    withdrawnWhy: row.withdrawnWhy === null ? null : { ...row.withdrawnWhy },
  };
}

/** A time of the database's JSON in UTC. */
function utc(text: string): string {
  return new Date(text).toISOString();
}
