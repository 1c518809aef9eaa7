import { contradictions } from './contradictions.ts';
import { compareJson, type Difference } from './differences.ts';
import type { Pack, Sections } from './format.ts';
import { type CarriedTerminal, checkFrames, type FrameCheck, readFrames, type StoredDay, type Window } from './frame-check.ts';
import { type EvidenceFrame, unpackFrames } from './packed-frames.ts';
import { unpackSamples } from './packed-samples.ts';
import { Unusable } from './recompute.ts';

/** Judgement begins this long before the day [s]: as much of the samples before it is in a pack. */
export const LEAD_IN_S = 900;

/** What comparing frames and samples of a day came to. */
export interface FrameRecheck {
  readonly complete: boolean;
  readonly note: string | null;
  readonly differences: readonly Difference[];
}

/** Decodes the messages of a deciding day and compares them with its samples, and the result with what the pack says of it. */
export function recheckFrames(pack: Pack, at: number): FrameRecheck {
  const { frames, inputs, truck } = pack.sections;
  const day = inputs[at] as Sections['inputs'][number];
  if (frames === null) return { complete: false, note: 'the pack holds no original messages of this day', differences: [] };
  const statedAt = frames.days.findIndex((each) => each.date === day.date);
  const stated = frames.days[statedAt];
  const unpacked = unpackFrames(frames.messages);
  if ('says' in unpacked) throw new Unusable('frames', `sections.frames.messages.${unpacked.path}`, '(packed)', unpacked.says);
  const samples = unpackSamples(day.samples);
  if ('says' in samples) throw new Unusable('inputs', `sections.inputs[${at}].samples.${samples.path}`, '(packed)', samples.says);
  const own = framesOn(unpacked, day);
  const read = readFrames(own, { vin: truck.vin, terminals: terminalsOf(truck.terminals) }, windowOf(day));
  const check = checkFrames({ ...day, samples }, read);
  const held = { vin: truck.vin, check, frames: read, samples, refused: frames.refused, messages: own };
  if (!stated) {
    // Nothing is stated of a day none of whose samples is in a message; what there is may still speak against it.
    const path = 'sections.frames.days';
    const differences = [
      ...(check.reproduced > 0
        ? compareJson('frames', path, undefined, { date: day.date, check }, 'nothing is said of this day')
        : []),
      ...contradictions({ path, ...held }),
    ];
    return { complete: false, note: 'the pack holds no original messages of this day', differences };
  }
  const path = `sections.frames.days[${statedAt}].check`;
  return {
    complete: isComplete(check),
    note: noteOf(check),
    differences: [
      ...compareJson('frames', path, stated.check, check, 'the original messages give other samples than the pack says'),
      ...contradictions({ path, ...held }),
    ],
  };
}

/** Terminals as the check takes them. */
export function terminalsOf(told: Sections['truck']['terminals']): CarriedTerminal[] {
  return told.map((each) => ({ ...each, toSec: each.toSec ?? Number.POSITIVE_INFINITY }));
}

/** Compares the samples of one day, its lead-in with them, with what its messages give. */
export function checkDay(
  frames: readonly EvidenceFrame[],
  vin: string,
  terminals: readonly CarriedTerminal[],
  day: StoredDay & { readonly fromSec: number; readonly toSec: number },
): FrameCheck {
  return checkFrames(day, readFrames(framesOn(frames, day), { vin, terminals }, windowOf(day)));
}

interface DayBounds {
  readonly fromSec: number;
  readonly toSec: number;
}

/** A day with its lead-in. */
function windowOf(day: DayBounds): Window {
  return { fromSec: day.fromSec - LEAD_IN_S, toSec: day.toSec };
}

function framesOn(frames: readonly EvidenceFrame[], day: DayBounds): EvidenceFrame[] {
  const { fromSec, toSec } = windowOf(day);
  return frames.filter((frame) => (frame.lastSec ?? Infinity) >= fromSec && (frame.firstSec ?? -Infinity) < toSec);
}

/** Whether all that is stored of the day comes out of its messages. */
export function isComplete(check: FrameCheck): boolean {
  return check.reproduced === check.samples && check.obdReproduced === check.obd && check.tamperReproduced === check.tamper;
}

function noteOf(check: FrameCheck): string | null {
  const parts = [
    check.withoutFrame.length > 0 ? 'some samples are in no message' : '',
    check.differing.length > 0 ? 'some samples have other values in the messages' : '',
    check.notStored.length > 0 ? 'some records of the messages were not stored' : '',
    check.obdReproduced < check.obd ? 'some OBD readings are in no message' : '',
    check.tamperReproduced < check.tamper ? 'some tamper alarms are in no message' : '',
  ].filter((part) => part !== '');
  return parts.length === 0
    ? null
    : `${check.reproduced} of ${check.samples} samples come out of the messages: ${parts.join(', ')} (as stated when the pack was made)`;
}
