import { z } from 'zod';
import {
  type DaySummary,
  type FleetReference,
  type Found,
  LEVELS,
  RULE_IDS,
  type RuleRow,
  type TruckFacts,
} from '../rules/index.ts';
import { FrameCheck } from './frame-check.ts';
import { PackedColumn } from './packed-columns.ts';
import { PackedFrames } from './packed-frames.ts';
import { PackedSamples } from './packed-samples.ts';

/** Name and version of the form of a pack. A program reads the versions it knows. */
export const EVIDENCE_FORMAT = 'plume-evidence';
export const EVIDENCE_FORMAT_VERSION = 1;
/** What the first pack of a chain names as the one before. */
export const GENESIS_SHA256 = '0'.repeat(64);
/** Days whose samples and frames go into a pack. */
export const SAMPLE_DAYS = 3;

/** Why a pack is made. */
export const EVIDENCE_REASONS = ['demand', 'confirm', 'print', 'notice'] as const;
export type EvidenceReason = (typeof EVIDENCE_REASONS)[number];

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');
const Day = z.iso.date();
const Second = z.number();
const Text = z.string().nullable();

/** JSON of another part of Plume (a summary, an outcome): that it is what it should be is found by making it again, not by its form. */
function jsonOf<T extends object>() {
  return z.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object');
}

const Truck = z.strictObject({
  vin: z.string(),
  plate: z.string(),
  plateColor: Text,
  district: Text,
  enterprise: Text,
  useType: Text,
  /** Terminals that were on the truck in the days of the pack; times in epoch seconds, `toSec` null: still. */
  terminals: z.array(z.strictObject({ id: z.string(), fromSec: Second, toSec: Second.nullable(), recordPeriodS: z.number() })),
});

const Finding = z.strictObject({
  id: z.string(),
  vin: z.string(),
  rule: z.enum(RULE_IDS),
  date: Day,
  level: z.enum(LEVELS),
  cause: z.string(),
  /** Rules version the finding was made with. */
  version: z.string(),
  openedAt: z.iso.datetime(),
  /** What the rule said: limit with source and mark, figures, days, stretches, caveats. */
  outcome: jsonOf<Found>(),
});

/** One set of numbers in force. */
const Settings = z.strictObject({
  /** Number of the site's settings; null: those of the product. */
  id: z.number().int().nullable(),
  validFrom: Day.nullable(),
  recordedBy: Text,
  note: z.string(),
  overrides: z.record(z.string(), z.number()),
  rulesVersion: z.string(),
  values: z.array(
    z.strictObject({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      source: z.string(),
      mark: z.string(),
      /** The product's own number, where the site has another. */
      product: z.number().nullable(),
    }),
  ),
});

const PackDay = z.strictObject({
  date: Day,
  /** SHA-256 of the summary's canonical JSON. */
  sha256: Sha256,
  summary: jsonOf<DaySummary>(),
  /** Index in `parameters` of the numbers that it was made with. */
  settings: z.number().int().min(0),
  /** Id in `references` of the fleet reference that it was made with. */
  reference: z.string().nullable(),
  /** What the pack holds to make it again from. */
  from: z.enum(['frames', 'samples', 'nothing']),
});

const DayInputs = z.strictObject({
  date: Day,
  fromSec: Second,
  toSec: Second,
  facts: jsonOf<TruckFacts>(),
  samples: PackedSamples,
  obd: z.array(z.strictObject({ timeSec: Second, mil: z.boolean().nullable(), dtcs: z.array(z.string()) })),
  tamperSec: z.array(Second),
  messages: z.strictObject({
    count: z.number().int().min(0).max(400_000),
    firstSec: PackedColumn,
    lastSec: PackedColumn,
    receivedSec: PackedColumn,
  }),
  conflicts: z.number().int(),
});

const Frames = z.strictObject({
  messages: PackedFrames,
  /** How far frames and samples agreed when the pack was made, by day. */
  days: z.array(z.strictObject({ date: Day, check: FrameCheck })),
  /** Messages of those days that were not stored, or not whole, from the ledger. */
  refused: z.array(
    z.strictObject({
      terminal: z.string(),
      receivedSec: Second,
      code: z.string(),
      records: z.number().int(),
      firstSec: Second.nullable(),
      lastSec: Second.nullable(),
      reason: z.string(),
      sha256: Sha256,
    }),
  ),
});

/** The sections of a pack, each hashed by itself. */
export const Sections = z.strictObject({
  truck: Truck,
  finding: Finding,
  /** The rule's row of the catalogue. */
  rule: jsonOf<RuleRow>(),
  parameters: z.array(Settings).min(1),
  explanation: z.strictObject({ zh: z.string(), en: z.string() }),
  /** Completeness and uncertainty, in one place. */
  certainty: jsonOf<Readonly<Record<string, unknown>>>(),
  /** What stage 2 looked at beside the days. */
  context: z.strictObject({
    date: Day,
    facts: jsonOf<TruckFacts>(),
    inService: z.boolean(),
    lastSampleSec: Second.nullable(),
    fittedSec: Second,
    untilSec: Second,
    settings: z.number().int().min(0),
    reference: z.string().nullable(),
  }),
  references: z.array(jsonOf<FleetReference>()),
  days: z.array(PackDay),
  inputs: z.array(DayInputs).max(SAMPLE_DAYS),
  /** Null: no original message of those days is kept any more. */
  frames: Frames.nullable(),
});
export type Sections = z.infer<typeof Sections>;
export type SectionName = keyof Sections;
export const SECTION_NAMES = Object.keys(Sections.shape).sort() as SectionName[];

const Head = z.strictObject({
  /** Place in the chain, from 1. */
  seq: z.number().int().min(1),
  /** `sha256` of the pack before; 64 zeros for the first. */
  prevSha256: Sha256,
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  reason: z.enum(EVIDENCE_REASONS),
  software: z.strictObject({ plume: z.string(), decoder: z.string(), formula: z.string(), rules: z.string() }),
  /** SHA-256 of each section's canonical JSON. */
  sections: z.strictObject(Object.fromEntries(SECTION_NAMES.map((name) => [name, Sha256])) as Record<SectionName, typeof Sha256>),
});
export type PackHead = z.infer<typeof Head>;

/** A whole pack. The file is its canonical JSON (RFC 8785) and nothing else. */
export const Pack = z.strictObject({
  format: z.literal(EVIDENCE_FORMAT),
  formatVersion: z.literal(EVIDENCE_FORMAT_VERSION),
  head: Head,
  sections: Sections,
  /** SHA-256 of the canonical JSON of format, formatVersion and head: of everything, as the head has the hash of each section. */
  sha256: Sha256,
});
export type Pack = z.infer<typeof Pack>;
