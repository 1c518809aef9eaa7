import type { Db, JobRunner } from '@plume/db';
import { openQuarantine } from '@plume/db/write';
import type { Acceptance, Envelope } from './envelope.ts';

const AT_ONCE = 100;

/**
 * The runner of `reprocess` jobs: takes quarantined messages in again, after an assignment was entered (NO_VEHICLE) or the decoder has
 * learned. Arguments: `code`, and `terminalId` for one terminal. Safe to repeat: what is stored already counts as duplicate.
 */
export function reprocessRunner(db: Db, accept: (envelope: Envelope) => Promise<Acceptance>): JobRunner {
  return async (job, report) => {
    const { code, terminalId } = job.arguments;
    if (typeof code !== 'string') throw new Error('a reprocess job needs a code');
    let afterId = 0;
    let messages = 0;
    for (;;) {
      const found = await openQuarantine(db, code, typeof terminalId === 'string' ? terminalId : null, afterId, AT_ONCE);
      if (found.length === 0) return { messages };
      const accepted = await Promise.all(found.map((message) => accept(again(message, code))));
      if (accepted.some((acceptance) => !acceptance.ack))
        throw new Error('the service stopped meanwhile; the rest is taken in after the next assignment or by a new job');
      messages += found.length;
      afterId = found.at(-1)?.id ?? afterId;
      if (!(await report(0, `${messages} messages taken in again`))) return { messages };
    }
  };
}

function again(message: Awaited<ReturnType<typeof openQuarantine>>[number], code: string): Envelope {
  return {
    terminalId: message.terminalId,
    channel: 'up',
    payload: message.bytes,
    receivedAtMs: message.receivedAtMs,
    transport: transportOf(message.transport),
    again: { ledgerId: message.id, code, rejectedBefore: message.rejectedBefore, codesBefore: message.codesBefore },
  };
}

function transportOf(text: string): Envelope['transport'] {
  return text === 'mqtts' || text === 'ws' || text === 'tcp' ? text : 'mqtt';
}
