import { z } from '@hono/zod-openapi';
import type { FleetRow, LinkState } from '@plume/db';
import { SIGNALS, type SignalId, toPhysical } from '@plume/ingest/protocol';
import { Moment } from '../schemas.ts';

/** States of a truck's link, in the order of a count line. */
export const LINK_STATES = ['online', 'late', 'silent', 'neverSeen', 'laidUp'] as const satisfies readonly LinkState[];

/** Why a truck is laid up. */
export const LAY_UP_REASONS = ['winter', 'workshop', 'sold', 'other'] as const;

/** A period in which a truck is laid up, as it stands: Beijing days, the end excluded. */
export const LayUpSpan = z
  .object({
    from: z.string().openapi({ description: 'First Beijing day' }),
    to: z.string().nullable().openapi({ description: 'The day on which the truck is back in service; null: not known yet' }),
    reason: z.string().openapi({ description: LAY_UP_REASONS.join(', ') }),
  })
  .openapi('LayUpSpan');

/** Online: a sample was received within 2 minutes by the server's clock; late: within an hour; silent: longer ago. */
export const THRESHOLDS = { onlineMs: 120_000, lateMs: 3_600_000 } as const;

const Latest = z
  .object({
    value: z.number(),
    at: Moment.openapi({ description: 'Sample time' }),
    ageS: z.number().openapi({ description: "Server's clock minus sample time" }),
    current: z
      .boolean()
      .openapi({ description: "Whether it is from the truck's newest sample; false: that one had no value for this signal" }),
  })
  .openapi('Latest');

/** A truck as lists show it. */
export const Vehicle = z
  .object({
    id: z.number().int(),
    vin: z.string(),
    plate: z.string(),
    plateColor: z.string().nullable(),
    district: z.string().nullable(),
    enterprise: z.string().nullable(),
    useType: z.string().nullable(),
    demo: z.boolean(),
    fittedAt: Moment,
    state: z.enum(LINK_STATES),
    lastSampleAt: Moment.nullable().openapi({ description: "Time of the newest sample by the terminal's clock" }),
    lastReceivedAt: Moment.nullable().openapi({ description: 'When that sample was received' }),
    ageS: z.number().nullable().openapi({ description: 'Seconds since the last sample was received' }),
    terminal: z.object({ id: z.string(), since: Moment }).nullable(),
    layUp: LayUpSpan.nullable().openapi({ description: 'The lay-up (报停) under way; null: in service' }),
    latest: z.record(z.string(), Latest),
  })
  .openapi('Vehicle');

/** The link state of a truck whose last sample was received at `receivedMs` (epoch ms; undefined: none ever). */
export function linkState(receivedMs: number | undefined, laidUp: boolean, nowMs: number): LinkState {
  const ageMs = receivedMs === undefined ? Number.POSITIVE_INFINITY : nowMs - receivedMs;
  if (ageMs <= THRESHOLDS.onlineMs) return 'online';
  if (ageMs <= THRESHOLDS.lateMs) return 'late';
  if (laidUp) return 'laidUp';
  return receivedMs === undefined ? 'neverSeen' : 'silent';
}

/** A row of the fleet query as the API tells it; `only` bounds which signals come along. */
export function toVehicle(row: FleetRow, nowMs: number, only: ReadonlySet<SignalId> | undefined): z.infer<typeof Vehicle> {
  const receivedMs = row.last_received?.getTime();
  const newestSec = row.last_time ? row.last_time.getTime() / 1000 : undefined;
  const latest: z.infer<typeof Vehicle>['latest'] = {};
  for (const signal of SIGNALS) {
    const known = row.signals?.[signal.id];
    if (!known || (only && !only.has(signal.id))) continue;
    const [raw, atSec] = known;
    latest[signal.id] = {
      value: toPhysical(signal, raw),
      at: new Date(atSec * 1000).toISOString(),
      ageS: Math.max(0, Math.round(nowMs / 1000 - atSec)),
      current: atSec === newestSec,
    };
  }
  return {
    id: row.id,
    vin: row.vin,
    plate: row.plate,
    plateColor: row.plate_color,
    district: row.district,
    enterprise: row.enterprise,
    useType: row.use_type,
    demo: row.demo,
    fittedAt: row.fitted_at.toISOString(),
    state: linkState(receivedMs, row.lay_up !== null, nowMs),
    lastSampleAt: row.last_time?.toISOString() ?? null,
    lastReceivedAt: row.last_received?.toISOString() ?? null,
    ageS: receivedMs === undefined ? null : Math.max(0, Math.round((nowMs - receivedMs) / 1000)),
    terminal:
      row.terminal_id !== null && row.terminal_since ? { id: row.terminal_id, since: row.terminal_since.toISOString() } : null,
    layUp: row.lay_up,
    latest,
  };
}
