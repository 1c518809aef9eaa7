import { type AuditEntry, type Db, getLead, offlineCasesBack, offlineLeadsWithoutCase } from '@plume/db';
import { beijingDate } from '../beijing-day.ts';
import { type Opener, openFromLeads } from './open-case.ts';
import { recordStep } from './record-step.ts';
import { stepContext } from './step-context.ts';

/** Who opens and closes offline cases in the records. */
export const KEEPER = 'plume';
const AT_ONCE = 20;

function entryOf(atMs: number, action: string, id: AuditEntry['objectId'], detail: AuditEntry['detail']): AuditEntry {
  return {
    atMs,
    actorKind: 'system',
    actorId: null,
    actor: KEEPER,
    address: null,
    action,
    objectKind: 'case',
    objectId: id,
    outcome: 'done',
    detail,
  };
}

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

/** Looks again and again until it is stopped; a look that fails is told and tried again. */
export class OfflineKeeper {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    db: Db,
    options: {
      clock(): number;
      everyMs: number;
      log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
    },
  ) {
    const { clock, log } = options;
    this.#everyMs = options.everyMs;
    this.#look = async () => {
      try {
        const kept = await keepOfflineCases(db, clock());
        if (kept.opened + kept.closed > 0) log.info(kept, 'offline cases were opened or closed');
      } catch (error) {
        log.warn({ err: error }, 'offline cases could not be looked after; they are looked at again');
      }
    };
    this.#later(0);
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => {
        if (!this.#stopped) this.#later(this.#everyMs);
      });
    }, ms);
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}
