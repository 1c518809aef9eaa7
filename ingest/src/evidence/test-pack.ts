import type { RawSamples } from '@plume/ingest/emissions';
import { encodeRealtime, encodeTamper, type RecordInput } from '../protocol/index.ts';
import {
  canonicalJson,
  type DayInput,
  evaluateDay,
  judgeDay,
  type Overrides,
  parametersWith,
  type RuleContext,
  type RuleId,
  rulesVersion,
  sha256OfJson,
  type TruckFacts,
} from '../rules/index.ts';
import { type Material, PRODUCT, sectionsOf, softwareOf } from './build.ts';
import {
  EVIDENCE_FORMAT,
  EVIDENCE_FORMAT_VERSION,
  GENESIS_SHA256,
  type Pack,
  type PackHead,
  SECTION_NAMES,
  type Sections,
} from './format.ts';
import { type CarriedTerminal, readFrames } from './frame-check.ts';
import { LEAD_IN_S } from './frames-of-pack.ts';
import { type EvidenceFrame, orderFrames } from './packed-frames.ts';
import { packHash } from './seal.ts';

/** Version of the software that the tests' packs name. */
export const TEST_VERSION = '0.0.0-test';
export const TEST_VIN = 'LZZ5ELSD8EN00000A';
const TERMINAL: CarriedTerminal = { id: 'T-1', fromSec: 0, toSec: Number.POSITIVE_INFINITY, recordPeriodS: 1 };
const DATE = '2026-11-24';
/** 2026-11-24 00:00 in Beijing. */
const DAY_FROM = Date.UTC(2026, 10, 23, 16) / 1000;
const DAY_S = 86_400;
const RECORDS_A_FRAME = 30;

export const TEST_FACTS: TruckFacts = {
  vin: TEST_VIN,
  stage: 'V',
  engineModel: 'WP10',
  ratedPowerKw: 250,
  ratedRpm: 2000,
  referenceTorqueNm: 1500,
  torqueKind: 'net',
  // So small a reference cycle that half an hour is a valid vehicle day.
  workRefKwh: 4,
  bsfcRefKgPerKwh: 0.2,
  fuelDensityKgL: 0.835,
  displacementL: 9.7,
  fuelTankL: 400,
  ureaTankL: 45,
  hasScr: true,
  hasDpf: false,
  limits: {},
};

/** A drive up and down, with far more NOx behind the catalyst than China V allows: `second` counts from its beginning. */
function drive(second: number): RecordInput['bodies'] {
  const wave = (period: number, phase = 0) => Math.sin((2 * Math.PI * second) / period + phase);
  const load = 0.5 + 0.25 * wave(97) + 0.1 * wave(31, 1);
  const rpm = 1250 + 150 * wave(71, 2);
  const fuelRateLph = 6 + 52 * load;
  return [
    {
      type: 0x02,
      values: {
        speedKmh: 60 + 15 * wave(211),
        baroKpa: 95,
        netTorquePct: 100 * load,
        frictionTorquePct: 8,
        engineRpm: rpm,
        fuelRateLph,
        noxUpPpm: 1100 + 200 * wave(97) + 30 * wave(13),
        noxDownPpm: 950 + 180 * wave(97, -0.06) + 25 * wave(17),
        ureaLevelPct: 62,
        airFlowKgh: 14.5 * fuelRateLph * 0.835 * (1.6 + 0.2 * wave(53)),
        scrInTempC: 310 + 20 * wave(601),
        scrOutTempC: 300 + 18 * wave(601, -0.3),
        dpfDeltaKpa: 4,
        coolantTempC: 86,
        fuelLevelPct: 70 - second / 1200,
        lonDeg: 87.3 + second * 1e-5,
        latDeg: 44.0 + second * 1e-6,
        odometerKm: 120_000 + second / 60,
      },
    },
  ];
}

/** The messages of a day: a drive of so many seconds from 09:00 on, two OBD readings with the lamp on, a tamper alarm. */
function messagesOf(seconds: number): EvidenceFrame[] {
  const start = DAY_FROM + 9 * 3600;
  const frames: EvidenceFrame[] = [];
  const add = (bytes: Uint8Array, firstSec: number, lastSec: number) =>
    frames.push({ terminalId: TERMINAL.id, receivedSec: lastSec + 1.25, firstSec, lastSec, bytes });
  for (let at = 0; at < seconds; at += RECORDS_A_FRAME) {
    const count = Math.min(RECORDS_A_FRAME, seconds - at);
    const records = Array.from({ length: count }, (_, i) => ({ timeSec: start + at + i, bodies: drive(at + i) }));
    add(
      encodeRealtime({ vin: TEST_VIN, layout: 'A', sendTimeSec: start + at, seq: at + 1, records }),
      start + at,
      start + at + count - 1,
    );
  }
  for (const after of [20, 300]) {
    const timeSec = start + after;
    const obd = {
      protocol: 2,
      mil: true,
      supported: 0xffff,
      ready: 0,
      vin: TEST_VIN,
      calId: 'CAL-1',
      cvn: '0',
      iupr: null,
      dtcs: ['SPN 4364 FMI 18 OC 1'],
    };
    const bytes = encodeRealtime({
      vin: TEST_VIN,
      layout: 'B',
      sendTimeSec: timeSec,
      seq: 30_000 + after,
      records: [{ timeSec, bodies: [{ type: 0x01, obd }] }],
    });
    add(bytes, timeSec, timeSec);
  }
  const tamperSec = start + 100;
  add(encodeTamper({ vin: TEST_VIN, timeSec: tamperSec, seq: 40_000, lonDeg: 87.3, latDeg: 44 }), tamperSec, tamperSec);
  return orderFrames(frames);
}

/** What a test changes of the material. */
export interface TestDay {
  readonly seconds: number;
  readonly rule: RuleId;
  readonly overrides?: Overrides;
  readonly frames?: (frames: EvidenceFrame[]) => EvidenceFrame[];
  /** Another truck than the one that the messages name. */
  readonly vin?: string;
  /** Other samples than those of the messages. */
  readonly samples?: (samples: RawSamples) => RawSamples;
  readonly refused?: Material['refused'];
}

/** The material of a pack for a rule that speaks of a drive of so many seconds. */
export function testMaterial({
  seconds,
  rule,
  overrides = {},
  frames: change = (all) => all,
  vin = TEST_VIN,
  samples: alter = (same) => same,
  refused = [],
}: TestDay): Material {
  const all = messagesOf(seconds);
  const window = { fromSec: DAY_FROM - LEAD_IN_S, toSec: DAY_FROM + DAY_S };
  const { samples, obd, tamperSec } = readFrames(all, { vin: TEST_VIN, terminals: [TERMINAL] }, window);
  const input: DayInput = {
    date: DATE,
    fromSec: DAY_FROM,
    toSec: DAY_FROM + DAY_S,
    samples: alter(samples),
    facts: { ...TEST_FACTS, vin },
    obd: [...obd.values()],
    tamperSec: [...tamperSec],
    messages: all.map(({ firstSec, lastSec, receivedSec }) => ({ firstSec: firstSec ?? 0, lastSec: lastSec ?? 0, receivedSec })),
    conflicts: 0,
    reference: null,
  };
  const parameters = parametersWith(overrides);
  const { summary } = evaluateDay(input, parameters);
  const context: RuleContext = {
    date: DATE,
    facts: summary.facts,
    days: [summary],
    reference: null,
    inService: true,
    lastSampleSec: summary.lastSec,
    fittedSec: DAY_FROM - 30 * DAY_S,
    untilSec: DAY_FROM + DAY_S,
  };
  const outcome = judgeDay(context, parameters).find((each) => each.rule === rule);
  if (outcome?.outcome !== 'found') throw new Error(`${rule} does not speak of the drive: ${JSON.stringify(outcome)}`);
  const settings =
    Object.keys(overrides).length === 0
      ? PRODUCT
      : { id: 3, validFrom: '2026-11-01', recordedBy: 'li', note: 'local limit', overrides };
  return {
    truck: {
      vin,
      plate: '新B00001',
      plateColor: null,
      district: '奇台县',
      enterprise: null,
      useType: null,
      terminals: [{ ...TERMINAL, toSec: null }],
    },
    finding: { version: rulesVersion(overrides), openedAt: '2026-11-24T16:10:00.000Z' },
    found: outcome,
    context,
    judgedWith: [{ date: DATE, settings, reference: null }],
    inputs: [input],
    frames: change(all),
    refused,
  };
}

/** Sections sealed as the first pack of a chain, as the bytes of its file. */
export function sealTest(sections: Sections, software: Partial<PackHead['software']> = {}): { pack: Pack; bytes: Uint8Array } {
  const head: PackHead = {
    seq: 1,
    prevSha256: GENESIS_SHA256,
    createdAt: '2026-11-25T01:00:00.000Z',
    createdBy: 'zhang',
    reason: 'demand',
    software: { ...softwareOf(TEST_VERSION), ...software },
    sections: Object.fromEntries(SECTION_NAMES.map((name) => [name, sha256OfJson(sections[name])])) as PackHead['sections'],
  };
  const pack: Pack = { format: EVIDENCE_FORMAT, formatVersion: EVIDENCE_FORMAT_VERSION, head, sections, sha256: packHash(head) };
  return { pack, bytes: new TextEncoder().encode(canonicalJson(pack)) };
}

/** A pack as it comes out of the material. */
export function testPack(day: TestDay): { pack: Pack; bytes: Uint8Array } {
  return sealTest(sectionsOf(testMaterial(day)));
}
