import { effect, signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../data/client.ts';
import { session } from '../state/session.ts';

/** What there is of the demonstration. */
export type Demo = InferResponseType<typeof api.demo.$get, 200>;

/** The demonstration as the service last told it; null: not known yet. */
export const demo = signal<Demo | null>(null);

const BUSY_MS = 3_000;
const QUIET_MS = 60_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks now; then soon again while its history is being written or it is being removed, else now and then. */
export async function lookAtDemo(): Promise<void> {
  clearTimeout(timer);
  if (session.peek() !== 'in') return;
  try {
    demo.value = await take(api.demo.$get());
  } catch {
    // That the service cannot be reached is the banner's to say.
  }
  const busy =
    demo.value !== null &&
    (demo.value.historyShare !== null || demo.value.removal !== null || demo.value.running !== demo.value.wanted);
  timer = setTimeout(() => void lookAtDemo(), busy ? BUSY_MS : QUIET_MS);
}

/** Follows the demonstration while someone is signed in. Call once. */
export function followDemo(): void {
  effect(() => {
    if (session.value === 'in') void lookAtDemo();
    else clearTimeout(timer);
  });
}
