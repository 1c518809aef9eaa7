import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, enqueueJob, terminalState } from '@plume/db';
import { isQuarantined, REJECT_CODES, type RejectCode } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import { ordererOf } from '../caller.ts';
import { body, json, notFound, problems, TerminalId } from '../schemas.ts';
import { requireInside, requireWholeSite } from '../scope.ts';
import { JobStarted } from './jobs.ts';
import { noTerminal } from './terminals.ts';

const HELD_BACK = Object.keys(REJECT_CODES).filter((code): code is RejectCode => isQuarantined(code as RejectCode));

const reprocess = createRoute({
  method: 'post',
  path: '/ledger/reprocess',
  tags: ['ledger'],
  summary: 'Take quarantined messages in again: after a decoder has learned, or once a clock was found to be right',
  description: 'Safe to repeat: what is stored already counts as duplicate, and what is still refused stays in the ledger.',
  request: {
    body: body(
      z.strictObject({
        codes: z
          .array(z.enum(HELD_BACK, { error: `must be one of ${HELD_BACK.join(', ')}: other messages are not kept whole` }))
          .min(1)
          .max(HELD_BACK.length),
        terminalId: TerminalId.optional().openapi({ description: 'Of this terminal alone; absent: of all' }),
      }),
    ),
  },
  responses: { 202: json(JobStarted, 'Ordered'), ...problems, ...notFound },
});

/** Taking in again what is held in quarantine. */
export function reprocessRoutes(db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(reprocess, async (c) => {
    const { codes, terminalId } = c.req.valid('json');
    if (terminalId === undefined) requireWholeSite(c, 'Taking in the messages of all terminals');
    else await requireInside(c, db, 'terminal', terminalId, noTerminal(terminalId));
    if (terminalId !== undefined && (await terminalState(db, terminalId)) === undefined) throw noTerminal(terminalId);
    const args = { codes, ...(terminalId === undefined ? {} : { terminalId }) };
    const entry = c.get('trail').done('ledger.reprocess', { kind: 'terminal', id: terminalId ?? null }, { codes });
    const jobId = await enqueueJob(audited(db, entry), 'reprocess', args, ordererOf(c.get('caller')));
    return c.json({ jobId }, 202);
  });
}
