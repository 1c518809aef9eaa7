import { type Db, getLead, offlineCasesBack, offlineLeadsWithoutCase } from '@plume/db';
import { beijingDate } from '../beijing-day.ts';
import { Keeper, type KeeperLog } from './keeper.ts';
import { type Opener, openFromLeads } from './open-case.ts';
import { recordStep } from './record-step.ts';
import { stepContext } from './step-context.ts';
import { entryOf, KEEPER } from './system-entry.ts';

const AT_ONCE = 20;

const earlier = (a: string, b: string): string => [a, b].sort()[0] ?? a;

/** What one look did. */
export interface Kept {
  readonly opened: number;
  readonly closed: number;
}

/**
 * Opens a case for each truck that the offline rule made a lead of, and closes offline cases whose truck has sent samples of a time after the
 * opening; a backlog from before it closes nothing. Safe to run in several processes at once: who is late finds nothing to do.
 */
export async function keepOfflineCases(db: Db, nowMs: number): Promise<Kept> {
  const context = await stepContext(db, nowMs);
  const opener: Opener = {
    actor: KEEPER,
    atMs: nowMs,
    context,
    officer: null,
    priority: 'normal',
    note: null,
    entry: (action, id, detail) => entryOf(nowMs, action, id, detail),
  };
  let opened = 0;
  for (const row of await offlineLeadsWithoutCase(db, AT_ONCE)) {
    const lead = await getLead(db, row.id, context.today);
    if (!lead) continue;
    const made = await openFromLeads(db, [lead], [{ id: lead.id, throughDay: lead.last_day }], opener, [], false);
    if (made.outcome === 'opened') opened += 1;
  }
  let closed = 0;
  for (const row of await offlineCasesBack(db, AT_ONCE)) {
    const values = { reason: 'reporting' };
    // A sample may be up to five minutes ahead, over midnight.
    const back = earlier(beijingDate(row.back_at.getTime()), context.today);
    const taken = await recordStep(db, context, {
      caseId: row.id,
      version: row.version,
      step: { kind: 'close', day: back, values, note: null },
      actor: KEEPER,
      atMs: nowMs,
      entry: () =>
        entryOf(nowMs, 'case.close', String(row.id), {
          ...values,
          sampleAt: row.back_at.toISOString(),
          receivedAt: row.received_at.toISOString(),
        }),
    });
    if (taken.outcome === 'done') closed += 1;
  }
  return { opened, closed };
}

/** Looks after offline cases until it is stopped. */
export class OfflineKeeper extends Keeper {
  constructor(db: Db, options: { clock(): number; everyMs: number; log: KeeperLog }) {
    const { clock, log, everyMs } = options;
    super(
      async () => {
        const kept = await keepOfflineCases(db, clock());
        if (kept.opened + kept.closed > 0) log.info(kept, 'offline cases were opened or closed');
      },
      { everyMs, log, failed: 'offline cases could not be looked after; they are looked at again' },
    );
  }
}
