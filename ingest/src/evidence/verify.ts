import { DECODER_VERSION } from '../protocol/index.ts';
import { explain, FORMULA_VERSION, findingId, type Outcome, type Parameters, RULES_VERSION, ruleRow } from '../rules/index.ts';
import { certaintyOf } from './certainty.ts';
import { checkConsistency } from './consistency.ts';
import { compareJson, type Difference } from './differences.ts';
import type { Pack } from './format.ts';
import { recheckFrames } from './frames-of-pack.ts';
import { checkIntegrity } from './integrity.ts';
import { numbersOf } from './numbers-in-force.ts';
import { checkSummaryHashes, guarded, plain, recomputeOutcome, recomputeSummary, Unusable } from './recompute.ts';

/** From what a day's summary was made again: the original messages, the stored samples, or not at all (its hash alone was checked). */
export type DayLevel = 'frames' | 'samples' | 'summary';

/** What verification did with one day. */
export interface VerifiedDay {
  readonly date: string;
  readonly level: DayLevel;
  /** Why no deeper, or how far the frames go; null when there is nothing to say. */
  readonly note: string | null;
}

/** What verification came to. */
export interface Verification {
  readonly equal: boolean;
  /** Of the pack; null when it cannot be read. */
  readonly pack: {
    readonly seq: number;
    readonly sha256: string;
    readonly createdAt: string;
    readonly finding: string;
    readonly vin: string;
    readonly rule: string;
    readonly date: string;
    readonly software: string;
  } | null;
  readonly days: readonly VerifiedDay[];
  /** Whether the verdict was made again from the summaries. */
  readonly verdictRecomputed: boolean;
  readonly differences: readonly Difference[];
  /** What is told and is no error: another software version, for example. */
  readonly notes: readonly string[];
}

/**
 * Verifies a pack from its file alone: hashes; messages → samples; samples → summaries (stage 1); summaries → verdict (stage 2). Pure and
 * total: any bytes give an answer. `version` is that of the software that verifies.
 */
export function verifyPack(bytes: Uint8Array, version: string): Verification {
  const { pack, differences } = checkIntegrity(bytes);
  const found = [...differences];
  if (pack === null) return answer(null, [], false, found, []);
  const notes = softwareNotes(pack, version);
  const collect = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      found.push(error.difference);
      return null;
    }
  };
  const told = pack.sections.parameters.map((settings, at) => numbersOf(settings, at));
  const sameRules = pack.head.software.rules === RULES_VERSION;
  // Another version of the rules may well have other numbers and words of its own: the pack is judged by those it holds.
  const ofRules = (differences: readonly Difference[]): void => {
    if (sameRules) found.push(...differences);
    else notes.push(...differences.map((each) => `${each.path}: ${each.stored} in the pack, ${each.recomputed} here`));
  };
  ofRules(told.flatMap((each) => each.differences));
  const numbers = told.map((each) => each.parameters);
  const check = (work: () => Difference[]): void => void found.push(...(collect(() => guarded('file', 'sections', work)) ?? []));
  check(() => checkConsistency(pack));
  check(() => checkSummaryHashes(pack));
  const days = pack.sections.days.map((day): VerifiedDay => {
    const at = pack.sections.inputs.findIndex((inputs) => inputs.date === day.date);
    if (at < 0) return { date: day.date, level: 'summary', note: null };
    check(() => recomputeSummary(pack, at, numbers));
    const frames = collect(() => recheckFrames(pack, at));
    found.push(...(frames?.differences ?? []));
    return { date: day.date, level: frames?.complete ? 'frames' : 'samples', note: frames?.note ?? null };
  });
  const outcome = collect(() => recomputeOutcome(pack, numbers));
  if (outcome) check(() => verdictDifferences(pack, outcome, numbers));
  ofRules(collect(() => guarded('rule', 'sections.rule', () => wordDifferences(pack, outcome))) ?? []);
  return answer(pack, days, outcome !== null, found, notes);
}

/** Where the verdict made again, and what follows from it, part from the pack. */
function verdictDifferences(pack: Pack, outcome: Outcome, numbers: readonly Parameters[]): Difference[] {
  const { finding, truck, context, days } = pack.sections;
  const at = (path: string, stored: unknown, recomputed: unknown, says: string) =>
    compareJson(path.split('.')[0] ?? path, `sections.${path}`, stored, plain(recomputed), says);
  const parameters = numbers[context.settings];
  const differences = [
    ...at('finding.outcome', finding.outcome, outcome, 'the rule says something else of the summaries'),
    ...at('finding.id', finding.id, findingId(finding.vin, finding.rule, finding.date), 'not the id of this truck, rule and day'),
    ...at('context.date', context.date, finding.date, 'the context is of another day'),
    ...at('truck.vin', truck.vin, finding.vin, 'the finding is of another truck'),
  ];
  if (outcome.outcome !== 'found' || !parameters) return differences;
  return [
    ...differences,
    ...at('finding.level', finding.level, outcome.level, 'the rule speaks at another level'),
    ...at('finding.cause', finding.cause, outcome.cause, 'the rule names another cause'),
    ...at(
      'certainty',
      pack.sections.certainty,
      certaintyOf(
        outcome,
        days.map((day) => day.summary),
        parameters,
      ),
      'completeness and uncertainty are others',
    ),
  ];
}

/** Where the words about the rule and its verdict are not those of this version. */
function wordDifferences(pack: Pack, outcome: Outcome | null): Difference[] {
  const { rule, explanation, finding } = pack.sections;
  return [
    ...compareJson('rule', 'sections.rule', rule, plain(ruleRow(finding.rule)), "not the rule's row of the catalogue"),
    ...(outcome === null
      ? []
      : (['zh', 'en'] as const).flatMap((lang) =>
          compareJson(
            'explanation',
            `sections.explanation.${lang}`,
            explanation[lang],
            explain(outcome, lang),
            'the explanation is another',
          ),
        )),
  ];
}

/** What to know when another version made the pack. */
function softwareNotes(pack: Pack, version: string): string[] {
  const { software } = pack.head;
  const here = { plume: version, decoder: DECODER_VERSION, formula: FORMULA_VERSION, rules: RULES_VERSION };
  const parts = (['plume', 'decoder', 'formula', 'rules'] as const).filter((part) => software[part] !== here[part]);
  if (parts.length === 0) return [];
  const told = parts.map((part) => `${part} ${software[part]} (here ${here[part]})`).join(', ');
  return [
    `made by another version: ${told}. If anything differs below, verify with that version before it is held against the pack.`,
  ];
}

function answer(
  pack: Pack | null,
  days: readonly VerifiedDay[],
  verdictRecomputed: boolean,
  differences: readonly Difference[],
  notes: readonly string[],
): Verification {
  return {
    equal: pack !== null && differences.length === 0,
    pack: pack && {
      seq: pack.head.seq,
      sha256: pack.sha256,
      createdAt: pack.head.createdAt,
      finding: pack.sections.finding.id,
      vin: pack.sections.finding.vin,
      rule: pack.sections.finding.rule,
      date: pack.sections.finding.date,
      software: pack.head.software.plume,
    },
    days,
    verdictRecomputed,
    differences,
    notes,
  };
}
