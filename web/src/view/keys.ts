import { signal } from '@preact/signals';
import { SPANS } from '../model/url-state.ts';
import { rows } from '../state/fleet.ts';
import { show, view } from '../state/view.ts';

/** The truck that the keys stand on; null: none yet. */
export const pointed = signal<number | null>(null);
/** Which dialog is open. */
export const dialog = signal<'keys' | 'add' | null>(null);

/** Moves the pointer by some rows; with a truck open, the next one is opened. */
function move(by: number): void {
  const list = rows.peek().map((row) => row.peek().id);
  if (list.length === 0) return;
  const at = list.indexOf(pointed.peek() ?? view.peek().truck ?? -1);
  const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  if (next === undefined) return;
  pointed.value = next;
  if (view.peek().truck !== null) show({ truck: next }, 'replace');
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function act(key: string): boolean {
  const span = SPANS[Number(key) - 1];
  if (key === '/') document.getElementById('search')?.focus();
  else if (key === 'j' || key === 'ArrowDown') move(1);
  else if (key === 'k' || key === 'ArrowUp') move(-1);
  else if (key === 'Enter' && pointed.peek() !== null) show({ truck: pointed.peek() });
  else if (key === 'Escape' && view.peek().truck !== null) show({ truck: null });
  else if (key === '?') dialog.value = 'keys';
  else if (key === 't') show({ table: !view.peek().table });
  else if (key === 'f') show({ follow: !view.peek().follow }, 'replace');
  else if (span) show({ range: { span } });
  else return false;
  return true;
}

/** Listens for the page's keys: never while a field or a dialog has the focus, never together with Ctrl, Alt or ⌘. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.peek() !== null) return;
    if (inField(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    // A focused button or link keeps Enter for itself; so does a scrolling table its arrows.
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button, summary')) return;
    if (act(event.key)) event.preventDefault();
  });
}
