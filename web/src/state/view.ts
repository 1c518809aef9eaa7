import { signal } from '@preact/signals';
import { DEFAULT_VIEW, formatView, parseView, type Range, type View } from '../model/url-state.ts';

/** What the page shows; always equal to what the address says. */
export const view = signal<View>(parseView(location.search));

/** Changes the view. `push` makes a step that the browser's back button undoes; without it the present step is rewritten (typing, sorting). */
export function show(change: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  const next = { ...view.value, ...change };
  const address = `${location.pathname}${formatView(next)}`;
  // Charts that share a cursor all report one drag; it is one step.
  if (address === `${location.pathname}${formatView(view.value)}`) return;
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  view.value = next;
}

const widerRanges: Range[] = [];

/** Narrows the range to what was dragged across a chart. */
export function zoom(range: Range): void {
  const before = view.value;
  show({ range });
  if (view.value !== before) widerRanges.push(before.range);
}

/** Goes back to the range before the last zoom; after a link to a fixed range, to the range of a fresh page. */
export function unzoom(): void {
  show({ range: widerRanges.pop() ?? DEFAULT_VIEW.range });
}

/** The address of the view with a change, for links. */
export function linkTo(change: Partial<View>): string {
  return `${location.pathname}${formatView({ ...view.value, ...change })}`;
}

addEventListener('popstate', () => {
  view.value = parseView(location.search);
});
