import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, take } from '../data/client.ts';
import { type LiveEvent, type LiveQuestion, liveAddress, openLive } from '../data/live.ts';
import { hearServerTime } from './clock.ts';
import { may, noteFailure, noteSuccess, session } from './session.ts';

type Listener = (event: LiveEvent) => void;

const question = signal<LiveQuestion>({ vehicles: [], signals: [] });
const listeners = new Set<Listener>();
/** Rises each time the stream comes back after it was lost: what a page shows may be older than it looks. */
export const regained = signal(0);

const NOTHING: LiveQuestion = { vehicles: [], signals: [] };

/** Watches trucks while the component is on the page. There is one stream a page: the last to ask decides what it carries. */
export function useLive(asked: LiveQuestion | null, heard: Listener): void {
  const key = asked === null ? null : liveAddress(asked);
  useEffect(() => {
    if (asked === null) return undefined;
    question.value = asked;
    listeners.add(heard);
    return () => {
      listeners.delete(heard);
      if (question.peek() === asked) question.value = NOTHING;
    };
  }, [key]);
}

/** Whether the service is gone or only the stream: a call tells. */
async function ask(): Promise<void> {
  try {
    hearServerTime((await take(api.session.$get())).serverTime);
    noteSuccess();
  } catch (error) {
    noteFailure(error);
  }
}

/** Keeps the stream open that the page asks for, while someone is signed in who may see trucks. Call once. */
export function followLive(): void {
  let close: (() => void) | undefined;
  let open = '';
  effect(() => {
    const address = session.value === 'in' && may('fleet.read') ? liveAddress(question.value) : '';
    if (address === open) return;
    open = address;
    close?.();
    close = undefined;
    if (address === '') return;
    let lost = false;
    close = openLive(
      address,
      (event) => {
        hearServerTime(event.serverTime);
        noteSuccess();
        for (const listener of listeners) listener(event);
      },
      () => {
        if (!lost) return;
        lost = false;
        regained.value += 1;
        void ask();
      },
      () => {
        lost = true;
        void ask();
      },
    );
  });
}
