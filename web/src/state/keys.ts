import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { actsWhenHeld, keepsKey, takesLetters } from '../model/key-rules.ts';
import { PAGES, pathOf } from '../model/routes.ts';
import { go } from './place.ts';

/** What a key does here, in words for the list of keys. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` tells it; several do the same. */
  keys: readonly string[];
  words: () => string;
  /** False: the key meant nothing at this moment and stays the browser's. */
  act: () => unknown;
}

interface Layer {
  bindings: readonly KeyBinding[];
}

const layers: Layer[] = [];
const STORED = 'plume.keys';
const GO_MS = 2500;

/** Whether single letters act (WCAG 2.1.4: they can be turned off). */
export const lettersAct = signal(localStorage.getItem(STORED) !== 'off');
/** Whether `g` was pressed and a letter is awaited. */
export const going = signal(false);
/** Whether the list of keys is open. */
export const keysOpen = signal(false);

effect(() => localStorage.setItem(STORED, lettersAct.value ? 'on' : 'off'));

let goTimer: ReturnType<typeof setTimeout> | undefined;

/** Keys that act while the component is on the page; what comes later goes first. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const layer = useRef<Layer>({ bindings });
  layer.current.bindings = bindings;
  useEffect(() => {
    const mine = layer.current;
    layers.push(mine);
    return () => void layers.splice(layers.indexOf(mine), 1);
  }, []);
}

/** The keys that act now, for the list of keys. */
export function bindingsNow(): KeyBinding[] {
  return [...layers].reverse().flatMap((layer) => layer.bindings);
}

function typeOf(element: Element): string {
  return element instanceof HTMLInputElement ? element.type : '';
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || takesLetters(target.tagName, typeOf(target)));
}

/** Puts the cursor into the page's own search, or into the console's. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search="page"]') ?? document.querySelector('[data-search]');
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}

function awaitLetter(): void {
  going.value = true;
  clearTimeout(goTimer);
  goTimer = setTimeout(() => {
    going.value = false;
  }, GO_MS);
}

function everywhere(key: string): boolean {
  if (going.peek()) {
    going.value = false;
    const page = PAGES.find((each) => each.key === key);
    if (page) go(pathOf(page.id));
    return page !== undefined;
  }
  if (key === 'g') awaitLetter();
  else if (key === '?') keysOpen.value = true;
  else return key === '/' && focusSearch();
  return true;
}

/** Listens for the console's keys: never while a field or a dialog has the focus, never together with Ctrl, Alt or ⌘. Call once. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]'))
      return;
    if (event.repeat && !actsWhenHeld(event.key)) return;
    if (inField(event.target)) {
      if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    const letter = event.key.length === 1;
    if (letter && !lettersAct.peek()) return;
    // A focused button or link keeps Enter for itself; so does a choice its arrows, and a box Space.
    const own =
      event.target instanceof HTMLElement ? event.target.closest('a, button, input, summary, [role=slider], canvas') : null;
    if (own && keepsKey(event.key, own.tagName, typeOf(own))) return;
    if (letter && everywhere(event.key)) {
      event.preventDefault();
      return;
    }
    const binding = bindingsNow().find((each) => each.keys.includes(event.key));
    if (binding && binding.act() !== false) event.preventDefault();
  });
}
