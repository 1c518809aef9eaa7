import type { DayFigures, DayVerdicts } from '@plume/db/evaluation';
import { canonicalJson } from '../rules/index.ts';
import type { ComputedDay, JudgedOutcomes } from './compute-core.ts';

/** The figures of a computed day as they are stored. */
export function figureRow({ figures, text, hash, minutesHash }: ComputedDay): DayFigures {
  return { ...figures, summary: text, summaryHash: hash, minutesHash };
}

/** The verdicts of a day as they are stored. */
export function verdictRow(
  judged: JudgedOutcomes,
  by: { readonly untilSec: number; readonly settingsId: number | null; readonly referenceId: string | null },
): DayVerdicts {
  return {
    ...by,
    worstLevel: judged.worstLevel,
    rulesVersion: judged.version,
    outcomes: judged.text,
    outcomesHash: judged.hash,
    verdicts: canonicalJson(judged.verdicts),
  };
}
