import { signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { windowOf } from '../model/window-of.ts';

const phone = matchMedia('(max-width: 900px)');

/** Whether the screen is a phone's: one thing at a time, larger rows. The style sheet draws the same line. */
export const narrow = signal(phone.matches);
phone.addEventListener('change', () => {
  narrow.value = phone.matches;
});

/** Height of a row of the fleet list in px, as in the style sheet: larger where fingers touch it. */
export function fleetRowPx(): number {
  return narrow.value ? 40 : 32;
}

/** Follows the scrolling of a box. Rows must have the height stated. */
export function useWindow(
  box: RefObject<HTMLElement | HTMLDivElement | null>,
  rowPx: number,
  count: number,
): { start: number; end: number } {
  const seen = useSignal({ top: 0, height: 900 });
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => {
      seen.value = { top: element.scrollTop, height: element.clientHeight };
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, []);
  return windowOf(seen.value.top, seen.value.height, rowPx, count);
}
