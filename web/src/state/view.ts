import { signal } from '@preact/signals';
import { formatView, parseView, type View } from '../model/url-state.ts';

/** What the page shows; always equal to what the address says. */
export const view = signal<View>(parseView(location.search));

/** Changes the view. `push` makes a step that the browser's back button undoes; without it the present step is rewritten (typing, sorting). */
export function show(change: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  const next = { ...view.value, ...change };
  const address = `${location.pathname}${formatView(next)}`;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  view.value = next;
}

/** The address of the view with a change, for links. */
export function linkTo(change: Partial<View>): string {
  return `${location.pathname}${formatView({ ...view.value, ...change })}`;
}

addEventListener('popstate', () => {
  view.value = parseView(location.search);
});
