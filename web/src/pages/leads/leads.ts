import type { InferRequestType, InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { pathOf } from '../../model/routes.ts';
import { choice, flag, text, word } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';
import { me } from '../../state/session.ts';

export type LeadPage = InferResponseType<typeof api.leads.$get, 200>;
export type Lead = LeadPage['leads'][number];
export type LeadDetail = InferResponseType<(typeof api.leads)[':id']['$get'], 200>;
export type Finding = LeadDetail['findings'][number];
export type Deed = InferRequestType<typeof api.leads.decisions.$post>['json']['deed'];

/** Lists of leads by what was decided. */
export const TABS = ['todo', 'snoozed', 'confirmed', 'dismissed', 'gone'] as const;
type Tab = (typeof TABS)[number];

/** Causes in the order of their gravity for an officer. */
export const CAUSES = [
  'overLimit',
  'scrFault',
  'urea',
  'tamper',
  'sensor',
  'fuelTank',
  'particulate',
  'mil',
  'offline',
  'data',
] as const;

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(TABS, 'todo'),
  cause: choice(CAUSES, null),
  who: choice(['mine', 'none'], null),
  district: text(40),
  q: text(40),
  sort: choice(['urgency', 'day', 'plate'], 'urgency'),
  reversed: flag(false),
  finding: word(/^[0-9a-f]{16}$/, ''),
  day: word(/^\d{4}-\d{2}-\d{2}$/, ''),
  from: text(40),
  to: text(40),
  colour: word(/^[a-z][A-Za-z0-9]{1,39}$/, 'noxDownPpm'),
  table: flag(false),
  /** The moment whose original messages are shown. */
  at: text(40),
  /** The page for the owner, in place of the list and the evidence. */
  print: flag(false),
});

/** The address of a lead in the list that is shown; without an id that of the list. */
export function addressOf(id: string | null): string {
  return pathOf('leads', id) + view.query({ finding: '', day: '', from: '', to: '', at: '', print: false });
}

/** Which leads a list has. */
const LISTS: Readonly<Record<Tab, { state: string; triage: string }>> = {
  todo: { state: 'open', triage: 'new' },
  snoozed: { state: 'open', triage: 'snoozed' },
  confirmed: { state: 'open,closed,withdrawn', triage: 'confirmed' },
  dismissed: { state: 'open,closed,withdrawn', triage: 'dismissed' },
  gone: { state: 'closed,withdrawn', triage: 'new,snoozed' },
};

/** Leads of one page of the list. */
export const PAGE = 100;

/** The question that the page's filters ask. */
export function questionNow(): InferRequestType<typeof api.leads.$get>['query'] {
  const { tab, cause, who, district, q, sort, reversed } = view.value;
  return {
    ...LISTS[tab],
    sort,
    order: reversed ? 'reversed' : 'first',
    ...(q.trim() === '' ? {} : { q: q.trim() }),
    ...(district === '' ? {} : { district }),
    lang: language.value,
    limit: String(PAGE),
    ...(cause === null ? {} : { cause }),
    ...(who === null ? {} : { assignee: who === 'none' ? 'none' : (me.value?.person?.name ?? 'none') }),
  };
}

/** One page of a list of leads. */
export async function fetchLeads(
  question: ReturnType<typeof questionNow>,
  cursor: string | null,
  signal: AbortSignal,
): Promise<LeadPage> {
  const query = cursor === null ? question : { ...question, cursor };
  return await take(api.leads.$get({ query }, { init: { signal } }));
}

/** How many leads each list has. */
export function countsOf(counts: LeadPage['counts']): Record<Tab, number> {
  const sum = (tab: Tab) =>
    counts
      .filter((row) => LISTS[tab].state.split(',').includes(row.state) && LISTS[tab].triage.split(',').includes(row.triage))
      .reduce((n, row) => n + row.leads, 0);
  return {
    todo: sum('todo'),
    snoozed: sum('snoozed'),
    confirmed: sum('confirmed'),
    dismissed: sum('dismissed'),
    gone: sum('gone'),
  };
}
