import type { Text } from '../catalogue/reasons.ts';

/** Why a step is not taken: at which field, in both languages. */
export interface Refusal extends Text {
  /** `kind`, `day`, `note`, `values.<name>`. */
  readonly field: string;
}

export function refuse(field: string, zh: string, en: string): Refusal {
  return { field, zh, en };
}
