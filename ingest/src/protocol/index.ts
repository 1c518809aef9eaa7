export { BODIES, BODY, type BodyTable } from './bodies.ts';
export { hexByte, parseHex, toHex } from './bytes.ts';
export { SampleColumns } from './columns.ts';
export { decodeMessage } from './decode.ts';
export { describeMessage, type FrameDescription, type MessageDescription, type SectionDescription } from './describe.ts';
export type { FieldDescription } from './describe-fields.ts';
export { describeFrame, renderDescription } from './describe-text.ts';
export { asyncapiDocument } from './docs/asyncapi.ts';
export { signalsMarkdown } from './docs/signals-markdown.ts';
export { encodeDtc, formatDtc } from './dtc.ts';
export {
  type ControlInput,
  encodeFrame,
  encodeLogin,
  encodeLogout,
  encodeRealtime,
  encodeTamper,
  encodeTimeSync,
  type FrameInput,
  type RealtimeInput,
  type RecordInput,
} from './encode.ts';
export { type BodyInput, encodeBody, type ObdInput, type SignalBodyInput } from './encode-bodies.ts';
export { type FramerItem, StreamFramer } from './framer.ts';
export { MAX_SAMPLES } from './json-limits.ts';
export { jsonMessageSchema, messageSchema, sampleSchema, verdictSchema } from './json-schema.ts';
export { LAYOUTS, type LayoutId } from './layouts.ts';
export {
  type ControlRecord,
  DECODER_VERSION,
  type DecodedMessage,
  type DecodeProfile,
  type MessagePart,
  type ObdBlock,
  type Rejection,
} from './messages.ts';
export {
  getQuality,
  QUALITY,
  QUALITY_BYTES,
  QUALITY_NAMES,
  type QualityCode,
  type QualityName,
  setQuality,
  uniformQuality,
} from './quality.ts';
export { isQuarantined, REJECT_CODES, type RejectCode } from './reject-codes.ts';
export {
  type Certainty,
  findSignal,
  SIGNAL_COUNT,
  SIGNALS,
  type Signal,
  type SignalId,
  signalIndex,
  toPhysical,
  toRaw,
} from './signals.ts';
export { runTableChecks, type TableCheck } from './table-checks.ts';
export { COMMAND, COMMAND_AT, VERSION_AT, VIN_AT } from './tables/header.ts';
export { IUPR_COUNTERS, OBD_MONITORS } from './tables/obd-body.ts';
export { BEIJING_OFFSET_S, parseIsoTime, readTime, writeTime } from './time.ts';
export { VIN_BYTES } from './vin.ts';
