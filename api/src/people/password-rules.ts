import { dictionary } from '@zxcvbn-ts/language-common';
import type { SecuritySettings } from './security-settings.ts';

/** Longest password taken; argon2 takes any length, but nobody types more. */
export const MAX_PASSWORD_CHARS = 256;
/** An addition to a common password is looked through up to this length; longer ones have enough of their own. */
const LONGEST_ADDITION = 6;
const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiopasdfghjklzxcvbnm', '1qaz2wsx3edc4rfv5tgb6yhn7ujm'];
const STANDS_FOR: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

let common: ReadonlySet<string> | undefined;

/** Passwords that everyone tries first: about 49,000 from published breaches. */
function isCommon(text: string): boolean {
  common ??= new Set(dictionary['passwords-common']);
  return common.has(text);
}

/** Whether a run of a keyboard or the alphabet, forwards or backwards. */
function isRun(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return ROWS.some((row) => row.includes(text) || row.includes(backwards));
}

function isGuessable(lower: string): boolean {
  const plain = [...lower].map((letter) => STANDS_FOR[letter] ?? letter).join('');
  const core = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const cores = lower.length - core.length <= LONGEST_ADDITION ? [core, [...core].map((l) => STANDS_FOR[l] ?? l).join('')] : [];
  return [lower, plain, ...cores].some((each) => each.length >= 4 && (isCommon(each) || isRun(each)));
}

/** For whom a password is, and what they must not build it from. */
export interface PasswordOwner {
  readonly name: string;
  readonly displayName: string;
}

/** Why a password is not taken, in sentences that follow "The password "; none: it is. */
export function passwordTroubles(password: string, rules: SecuritySettings['password'], owner: PasswordOwner): string[] {
  const text = password.normalize('NFKC');
  const lower = text.toLowerCase();
  const troubles: string[] = [];
  const length = [...text].length;
  if (length < rules.minLength) troubles.push(`has ${length} characters; at least ${rules.minLength} are needed`);
  if (length > MAX_PASSWORD_CHARS) troubles.push(`has ${length} characters; at most ${MAX_PASSWORD_CHARS} are taken`);
  const kinds = KINDS.filter((kind) => kind.test(text)).length;
  if (kinds < rules.minKinds)
    troubles.push(`has ${kinds} of the kinds lower case, upper case, digits and other; ${rules.minKinds} are needed`);
  const words = [owner.name, owner.displayName.toLowerCase(), 'plume', ...rules.refusedWords.map((word) => word.toLowerCase())];
  const contained = words.find((word) => [...word].length >= 2 && lower.includes(word));
  if (contained !== undefined) troubles.push(`contains "${contained}"`);
  if (new Set(lower).size < 5) troubles.push('repeats the same few characters');
  else if (length <= MAX_PASSWORD_CHARS && isGuessable(lower)) troubles.push('is one of those that are tried first');
  return troubles;
}
