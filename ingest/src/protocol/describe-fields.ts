import { asciiText, toHex } from './bytes.ts';
import { classify, type Field, withOffsets } from './fields.ts';
import { believable, NO_FIX_BIT } from './position.ts';
import { QUALITY, QUALITY_NAMES, type QualityName } from './quality.ts';
import { findSignal, SIGNALS, toPhysical } from './signals.ts';
import { IUPR_COUNTERS, OBD_MONITORS } from './tables/obd-body.ts';
import { beijingText, readTime } from './time.ts';

/** One field as it stands in the bytes. */
export interface FieldDescription {
  /** Offset from the first byte given. */
  readonly offset: number;
  readonly bytes: string;
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** The number the bytes are; null for text, time and plain bytes. */
  readonly raw: number | null;
  readonly value: number | string | null;
  readonly unit: string;
  /** Of a signal or a numeric field with codes; null where that has no meaning. */
  readonly quality: QualityName | null;
  readonly note: string;
}

function numberOf(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i += 1) value = value * 0x100 + (bytes[at + i] as number);
  return value;
}

function bitNames(word: number): string {
  const names = OBD_MONITORS.filter((_, bit) => ((word >> bit) & 1) === 1);
  return names.length === 0 ? 'none' : names.join(', ');
}

function noteOf(field: Field, raw: number, bytes: Uint8Array, at: number): string {
  if (field.id === 'supported' || field.id === 'ready') return bitNames(raw);
  if (field.id === 'location') return (raw & NO_FIX_BIT) === 0 ? 'fix valid' : 'no fix: the last position is repeated';
  if (field.id === 'iupr') return IUPR_COUNTERS.map((name, i) => `${name} ${numberOf(bytes, at + 2 * i, 2)}`).join(', ');
  return field.codes?.[raw] ?? '';
}

function numeric(
  field: Field,
  bytes: Uint8Array,
  at: number,
  width: number,
): Pick<FieldDescription, 'raw' | 'value' | 'quality'> {
  const raw = numberOf(bytes, at, width);
  const index = field.signal ? findSignal(field.id) : -1;
  const signal = SIGNALS[index];
  let code = classify(raw, width, field.sentinel ?? 'none');
  if (code === QUALITY.ok && signal !== undefined && (raw < signal.rawMin || raw > signal.rawMax)) code = QUALITY.outOfRange;
  const quality =
    field.sentinel === undefined || (field.sentinel === 'none' && signal === undefined) ? null : (QUALITY_NAMES[code] ?? null);
  if (code !== QUALITY.ok) return { raw, value: null, quality };
  const value = signal === undefined ? raw * (field.scale ?? 1) + (field.offset ?? 0) : toPhysical(index, raw);
  return { raw, value, quality };
}

function describeField(field: Field & { at: number; width: number }, bytes: Uint8Array, base: number): FieldDescription {
  const at = base + field.at;
  const common = {
    offset: at,
    bytes: toHex(bytes, at, at + field.width),
    id: field.id,
    zh: field.zh,
    en: field.en,
    unit: field.unit ?? '',
  };
  switch (field.type) {
    case 'time': {
      const timeSec = readTime(bytes, at);
      return {
        ...common,
        raw: null,
        value: timeSec < 0 ? null : beijingText(timeSec),
        quality: null,
        note: timeSec < 0 ? 'no real date' : 'Beijing time',
      };
    }
    case 'ascii':
      return { ...common, raw: null, value: asciiText(bytes, at, at + field.width), quality: null, note: '' };
    case 'bytes':
      return { ...common, raw: null, value: common.bytes, quality: null, note: noteOf(field, 0, bytes, at) };
    case 'u8':
    case 'u16':
    case 'u32': {
      const number = numeric(field, bytes, at, field.width);
      return { ...common, ...number, note: noteOf(field, number.raw ?? 0, bytes, at) };
    }
  }
}

/** A position counts as a whole: without a fix, or outside the country, neither coordinate has a value. */
function withPosition(fields: FieldDescription[]): FieldDescription[] {
  const rawOf = (id: string): number => {
    const field = fields.find((one) => one.id === id);
    return field === undefined || field.quality !== 'ok' || field.raw === null ? Number.NaN : field.raw;
  };
  const location = fields.find((field) => field.id === 'location')?.raw;
  if (location === undefined || location === null) return fields;
  const lost = (location & NO_FIX_BIT) !== 0;
  if (!lost && believable(rawOf('lonDeg'), rawOf('latDeg'))) return fields;
  return fields.map((field) => {
    if (field.id !== 'lonDeg' && field.id !== 'latDeg') return field;
    if (!lost && field.quality !== 'ok') return field;
    const last = field.quality === 'ok' ? `${toPhysical(field.id, field.raw ?? 0)}° ` : '';
    return {
      ...field,
      value: null,
      quality: lost ? ('na' as const) : ('outOfRange' as const),
      note: `${last}${lost ? 'is the last fix' : 'is outside 73–136° E, 3–54° N'}`,
    };
  });
}

/** Describes every field of a table whose first byte stands at `base`; fields that reach beyond the bytes are left out. */
export function describeFields(fields: readonly Field[], bytes: Uint8Array, base: number): FieldDescription[] {
  const placed = withOffsets(fields).filter((field) => base + field.at + field.width <= bytes.length);
  return withPosition(placed.map((field) => describeField(field, bytes, base)));
}

/** A field made by hand: what no table holds (check byte, sequence numbers, trouble codes, undecoded bytes). */
export function plainField(
  bytes: Uint8Array,
  offset: number,
  end: number,
  names: { id: string; zh: string; en: string },
  value: number | string | null,
  note = '',
): FieldDescription {
  return {
    offset,
    bytes: toHex(bytes, offset, end),
    ...names,
    raw: typeof value === 'number' ? value : null,
    value,
    unit: '',
    quality: null,
    note,
  };
}
