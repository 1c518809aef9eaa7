import { hexByte, xorOf } from './bytes.ts';
import { claimedLength, hasHeader, NO_FRAME, plausibleHeader, startsAt } from './frame-check.ts';
import type { Rejection } from './messages.ts';
import { COMMAND_AT, HEADER_BYTES, START_BYTE } from './tables/header.ts';

/** A stretch of a payload: a whole frame with a good check byte, or bytes that are none, with the reason. */
export type Segment = { readonly from: number; readonly end: number } & (
  | { readonly frame: true }
  | { readonly frame: false; readonly why: Pick<Rejection, 'code' | 'reason'> }
);

const BRACE = 0x7b;
const BRACKET = 0x5b;
const BOM = 0xef;

/** Whether a payload is to be read as native frames; otherwise as JSON. Bytes before a frame (`23 23` further on) count as native, text does not. */
export function looksNative(payload: Uint8Array): boolean {
  const first = payload[0];
  if (first === START_BYTE) return true;
  if (first === undefined) return false;
  let at = 0;
  while (at < payload.length && isSpace(payload[at] as number)) at += 1;
  const opening = payload[at];
  if (opening === BRACE || opening === BRACKET || opening === BOM) return false;
  for (let i = 0; i + 1 < payload.length; i += 1) if (startsAt(payload, i, payload.length)) return true;
  return opening === undefined || opening < 0x20 || opening > 0x7e;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** End of the frame that begins at `at`, or a negative `NO_FRAME` code. */
export function frameEnd(bytes: Uint8Array, at: number): number {
  if (!startsAt(bytes, at, bytes.length)) return NO_FRAME.noStart;
  if (!hasHeader(at, bytes.length)) return NO_FRAME.incomplete;
  const end = at + claimedLength(bytes, at);
  if (end > bytes.length) return NO_FRAME.incomplete;
  return xorOf(bytes, at + COMMAND_AT, end - 1) === bytes[end - 1] ? end : NO_FRAME.checksum;
}

/** XOR of all bytes before each offset: makes the check of one more candidate cost nothing, however many there are. */
function prefixXor(bytes: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(bytes.length + 1);
  for (let i = 0; i < bytes.length; i += 1) prefix[i + 1] = (prefix[i] as number) ^ (bytes[i] as number);
  return prefix;
}

/** First place from `from` on where a whole, plausible frame begins; the length of the payload when there is none. */
function nextFrame(bytes: Uint8Array, prefix: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    if (!startsAt(bytes, at, bytes.length) || !hasHeader(at, bytes.length) || !plausibleHeader(bytes, at)) continue;
    const end = at + claimedLength(bytes, at);
    if (end <= bytes.length && ((prefix[end - 1] as number) ^ (prefix[at + COMMAND_AT] as number)) === bytes[end - 1]) return at;
  }
  return bytes.length;
}

function isHj212(bytes: Uint8Array, at: number): boolean {
  for (let i = at + 2; i < at + 6; i += 1) if (!((bytes[i] ?? 0) >= 0x30 && (bytes[i] ?? 0) <= 0x39)) return false;
  return startsAt(bytes, at, bytes.length);
}

function whyNot(bytes: Uint8Array, from: number, end: number, code: number): Pick<Rejection, 'code' | 'reason'> {
  const where = `${end - from} bytes at byte ${from}`;
  if (isHj212(bytes, from)) {
    return {
      code: 'BAD_FRAME',
      reason: `${where} look like HJ 212 text (## and four digits), which is not read here; set the terminal to GB 17691 frames`,
    };
  }
  if (code === NO_FRAME.noStart) return { code: 'BAD_FRAME', reason: `${where} begin no frame; a frame starts with 23 23` };
  if (code === NO_FRAME.incomplete) {
    const claim = hasHeader(from, bytes.length)
      ? `it says ${claimedLength(bytes, from)} bytes`
      : `a frame has at least ${HEADER_BYTES + 1}`;
    return {
      code: 'BAD_LENGTH',
      reason: `${where}: the frame is cut short, ${claim} and ${bytes.length - from} are left; send whole frames`,
    };
  }
  const last = from + claimedLength(bytes, from) - 1;
  const computed = xorOf(bytes, from + COMMAND_AT, last);
  return {
    code: 'BAD_CHECKSUM',
    reason: `${where}: the check byte is ${hexByte(bytes[last] as number)}, the XOR of bytes ${from + COMMAND_AT} to ${last - 1} is ${hexByte(computed)}; send the frame again`,
  };
}

/**
 * Cuts a payload into whole frames and what lies between them. After bytes that are no frame the search goes on one byte after the false
 * start, so that a good frame behind a broken one is found even when `23 23` occurs inside the data. Linear in the payload.
 */
export function splitFrames(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  let prefix: Uint8Array | undefined;
  let at = 0;
  while (at < bytes.length) {
    const end = frameEnd(bytes, at);
    if (end > 0) {
      segments.push({ frame: true, from: at, end });
      at = end;
      continue;
    }
    prefix ??= prefixXor(bytes);
    const next = nextFrame(bytes, prefix, at + 1);
    segments.push({ frame: false, from: at, end: next, why: whyNot(bytes, at, next, end) });
    at = next;
  }
  return segments;
}
