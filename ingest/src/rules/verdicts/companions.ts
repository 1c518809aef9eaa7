import type { Case } from './case.ts';
import { scrCodes } from './scr-codes.ts';
import { lowUrea } from './urea.ts';

/** Rules of which a finding says that the catalyst, and not the engine, lets NOx through. */
const COMPANIONS = ['R-U1', 'R-U2', 'R-E1', 'R-T6', 'R-T7', 'R-MIL'] as const;

/** Signs of an SCR fault on any of some days: rule ids and trouble codes, sorted (R-A4). Too much urea is none. */
export function scrCompanions(on: Case, dates: readonly string[]): string[] {
  const signs = new Set<string>();
  for (const date of dates) {
    const then = on.at(date);
    for (const rule of COMPANIONS) {
      const said = then.outcome(rule);
      if (said.outcome === 'found' && (rule !== 'R-U1' || lowUrea(said))) signs.add(rule);
    }
    for (const code of scrCodes(then.day?.obd ?? null)) signs.add(code);
  }
  return [...signs].sort();
}
