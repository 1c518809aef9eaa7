import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';

/** Who a terminal says it is: the VIN of a frame, and the ICCID when the frame is a login that carries one. */
export type Hello =
  | { readonly ok: true; readonly vin: string; readonly iccid: string | null }
  | { readonly ok: false; readonly kind: 'badProtocol' | 'unknownVin'; readonly detail: string };

const HASH = 0x23;
const DOLLAR = 0x24;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
/** Bytes that `foreignProtocol` looks at. */
export const OPENING_BYTES = 3;

const scratch = new SampleColumns();

/** Reads who sent a whole frame. A frame of GB/T 32960, which is framed alike, has no VIN where it should be, and is told by that. */
export function readHello(frame: Uint8Array): Hello {
  const { parts } = decodeMessage(frame, scratch, { recordPeriodS: 1 });
  scratch.clear();
  const [part] = parts;
  if (part === undefined) return { ok: false, kind: 'badProtocol', detail: 'the first frame cannot be read' };
  if (part.vin === null) {
    if (part.placeholderVin)
      return {
        ok: false,
        kind: 'unknownVin',
        detail: 'no VIN is set in the terminal; on plain TCP the VIN is all that names it',
      };
    return { ok: false, kind: 'badProtocol', detail: part.rejections[0]?.reason ?? 'the VIN cannot be read' };
  }
  const iccid = part.controls.find((control) => control.kind === 'login')?.detail.iccid;
  return { ok: true, vin: part.vin, iccid: typeof iccid === 'string' && iccid !== '' ? iccid : null };
}

/** What else the first bytes of a stream may be; null when they may begin a frame, or are noise before one. */
export function foreignProtocol(opening: Uint8Array): string | null {
  const [first, second, third = 0] = opening;
  if (first === HASH && second === HASH && third >= DIGIT_0 && third <= DIGIT_9)
    return 'this is HJ 212 text (## and digits), which is not read here; set the terminal to GB 17691 frames';
  if (first === DOLLAR && second === DOLLAR)
    return 'begins with 24 24 (GB/T 32960-2025, or a protocol of its maker), which is not read here; set the terminal to GB 17691 frames';
  return null;
}
