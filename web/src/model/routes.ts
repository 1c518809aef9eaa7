/**
 * Pages in the order of the navigation, each with the path it lives at and the letter that goes there after `g`. They stand in groups: the
 * day's work; what the data say; how they come in; what the office sets; the service itself.
 */
export const PAGES = [
  { id: 'today', path: '/', key: 't', group: 'work' },
  { id: 'leads', path: '/leads', key: 'l', group: 'work' },
  { id: 'cases', path: '/cases', key: 'c', group: 'work' },
  { id: 'inspections', path: '/inspections', key: 'i', group: 'work' },
  { id: 'vehicles', path: '/vehicles', key: 'v', group: 'work' },
  { id: 'statistics', path: '/statistics', key: 'a', group: 'data' },
  { id: 'reports', path: '/reports', key: 'm', group: 'data' },
  { id: 'quality', path: '/quality', key: 'q', group: 'data' },
  { id: 'exports', path: '/exports', key: 'x', group: 'data' },
  { id: 'terminals', path: '/terminals', key: 'd', group: 'intake' },
  { id: 'ledger', path: '/ledger', key: 'b', group: 'intake' },
  { id: 'rules', path: '/rules', key: 'r', group: 'office' },
  { id: 'documents', path: '/documents', key: 'w', group: 'office' },
  { id: 'notices', path: '/notices', key: 'n', group: 'office' },
  { id: 'people', path: '/people', key: 'p', group: 'service' },
  { id: 'system', path: '/system', key: 's', group: 'service' },
] as const;

/** A page of the navigation. */
export type PageId = (typeof PAGES)[number]['id'];

/** Pages that are reached by other ways than the navigation. */
export const ASIDE = [
  { id: 'account', path: '/account' },
  { id: 'calendar', path: '/calendar' },
] as const;

/** A page with code of its own: those of the tables above, a truck's file, and what someone sees who is not signed in. */
export type PageSource = PageId | (typeof ASIDE)[number]['id'] | 'vehicle' | 'outside';

/** Where an address leads: a page, and the one thing of it that is open (`/vehicles/7`). */
export interface Route {
  page: PageId | (typeof ASIDE)[number]['id'] | 'nowhere';
  id: string | null;
}

const THING = /^[\w.~-]{1,80}$/;

/** The page and thing that a path means. Nothing throws; what is not known is `nowhere`. */
export function routeOf(path: string): Route {
  const [, first = '', second, ...rest] = path.replace(/\/+$/, '').split('/');
  const page = [...PAGES, ...ASIDE].find((each) => each.path === `/${first}`);
  if (!page || rest.length > 0) return { page: 'nowhere', id: null };
  if (second === undefined) return { page: page.id, id: null };
  return page.id === 'today' || page.id === 'account' || page.id === 'calendar' || !THING.test(second)
    ? { page: 'nowhere', id: null }
    : { page: page.id, id: second };
}

/** The path of a page, or of one thing on it. */
export function pathOf(page: PageId, id: string | number | null = null): string {
  const path = PAGES.find((each) => each.id === page)?.path ?? '/';
  return id === null ? path : `${path}/${id}`;
}
