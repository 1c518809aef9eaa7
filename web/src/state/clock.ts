import { signal } from '@preact/signals';

/** How far the server's clock is ahead of this machine's, in ms. Ages are told by the server's clock. */
let aheadMs = 0;

/** The server's time, moved on each second. */
export const now = signal(Date.now());

/** Sets the offset by a server time that has just arrived. */
export function hearServerTime(iso: string): void {
  aheadMs = Date.parse(iso) - Date.now();
  now.value = serverNow();
}

/** The server's time at this instant, epoch ms. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

setInterval(() => {
  now.value = serverNow();
}, 1000);
