import { signal } from '@preact/signals';

/** Languages of the console, Chinese first. */
export type Language = 'zh' | 'en';

/** What is filled into the {names} of a text. */
export type Values = Readonly<Record<string, string | number>>;

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

/** A text with its {names} filled in; a name without a value stays visible. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words of one part of the console: a function from key to text in the language now shown, with both dictionaries for the tests. */
export interface Words<K extends string> {
  (key: K, values?: Values): string;
  /** Whether there is a text for a key that came from elsewhere, such as a code of the API. */
  has(key: string): key is K;
  readonly zh: Readonly<Record<K, string>>;
  readonly en: Readonly<Record<K, string>>;
}

/** Words in both languages. A key that one of them lacks does not compile. */
export function words<const Z extends Readonly<Record<string, string>>>(
  zh: Z,
  en: Readonly<Record<keyof Z & string, string>>,
): Words<keyof Z & string> {
  const text = (key: keyof Z & string, values: Values = {}) => fill((language.value === 'zh' ? zh : en)[key], values);
  return Object.assign(text, { has: (key: string): key is keyof Z & string => Object.hasOwn(zh, key), zh, en });
}

/** The short name of a signal in the language now shown: what stands before the first comma or bracket, with a capital. */
export function nameOf(signalNames: { zh: string; en: string }): string {
  if (language.value === 'zh') return signalNames.zh;
  const short = signalNames.en.split(/[,(]/)[0]?.trim() ?? signalNames.en;
  return short.charAt(0).toUpperCase() + short.slice(1);
}
