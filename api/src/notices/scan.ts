import type { Db } from '@plume/db';
import {
  alarmsForNotices,
  caseCounts,
  casesForNotices,
  digestFigures,
  holdNoticeLeaseStep,
  insertMessagesStep,
  knownKeys,
  type Listener,
  leadsForNotices,
  listListeners,
  listTroubles,
  type NewMessage,
  noteTroublesStep,
} from '@plume/db/notices';
import { addDays, beijingDate, startOfDate } from '../beijing-day.ts';
import { stepContext } from '../cases/step-context.ts';
import type { ReadyReport } from '../deps.ts';
import { bothDistricts, hears, keyOf, messageFor, reachedAt } from './address-messages.ts';
import { alarmCause, type Cause, caseCause, leadCause, troubleCause } from './causes.ts';
import { sayDigest } from './digest.ts';

/** Leads whose newest day lies further back are history that came in late: they are in the lists and the digest, not told one by one. */
export const FRESH_DAYS = 7;
/** A check must have failed for so long before it is told: a restart of the database is none of anybody's business. */
export const TROUBLE_MS = 120_000;
const AT_ONCE = 500;
const DAY_MS = 86_400_000;

/** What a look needs. */
export interface ScanDeps {
  readonly db: Db;
  readonly holder: string;
  readonly leaseS: number;
  /** Checks of the service; absent: this process knows of none. */
  readonly checks?: (() => Promise<ReadyReport>) | undefined;
}

/**
 * Looks for what has to be told since `sinceMs` and writes it into the outbox, each cause once for each recipient, whoever looked before.
 * Answers how many messages were written.
 */
export async function scan(deps: ScanDeps, sinceMs: number, nowMs: number): Promise<number> {
  await noteTroubles(deps, nowMs);
  const listeners = await listListeners(deps.db);
  if (listeners.length === 0) return 0;
  const fresh = new Map<string, NewMessage>();
  const add = (listener: Listener, cause: Cause) => {
    const message = messageFor(listener, cause, nowMs);
    if (!fresh.has(message.key)) fresh.set(message.key, message);
  };
  const tell = (causes: readonly Cause[]) => {
    for (const cause of causes) for (const listener of listeners) if (hears(listener, cause)) add(listener, cause);
  };
  const { db } = deps;
  for (const lead of await leadsForNotices(db, sinceMs, addDays(beijingDate(nowMs), -FRESH_DAYS), AT_ONCE)) {
    for (const listener of listeners) {
      const atSec = reachedAt(lead.reached, listener);
      if (atSec === null) continue;
      const cause = leadCause(lead, atSec);
      if (hears(listener, cause)) add(listener, cause);
    }
  }
  tell((await alarmsForNotices(db, sinceMs, AT_ONCE)).map(alarmCause));
  if (listeners.some(({ kinds }) => kinds.includes('caseDue') || kinds.includes('caseOverdue'))) {
    const today = beijingDate(nowMs);
    const due = await casesForNotices(db, await soonDay(db, nowMs), AT_ONCE);
    tell(due.map((row) => caseCause(row, today, nowMs)));
  }
  tell((await listTroubles(db)).filter(({ since }) => nowMs - since.getTime() >= TROUBLE_MS).map(troubleCause));
  for (const listener of await digestsDue(db, listeners, nowMs)) {
    const cause = await digestCause(db, listener, addDays(beijingDate(nowMs), -1), digestAtMs(listener, nowMs));
    if (hears(listener, cause)) add(listener, cause);
  }
  const known = await knownKeys(db, [...fresh.keys()]);
  const messages = [...fresh.values()].filter(({ key }) => !known.has(key));
  if (messages.length === 0) return 0;
  await db.batch([holdNoticeLeaseStep(deps.holder, deps.leaseS), insertMessagesStep(messages)], 'job');
  return messages.length;
}

/** The Beijing day up to which a deadline counts as near, by the site's own working days. */
async function soonDay(db: Db, nowMs: number): Promise<string> {
  const { calendar, periods, today } = await stepContext(db, nowMs);
  return calendar.add(today, periods.dueSoon).day;
}

async function noteTroubles({ db, checks, holder, leaseS }: ScanDeps, nowMs: number): Promise<void> {
  if (!checks) return;
  const failing = Object.entries(await checks()).flatMap(([name, { ok, detail }]) => (ok ? [] : [{ name, detail }]));
  const before = (await listTroubles(db)).map(({ name }) => name);
  if (failing.length === 0 && before.length === 0) return;
  await db.batch([holdNoticeLeaseStep(holder, leaseS), ...noteTroublesStep(failing, nowMs)], 'job');
}

function digestAtMs({ digest_at }: Listener, nowMs: number): number {
  return startOfDate(beijingDate(nowMs)) + digest_at * 60_000;
}

function digestId({ subscription_id }: Pick<Listener, 'subscription_id'>, day: string): string {
  return `digest:${day}:${subscription_id}`;
}

/** Listeners whose minute for the digest of yesterday has come, and who have not got it; who began after that minute gets one from tomorrow on. */
async function digestsDue(db: Db, listeners: readonly Listener[], nowMs: number): Promise<Listener[]> {
  const yesterday = addDays(beijingDate(nowMs), -1);
  const due = listeners.filter((each) => {
    const atMs = digestAtMs(each, nowMs);
    return each.kinds.includes('digest') && atMs <= nowMs && each.created_at.getTime() <= atMs;
  });
  const keys = new Map(due.map((each) => [each, keyOf(each, digestId(each, yesterday))]));
  const known = await knownKeys(db, [...keys.values()]);
  return due.filter((each) => !known.has(keys.get(each) ?? ''));
}

/** The digest of a day for a listener's districts. */
export async function digestCause(
  db: Db,
  listener: Pick<Listener, 'subscription_id' | 'districts' | 'person_districts'>,
  day: string,
  atMs: number,
): Promise<Cause> {
  const districts = bothDistricts(listener.districts, listener.person_districts);
  const from = startOfDate(day);
  const figures = await digestFigures(db, day, from, from + DAY_MS, districts);
  const cases = await caseCounts(db, districts, beijingDate(atMs), await soonDay(db, atMs));
  return {
    id: digestId(listener, day),
    kind: 'digest',
    atMs,
    vehicle: null,
    data: { day, districts, figures, cases },
    say: (lang) => sayDigest(day, figures, cases, districts, lang),
  };
}
