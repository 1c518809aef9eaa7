import { COMMAND } from '@plume/ingest/protocol';
import { COMMAND_AT, HEADER_BYTES } from './frame-writer.ts';

const START = 0x23;

/**
 * The same records as a re-issue: command 02 becomes 03 in every frame of the payload, with the check code that belongs to it; other
 * commands, and JSON, stay as they are. The input is not changed.
 */
export function asReissue(payload: Uint8Array): Uint8Array {
  if (payload[0] !== START || payload[1] !== START) return payload;
  const copy = payload.slice();
  let at = 0;
  while (at + HEADER_BYTES < copy.length) {
    const end = at + HEADER_BYTES + (((copy[at + 22] ?? 0) << 8) | (copy[at + 23] ?? 0)) + 1;
    if (copy[at + COMMAND_AT] === COMMAND.realtime) {
      copy[at + COMMAND_AT] = COMMAND.reissue;
      copy[end - 1] = (copy[end - 1] ?? 0) ^ COMMAND.realtime ^ COMMAND.reissue;
    }
    at = end;
  }
  return copy;
}
