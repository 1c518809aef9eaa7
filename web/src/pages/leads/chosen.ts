import { signal } from '@preact/signals';
import { stretchOf } from '../../model/next-after.ts';

/** The row that the keys stand on. */
export const pointed = signal<string | number | null>(null);
/** Leads that are chosen for one deed. */
export const chosen = signal<ReadonlySet<string>>(new Set());
/** The one that a range begins at. */
let anchor: string | null = null;

/** Chooses a lead or chooses it not; with `ranging` everything from the one before to this one, in the order of the list. */
export function toggle(id: string, ranging: boolean, list: readonly string[]): void {
  const next = new Set(chosen.peek());
  if (ranging) for (const each of stretchOf(list, anchor, id)) next.add(each);
  else if (!next.delete(id)) next.add(id);
  anchor = id;
  chosen.value = next;
}

/** Chooses none. */
export function chooseNone(): void {
  anchor = null;
  chosen.value = new Set();
}
