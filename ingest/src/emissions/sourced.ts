/**
 * How well a number is known (the product shows it beside every result that rests on it): C certain, read in the named source;
 * L likely; M+ / M / M- from memory, sure to shaky; eng our own engineering judgement, to be tuned on data.
 */
export type Mark = 'C' | 'L' | 'M+' | 'M' | 'M-' | 'eng';

/** A number a method rests on, with its unit, where it comes from, and how sure that is. */
export interface Sourced {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  readonly mark: Mark;
}

/** The plain numbers of a table of sourced ones. */
export type ValuesOf<T extends Readonly<Record<string, Sourced>>> = { readonly [K in keyof T]: number };

/** Takes the numbers out of a table, with those given put in place of the table's own. */
export function valuesOf<T extends Readonly<Record<string, Sourced>>>(table: T, given: Partial<ValuesOf<T>> = {}): ValuesOf<T> {
  const entries = Object.entries(table).map(([name, row]) => [name, row.value]);
  return { ...Object.fromEntries(entries), ...given } as ValuesOf<T>;
}
