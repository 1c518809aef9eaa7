import { createHash } from 'node:crypto';
import type { Db } from '@plume/db';
import {
  type EvidenceDay,
  type EvidenceFinding,
  evidenceDays,
  evidenceFinding,
  lastSampleBefore,
  readFrames,
  recordPeriod,
  refusedMessages,
  type TruckHistory,
  truckHistory,
} from '@plume/db/evaluation';
import { addDays, DAY_S, dayStartSec } from '../evaluator/beijing-days.ts';
import { dayInput, factsOfDay, readDay } from '../evaluator/day-reader.ts';
import { factsAt, inServiceOn, inServiceSince } from '../evaluator/facts.ts';
import type { DayInput, DaySummary, FleetReference, Found, Outcome, RuleContext } from '../rules/index.ts';
import { type JudgedWith, type Material, PRODUCT } from './build.ts';
import { decidingDays } from './consistency.ts';
import type { Sections } from './format.ts';
import { LEAD_IN_S } from './frames-of-pack.ts';
import type { EvidenceFrame } from './packed-frames.ts';

/** How far back a rule may look, the day itself included. */
const WINDOW_DAYS = 30;
/** Refused messages that are told; the ledger has them all. Records that no told refusal explains stand in the way of a pack. */
const MOST_REFUSED = 5_000;

/** Why there is no pack of a finding. */
export type NoMaterial = 'unknown' | 'withdrawn' | 'notEvaluated';

/** Reads everything that a pack of this finding is made of. */
export async function gather(db: Db, findingId: string): Promise<Material | NoMaterial> {
  const finding = await evidenceFinding(db, findingId);
  if (!finding) return 'unknown';
  if (finding.withdrawn_at !== null) return 'withdrawn';
  const history = await truckHistory(db, finding.vehicle_id);
  const days = await evidenceDays(db, finding.vehicle_id, addDays(finding.day, 1 - WINDOW_DAYS), finding.day);
  const own = days.find((day) => day.day === finding.day);
  const found = own && foundOf(own, finding.rule);
  if (!history || !own || !found) return 'notEvaluated';
  const judgedWith = days.map(judgedWithOf);
  const context = await contextOf(db, history, own, days);
  const withSamples = new Set(context.days.filter((day) => day.samples > 0).map((day) => day.date));
  const inputs: DayInput[] = [];
  for (const date of decidingDays(found.days, withSamples)) {
    const data = await readDay(db, history, date);
    const reference = judgedWith.find((each) => each.date === date)?.reference ?? null;
    inputs.push(dayInput(data, factsOfDay(history, data), reference));
  }
  const terminals = await terminalsOf(db, history, inputs);
  return {
    truck: truckOf(finding, terminals),
    finding: { version: finding.version, openedAt: finding.opened_at.toISOString() },
    found,
    context,
    judgedWith,
    inputs,
    ...(await messagesOf(db, terminals, inputs)),
  };
}

function foundOf(day: EvidenceDay, rule: string): Found | undefined {
  // What the evaluator stored under its own types.
  const outcomes = JSON.parse(day.outcomes) as Outcome[];
  return outcomes.find((outcome): outcome is Found => outcome.rule === rule && outcome.outcome === 'found');
}

function judgedWithOf({ day, settings, reference }: EvidenceDay): JudgedWith {
  return {
    date: day,
    settings: settings
      ? {
          id: settings.id,
          validFrom: settings.valid_from,
          recordedBy: settings.recorded_by,
          note: settings.note,
          overrides: settings.overrides,
        }
      : PRODUCT,
    reference: reference === null ? null : (JSON.parse(reference) as FleetReference),
  };
}

/** What stage 2 was given of the day, read again. */
async function contextOf(db: Db, history: TruckHistory, own: EvidenceDay, days: readonly EvidenceDay[]): Promise<RuleContext> {
  const summaries = days.flatMap(({ summary }) => (summary === null ? [] : [JSON.parse(summary) as DaySummary]));
  const endSec = dayStartSec(own.day) + DAY_S;
  return {
    date: own.day,
    facts: summaries.find((summary) => summary.date === own.day)?.facts ?? factsAt(history, own.last_sec ?? endSec - 1),
    days: summaries,
    reference: judgedWithOf(own).reference,
    inService: inServiceOn(history, own.day),
    lastSampleSec: await lastSampleBefore(db, history.id, addDays(own.day, 1)),
    fittedSec: inServiceSince(history, own.day),
    untilSec: own.until_sec,
  };
}

type Terminals = Sections['truck']['terminals'];

/** Terminals that were on the truck in the deciding days, their lead-in with them. */
async function terminalsOf(db: Db, history: TruckHistory, inputs: readonly DayInput[]): Promise<Terminals> {
  const carried = history.assignments.filter((each) =>
    inputs.some((day) => each.fromSec < day.toSec && each.toSec > day.fromSec - LEAD_IN_S),
  );
  const terminals: Terminals = [];
  for (const { terminalId, fromSec, toSec } of carried)
    terminals.push({
      id: terminalId,
      fromSec,
      toSec: Number.isFinite(toSec) ? toSec : null,
      recordPeriodS: await recordPeriod(db, terminalId),
    });
  return terminals;
}

function truckOf(finding: EvidenceFinding, terminals: Terminals): Sections['truck'] {
  return {
    vin: finding.vin,
    plate: finding.plate,
    plateColor: finding.plate_color,
    district: finding.district,
    enterprise: finding.enterprise,
    useType: finding.use_type,
    terminals,
  };
}

/** The original messages of the deciding days, each once, and what of them was refused. */
async function messagesOf(
  db: Db,
  terminals: Terminals,
  inputs: readonly DayInput[],
): Promise<Pick<Material, 'frames' | 'refused'>> {
  const frames = new Map<string, EvidenceFrame>();
  const refused = new Map<string, Material['refused'][number]>();
  for (const { id, fromSec, toSec } of terminals)
    for (const day of inputs) {
      const from = Math.max(fromSec, day.fromSec - LEAD_IN_S);
      const to = Math.min(toSec ?? Number.POSITIVE_INFINITY, day.toSec);
      if (from >= to) continue;
      for (const frame of await readFrames(db, id, from, to)) {
        const sha256 = createHash('sha256').update(frame.bytes).digest('hex');
        // A message may reach over two days.
        frames.set(`${id} ${frame.receivedSec} ${sha256}`, { terminalId: id, ...frame });
      }
      for (const each of await refusedMessages(db, id, from, to, MOST_REFUSED - refused.size))
        refused.set(`${id} ${each.receivedSec} ${each.code} ${each.sha256}`, each);
    }
  return { frames: [...frames.values()], refused: [...refused.values()] };
}
