import type { Channel } from '@plume/ingest/emissions';
import { CHANNEL_UNITS } from './columns.ts';
import { bad, good, type Outcome } from './outcome.ts';

/** How a value in the unit of a file becomes one in the channel's own: value × factor + offset. */
export interface Conversion {
  readonly factor: number;
  readonly offset: number;
  /** The unit as it is written in the file; null: it is the channel's own, or nothing is said. */
  readonly from: string | null;
}

export const AS_IT_IS: Conversion = { factor: 1, offset: 0, from: null };

type Row = Readonly<Record<string, number | readonly [factor: number, offset: number]>>;

const LB_KG = 0.453_592_37;

/**
 * Units that a file may be in, by the channel's own unit: the factor, and an offset where there is one. Only what is exact by definition is
 * here: a mass flow is no volume flow without a density, and mg/m³ no ppm without temperature, pressure and molar mass.
 */
const UNITS: Readonly<Record<string, Row>> = {
  'km/h': {
    'km/h': 1,
    kph: 1,
    kmh: 1,
    'kmh-1': 1,
    '千米/小时': 1,
    '公里/小时': 1,
    'm/s': 3.6,
    'ms-1': 3.6,
    mph: 1.609344,
    'mi/h': 1.609344,
  },
  rpm: {
    rpm: 1,
    '1/min': 1,
    'r/min': 1,
    'min-1': 1,
    '/min': 1,
    'u/min': 1,
    'rev/min': 1,
    '转/分': 1,
    '转/分钟': 1,
    '1/s': 60,
    'r/s': 60,
    rps: 60,
    hz: 60,
  },
  '%': { '%': 1, pct: 1, percent: 1, 'vol%': 1, '%vol': 1, 百分比: 1, '‰': 0.1 },
  'L/h': {
    'l/h': 1,
    lph: 1,
    'l/hr': 1,
    '升/小时': 1,
    'ml/h': 1e-3,
    'l/min': 60,
    'ml/min': 0.06,
    'l/s': 3600,
    'ml/s': 3.6,
    'cm3/s': 3.6,
  },
  'mL/h': { 'ml/h': 1, '毫升/小时': 1, 'l/h': 1e3, 'ml/min': 60, 'ml/s': 3600 },
  'kg/h': {
    'kg/h': 1,
    'kg/hr': 1,
    kgh: 1,
    'kgh-1': 1,
    '千克/小时': 1,
    '公斤/小时': 1,
    'g/h': 1e-3,
    'g/min': 0.06,
    'g/s': 3.6,
    'gs-1': 3.6,
    'mg/s': 3.6e-3,
    'kg/min': 60,
    'kg/s': 3600,
    'lb/h': LB_KG,
    'lb/min': 60 * LB_KG,
  },
  '°C': {
    '°c': 1,
    c: 1,
    摄氏度: 1,
    k: [1, -273.15],
    kelvin: [1, -273.15],
    '°k': [1, -273.15],
    f: [5 / 9, -160 / 9],
    '°f': [5 / 9, -160 / 9],
  },
  kPa: { kpa: 1, 千帕: 1, pa: 1e-3, hpa: 0.1, mbar: 0.1, bar: 100 },
  ppm: { ppm: 1, ppmv: 1, ppmwet: 1, ppmvol: 1, '10-6': 1, ppb: 1e-3 },
  '°': { '°': 1, deg: 1, degree: 1, degrees: 1, 度: 1 },
  km: { km: 1, 千米: 1, 公里: 1, m: 1e-3, mi: 1.609344, mile: 1.609344, miles: 1.609344 },
  'm⁻¹': { '1/m': 1, 'm-1': 1 },
  'mg/m³': { 'mg/m3': 1, 'ug/m3': 1e-3, 'g/m3': 1e3 },
  L: { l: 1, liter: 1, litre: 1, 升: 1, ml: 1e-3, m3: 1e3 },
  g: { g: 1, 克: 1, kg: 1e3, mg: 1e-3 },
};

/** More spellings of a percentage that only a concentration has. */
const OF_CHANNEL: Readonly<Partial<Record<Channel, Row>>> = { o2Pct: { ppm: 1e-4 } };

/** A unit without the ways of writing it that say nothing: brackets, blanks, case, superscripts. */
export function plainUnit(written: string): string {
  return written
    .replace(/º/g, '°')
    .normalize('NFKC')
    .replace(/^[\s[(]+|[\s\])]+$/g, '')
    .toLowerCase()
    .replace(/[μµ]/g, 'u')
    .replace(/−/g, '-')
    .replace(/每/g, '/')
    .replace(/[\s·*^]/g, '')
    .replace(/^deg(?=[cfk]$)/, '°');
}

/** How a channel in a written unit is converted; null when that cannot be done exactly. An empty one, or a dash, says nothing. */
export function conversionFrom(channel: Channel, written: string): Conversion | null {
  const own = CHANNEL_UNITS.get(channel) ?? '';
  const unit = plainUnit(written);
  if (unit === '' || unit === '-' || own === '') return AS_IT_IS;
  const found = UNITS[own]?.[unit] ?? OF_CHANNEL[channel]?.[unit] ?? (unit === plainUnit(own) ? 1 : undefined);
  if (found === undefined) return null;
  const [factor, offset] = typeof found === 'number' ? [found, 0] : found;
  return factor === 1 && offset === 0 ? AS_IT_IS : { factor, offset, from: written.replace(/^[\s[(（]+|[\s\])）]+$/g, '') };
}

/** What says in which unit a column is: the argument, a row of units, the brackets behind its name. */
export interface UnitTexts {
  readonly argument: string | undefined;
  readonly row: string;
  readonly header: string;
}

/** How a column is converted; the sentence to show when it cannot be, or when the file contradicts itself. `where`: line of the row of units. */
export function conversionOf(channel: Channel, column: string, texts: UnitTexts, where: string): Outcome<Conversion> {
  const own = CHANNEL_UNITS.get(channel) ?? '';
  const read = (text: string, at: string): Outcome<Conversion> => {
    const found = conversionFrom(channel, text);
    return found === null
      ? bad(
          `${at}column "${column}" is in ${plainText(text)}, but ${channel} must be in ${own}. Convert it, or say the unit with --units ${channel}=${own} if that is wrong.`,
        )
      : good(found);
  };
  if (texts.argument !== undefined) return read(texts.argument, '--units: ');
  const row = read(texts.row, where);
  if (!row.ok) return row;
  const header = read(texts.header, '');
  if (!header.ok) return header;
  const told = [texts.row, texts.header].every((text) => !['', '-'].includes(plainUnit(text)));
  if (told && (row.value.factor !== header.value.factor || row.value.offset !== header.value.offset))
    return bad(
      `${where}column "${column}" is in ${plainText(texts.row)} here, and in ${plainText(texts.header)} by its name. Say which with --units ${channel}=…`,
    );
  return told || plainUnit(texts.row) !== '' ? row : header;
}

function plainText(unit: string): string {
  return unit.replace(/^[\s[(（]+|[\s\])）]+$/g, '');
}

/** A conversion in words: `airFlowKgh: from g/s (× 3.6)`. */
export function tellConversion(channel: Channel, { factor, offset, from }: Conversion): string {
  const parts = [
    ...(factor === 1 ? [] : [`× ${Number(factor.toPrecision(7))}`]),
    ...(offset === 0 ? [] : [`${offset < 0 ? '−' : '+'} ${Number(Math.abs(offset).toPrecision(7))}`]),
  ];
  return `${channel}: from ${from} to ${CHANNEL_UNITS.get(channel)} (${parts.join(' ')})`;
}

/** Values converted in place. */
export function convert(values: Float64Array, { factor, offset }: Conversion): void {
  if (factor === 1 && offset === 0) return;
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) * factor + offset;
}

/** Reads `--units airFlowKgh=g/s,coolantTempC=K`. */
export function parseUnits(text: string): Outcome<ReadonlyMap<Channel, string>> {
  const units = new Map<Channel, string>();
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at).trim().toLowerCase();
    const channel = [...CHANNEL_UNITS.keys()].find((id) => id.toLowerCase() === key);
    const unit = part.slice(at + 1).trim();
    if (at < 1 || unit === '') return bad(`--units: "${part.trim()}" is not of the form signal=unit.`);
    if (channel === undefined) return bad(`--units: there is no signal "${part.slice(0, at).trim()}".`);
    units.set(channel, unit);
  }
  return good(units);
}
