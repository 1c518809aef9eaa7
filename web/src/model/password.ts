/** The site's rules for passwords that a page can tell at once; the service knows more (common words, earlier passwords). */
export interface PasswordRules {
  minLength: number;
  minKinds: number;
}

/** Why a password is not taken. */
export type PasswordFault =
  | { kind: 'weakShort'; n: number }
  | { kind: 'weakKinds'; n: number }
  | { kind: 'weakContains'; word: string }
  | { kind: 'weakRepeats' }
  | { kind: 'weakCommon' }
  | { kind: 'weakOld' };

const KINDS = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];

/** What can be said of a password without asking; undefined: nothing against it. */
export function passwordFault(password: string, rules: PasswordRules): PasswordFault | undefined {
  const text = password.normalize('NFKC');
  if ([...text].length < rules.minLength) return { kind: 'weakShort', n: rules.minLength };
  if (KINDS.filter((kind) => kind.test(text)).length < rules.minKinds) return { kind: 'weakKinds', n: rules.minKinds };
  return undefined;
}

/** What the service says against a password, by its sentence; undefined: a sentence that this page does not know. */
export function toldFault(reason: string): PasswordFault | undefined {
  const n = Number(/at least (\d+)/.exec(reason)?.[1] ?? /; (\d+) are needed/.exec(reason)?.[1] ?? 0);
  const word = /^contains "(.*)"$/.exec(reason)?.[1];
  if (word !== undefined) return { kind: 'weakContains', word };
  if (/of the kinds/.test(reason)) return { kind: 'weakKinds', n };
  if (/characters; at least/.test(reason)) return { kind: 'weakShort', n };
  if (/repeats/.test(reason)) return { kind: 'weakRepeats' };
  if (/tried first/.test(reason)) return { kind: 'weakCommon' };
  return /the last/.test(reason) ? { kind: 'weakOld' } : undefined;
}
