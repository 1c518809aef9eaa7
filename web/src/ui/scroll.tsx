import type { ComponentChildren } from 'preact';

/** The part of a page that scrolls (`across`: a table that is wider than the page), also by keyboard where nothing in it takes the focus (WCAG 2.1.1). */
export function Scroll({ across = false, children }: { across?: boolean; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class={across ? 'wide-table' : 'scroll'} tabIndex={0}>
      {children}
    </div>
  );
}
