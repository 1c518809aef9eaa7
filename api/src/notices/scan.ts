import type { Db } from '@plume/db';
import {
  type AlarmSource,
  alarmsForNotices,
  type CaseSource,
  caseCounts,
  casesForNotices,
  digestFigures,
  holdNoticeLeaseStep,
  insertMessagesStep,
  knownKeys,
  type LeadSource,
  type Listener,
  leadsForNotices,
  listListeners,
  listTroubles,
  noteTroublesStep,
  type ReportSource,
  reportsForNotices,
} from '@plume/db/notices';
import { addDays, beijingDate, startOfDate } from '../beijing-day.ts';
import { stepContext } from '../cases/step-context.ts';
import type { ReadyReport } from '../deps.ts';
import { bothDistricts, hears, keyOf, messageFor, reachedAt } from './address-messages.ts';
import { alarmCause, type Cause, caseCause, leadCause, troubleCause } from './causes.ts';
import { sayDigest } from './digest.ts';
import { reportCause } from './report-cause.ts';

/** Leads whose newest day lies further back are history that came in late: they are in the lists and the digest, not told one by one. */
export const FRESH_DAYS = 7;
/** A check must have failed for so long before it is told: a restart of the database is none of anybody's business. */
export const TROUBLE_MS = 120_000;
const PAGE_ROWS = 200;
const WRITTEN_AT_ONCE = 500;
const DAY_MS = 86_400_000;

/** What a look needs. */
export interface ScanDeps {
  readonly db: Db;
  readonly holder: string;
  readonly leaseS: number;
  /** Checks of the service; absent: this process knows of none. */
  readonly checks?: (() => Promise<ReadyReport>) | undefined;
  /** How many leads, alarms or cases are held at once; all are read, however many there are. */
  readonly pageRows?: number;
}

/** Somebody who hears of a cause. */
type Told = readonly [Listener, Cause];

/** All rows, page after page: each read begins behind the last id of the one before, so that rows that change meanwhile push none out. */
async function* pagesOf<T extends { id: string | number }>(
  rows: number,
  read: (after: T['id'] | null, limit: number) => Promise<T[]>,
): AsyncGenerator<T[]> {
  let after: T['id'] | null = null;
  for (;;) {
    const page: T[] = await read(after, rows);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < rows) return;
    after = last.id;
  }
}

/** Writes down what nobody has written down before; answers how many messages that were. */
async function write({ db, holder, leaseS }: ScanDeps, told: readonly Told[], nowMs: number): Promise<number> {
  const byKey = new Map<string, Told>();
  for (const each of told) {
    const key = keyOf(each[0], each[1].id);
    if (!byKey.has(key)) byKey.set(key, each);
  }
  const known = await knownKeys(db, [...byKey.keys()]);
  const fresh = [...byKey].filter(([key]) => !known.has(key));
  for (let at = 0; at < fresh.length; at += WRITTEN_AT_ONCE) {
    const messages = fresh.slice(at, at + WRITTEN_AT_ONCE).map(([, [listener, cause]]) => messageFor(listener, cause, nowMs));
    await db.batch([holdNoticeLeaseStep(holder, leaseS), insertMessagesStep(messages)], 'job');
  }
  return fresh.length;
}

function toldOf(listeners: readonly Listener[], cause: Cause): Told[] {
  return listeners.filter((listener) => hears(listener, cause)).map((listener) => [listener, cause]);
}

function toldOfLead(listeners: readonly Listener[], lead: LeadSource): Told[] {
  return listeners.flatMap((listener) => {
    const atSec = reachedAt(lead.reached, listener);
    return atSec === null ? [] : toldOf([listener], leadCause(lead, atSec));
  });
}

/**
 * Looks for what has to be told since `sinceMs` and writes it into the outbox, each cause once for each recipient, whoever looked before.
 * Answers how many messages were written.
 */
export async function scan(deps: ScanDeps, sinceMs: number, nowMs: number): Promise<number> {
  await noteTroubles(deps, nowMs);
  const { db, pageRows = PAGE_ROWS } = deps;
  const listeners = await listListeners(db);
  if (listeners.length === 0) return 0;
  const today = beijingDate(nowMs);
  const freshDay = addDays(today, -FRESH_DAYS);
  let written = 0;
  const tell = async (told: readonly Told[]) => {
    written += await write(deps, told, nowMs);
  };
  for await (const page of pagesOf<LeadSource>(pageRows, (after, limit) => leadsForNotices(db, sinceMs, freshDay, after, limit)))
    await tell(page.flatMap((lead) => toldOfLead(listeners, lead)));
  for await (const page of pagesOf<AlarmSource>(pageRows, (after, limit) => alarmsForNotices(db, sinceMs, after, limit)))
    await tell(page.flatMap((alarm) => toldOf(listeners, alarmCause(alarm))));
  if (listeners.some(({ kinds }) => kinds.includes('caseDue') || kinds.includes('caseOverdue'))) {
    const soon = await soonDay(db, nowMs);
    for await (const page of pagesOf<CaseSource>(pageRows, (after, limit) => casesForNotices(db, soon, after, limit)))
      await tell(page.flatMap((row) => toldOf(listeners, caseCause(row, today, nowMs))));
  }
  if (listeners.some(({ kinds }) => kinds.includes('report')))
    for await (const page of pagesOf<ReportSource>(pageRows, (after, limit) => reportsForNotices(db, sinceMs, after, limit)))
      await tell(page.flatMap((row) => toldOf(listeners, reportCause(row))));
  const troubles = (await listTroubles(db)).filter(({ since }) => nowMs - since.getTime() >= TROUBLE_MS);
  await tell(troubles.flatMap((trouble) => toldOf(listeners, troubleCause(trouble))));
  for (const listener of await digestsDue(db, listeners, nowMs))
    await tell(toldOf([listener], await digestCause(db, listener, addDays(today, -1), digestAtMs(listener, nowMs))));
  return written;
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
