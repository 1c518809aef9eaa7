import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, insertRuleSettings, listRuleSettings, type RuleSettingsRow } from '@plume/db';
import {
  CAVEATS,
  checkOverrides,
  FIGURES,
  type Overrides,
  PARAMETER_KEYS,
  parameterRow,
  plausibleRange,
  REASONS,
  RULES,
  rulesVersion,
} from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, plainText, problems } from '../schemas.ts';
import { requireWholeSite } from '../scope.ts';

const Text = z.object({ zh: z.string(), en: z.string() });
const Texts = z.record(z.string(), Text);
const Numbers = z.record(z.string(), z.number());

const RuleParameter = z
  .object({
    key: z.string().openapi({ example: 'verdicts.inUseV' }),
    value: z.number().openapi({ description: 'In force on the day asked' }),
    product: z.number().openapi({ description: "The product's own" }),
    changed: z.boolean().openapi({ description: 'Whether the site has put another number in its place' }),
    unit: z.string(),
    least: z.number(),
    most: z.number(),
    source: z.string(),
    mark: z.string().openapi({
      description: 'How sure: C certain, L likely, M+ M M- from memory, eng engineering judgement. Not C: shown as unverified',
    }),
  })
  .openapi('RuleParameter');

const RuleRow = z
  .object({
    id: z.string().openapi({ example: 'R-A2' }),
    name: Text,
    says: Text,
    cause: z.string(),
    levels: z.array(z.string()),
    leadFrom: z.string().nullable(),
    officerList: z.boolean(),
    parameters: z.array(z.string()).openapi({ description: 'Keys of the numbers it reads itself' }),
    restsOn: z.array(z.string()).openapi({ description: 'Rules whose outcome it asks' }),
    needs: Text,
    reasons: z.array(z.string()).openapi({ description: 'Why it may not be evaluated' }),
    caveats: z.array(z.string()),
    basis: z.string().openapi({ description: 'law, inferred (from a limit), lit (published), eng (judgement)' }),
    source: z.string(),
    mark: z.string(),
    speaksWithinDays: z.number(),
  })
  .openapi('Rule');

const catalogue = createRoute({
  method: 'get',
  path: '/rules',
  tags: ['rules'],
  summary: 'Every rule, and every number in force on a day with its source and how sure it is',
  request: { query: z.object({ on: BeijingDate.optional().openapi({ description: 'Beijing date; absent: today' }) }) },
  responses: {
    200: json(
      z.object({
        on: BeijingDate,
        version: z.string().openapi({ description: 'What findings of that day carry' }),
        settingsId: z
          .number()
          .nullable()
          .openapi({ description: "The site's version in force; null: the product's own numbers" }),
        rules: z.array(RuleRow),
        parameters: z.array(RuleParameter),
        figures: z.record(z.string(), Text.extend({ unit: z.string(), digits: z.number() })),
        reasons: Texts,
        caveats: Texts,
      }),
      'The catalogue',
    ),
    ...problems,
  },
});

const Settings = z
  .object({
    id: z.number(),
    overrides: Numbers,
    version: z.string(),
    validFrom: BeijingDate,
    validTo: BeijingDate.nullable().openapi({ description: 'First day of the version that takes its place; null: none yet' }),
    state: z.enum(['past', 'inForce', 'ahead', 'overtaken']).openapi({
      description: 'overtaken: a version recorded later begins no later, so it never is in force',
    }),
    recordedBy: z.string(),
    recordedAt: Moment,
    note: z.string(),
  })
  .openapi('RuleSettings');

const versions = createRoute({
  method: 'get',
  path: '/rules/settings',
  tags: ['rules'],
  summary: "Versions of the site's own numbers, the newest first",
  responses: { 200: json(z.object({ today: BeijingDate, settings: z.array(Settings) }), 'All versions'), ...problems },
});

const record = createRoute({
  method: 'post',
  path: '/rules/settings',
  tags: ['rules'],
  summary: "Record a version of the site's own numbers, in force from a day on",
  description:
    "The version is whole: a number that it does not name is the product's. A day is judged with the version in force on it; the past is not judged anew. To see first what a change would do, order a back-test.",
  request: {
    body: body(
      z.strictObject({
        overrides: z.record(z.string().max(80), z.number()).openapi({ example: { 'verdicts.inUseV': 3.5 } }),
        validFrom: BeijingDate.openapi({ description: 'Today or later' }),
        note: plainText(500).openapi({ description: 'Why' }),
        after: z.number().int().positive().nullable().openapi({
          description:
            'Number of the newest version that this one rests on, so that nobody overwrites another; null: there is none',
        }),
      }),
    ),
  },
  responses: { 201: json(Settings, 'Recorded'), ...problems, ...conflict },
});

/** The version in force on a day, of all in any order. */
export function settingsOn(rows: readonly RuleSettingsRow[], date: string): RuleSettingsRow | undefined {
  return rows.filter((row) => row.valid_from <= date).reduce<RuleSettingsRow | undefined>(newer, undefined);
}

function newer(a: RuleSettingsRow | undefined, b: RuleSettingsRow): RuleSettingsRow {
  return a !== undefined && a.id > b.id ? a : b;
}

/** Overrides that may stand; a problem that names each number that may not, and why. */
export function requireOverrides(field: string, given: Readonly<Record<string, unknown>>): Overrides {
  const checked = checkOverrides(given);
  if (checked.ok) return checked.overrides;
  const errors = checked.errors.map((error) => ({ field: `${field}.${error.field}`, reason: error.en }));
  throw new Problem(
    400,
    'INVALID',
    errors.map((error) => `${error.field}: ${error.reason}`).join('; '),
    'Correct the numbers and send the request again; /api/v1/rules says what each is and may be.',
    { errors },
  );
}

function toSettings(row: RuleSettingsRow, today: string): z.infer<typeof Settings> {
  const over = row.valid_to !== null && row.valid_to <= row.valid_from;
  const past = row.valid_to !== null && row.valid_to <= today;
  return {
    id: row.id,
    overrides: row.overrides,
    version: rulesVersion(row.overrides),
    validFrom: row.valid_from,
    validTo: over ? null : row.valid_to,
    state: over ? 'overtaken' : row.valid_from > today ? 'ahead' : past ? 'past' : 'inForce',
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at.toISOString(),
    note: row.note,
  };
}

function changedMeanwhile(newest: RuleSettingsRow | undefined): Problem {
  const numbers = Object.entries(newest?.overrides ?? {}).map(([key, value]) => `${key} = ${value}`);
  const told = newest
    ? `${newest.recorded_by} recorded version ${newest.id} meanwhile (${newest.note}): ${numbers.join(', ') || "the product's numbers"}`
    : 'there is no version';
  return new Problem(
    409,
    'CHANGED',
    `${told}. Nothing was recorded.`,
    'Read the versions again, compare, and send it with the newest number.',
  );
}

/** The catalogue of rules, and what the site changes in its numbers. */
export function ruleRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(catalogue, async (c) => {
      const on = c.req.valid('query').on ?? beijingDate(deps.clock());
      const inForce = settingsOn(await listRuleSettings(db), on);
      const overrides = inForce?.overrides ?? {};
      return c.json(
        {
          on,
          version: rulesVersion(overrides),
          settingsId: inForce?.id ?? null,
          rules: RULES.map((rule) => ({
            ...rule,
            levels: [...rule.levels],
            parameters: [...rule.parameters],
            restsOn: [...rule.restsOn],
            reasons: [...rule.reasons],
            caveats: [...rule.caveats],
          })),
          parameters: PARAMETER_KEYS.map((key) => {
            const { value: product, unit, source, mark } = parameterRow(key);
            const [least, most] = plausibleRange(key);
            const value = overrides[key] ?? product;
            return { key, value, product, changed: key in overrides, unit, least, most, source, mark };
          }),
          figures: FIGURES,
          reasons: REASONS,
          caveats: CAVEATS,
        },
        200,
      );
    })
    .openapi(versions, async (c) => {
      const today = beijingDate(deps.clock());
      return c.json({ today, settings: (await listRuleSettings(db)).map((row) => toSettings(row, today)) }, 200);
    })
    .openapi(record, async (c) => {
      requireWholeSite(c, 'A version of the rules');
      const given = c.req.valid('json');
      const today = beijingDate(deps.clock());
      const overrides = requireOverrides('body.overrides', given.overrides);
      if (given.validFrom < today)
        throw invalid(
          'body.validFrom',
          `must be today (${today}) or later: days that were judged are not judged anew by other numbers`,
        );
      const object = { kind: 'rules', id: given.validFrom };
      const entry = c.get('trail').done('rules.change', object, { overrides, validFrom: given.validFrom, note: given.note });
      const id = await insertRuleSettings(audited(db, entry), {
        overrides,
        validFrom: given.validFrom,
        recordedBy: actorName(c.get('caller')),
        note: given.note,
        after: given.after,
      });
      const rows = await listRuleSettings(db);
      if (id === undefined) throw changedMeanwhile(rows[0]);
      const row = rows.find((each) => each.id === id);
      if (!row) throw new Error('a recorded version of the rules cannot be read back');
      return c.json(toSettings(row, today), 201);
    });
}
