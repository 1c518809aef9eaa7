import type { SampleColumns } from './columns.ts';
import { decodeJson } from './decode-json.ts';
import { decodeNative } from './decode-native.ts';
import type { DecodedMessage, DecodeProfile } from './messages.ts';
import { looksNative } from './split.ts';

/** Decodes what a terminal sent: native frames (`23 23` …, one or several), else JSON. Appends its samples to `columns`. Never throws, on any bytes. */
export function decodeMessage(payload: Uint8Array, columns: SampleColumns, profile: DecodeProfile): DecodedMessage {
  return looksNative(payload) ? decodeNative(payload, columns, profile) : decodeJson(payload, columns);
}
