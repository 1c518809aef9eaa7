import { BODIES } from './bodies.ts';
import { classify, type Field, notAvailable, tableWidth, widthOf } from './fields.ts';
import { QUALITY } from './quality.ts';
import { SIGNALS, toPhysical, toRaw } from './signals.ts';
import { CONTROL_UNITS } from './tables/control-units.ts';
import { HEADER_FIELDS } from './tables/header.ts';

/** A numbered check over the tables and what it found; no findings is good. */
export interface TableCheck {
  readonly id: string;
  readonly rule: string;
  readonly findings: readonly string[];
}

/** Bytes of each body without its list of codes, as the sources state them. */
const STATED_BYTES: Readonly<Record<number, number>> = { 1: 96, 2: 37, 128: 17, 129: 18 };
const STATED_UNITS: Readonly<Record<number, number>> = { 1: 28, 4: 8, 5: 0, 6: 17 };
const HEADER_BYTES = 24;
const INT4_MAX = 0x7fff_ffff;
const JSON_ONLY: readonly string[] = ['ambientTempC'];

const tables: readonly (readonly [string, readonly Field[]])[] = [
  ['header', HEADER_FIELDS],
  ...BODIES.map((body) => [`body ${body.type}`, body.fields] as const),
  ...Object.entries(CONTROL_UNITS).map(([command, unit]) => [`command ${command}`, unit.fields] as const),
];

function repeated(ids: readonly string[]): string[] {
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}

function eachField(test: (field: Field, table: string) => string | undefined): string[] {
  return tables.flatMap(([table, fields]) => fields.flatMap((field) => test(field, table) ?? []));
}

function signalOf(field: Field): (typeof SIGNALS)[number] | undefined {
  return SIGNALS.find((signal) => signal.id === field.id);
}

/** Runs every numbered check over the signal catalogue and the field tables. */
export function runTableChecks(): TableCheck[] {
  const wire = new Set(BODIES.flatMap((body) => body.fields.filter((field) => field.signal).map((field) => field.id)));
  return [
    {
      id: 'T01',
      rule: 'ids are unique, in the catalogue and in each table',
      findings: [
        ...repeated(SIGNALS.map((signal) => signal.id)),
        ...tables.flatMap(([table, fields]) => repeated(fields.map((field) => field.id)).map((id) => `${table}: ${id}`)),
      ],
    },
    {
      id: 'T02',
      rule: 'widths sum to the length the source states',
      findings: [
        ...BODIES.filter((body) => tableWidth(body.fields) !== STATED_BYTES[body.type]).map(
          (body) => `body ${body.type}: ${tableWidth(body.fields)}`,
        ),
        ...Object.entries(CONTROL_UNITS)
          .filter(([command, unit]) => tableWidth(unit.fields) !== STATED_UNITS[Number(command)])
          .map(([command]) => `command ${command}`),
        ...(tableWidth(HEADER_FIELDS) === HEADER_BYTES ? [] : ['header']),
      ],
    },
    {
      id: 'T03',
      rule: 'every row cites a source',
      findings: [
        ...SIGNALS.filter((signal) => signal.source.length < 10).map((signal) => signal.id),
        ...eachField((field, table) => (field.source.length < 10 ? `${table}: ${field.id}` : undefined)),
      ],
    },
    {
      id: 'T04',
      rule: 'every row has a Chinese and an English name',
      findings: [
        ...SIGNALS.filter((signal) => !signal.zh || !signal.en).map((signal) => signal.id),
        ...eachField((field, table) => (field.zh && field.en ? undefined : `${table}: ${field.id}`)),
      ],
    },
    {
      id: 'T05',
      rule: 'a signal field has the scale and offset of its signal',
      findings: eachField((field, table) =>
        field.signal && (signalOf(field)?.scale !== field.scale || signalOf(field)?.offset !== field.offset)
          ? `${table}: ${field.id}`
          : undefined,
      ),
    },
    {
      id: 'T06',
      rule: 'the valid range of a signal stays below the codes of its field',
      findings: eachField((field, table) =>
        field.signal && classify(signalOf(field)?.rawMax ?? 0, widthOf(field), field.sentinel ?? 'none') !== QUALITY.ok
          ? `${table}: ${field.id}`
          : undefined,
      ),
    },
    {
      id: 'T07',
      rule: 'FF… of a signal field means not available',
      findings: eachField((field, table) =>
        field.signal && classify(notAvailable(widthOf(field)), widthOf(field), field.sentinel ?? 'none') !== QUALITY.na
          ? `${table}: ${field.id}`
          : undefined,
      ),
    },
    {
      id: 'T08',
      rule: 'every signal is in exactly one body, or is of the JSON form only',
      findings: SIGNALS.filter(
        (signal) =>
          wire.has(signal.id) === JSON_ONLY.includes(signal.id) ||
          BODIES.filter((body) => body.fields.some((field) => field.id === signal.id)).length > 1,
      ).map((signal) => signal.id),
    },
    {
      id: 'T09',
      rule: 'the stored type holds the range',
      findings: SIGNALS.filter((signal) => signal.rawMax > INT4_MAX !== (signal.storage === 'int8')).map((signal) => signal.id),
    },
    {
      id: 'T10',
      rule: 'raw → physical → raw gives the raw value back',
      findings: SIGNALS.filter((signal) =>
        [signal.rawMin, signal.rawMin + 1, Math.floor(signal.rawMax / 2), signal.rawMax].some(
          (raw) => toRaw(signal, toPhysical(signal, raw)) !== raw,
        ),
      ).map((signal) => signal.id),
    },
    {
      id: 'T11',
      rule: 'ids are the names a column and a JSON key can have',
      findings: SIGNALS.filter((signal) => !/^[a-z][A-Za-z0-9]{2,30}$/u.test(signal.id)).map((signal) => signal.id),
    },
  ];
}
