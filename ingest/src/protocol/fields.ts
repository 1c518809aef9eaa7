import { QUALITY, type QualityCode } from './quality.ts';
import { MAX_U8, MAX_U16, MAX_U32 } from './tables/signal-table.ts';

/** How the bytes of a field are written: unsigned big-endian numbers, six-byte time, ASCII, or plain bytes. */
export type FieldType = 'u8' | 'u16' | 'u32' | 'time' | 'ascii' | 'bytes';

/**
 * Which codes stand for "no value": `j1939` everything above FA, by its first byte (SAE J1939-71 table 1); `allOnes` only FF…FF;
 * `nox` as j1939 and 0000 for a sensor that is not ready; `none` every code is a value.
 */
export type Sentinel = 'j1939' | 'nox' | 'allOnes' | 'none';

/** One row of a field table, in wire order. Offsets derive from the widths. */
export interface Field {
  /** A signal id where the field is one, else a name of its own. */
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly type: FieldType;
  /** Bytes; needed for `ascii` and `bytes` only. */
  readonly size?: number;
  /** True when the field is the signal of that id: scale, unit and range come from the catalogue. */
  readonly signal?: true;
  readonly scale?: number;
  readonly offset?: number;
  readonly unit?: string;
  readonly sentinel?: Sentinel;
  /** Meaning of single codes. */
  readonly codes?: Readonly<Record<number, string>>;
  readonly source: string;
}

/** Bytes a field takes. */
export function widthOf(field: Field): number {
  switch (field.type) {
    case 'u8':
      return 1;
    case 'u16':
      return 2;
    case 'u32':
      return 4;
    case 'time':
      return 6;
    case 'ascii':
    case 'bytes':
      return field.size ?? 0;
  }
}

/** Bytes a whole table takes. */
export function tableWidth(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + widthOf(field), 0);
}

/** Fields with the offset each begins at. */
export function withOffsets(fields: readonly Field[]): readonly (Field & { readonly at: number; readonly width: number })[] {
  let at = 0;
  return fields.map((field) => {
    const placed = { ...field, at, width: widthOf(field) };
    at += placed.width;
    return placed;
  });
}

const LIMIT: Readonly<Record<number, number>> = { 1: MAX_U8, 2: MAX_U16, 4: MAX_U32 };
const ONES: Readonly<Record<number, number>> = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff };
const ERROR_BYTE = 0xfe;
const NOT_AVAILABLE_BYTE = 0xff;

/** Code that says "not available" in a field of that width. */
export function notAvailable(width: number): number {
  return ONES[width] ?? 0;
}

/** What a raw code of a numeric field means: ok for a value, otherwise why there is none. The valid range of the signal is a further check. */
export function classify(raw: number, width: number, sentinel: Sentinel): QualityCode {
  switch (sentinel) {
    case 'none':
      return QUALITY.ok;
    case 'allOnes':
      return raw === ONES[width] ? QUALITY.na : QUALITY.ok;
    case 'nox':
      if (raw === 0) return QUALITY.notReady;
      return classify(raw, width, 'j1939');
    case 'j1939': {
      if (raw <= (LIMIT[width] ?? 0)) return QUALITY.ok;
      const first = Math.floor(raw / 2 ** (8 * (width - 1)));
      if (first === NOT_AVAILABLE_BYTE) return QUALITY.na;
      return first === ERROR_BYTE ? QUALITY.error : QUALITY.reserved;
    }
  }
}
