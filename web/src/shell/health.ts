import { effect, signal } from '@preact/signals';
import { session } from '../state/session.ts';

/** Whether every check of the service passes; null: not known. */
export const healthy = signal<boolean | null>(null);

const LOOK_MS = 30_000;

async function look(): Promise<void> {
  try {
    healthy.value = (await fetch('/readyz')).status === 200;
  } catch {
    // That the service cannot be reached is the banner's to say.
    healthy.value = null;
  }
}

/** Asks now and then whether the service is fit, while someone is signed in. Call once. */
export function followHealth(): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  effect(() => {
    clearInterval(timer);
    if (session.value !== 'in') return;
    void look();
    timer = setInterval(() => !document.hidden && void look(), LOOK_MS);
  });
}
