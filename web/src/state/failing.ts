import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { CallError } from '../data/client.ts';

/** Readings that failed last, each by who reads. */
const readings = signal<ReadonlyMap<object, string>>(new Map());

/** Why a part of the page is not as fresh as it looks; null: all that is read on this page could be read. */
export const failing: ReadonlySignal<string | null> = computed(() => readings.value.values().next().value ?? null);

/**
 * Notes how a reading that goes on by itself went. Only what nobody else says is kept: that the service or its database is away is told
 * once for the whole page. Null: it worked, or it ended.
 */
export function noteReading(reader: object, failure: CallError | null): void {
  const told = failure?.kind === 'broken' || failure?.kind === 'refused' ? failure.message : null;
  const before = readings.peek();
  if ((before.get(reader) ?? null) === told) return;
  const after = new Map(before);
  if (told === null) after.delete(reader);
  else after.set(reader, told);
  readings.value = after;
}
