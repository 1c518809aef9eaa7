import { sha256OfJson } from '../canonical-json.ts';
import type { Overrides } from './parameters.ts';

/** Version of the rules: raised with every change of a rule, a number or a text that decides. */
export const RULES_VERSION = '1.3.0';

/** Version that a verdict carries: that of the rules, with the first 8 hex digits of the hash of a site's own numbers when it has any. */
export function rulesVersion(overrides: Overrides = {}): string {
  return Object.keys(overrides).length === 0 ? RULES_VERSION : `${RULES_VERSION}+${sha256OfJson(overrides).slice(0, 8)}`;
}
