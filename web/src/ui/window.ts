import { signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { windowOf } from '../model/window-of.ts';

const phone = matchMedia('(max-width: 720px)');

/** Whether the screen is a phone's: one thing at a time, larger rows. The style sheet draws the same line. */
export const narrow = signal(phone.matches);
phone.addEventListener('change', () => {
  narrow.value = phone.matches;
});

/** Height of a table row in px, as in the style sheet: larger where fingers touch it. */
export function rowPx(): number {
  return narrow.value ? 40 : 32;
}

/**
 * Which rows of a scrolling box are in sight; rows must have the height stated. Changes only when other rows are wanted, not with every
 * pixel, so that scrolling redraws little.
 */
export function useWindow(box: RefObject<HTMLElement | null>, px: number, count: number): { start: number; end: number } {
  const seen = useSignal(windowOf(0, 900, px, count));
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const look = () => {
      const next = windowOf(element.scrollTop, element.clientHeight, px, count);
      if (next.start !== seen.peek().start || next.end !== seen.peek().end) seen.value = next;
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      observer.disconnect();
    };
  }, [px, count]);
  return { start: Math.min(seen.value.start, count), end: Math.min(seen.value.end, count) };
}
