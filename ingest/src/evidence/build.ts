import { DECODER_VERSION } from '../protocol/index.ts';
import {
  type DayInput,
  explain,
  type FleetReference,
  FORMULA_VERSION,
  type Found,
  findingId,
  type Overrides,
  parametersWith,
  RULES_VERSION,
  type RuleContext,
  ruleRow,
  rulesVersion,
  sha256OfJson,
} from '../rules/index.ts';
import { certaintyOf } from './certainty.ts';
import type { PackHead, Sections } from './format.ts';
import { checkDay, isComplete, terminalsOf } from './frames-of-pack.ts';
import { tellSettings } from './numbers-in-force.ts';
import { packColumn } from './packed-columns.ts';
import { type EvidenceFrame, orderFrames, packFrames } from './packed-frames.ts';
import { packSamples } from './packed-samples.ts';
import { plain } from './recompute.ts';

/** Settings of the site, as far as a pack tells them; `id` null: the product's own numbers. */
export interface SettingsInForce {
  readonly id: number | null;
  readonly validFrom: string | null;
  readonly recordedBy: string | null;
  readonly note: string;
  readonly overrides: Overrides;
}

/** The product's own numbers. */
export const PRODUCT: SettingsInForce = { id: null, validFrom: null, recordedBy: null, note: '', overrides: {} };

/** What a day was judged with. */
export interface JudgedWith {
  readonly date: string;
  readonly settings: SettingsInForce;
  readonly reference: FleetReference | null;
}

/** Everything that a pack is made of, read from wherever it is stored: plain values that a thread can be given. */
export interface Material {
  readonly truck: Sections['truck'];
  readonly finding: { readonly version: string; readonly openedAt: string };
  readonly found: Found;
  /** What stage 2 looked at: all summaries that the verdict rests on are its days. */
  readonly context: RuleContext;
  /** Of each of those days, and of the finding's own. */
  readonly judgedWith: readonly JudgedWith[];
  /** Deciding days with their samples, at most three. */
  readonly inputs: readonly DayInput[];
  /** Original messages of these days, as far as they are kept. */
  readonly frames: readonly EvidenceFrame[];
  readonly refused: NonNullable<Sections['frames']>['refused'];
}

/** The versions that this program makes packs with. */
export function softwareOf(plume: string): PackHead['software'] {
  return { plume, decoder: DECODER_VERSION, formula: FORMULA_VERSION, rules: RULES_VERSION };
}

/** The sections of a pack. The same material gives the same sections. */
export function sectionsOf(material: Material): Sections {
  const { found, context, truck } = material;
  const { date, facts } = context;
  const settings = new Settings(material);
  const references = new Map<string, FleetReference>();
  const keep = (reference: FleetReference | null): string | null => {
    if (reference) references.set(reference.id, reference);
    return reference?.id ?? null;
  };
  const contextSettings = settings.on(date);
  const frames = framesOf(material);
  const sections: Sections = {
    truck,
    finding: {
      id: findingId(facts.vin, found.rule, date),
      vin: facts.vin,
      rule: found.rule,
      date,
      level: found.level,
      cause: found.cause,
      version: material.finding.version,
      openedAt: material.finding.openedAt,
      outcome: found,
    },
    rule: ruleRow(found.rule),
    parameters: settings.list,
    explanation: { zh: explain(found, 'zh'), en: explain(found, 'en') },
    certainty: certaintyOf(found, context.days, parametersWith(withOf(material, date).settings.overrides)),
    context: {
      date,
      facts,
      inService: context.inService,
      lastSampleSec: context.lastSampleSec,
      fittedSec: context.fittedSec,
      untilSec: context.untilSec,
      settings: contextSettings,
      reference: keep(context.reference),
    },
    references: [],
    days: context.days.map((summary) => {
      const inputs = material.inputs.some((input) => input.date === summary.date);
      const check = frames?.days.find((day) => day.date === summary.date)?.check;
      return {
        date: summary.date,
        sha256: sha256OfJson(summary),
        summary,
        settings: settings.on(summary.date),
        reference: keep(withOf(material, summary.date).reference),
        from: !inputs ? ('nothing' as const) : check && isComplete(check) ? ('frames' as const) : ('samples' as const),
      };
    }),
    inputs: material.inputs.map(tellInput),
    frames,
  };
  return plain({ ...sections, references: [...references.values()] }) as Sections;
}

/** Settings that were met, each told once. */
class Settings {
  readonly list: Sections['parameters'] = [];
  readonly #material: Material;

  constructor(material: Material) {
    this.#material = material;
  }

  /** Index of those in force on a day. */
  on(date: string): number {
    const { overrides, ...about } = withOf(this.#material, date).settings;
    const known = this.list.findIndex((each) => each.id === about.id && each.rulesVersion === rulesVersion(overrides));
    return known >= 0 ? known : this.list.push(tellSettings(about, overrides)) - 1;
  }
}

function withOf({ judgedWith }: Material, date: string): JudgedWith {
  const found = judgedWith.find((each) => each.date === date);
  if (!found) throw new RangeError(`nothing says what ${date} was judged with`);
  return found;
}

function tellInput(input: DayInput): Sections['inputs'][number] {
  const { messages } = input;
  const column = (name: 'firstSec' | 'lastSec' | 'receivedSec') =>
    packColumn(
      'f64',
      Float64Array.from(messages, (message) => message[name]),
    );
  return {
    date: input.date,
    fromSec: input.fromSec,
    toSec: input.toSec,
    facts: input.facts,
    samples: packSamples(input.samples),
    obd: input.obd.map(({ timeSec, mil, dtcs }) => ({ timeSec, mil, dtcs: [...dtcs] })),
    tamperSec: [...input.tamperSec],
    messages: {
      count: messages.length,
      firstSec: column('firstSec'),
      lastSec: column('lastSec'),
      receivedSec: column('receivedSec'),
    },
    conflicts: input.conflicts,
  };
}

/** The original messages, and how far they and the samples agree. Days whose messages are gone are not among its days. */
function framesOf({ truck, inputs, frames, refused }: Material): Sections['frames'] {
  if (frames.length === 0) return null;
  const ordered = orderFrames(frames);
  const terminals = terminalsOf(truck.terminals);
  const days = inputs
    .map((input) => ({ date: input.date, check: checkDay(ordered, truck.vin, terminals, input) }))
    .filter(({ check }) => check.reproduced > 0);
  return { messages: packFrames(ordered), days, refused };
}
