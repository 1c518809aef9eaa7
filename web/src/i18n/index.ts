import { signal } from '@preact/signals';
import { en } from './en.ts';
import { type Key, zh } from './zh.ts';

export type { Key } from './zh.ts';

/** Languages of the page, Chinese first. */
export type Language = 'zh' | 'en';

const STORED = 'plume.language';

function initial(): Language {
  return typeof localStorage !== 'undefined' && localStorage.getItem(STORED) === 'en' ? 'en' : 'zh';
}

/** The language now shown. */
export const language = signal<Language>(initial());

/** Switches to the other language and remembers it in this browser. */
export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  localStorage.setItem(STORED, language.value);
}

/** A text with its {names} filled in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A text in the language now shown. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill((language.value === 'zh' ? zh : en)[key], values);
}

/** The short name of a signal in the language now shown: what stands before the first comma or bracket, with a capital. */
export function nameOf(signalNames: { zh: string; en: string }): string {
  if (language.value === 'zh') return signalNames.zh;
  const short = signalNames.en.split(/[,(]/)[0]?.trim() ?? signalNames.en;
  return short.charAt(0).toUpperCase() + short.slice(1);
}
