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

/**
 * What verification came to. `equal`: everything was made again and is the same. `different`: the file was changed, or its parts contradict
 * one another or the arithmetic of this version. `otherVersion`: the file is whole, but another version of the arithmetic made it and what
 * this one makes of it differs; only that version can tell whether the difference is its own or a forger's.
 */
export type VerificationResult = 'equal' | 'different' | 'otherVersion';

/** Versions of the parts that a verdict depends on. */
export type Software = Pack['head']['software'];

/** What verification came to. */
export interface Verification {
  readonly result: VerificationResult;
  /** Whether `result` is `equal`: nothing else is a proof. */
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
    /** Versions that made it. */
    readonly software: Software;
  } | null;
  /** Versions that verified it. */
  readonly here: Software;
  readonly days: readonly VerifiedDay[];
  /** Whether the verdict was made again from the summaries. */
  readonly verdictRecomputed: boolean;
  readonly differences: readonly Difference[];
  /** What differs here, and may be so because another version of the arithmetic made the pack. */
  readonly undecided: readonly Difference[];
  /** What is told and decides nothing. */
  readonly notes: readonly string[];
}

/**
 * Verifies a pack from its file alone: hashes; messages → samples; samples → summaries (stage 1); summaries → verdict (stage 2). Pure and
 * total: any bytes give an answer. `version` is that of the software that verifies.
 */
export function verifyPack(bytes: Uint8Array, version: string): Verification {
  const here: Software = { plume: version, decoder: DECODER_VERSION, formula: FORMULA_VERSION, rules: RULES_VERSION };
  const { pack, differences: found } = checkIntegrity(bytes);
  const check = new Checking(pack?.head.software ?? here, here, found);
  if (pack === null) return answer(null, here, [], false, check);
  const told = pack.sections.parameters.map((settings, at) => numbersOf(settings, at));
  const numbers = told.map((each) => each.parameters);
  check.by(['rules'], () => told.flatMap((each) => each.differences));
  check.by([], () => guarded('file', 'sections', () => checkConsistency(pack)));
  check.by([], () => guarded('file', 'sections', () => checkSummaryHashes(pack)));
  const days = pack.sections.days.map((day): VerifiedDay => {
    const at = pack.sections.inputs.findIndex((inputs) => inputs.date === day.date);
    if (at < 0) return { date: day.date, level: 'summary', note: null };
    check.by(['formula', 'rules'], () => guarded('file', 'sections', () => recomputeSummary(pack, at, numbers)));
    const frames = check.by(['decoder'], () => recheckFrames(pack, at));
    check.by(['decoder'], () => frames?.differences ?? []);
    return { date: day.date, level: frames?.complete ? 'frames' : 'samples', note: frames?.note ?? null };
  });
  const outcome = check.by(['formula', 'rules'], () => recomputeOutcome(pack, numbers));
  check.by(['formula', 'rules'], () =>
    outcome ? guarded('file', 'sections', () => verdictDifferences(pack, outcome, numbers)) : [],
  );
  check.by(['rules'], () => guarded('rule', 'sections.rule', () => wordDifferences(pack, outcome)));
  return answer(pack, here, days, outcome !== null, check);
}

type Part = 'decoder' | 'formula' | 'rules';

/** Runs the checks of a pack, and keeps apart what another version may explain from what nothing explains. */
class Checking {
  readonly differences: Difference[];
  readonly undecided: Difference[] = [];
  readonly #maker: Software;
  readonly #here: Software;

  constructor(maker: Software, here: Software, found: readonly Difference[]) {
    this.differences = [...found];
    this.#maker = maker;
    this.#here = here;
  }

  /** What a check that rests on these parts gives; null where the pack cannot be used for it. Differences are taken down. */
  by<T>(parts: readonly Part[], work: () => T): T | null {
    const into = parts.some((part) => this.#maker[part] !== this.#here[part]) ? this.undecided : this.differences;
    try {
      const found = work();
      if (Array.isArray(found)) into.push(...(found as Difference[]));
      return found;
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      into.push(error.difference);
      return null;
    }
  }
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
function softwareNotes(maker: Software, here: Software): string[] {
  const parts = (['plume', 'decoder', 'formula', 'rules'] as const).filter((part) => maker[part] !== here[part]);
  if (parts.length === 0) return [];
  return [`made by another version: ${parts.map((part) => `${part} ${maker[part]} (here ${here[part]})`).join(', ')}.`];
}

function answer(
  pack: Pack | null,
  here: Software,
  days: readonly VerifiedDay[],
  verdictRecomputed: boolean,
  { differences, undecided }: Checking,
): Verification {
  const result = pack === null || differences.length > 0 ? 'different' : undecided.length > 0 ? 'otherVersion' : 'equal';
  return {
    result,
    equal: result === 'equal',
    pack: pack && {
      seq: pack.head.seq,
      sha256: pack.sha256,
      createdAt: pack.head.createdAt,
      finding: pack.sections.finding.id,
      vin: pack.sections.finding.vin,
      rule: pack.sections.finding.rule,
      date: pack.sections.finding.date,
      software: pack.head.software,
    },
    here,
    days,
    verdictRecomputed,
    differences,
    undecided,
    notes: pack === null ? [] : softwareNotes(pack.head.software, here),
  };
}
