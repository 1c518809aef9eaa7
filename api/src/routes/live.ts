import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, type Districts, vehicleIdsIn } from '@plume/db';
import { SIGNALS } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import type { AlarmEntry, LiveEntry, LiveHub, LiveWatcher } from '../live-hub.ts';
import { Problem } from '../problem.ts';
import { problems } from '../schemas.ts';
import { physicalRow, requireSignals } from '../signals.ts';

/** A watcher hears of a truck at most this often. */
export const LIVE_TICK_MS = 1000;
/** A comment goes out after this long without news, so that proxies and browsers know the line is alive. */
export const LIVE_HEARTBEAT_MS = 15_000;
/** How often it is asked whether the watcher may still watch, and which trucks. */
export const LIVE_RECHECK_MS = 5_000;

const live = createRoute({
  method: 'get',
  path: '/live',
  tags: ['vehicles'],
  summary: 'Committed samples as they come (server-sent events)',
  description:
    'Event "samples": {serverTime, samples: [{vehicleId, at, receivedAt, values}]}; at most one sample a truck and second, the newest. ' +
    'Values are in units (see /api/v1/signals), null where the sample has none. ' +
    'Event "alarms": {serverTime, alarms: [{id, vehicleId, kind, startedAt, endedAt, figures}]}, when one begins and when it ends; those in force are in /api/v1/alarms. With Last-Event-ID a stream continues with what changed since.',
  request: {
    query: z.object({
      vehicles: z
        .string()
        .regex(/^(all|\d{1,9}(,\d{1,9}){0,499})$/, 'must be all, or vehicle numbers separated by commas')
        .default('all'),
      signals: z.string().max(600).optional().openapi({ description: 'Which signals; all when absent' }),
    }),
  },
  responses: { 200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } }, ...problems },
});

const iso = (ms: number) => new Date(ms).toISOString();

/** One server-sent event with what changed. */
export function liveEvent(
  run: string,
  entries: readonly LiveEntry[],
  only: ReadonlySet<(typeof SIGNALS)[number]['id']> | undefined,
  nowMs: number,
): string {
  const seq = entries.at(-1)?.seq ?? 0;
  const samples = entries.map(({ sample }) => ({
    vehicleId: sample.vehicleId,
    at: iso(sample.timeSec * 1000),
    receivedAt: iso(sample.receivedAtMs),
    values: physicalRow(sample.raw, only),
  }));
  return `id: ${run}.${seq}\nevent: samples\ndata: ${JSON.stringify({ serverTime: iso(nowMs), samples })}\n\n`;
}

/** One server-sent event with the alarms that began or ended. */
export function alarmEvent(run: string, entries: readonly AlarmEntry[], nowMs: number): string {
  const alarms = entries.map(({ alarm: { startedSec, endedSec, ...alarm } }) => ({
    ...alarm,
    startedAt: iso(startedSec * 1000),
    endedAt: endedSec === null ? null : iso(endedSec * 1000),
  }));
  return `id: ${run}.${entries.at(-1)?.seq ?? 0}\nevent: alarms\ndata: ${JSON.stringify({ serverTime: iso(nowMs), alarms })}\n\n`;
}

/** What is new for a watcher as events, in the order of their ids; null when nothing is. */
export function newsOf(
  watcher: LiveWatcher,
  samples: (entries: readonly LiveEntry[]) => string,
  alarms: (entries: readonly AlarmEntry[]) => string,
): string | null {
  const [seen, rung] = [watcher.take(), watcher.takeAlarms()];
  const events = [
    ...(seen.length > 0 ? [{ seq: seen.at(-1)?.seq ?? 0, text: samples(seen) }] : []),
    ...(rung.length > 0 ? [{ seq: rung.at(-1)?.seq ?? 0, text: alarms(rung) }] : []),
  ];
  // The id that counts is the last one a reader saw: it must be the highest.
  return events.length === 0
    ? null
    : events
        .sort((a, b) => a.seq - b.seq)
        .map(({ text }) => text)
        .join('');
}

/**
 * A byte stream fed from a watcher. While the reader does not drain, nothing is queued: what changes meanwhile waits in the hub as one
 * sample a truck.
 */
function stream(
  watcher: LiveWatcher,
  news: () => string | null,
  stop: AbortSignal | undefined,
  /** Resolves with false once the watcher may watch no longer. */
  mayStay: () => Promise<boolean>,
): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let quietMs = 0;
  let sinceCheckMs = 0;
  let end: () => void = () => undefined;
  const cleanUp = () => {
    clearInterval(timer);
    timer = undefined;
    watcher.close();
    stop?.removeEventListener('abort', end);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        end = () => {
          cleanUp();
          controller.close();
        };
        const tick = () => {
          sinceCheckMs += LIVE_TICK_MS;
          if (sinceCheckMs >= LIVE_RECHECK_MS) {
            sinceCheckMs = 0;
            void mayStay().then((stays) => {
              if (!stays && timer !== undefined) end();
            });
          }
          if ((controller.desiredSize ?? 0) <= 0) return;
          const events = news();
          quietMs = events === null ? quietMs + LIVE_TICK_MS : 0;
          if (events !== null) controller.enqueue(text.encode(events));
          else if (quietMs >= LIVE_HEARTBEAT_MS) {
            quietMs = 0;
            controller.enqueue(text.encode(': still here\n\n'));
          }
        };
        if (stop?.aborted) return end();
        stop?.addEventListener('abort', end);
        controller.enqueue(text.encode('retry: 2000\n\n'));
        timer = setInterval(tick, LIVE_TICK_MS);
        timer.unref();
      },
      cancel: cleanUp,
    },
    { highWaterMark: 2 },
  );
}

/** Trucks that may be watched; null: all. */
async function trucksOf(db: Db, districts: Districts): Promise<ReadonlySet<number> | null> {
  return districts === null ? null : await vehicleIdsIn(db, districts);
}

/** The live stream. It ends with the session or token that opened it. */
export function liveRoutes(deps: ApiDeps, db: Db, hub: LiveHub) {
  return new OpenAPIHono<ApiEnv>().openapi(live, async (c) => {
    const q = c.req.valid('query');
    const only = q.signals ? new Set(requireSignals('query.signals', q.signals, SIGNALS.length).map((s) => s.id)) : undefined;
    const ids = q.vehicles === 'all' ? null : new Set(q.vehicles.split(',').map(Number));
    let allowed = await trucksOf(db, c.get('caller').districts);
    const wants = (id: number) => (ids === null || ids.has(id)) && (allowed === null || allowed.has(id));
    const watcher = hub.watch(wants, c.req.header('last-event-id'));
    if (!watcher) {
      throw new Problem(
        503,
        'BUSY',
        'Too many pages are watching the live stream.',
        'Close pages that nobody looks at; this one tries again by itself.',
        {
          retryAfterS: 30,
        },
      );
    }
    const stillThere = c.get('stillThere');
    const mayStay = async () => {
      try {
        const caller = await stillThere();
        if (caller) allowed = await trucksOf(db, caller.districts);
        return caller !== undefined;
      } catch (err) {
        // While the database is away nothing is committed either, so nothing goes out; the next look decides.
        deps.log.warn({ err }, 'it could not be looked up whether a page may still watch');
        return true;
      }
    };
    const news = () =>
      newsOf(
        watcher,
        (entries) => liveEvent(hub.run, entries, only, deps.clock()),
        (entries) => alarmEvent(hub.run, entries, deps.clock()),
      );
    const body = stream(watcher, news, deps.stop, mayStay);
    return new Response(body, {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    });
  });
}
