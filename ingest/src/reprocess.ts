import type { Db, JobRunner } from '@plume/db';
import { openQuarantine } from '@plume/db/write';
import type { Acceptance, Envelope } from './envelope.ts';

const AT_ONCE = 100;

/** What re-processing needs. */
export interface ReprocessDeps {
  readonly db: Db;
  accept(envelope: Envelope): Promise<Acceptance>;
  /** Resolves when every process judges by the registry as it is now: what comes in later needs no second reading. */
  readonly registryIsCurrent: () => Promise<void>;
}

/**
 * The runner of `reprocess` jobs: takes quarantined messages in again, after an assignment was entered or the decoder has learned.
 * Arguments: `codes`, and `terminalId` for one terminal. Safe to repeat: what is stored already counts as duplicate.
 */
export function reprocessRunner(deps: ReprocessDeps): JobRunner {
  return async (job, report) => {
    const { codes, terminalId } = job.arguments;
    if (!Array.isArray(codes)) throw new Error('a reprocess job needs codes');
    const wanted = codes.map(String);
    await deps.registryIsCurrent();
    let afterId = 0;
    let messages = 0;
    for (;;) {
      const found = await openQuarantine(deps.db, wanted, typeof terminalId === 'string' ? terminalId : null, afterId, AT_ONCE);
      if (found.length === 0) return { messages };
      const accepted = await Promise.all(found.map((message) => deps.accept(again(message))));
      if (accepted.some((acceptance) => !acceptance.ack))
        throw new Error('the service stopped before all messages were taken in');
      messages += found.length;
      afterId = found.at(-1)?.id ?? afterId;
      if (!(await report(0, `${messages} messages taken in again`))) return { messages };
    }
  };
}

function again(message: Awaited<ReturnType<typeof openQuarantine>>[number]): Envelope {
  return {
    terminalId: message.terminalId,
    channel: 'up',
    payload: message.bytes,
    receivedAtMs: message.receivedAtMs,
    transport: transportOf(message.transport),
    again: { open: message.open },
  };
}

function transportOf(text: string): Envelope['transport'] {
  return text === 'mqtts' || text === 'ws' || text === 'tcp' ? text : 'mqtt';
}
