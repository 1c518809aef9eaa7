import { BODIES } from '../bodies.ts';
import { type Field, withOffsets } from '../fields.ts';
import { LAYOUTS } from '../layouts.ts';
import { QUALITY, QUALITY_NAMES } from '../quality.ts';
import { REJECT_CODES, type RejectCode } from '../reject-codes.ts';
import { SIGNALS, toPhysical } from '../signals.ts';

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A scale as a reader knows it: 1/256 rather than 0.00390625. */
function scaleText(scale: number | undefined): string {
  if (scale === undefined) return '';
  return scale === 1 / 256 ? '1/256' : String(scale);
}

function signalRows(): string {
  return table(
    ['#', 'id', '中文', 'English', 'unit', 'raw × scale + offset', 'raw range', 'physical range', 'stored as', 'source', 'mark'],
    SIGNALS.map((signal, index) => [
      index,
      `\`${signal.id}\``,
      signal.zh,
      signal.en,
      signal.unit,
      `× ${scaleText(signal.scale)}${signal.offset === 0 ? '' : ` − ${-signal.offset}`}`,
      `${signal.rawMin} … ${signal.rawMax}`,
      `${toPhysical(index, signal.rawMin)} … ${toPhysical(index, signal.rawMax)}`,
      signal.storage,
      signal.source,
      signal.certainty,
    ]),
  );
}

const SENTINEL_TEXT: Readonly<Record<NonNullable<Field['sentinel']>, string>> = {
  j1939: 'FF na, FE error, FB–FD reserved (first byte)',
  nox: 'as j1939; 0000 not ready',
  allOnes: 'FF…FF na',
  none: '',
};

function fieldRows(fields: readonly Field[]): string {
  return table(
    ['offset', 'bytes', 'field', '中文', 'English', 'scale', 'offset', 'unit', 'no value', 'source'],
    withOffsets(fields).map((field) => [
      field.at,
      field.width,
      `\`${field.id}\``,
      field.zh,
      field.en,
      scaleText(field.scale),
      field.offset ?? '',
      field.unit ?? '',
      SENTINEL_TEXT[field.sentinel ?? 'none'],
      field.source,
    ]),
  );
}

const QUALITY_TEXT: Readonly<Record<keyof typeof QUALITY, string>> = {
  ok: 'a value',
  notSent: 'the message did not carry the signal',
  na: 'the terminal says "not available" (FF…, JSON null), or there is no position fix',
  error: 'the terminal says "error" (FE…)',
  reserved: 'a reserved code (FB … FD)',
  notReady: 'NOx sensor not ready (raw 0000)',
  outOfRange: 'a number outside the range of the signal; a position outside 73–136° E, 3–54° N',
};

/** `docs/signals.md`: the catalogue, the wire tables, quality codes, layouts and reject codes, from the tables the codec runs on. */
export function signalsMarkdown(): string {
  const codes = Object.keys(REJECT_CODES) as RejectCode[];
  const sections = [
    '# Signals and wire tables',
    'Generated from `ingest/src/protocol/tables` by `npm run generate`; edit there.',
    '## Signals\n\nIds and order are frozen. A stored value is the raw integer; physical = raw × scale + offset. Marks: C certain (two sources or a frame checked), L likely (one source), P a name of the JSON form.',
    signalRows(),
    '## Quality codes\n\nThree bits a signal in catalogue order, least significant bit first (bit 3 × index), 11 bytes a sample.',
    table(
      ['code', 'name', 'meaning'],
      QUALITY_NAMES.map((name) => [QUALITY[name], name, QUALITY_TEXT[name]]),
    ),
    '## Layouts of commands 02 and 03',
    table(
      ['layout', 'name', 'before the first body', 'between type byte and body', 'source'],
      LAYOUTS.map((one) => [
        one.id,
        `${one.zh} ${one.en}`,
        one.seqAt < 0 ? 'time (6)' : `${one.ownTime ? 'send time' : 'time'} (6), seq (2)`,
        ['nothing', '', 'seq (2)', '', '', '', 'sample time (6)'][one.gapBytes] ?? '',
        one.source,
      ]),
    ),
    ...BODIES.map(
      (body) =>
        `## Body ${body.type.toString(16).padStart(2, '0').toUpperCase()} ${body.zh} ${body.en}, ${body.bytes}${body.kind === 'obd' ? ' + 4n' : ''} bytes\n\n${fieldRows(body.fields)}`,
    ),
    '## Reject codes',
    table(
      ['code', '中文', 'meaning', 'what to do', 'said'],
      codes.map((code) => [
        code,
        REJECT_CODES[code].zh,
        REJECT_CODES[code].en,
        REJECT_CODES[code].action,
        REJECT_CODES[code].stage === 'decode' ? 'while reading' : 'after reading',
      ]),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}
