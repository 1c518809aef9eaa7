import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type Route, routeOf } from '../model/routes.ts';
import { type FieldsOf, readView, writeView } from '../model/view-fields.ts';

/** What the address bar says; every page is a function of it. */
export const place = signal({ path: location.pathname, query: location.search });

/** The page that is open. Changes only when the path does. */
export const route: ReadonlySignal<Route> = computed(() => routeOf(path.value));
const path = computed(() => place.value.path);

/** Goes to an address of the console. `push` makes a step that the browser's back button undoes; `replace` rewrites the present one (typing, sorting). */
export function go(address: string, how: 'push' | 'replace' = 'push'): void {
  const { pathname, search } = new URL(address, location.origin);
  if (pathname === place.value.path && search === place.value.query) return;
  if (how === 'push') history.pushState(null, '', pathname + search);
  else history.replaceState(null, '', pathname + search);
  place.value = { path: pathname, query: search };
}

/** The view state of a page, kept in the address. */
export interface PageView<V> extends ReadonlySignal<V> {
  /** Changes some of it on the page that is open. */
  show(change: Partial<V>, how?: 'push' | 'replace'): void;
  /** The query string of the view with a change, for links to `path`. */
  query(change?: Partial<V>): string;
}

/** The view state that these fields of the address make up. */
export function pageView<V extends object>(fields: FieldsOf<V>): PageView<V> {
  const view = computed(() => readView(fields, place.value.query));
  const query = (change: Partial<V> = {}) => writeView(fields, { ...view.peek(), ...change });
  return Object.assign(view, {
    query,
    show: (change: Partial<V>, how: 'push' | 'replace' = 'push') => go(place.peek().path + query(change), how),
  });
}

/** Follows the browser's own steps, and lets plain links within the console change the page without a load. Call once. */
export function listenForSteps(): void {
  addEventListener('popstate', () => {
    place.value = { path: location.pathname, query: location.search };
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link?.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    // A place within the page, or something of the API, is the browser's to open.
    if (link.hash !== '' || routeOf(link.pathname).page === 'nowhere') return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
