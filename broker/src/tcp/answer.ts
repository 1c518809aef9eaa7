import { COMMAND, COMMAND_AT, encodeFrame, VERSION_AT, VIN_AT, VIN_BYTES, writeTime } from '@plume/ingest/protocol';
import type { TcpProfile } from '../contract.ts';

const TIME_BYTES = 6;
const STORED = 0x80;
const FAILED = 0x90;
const ASCII_END = 0x80;

/** Commands from 01 to the last one answered; above are answers themselves, and what a maker defined. */
const LAST_ECHOED: number = COMMAND.tamper;
/** 07 is a heartbeat in the firmware that wants these answers. */
const LAST_PLUS80: number = COMMAND.activation;

/**
 * The answer to a frame whose outcome is durable, null when its sender expects none. Three habits of terminals:
 * `none` (GB 17691 Annex Q); `echo`: the same command without data, for 05 with six bytes of Beijing time; `plus80`: 0x80 | command, likewise
 * with the time for 05, and, where the profile has `errors`, 0x90 | command for a message that was not stored, or not whole.
 */
export function answerTo(frame: Uint8Array, profile: TcpProfile, isRefused: boolean, nowMs: number): Uint8Array | null {
  const command = frame[COMMAND_AT] ?? 0;
  const last = { none: 0, echo: LAST_ECHOED, plus80: LAST_PLUS80 }[profile.answers];
  if (command === 0 || command > last) return null;
  const vin = frame.subarray(VIN_AT, VIN_AT + VIN_BYTES);
  if (!vin.every((byte) => byte < ASCII_END)) return null;
  const isFailure = profile.answers === 'plus80' && profile.errors && isRefused;
  const base = profile.answers === 'echo' ? 0 : isFailure ? FAILED : STORED;
  const data = new Uint8Array(command === COMMAND.timeSync && !isFailure ? TIME_BYTES : 0);
  if (data.length > 0) writeTime(data, 0, nowMs / 1000);
  return encodeFrame({
    command: base | command,
    vin: String.fromCharCode(...vin),
    softwareVersion: frame[VERSION_AT] ?? 1,
    data,
  });
}
