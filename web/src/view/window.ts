import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

const OVERSCAN = 12;

/** Which of many equally high rows are in sight of a scrolling box, with some around them: `start` (inclusive) to `end` (exclusive). */
export function windowOf(scrollTop: number, height: number, rowHeight: number, count: number): { start: number; end: number } {
  const start = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - OVERSCAN));
  return { start, end: Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN) };
}

/** Follows the scrolling of a box. Rows must have the height stated. */
export function useWindow(box: RefObject<HTMLDivElement | null>, rowHeight: number, count: number): { start: number; end: number } {
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
  return windowOf(seen.value.top, seen.value.height, rowHeight, count);
}
