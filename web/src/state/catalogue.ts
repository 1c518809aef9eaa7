import { signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../data/client.ts';
import { noteFailure, session } from './session.ts';

export type CatalogueSignal = InferResponseType<typeof api.signals.$get, 200>['signals'][number];

/** The signals with unit, range and source; empty until it has been read. */
export const catalogue = signal<readonly CatalogueSignal[]>([]);

const RETRY_MS = 3000;
let asked = false;

/** Reads the catalogue once, again and again until it is there. Pages that show signals call it. */
export async function needCatalogue(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    catalogue.value = (await take(api.signals.$get())).signals;
  } catch (error) {
    asked = false;
    noteFailure(error);
    if (session.peek() === 'in') setTimeout(() => void needCatalogue(), RETRY_MS);
  }
}

/** A signal's catalogue entry; undefined before it has been read. */
export function signalOf(id: string): CatalogueSignal | undefined {
  return catalogue.value.find((each) => each.id === id);
}
