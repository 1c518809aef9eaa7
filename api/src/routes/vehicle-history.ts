import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, type TruckDayParts, troubleCodes, truckDayParts, vehicleExists } from '@plume/db';
import { type DaySummary, parametersWith, type Tank, type TripDay, tankChanges } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, daysBetween } from '../beijing-day.ts';
import { Gate } from '../gate.ts';
import { invalid } from '../problem.ts';
import { json, Moment, notFound, problems, VehicleParam } from '../schemas.ts';
import { noVehicle } from './vehicles.ts';

/** Days asked for at once at most, and read in one query. */
const MOST_DAYS = 92;
const PIECE_DAYS = 31;
/** A day before the first, so that a change of tank level over the first night is known. */
const LEAD_IN_DAYS = 7;
const AT_ONCE = 1;
const WAITING = 16;

const Share = z.number().nullable();

const Trip = z.object({
  from: Moment,
  to: Moment,
  open: z.boolean().openapi({ description: 'The day ended before the trip did' }),
  distanceKm: z.number(),
  workKwh: z.number(),
  fuelKg: z.number(),
  engineOnS: z.number(),
  noxValidS: z.number(),
  gPerKwh: z.number().nullable().openapi({ description: 'NOx ÷ work over the seconds that tell both; null: none do' }),
  gPerKm: z.number().nullable(),
  p90GPerKwh: z.number().nullable().openapi({ description: '90th percentile of the windows within the trip' }),
  validWindows: z.number(),
});

const TankStep = z.object({
  kind: z.enum(['refill', 'theft', 'drain']),
  from: Moment,
  to: Moment,
  beforePct: z.number(),
  afterPct: z.number(),
  litres: z.number().nullable().openapi({ description: 'null: the size of the tank is not known' }),
  standing: z.boolean(),
  lon: z.number().nullable(),
  lat: z.number().nullable(),
});

const TankTold = z.object({
  levels: z
    .array(z.object({ at: Moment, pct: z.number() }))
    .openapi({ description: 'Settled levels: the first and last of each day, and before and after each change' }),
  steps: z.array(TankStep).openapi({ description: 'Refills, thefts and drains as the rules see them' }),
  reasons: z.array(z.object({ date: BeijingDate, reason: z.string() })).openapi({ description: 'Days without a level, and why' }),
});

const DayParts = z.object({
  date: BeijingDate,
  transmissionRate: Share,
  noxValidRate: Share.openapi({ description: 'Valid ÷ engine-on samples received, of the downstream NOx' }),
  noxHotValidRate: Share,
  effectiveRate: Share.openapi({ description: 'Transmission rate × valid rate' }),
  lateShare: Share,
  clockErrorS: z.number().nullable(),
  gaps: z.number(),
  longestGapS: z.number(),
  conflicts: z.number(),
  gPerKwh: z.number().nullable(),
  gPerKm: z.number().nullable(),
  meanPpm: z.number().nullable().openapi({ description: 'Mean downstream NOx of the hot engine' }),
  meanPpmS: z.number().nullable().openapi({ description: 'Seconds that it rests on' }),
  noxValidS: z.number(),
  engineOnS: z.number(),
  milOnShare: Share.openapi({ description: 'OBD blocks of the day with the lamp on ÷ all of them; null: none came' }),
});

const history = createRoute({
  method: 'get',
  path: '/vehicles/{id}/history',
  tags: ['vehicles'],
  summary: 'What the evaluated days of a truck hold beyond their key figures: trips, tanks, quality, specific emissions',
  request: {
    params: VehicleParam,
    query: z.object({ from: BeijingDate, to: BeijingDate.openapi({ description: `At most ${MOST_DAYS} days, both included` }) }),
  },
  responses: {
    200: json(
      z.object({
        from: BeijingDate,
        to: BeijingDate,
        days: z.array(DayParts),
        trips: z.array(Trip),
        fuel: TankTold,
        urea: TankTold,
      }),
      'The history, ascending',
    ),
    ...problems,
    ...notFound,
  },
});

const codes = createRoute({
  method: 'get',
  path: '/vehicles/{id}/trouble-codes',
  tags: ['vehicles'],
  summary: 'Trouble codes and the lamp (MIL) of a truck, as its OBD blocks told them',
  request: { params: VehicleParam },
  responses: {
    200: json(
      z.object({
        newest: z.object({ at: Moment, mil: z.boolean().nullable(), codes: z.array(z.string()) }).nullable(),
        codes: z.array(z.object({ code: z.string(), firstSeen: Moment, lastSeen: Moment, readings: z.number().int() })),
      }),
      'The codes, the newest first',
    ),
    ...problems,
    ...notFound,
  },
});

/** What is looked at of a stored summary: the evaluator wrote it under its own types. */
type Parts = Pick<DaySummary, 'date' | 'facts' | 'trips' | 'fuelTank' | 'ureaTank' | 'quality' | 'obd' | 'totals'>;

const iso = (sec: number) => new Date(sec * 1000).toISOString();

function ratio(over: number, under: number): number | null {
  return under > 0 ? over / under : null;
}

function toTrip(trip: TripDay): z.infer<typeof Trip> {
  const { totals } = trip;
  return {
    from: iso(trip.fromSec),
    to: iso(trip.toSec),
    open: trip.open,
    distanceKm: totals.distanceKm,
    workKwh: totals.workKwh,
    fuelKg: totals.fuelKg,
    engineOnS: totals.engineOnS,
    noxValidS: totals.noxValidS,
    gPerKwh: ratio(totals.noxOfWorkG, totals.workOfNoxKwh),
    gPerKm: ratio(totals.noxOfDistanceG, totals.distanceOfNoxKm),
    p90GPerKwh: trip.p90,
    validWindows: trip.valid,
  };
}

function toDay(row: TruckDayParts<Parts>, { quality, totals, obd }: Parts): z.infer<typeof DayParts> {
  const nox = quality.channels.noxDownPpm;
  return {
    date: row.day,
    transmissionRate: quality.transmissionRate,
    noxValidRate: nox?.validRate ?? null,
    noxHotValidRate: nox?.hotValidRate ?? null,
    effectiveRate: nox?.effectiveRate ?? null,
    lateShare: quality.lateShare,
    clockErrorS: quality.clockErrorS,
    gaps: quality.gaps,
    longestGapS: quality.longestGapS,
    conflicts: quality.conflicts,
    gPerKwh: ratio(totals.noxOfWorkG, totals.workOfNoxKwh),
    gPerKm: ratio(totals.noxOfDistanceG, totals.distanceOfNoxKm),
    meanPpm: row.hot_mean_ppm,
    meanPpmS: row.hot_mean_s,
    noxValidS: totals.noxValidS,
    engineOnS: totals.engineOnS,
    milOnShare: ratio(obd.milOn, obd.readings),
  };
}

/** A tank over days: the levels it settled at, and its changes from the first day asked for on. */
function toTank(
  days: readonly Parts[],
  tank: Tank,
  fromDay: string,
  overrides: Record<string, number>,
): z.infer<typeof TankTold> {
  const shown = days.filter(({ date }) => date >= fromDay);
  const first = shown[0]?.[tank].first?.timeSec ?? Number.NEGATIVE_INFINITY;
  const steps = tankChanges(days, tank, parametersWith(overrides)).filter(({ toSec }) => toSec >= first);
  const levels = [
    ...shown.flatMap((day) => [day[tank].first, day[tank].last]).flatMap((mark) => (mark ? [[mark.timeSec, mark.levelPct]] : [])),
    ...steps.flatMap((step) => [
      [step.fromSec, step.beforePct],
      [step.toSec, step.afterPct],
    ]),
  ] as [number, number][];
  return {
    levels: levels.sort((a, b) => a[0] - b[0]).map(([sec, pct]) => ({ at: iso(sec), pct })),
    steps: steps.map(({ fromSec, toSec, lonDeg, latDeg, ...step }) => ({
      ...step,
      from: iso(fromSec),
      to: iso(toSec),
      lon: lonDeg,
      lat: latDeg,
    })),
    reasons: shown.flatMap((day) => (day[tank].reason === null ? [] : [{ date: day.date, reason: day[tank].reason }])),
  };
}

/** What happened to a truck over its days. */
export function vehicleHistoryRoutes(db: Db) {
  const gate = new Gate(AT_ONCE, WAITING);
  return new OpenAPIHono<ApiEnv>()
    .openapi(history, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { from, to } = c.req.valid('query');
      if (from > to) throw invalid('query.to', 'must not be before from');
      if (daysBetween(from, to) >= MOST_DAYS)
        throw invalid('query.from', `the range is longer than ${MOST_DAYS} days; ask for a shorter one`);
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const rows: TruckDayParts<Parts>[] = [];
      for (let day = addDays(from, -LEAD_IN_DAYS); day <= to; day = addDays(day, PIECE_DAYS)) {
        const [until = to] = [addDays(day, PIECE_DAYS - 1), to].sort();
        rows.push(...(await gate.run(() => truckDayParts<Parts>(db, id, day, until))));
      }
      const told = rows.flatMap((row) => (row.parts === null ? [] : [{ row, parts: row.parts }]));
      const days = told.map(({ parts }) => parts);
      const asked = told.filter(({ row }) => row.day >= from);
      const overrides = rows.findLast((row) => row.overrides !== null)?.overrides ?? {};
      return c.json(
        {
          from,
          to,
          days: asked.map(({ row, parts }) => toDay(row, parts)),
          trips: asked.flatMap(({ parts }) => parts.trips.map(toTrip)),
          fuel: toTank(days, 'fuelTank', from, overrides),
          urea: toTank(days, 'ureaTank', from, overrides),
        },
        200,
      );
    })
    .openapi(codes, async (c) => {
      const id = Number(c.req.valid('param').id);
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const found = await troubleCodes(db, id);
      return c.json(
        {
          newest: found.newest && {
            at: found.newest.time.toISOString(),
            mil: found.newest.mil,
            codes: found.newest.dtcs ?? [],
          },
          codes: found.codes.map((each) => ({
            code: each.code,
            firstSeen: each.first_seen.toISOString(),
            lastSeen: each.last_seen.toISOString(),
            readings: each.readings,
          })),
        },
        200,
      );
    });
}
