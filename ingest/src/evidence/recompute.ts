import {
  type DayInput,
  evaluateDay,
  type FleetReference,
  judgeDay,
  type Outcome,
  type Parameters,
  type RuleContext,
  sha256OfJson,
} from '../rules/index.ts';
import { compareJson, type Difference, shown } from './differences.ts';
import type { Pack, Sections } from './format.ts';
import { unpackColumn } from './packed-columns.ts';
import { unpackSamples } from './packed-samples.ts';

type Inputs = Sections['inputs'][number];

/** Thrown where a part of a pack cannot be used at all; carried out as a difference. */
export class Unusable extends Error {
  readonly difference: Difference;

  constructor(section: string, path: string, stored: string, says: string) {
    super(says);
    this.difference = { section, path, stored, recomputed: '(cannot be recomputed)', says };
  }
}

/** The input of stage 1, as the pack holds it. */
export function dayInputOf(inputs: Inputs, at: number, reference: FleetReference | null): DayInput {
  const path = `sections.inputs[${at}]`;
  const samples = unpackSamples(inputs.samples);
  if ('says' in samples) throw new Unusable('inputs', `${path}.samples.${samples.path}`, '(packed)', samples.says);
  const column = (name: 'firstSec' | 'lastSec' | 'receivedSec'): Float64Array => {
    const numbers = unpackColumn(inputs.messages[name], inputs.messages.count);
    if (typeof numbers === 'string') throw new Unusable('inputs', `${path}.messages.${name}`, '(packed)', numbers);
    return numbers;
  };
  const [first, last, received] = [column('firstSec'), column('lastSec'), column('receivedSec')];
  return {
    date: inputs.date,
    fromSec: inputs.fromSec,
    toSec: inputs.toSec,
    samples,
    facts: inputs.facts,
    obd: inputs.obd,
    tamperSec: inputs.tamperSec,
    messages: Array.from({ length: inputs.messages.count }, (_, i) => ({
      firstSec: first[i] as number,
      lastSec: last[i] as number,
      receivedSec: received[i] as number,
    })),
    conflicts: inputs.conflicts,
    reference,
  };
}

/** Stage 1 of a deciding day again, compared with its summary in the pack. */
export function recomputeSummary(pack: Pack, at: number, numbers: readonly Parameters[]): Difference[] {
  const inputs = pack.sections.inputs[at] as Inputs;
  const dayAt = pack.sections.days.findIndex((day) => day.date === inputs.date);
  const day = pack.sections.days[dayAt];
  if (!day) throw new Unusable('inputs', `sections.inputs[${at}].date`, inputs.date, 'the pack has no summary of this day');
  const parameters = numbers[day.settings];
  if (!parameters)
    throw new Unusable('days', `sections.days[${dayAt}].settings`, String(day.settings), 'the pack has no such parameters');
  const input = dayInputOf(inputs, at, referenceOf(pack, day.reference, `sections.days[${dayAt}].reference`));
  const recomputed = guarded('inputs', `sections.inputs[${at}]`, () => evaluateDay(input, parameters).summary);
  return compareJson(
    'days',
    `sections.days[${dayAt}].summary`,
    day.summary,
    plain(recomputed),
    'stage 1 of the samples gives another figure',
  );
}

/** The hash that each day's summary was stored with. */
export function checkSummaryHashes(pack: Pack): Difference[] {
  return pack.sections.days.flatMap((day, at) => {
    const recomputed = sha256OfJson(day.summary);
    return recomputed === day.sha256
      ? []
      : [
          {
            section: 'days',
            path: `sections.days[${at}].sha256`,
            stored: day.sha256,
            recomputed,
            says: 'the summary is not the one that was hashed',
          },
        ];
  });
}

/** What stage 2 looked at, as the pack holds it. */
export function contextOf(pack: Pack): RuleContext {
  const { context, days } = pack.sections;
  return {
    date: context.date,
    facts: context.facts,
    days: days.map((day) => day.summary),
    reference: referenceOf(pack, context.reference, 'sections.context.reference'),
    inService: context.inService,
    lastSampleSec: context.lastSampleSec,
    fittedSec: context.fittedSec,
    untilSec: context.untilSec,
  };
}

/** Stage 2 again: what the pack's rule says of its summaries. */
export function recomputeOutcome(pack: Pack, numbers: readonly Parameters[]): Outcome {
  const { context, finding } = pack.sections;
  const parameters = numbers[context.settings];
  if (!parameters)
    throw new Unusable('context', 'sections.context.settings', String(context.settings), 'the pack has no such parameters');
  const outcomes = guarded('days', 'sections.days', () => judgeDay(contextOf(pack), parameters));
  const own = outcomes.find((outcome) => outcome.rule === finding.rule);
  if (!own) throw new Unusable('finding', 'sections.finding.rule', finding.rule, 'is no rule of these');
  return own;
}

function referenceOf(pack: Pack, id: string | null, path: string): FleetReference | null {
  if (id === null) return null;
  const found = pack.sections.references.find((each) => each.id === id);
  if (!found) throw new Unusable('references', path, id, 'the pack does not hold this reference');
  return found;
}

/** Forged content may be of a form that the arithmetic cannot take: that is a finding about the pack, not a fault of ours. */
export function guarded<T>(section: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unusable) throw error;
    throw new Unusable(
      section,
      path,
      shown(null),
      `the arithmetic cannot take it (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** A value as JSON has it. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
