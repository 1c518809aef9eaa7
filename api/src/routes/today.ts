import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type CoverageBucket,
  countFleet,
  countNotJudged,
  coverageOf,
  type DayCounts,
  type Db,
  dayCounts,
  type Happening,
  happenings,
  laidUpOn,
  listFleet,
  type NotJudged,
  notJudged,
} from '@plume/db';
import type { SignalId } from '@plume/ingest/protocol';
import { LEAD_REASONS, LEVELS, REASONS } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, startOfDate } from '../beijing-day.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { Lang, ruleName } from '../finding-schema.ts';
import { CursorInput, json, limit, Moment, Paging, problems } from '../schemas.ts';
import { THRESHOLDS, toVehicle } from './vehicle-schema.ts';

/** The last 24 hours in buckets of a quarter of an hour. */
const BUCKET_S = 900;
const BUCKETS = 96;
const MOST_NOT_JUDGED = 50;
const MOST_HAPPENINGS = 60;

const Rate = z
  .object({
    value: z.number().nullable().openapi({ description: '0 to 1; null: the base is empty' }),
    part: z.number(),
    base: z.number(),
  })
  .openapi('Rate');

const Happened = z
  .object({
    kind: z.enum(['opened', 'withdrawn', 'closed', 'reopened', 'tank', 'alarm']),
    at: Moment.nullable(),
    day: BeijingDate.nullable(),
    vehicle: z.object({ id: z.number(), plate: z.string() }),
    what: z.string().openapi({ description: 'Cause of a lead, rule of a tank event, kind of an alarm' }),
    name: z.string().openapi({ description: 'The rule of a tank event in words; else what' }),
    id: z.string().nullable().openapi({ description: 'The lead or finding' }),
    level: z.enum(LEVELS).nullable(),
    reason: z.string().nullable().openapi({ description: 'Why a lead was withdrawn or closed' }),
    litres: z.number().nullable().openapi({ description: 'Of a tank event [L]; null: the tank size is not known' }),
    fromSec: z.number().nullable().openapi({ description: 'When a tank event began, epoch seconds' }),
  })
  .openapi('Happening');

const Today = z
  .object({
    serverTime: Moment,
    today: BeijingDate,
    day: BeijingDate.openapi({ description: 'The last whole Beijing day: what the rates are of' }),
    fleet: z.object({
      fitted: z.number(),
      online: z.number(),
      late: z.number(),
      silent: z.number(),
      neverSeen: z.number(),
      laidUp: z.number().openapi({ description: 'Reported laid up today, and not heard of' }),
    }),
    rates: z.object({
      connected: Rate,
      online: Rate,
      transmission: Rate,
      valid: Rate,
      effective: Rate,
      exceedance: Rate,
    }),
    evaluated: z.object({
      trucks: z.number().openapi({ description: 'Trucks with data on the day' }),
      judged: z.number(),
      waiting: z.number().openapi({ description: 'Trucks whose day waits for the evaluator' }),
    }),
    notJudgedTrucks: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'How many trucks sent and could not be judged; null: not for this caller' }),
    notJudged: z
      .array(
        z.object({
          vehicle: z.object({ id: z.number(), plate: z.string() }),
          reason: z.string().openapi({ description: 'In words' }),
          noxValidShare: z.number().nullable(),
        }),
      )
      .nullable()
      .openapi({ description: 'The first of them by plate, 50 at most; null: not for this caller' }),
    changes: z
      .object({
        since: Moment,
        counts: z
          .record(z.string(), z.number())
          .openapi({ description: 'How often each kind, or rule or kind of its own, came' }),
        list: z.array(Happened),
      })
      .nullable()
      .openapi({ description: 'What happened since the begin of yesterday, 60 at most; null: not for this caller' }),
  })
  .openapi('Today');

const overview = createRoute({
  method: 'get',
  path: '/today',
  tags: ['today'],
  summary: 'Whether everything works: state of the fleet, rates of the last whole day, what changed since yesterday',
  request: { query: z.object({ lang: Lang }) },
  responses: { 200: json(Today, 'Today'), ...problems },
});

const Row = z
  .object({
    id: z.number(),
    plate: z.string(),
    vin: z.string(),
    demo: z.boolean(),
    laidUp: z.boolean(),
    lastReceivedAt: Moment.nullable(),
    lon: z.number().nullable(),
    lat: z.number().nullable(),
    bar: z.string().length(BUCKETS).openapi({
      description:
        'One letter a bucket: v engine on with a valid NOx for at least half of it, n engine on without, p records with the engine off, - nothing',
    }),
    noxPpm: z.array(z.number().nullable()).openapi({ description: 'Mean downstream NOx of each bucket [ppm]' }),
    gPerKwh: z
      .number()
      .nullable()
      .openapi({ description: 'NOx mass ÷ work of the 24 hours, over the seconds that have both [g/kWh]' }),
    validShare: z
      .number()
      .nullable()
      .openapi({ description: 'Seconds with a valid NOx mass ÷ seconds with the engine on, of the 24 hours' }),
  })
  .openapi('TodayTruck');

const trucks = createRoute({
  method: 'get',
  path: '/today/trucks',
  tags: ['today'],
  summary: 'The last 24 hours of each truck in 96 buckets, silent and late trucks first',
  description: 'Made from evaluated minutes: the last few minutes come with the next evaluation.',
  request: { query: z.object({ limit: limit(100, 200), cursor: CursorInput }) },
  responses: {
    200: json(
      z.object({
        serverTime: Moment,
        from: Moment.openapi({ description: 'Begin of the first bucket' }),
        bucketS: z.number(),
        trucks: z.array(Row),
        ...Paging,
      }),
      'One page of trucks',
    ),
    ...problems,
  },
});

const rate = (part: number, base: number): z.infer<typeof Rate> => ({ value: base > 0 ? part / base : null, part, base });

function ratesOf(n: DayCounts): z.infer<typeof Today>['rates'] {
  return {
    connected: rate(n.with_data, n.fitted),
    online: rate(n.in_service_with_data, n.in_service),
    transmission: rate(n.received, n.due),
    valid: rate(n.valid, n.received),
    effective: rate(n.valid, n.due),
    exceedance: rate(n.over, n.judged),
  };
}

const Figures = z.looseObject({ litres: z.number().nullish() });
const Detail = z.looseObject({
  reason: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  figures: Figures.optional(),
  stretches: z.array(z.object({ fromSec: z.number() })).optional(),
});

/** Why a lead changed, in words; a reason of another version by its name. */
function reasonOf(reason: string, lang: Lang): string {
  const texts: Readonly<Record<string, { zh: string; en: string }>> = LEAD_REASONS;
  return texts[reason]?.[lang] ?? reason;
}

function toHappened(row: Happening, lang: Lang): z.infer<typeof Happened> {
  const detail = Detail.parse(row.detail);
  return {
    kind: row.kind,
    at: row.at?.toISOString() ?? null,
    day: row.day,
    vehicle: { id: row.vehicle_id, plate: row.plate },
    what: row.what,
    name: row.kind === 'tank' ? ruleName(row.what, lang) : row.what,
    id: row.id,
    level: detail.level ?? null,
    reason: detail.reason === undefined ? null : reasonOf(detail.reason, lang),
    litres: detail.figures?.litres ?? null,
    fromSec: detail.stretches?.[0]?.fromSec ?? null,
  };
}

/** Why the limit could not be asked, in words. */
function whyNot({ reason }: NotJudged, lang: Lang): string {
  const texts: Readonly<Record<string, { zh: string; en: string }>> = REASONS;
  return texts[reason ?? '']?.[lang] ?? reason ?? '';
}

function barOf(buckets: ReadonlyMap<number, CoverageBucket>): string {
  return Array.from({ length: BUCKETS }, (_, i) => {
    const bucket = buckets.get(i);
    if (!bucket) return '-';
    const engineS = bucket.engine_s ?? 0;
    if (engineS <= 0) return 'p';
    return (bucket.valid_s ?? 0) >= engineS / 2 ? 'v' : 'n';
  }).join('');
}

const sum = (buckets: Iterable<CoverageBucket>, pick: (bucket: CoverageBucket) => number | null): number =>
  [...buckets].reduce((total, bucket) => total + (pick(bucket) ?? 0), 0);

function figuresOfDay(buckets: ReadonlyMap<number, CoverageBucket>) {
  const workKwh = sum(buckets.values(), (each) => each.work_kwh);
  const engineS = sum(buckets.values(), (each) => each.engine_s);
  return {
    bar: barOf(buckets),
    noxPpm: Array.from({ length: BUCKETS }, (_, i) => {
      const ppm = buckets.get(i)?.nox_ppm;
      return ppm === undefined || ppm === null ? null : Math.round(ppm * 10) / 10;
    }),
    gPerKwh: workKwh > 0 ? sum(buckets.values(), (each) => each.nox_g) / workKwh : null,
    validShare: engineS > 0 ? sum(buckets.values(), (each) => each.valid_s) / engineS : null,
  };
}

const Cursor = z.strictObject({ key: z.string(), id: z.number().int() });

/** The first page of the console. */
export function todayRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(overview, async (c) => {
      const { lang } = c.req.valid('query');
      const { districts, permissions } = c.get('caller');
      const nowMs = deps.clock();
      const today = beijingDate(nowMs);
      const day = addDays(today, -1);
      const judging = permissions.has('leads.read');
      const counts = await countFleet(db, { search: undefined, districts, nowMs, thresholds: THRESHOLDS });
      const n = await dayCounts(db, day, districts);
      const since = startOfDate(day);
      const list = judging ? await happenings(db, since, day, districts) : [];
      const tally: Record<string, number> = {};
      for (const { kind, what } of list) {
        const key = kind === 'tank' || kind === 'alarm' ? what : kind;
        tally[key] = (tally[key] ?? 0) + 1;
      }
      const unjudged = judging ? await notJudged(db, day, districts, MOST_NOT_JUDGED) : null;
      return c.json(
        {
          serverTime: new Date(nowMs).toISOString(),
          today,
          day,
          fleet: {
            fitted: counts.online + counts.late + counts.silent + counts.neverSeen + counts.laidUp,
            ...counts,
          },
          rates: ratesOf(n),
          evaluated: { trucks: n.with_data, judged: n.judged, waiting: n.waiting },
          notJudgedTrucks: judging ? await countNotJudged(db, day, districts) : null,
          notJudged:
            unjudged?.map((row) => ({
              vehicle: { id: row.vehicle_id, plate: row.plate },
              reason: whyNot(row, lang),
              noxValidShare: row.nox_valid_share,
            })) ?? null,
          changes: judging
            ? {
                since: new Date(since).toISOString(),
                counts: tally,
                list: list.slice(0, MOST_HAPPENINGS).map((row) => toHappened(row, lang)),
              }
            : null,
        },
        200,
      );
    })
    .openapi(trucks, async (c) => {
      const q = c.req.valid('query');
      const { districts } = c.get('caller');
      const nowMs = deps.clock();
      const rows = await listFleet(db, {
        search: undefined,
        state: undefined,
        ids: undefined,
        districts,
        sort: 'attention',
        descending: false,
        after: q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor),
        limit: q.limit + 1,
        nowMs,
        thresholds: THRESHOLDS,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ key: String(last.sort_key), id: last.id }));
      const fromSec = Math.floor(nowMs / 1000 / BUCKET_S) * BUCKET_S - (BUCKETS - 1) * BUCKET_S;
      const byTruck = new Map<number, Map<number, CoverageBucket>>();
      for (const bucket of await coverageOf(
        db,
        page.map(({ id }) => id),
        fromSec,
        BUCKET_S,
        BUCKETS,
      )) {
        const of = byTruck.get(bucket.vehicle_id) ?? new Map<number, CoverageBucket>();
        byTruck.set(bucket.vehicle_id, of.set(bucket.bucket, bucket));
      }
      const laidUp = new Set(await laidUpOn(db, beijingDate(nowMs), districts));
      const only = new Set<SignalId>(['lonDeg', 'latDeg']);
      return c.json(
        {
          serverTime: new Date(nowMs).toISOString(),
          from: new Date(fromSec * 1000).toISOString(),
          bucketS: BUCKET_S,
          trucks: page.map((row) => {
            const { id, plate, vin, demo, lastReceivedAt, latest } = toVehicle(row, nowMs, only);
            return {
              id,
              plate,
              vin,
              demo,
              laidUp: laidUp.has(id),
              lastReceivedAt,
              lon: latest.lonDeg?.value ?? null,
              lat: latest.latDeg?.value ?? null,
              ...figuresOfDay(byTruck.get(id) ?? new Map()),
            };
          }),
          ...paging,
        },
        200,
      );
    });
}
