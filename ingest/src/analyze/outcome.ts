/** A sentence that says what is wrong, where, and what to do; or the value. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** A good outcome. */
export function good<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A bad one. */
export function bad<T>(error: string): Outcome<T> {
  return { ok: false, error };
}
