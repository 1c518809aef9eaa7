import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, vehicleAssignments, vehicleExists } from '@plume/db';
import { readFrames } from '@plume/db/evaluation';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { describeBytes, Frame } from '../describe-bytes.ts';
import { Gate } from '../gate.ts';
import { invalid } from '../problem.ts';
import { json, Moment, MomentInput, notFound, problems, VehicleParam } from '../schemas.ts';
import { requireMoment } from '../time-range.ts';
import { noVehicle } from './vehicles.ts';

/** Longest stretch asked for at once [s], and most messages told of it. */
const MOST_S = 600;
const MOST_MESSAGES = 20;
const AT_ONCE = 1;
const WAITING = 16;

const Message = z
  .object({
    terminalId: z.string(),
    receivedAt: Moment,
    firstTime: Moment.nullable().openapi({ description: 'Of its first stored sample' }),
    lastTime: Moment.nullable(),
    bytes: z.number().int(),
    hex: z.string(),
    text: z.string().nullable().openapi({ description: 'Of a JSON message' }),
    frames: z.array(Frame).nullable().openapi({ description: 'Of native frames, field by field' }),
  })
  .openapi('OriginalMessage');

const list = createRoute({
  method: 'get',
  path: '/vehicles/{id}/frames',
  tags: ['vehicles'],
  summary: 'The original messages that brought the samples of a stretch of time, byte by byte and what the bytes mean',
  request: {
    params: VehicleParam,
    query: z.object({
      from: MomentInput,
      to: MomentInput.openapi({ description: `At most ${MOST_S} s later` }),
    }),
  },
  responses: {
    200: json(
      z.object({
        from: Moment,
        to: Moment,
        messages: z.array(Message),
        more: z.boolean().openapi({ description: `Whether there are more than the ${MOST_MESSAGES} that are told` }),
      }),
      'The messages in order of receipt; none where they are past their retention',
    ),
    ...problems,
    ...notFound,
  },
});

/** Original messages of a truck. */
export function frameRoutes(deps: ApiDeps, db: Db) {
  const gate = new Gate(AT_ONCE, WAITING);
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const id = Number(c.req.valid('param').id);
    const q = c.req.valid('query');
    const nowMs = deps.clock();
    const fromMs = requireMoment('query.from', q.from, nowMs);
    const toMs = requireMoment('query.to', q.to, nowMs);
    if (toMs <= fromMs) throw invalid('query.to', 'must be later than from');
    if (toMs - fromMs > MOST_S * 1000) throw invalid('query.to', `must be at most ${MOST_S} s later than from`);
    if (!(await vehicleExists(db, id))) throw noVehicle(id);
    const worn = (await vehicleAssignments(db, id)).filter(
      (each) => each.valid_from.getTime() < toMs && (each.valid_to === null || each.valid_to.getTime() > fromMs),
    );
    const iso = (sec: number) => new Date(sec * 1000).toISOString();
    const messages: z.infer<typeof Message>[] = [];
    let more = false;
    for (const { terminal_id, valid_from, valid_to } of worn) {
      // Only while the terminal was on this truck: what it sent for another one is that one's.
      const from = Math.max(fromMs, valid_from.getTime()) / 1000;
      const to = Math.min(toMs, valid_to?.getTime() ?? toMs) / 1000;
      for (const frame of await gate.run(() => readFrames(db, terminal_id, from, to))) {
        if (messages.length === MOST_MESSAGES) {
          more = true;
          break;
        }
        const { hex, text, frames } = describeBytes(frame.bytes, frame.bytes.length);
        messages.push({
          terminalId: terminal_id,
          receivedAt: iso(frame.receivedSec),
          firstTime: frame.firstSec === null ? null : iso(frame.firstSec),
          lastTime: frame.lastSec === null ? null : iso(frame.lastSec),
          bytes: frame.bytes.length,
          hex: hex ?? '',
          text,
          frames,
        });
      }
    }
    return c.json({ from: iso(fromMs / 1000), to: iso(toMs / 1000), messages, more }, 200);
  });
}
