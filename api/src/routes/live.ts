import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { SIGNALS } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import type { LiveEntry, LiveHub, LiveWatcher } from '../live-hub.ts';
import { Problem } from '../problem.ts';
import { problems } from '../schemas.ts';
import { physicalRow, requireSignals } from '../signals.ts';

/** A watcher hears of a truck at most this often. */
export const LIVE_TICK_MS = 1000;
/** A comment goes out after this long without news, so that proxies and browsers know the line is alive. */
export const LIVE_HEARTBEAT_MS = 15_000;

const live = createRoute({
  method: 'get',
  path: '/live',
  tags: ['vehicles'],
  summary: 'Committed samples as they come (server-sent events)',
  description:
    'Event "samples": {serverTime, samples: [{vehicleId, at, receivedAt, values}]}; at most one sample a truck and second, the newest. ' +
    'Values are in units (see /api/v1/signals), null where the sample has none. With Last-Event-ID a stream continues with what changed since.',
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

/**
 * A byte stream fed from a watcher. While the reader does not drain, nothing is queued: what changes meanwhile waits in the hub as one
 * sample a truck.
 */
function stream(
  watcher: LiveWatcher,
  encode: (entries: readonly LiveEntry[]) => string,
  stop: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  let quietMs = 0;
  let end: () => void = () => undefined;
  const cleanUp = () => {
    clearInterval(timer);
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
          if ((controller.desiredSize ?? 0) <= 0) return;
          const entries = watcher.take();
          quietMs = entries.length > 0 ? 0 : quietMs + LIVE_TICK_MS;
          if (entries.length > 0) controller.enqueue(text.encode(encode(entries)));
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

/** The live stream. */
export function liveRoutes(deps: ApiDeps, hub: LiveHub) {
  return new OpenAPIHono<ApiEnv>().openapi(live, (c) => {
    const q = c.req.valid('query');
    const only = q.signals ? new Set(requireSignals('query.signals', q.signals, SIGNALS.length).map((s) => s.id)) : undefined;
    const ids = q.vehicles === 'all' ? null : new Set(q.vehicles.split(',').map(Number));
    const watcher = hub.watch(ids, c.req.header('last-event-id'));
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
    const body = stream(watcher, (entries) => liveEvent(hub.run, entries, only, deps.clock()), deps.stop);
    return new Response(body, {
      headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
    });
  });
}
