import { bad, good, type Outcome } from './outcome.ts';

/** Text of a file and how it was encoded. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB 18030';
}

/** Decodes a text file: UTF-8 with or without mark, UTF-16 with mark, else GB 18030, in which Chinese loggers write. */
export function decodeText(bytes: Uint8Array): Outcome<DecodedText> {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return good({ text: new TextDecoder('utf-16le').decode(bytes.subarray(2)), encoding: 'UTF-16' });
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return good({ text: new TextDecoder('utf-16be').decode(bytes.subarray(2)), encoding: 'UTF-16' });
  const head = bytes.subarray(0, 4096);
  if (head.includes(0)) return bad('this is no text file. CSV and Parquet are understood.');
  for (const [label, encoding] of [
    ['utf-8', 'UTF-8'],
    ['gb18030', 'GB 18030'],
  ] as const) {
    try {
      return good({ text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return bad('the text is neither UTF-8 nor GB 18030. Save it as "CSV UTF-8".');
}

/** Delimiters that are looked for, in this order where two fit equally. */
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A character between fields. */
export type Delimiter = (typeof DELIMITERS)[number];

/** Lines looked at to find the delimiter. */
const PROBE_LINES = 20;

/** The delimiter that cuts the first lines into the same number of fields, the most if several do; null when none does. */
export function findDelimiter(text: string): Delimiter | null {
  let best: Delimiter | null = null;
  let most = 1;
  for (const delimiter of DELIMITERS) {
    const counts: number[] = [];
    for (const { fields } of csvRows(text, delimiter)) {
      if (fields.length > 1 || fields[0] !== '') counts.push(fields.length);
      if (counts.length === PROBE_LINES) break;
    }
    // A last row may be cut short; the others must agree.
    const width = counts[0] ?? 0;
    const agree = counts.filter((count) => count === width).length;
    if (width > most && agree >= counts.length - 1) {
      best = delimiter;
      most = width;
    }
  }
  return best;
}

/** One row: its fields without their quotes, and the line it begins on, from 1. */
export interface CsvRow {
  readonly fields: string[];
  readonly line: number;
}

/** Rows of a CSV text (RFC 4180: quotes, doubled quotes, line ends inside quotes; LF, CRLF or CR). Fields are trimmed unless quoted. */
export function* csvRows(text: string, delimiter: Delimiter): Generator<CsvRow> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, at, delimiter);
      fields.push(field.value);
      line += field.lines;
      at = field.end;
      if (text[at] === delimiter) at += 1;
      else break;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 2;
    else at += 1;
    line += 1;
    yield { fields, line: start };
  }
}

interface Field {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
}

function readField(text: string, from: number, delimiter: Delimiter): Field {
  let at = from;
  while (text[at] === ' ') at += 1;
  if (text[at] === '"') return readQuoted(text, at + 1, delimiter);
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return { value: text.slice(from, at).trim(), end: at, lines: 0 };
}

/** A quoted field; what stands between its closing quote and the delimiter is dropped. A missing closing quote ends with the text. */
function readQuoted(text: string, from: number, delimiter: Delimiter): Field {
  let value = '';
  let at = from;
  let lines = 0;
  for (;;) {
    const quote = text.indexOf('"', at);
    const part = text.slice(at, quote < 0 ? text.length : quote);
    value += part;
    lines += part.split('\n').length - 1;
    if (quote < 0) return { value, end: text.length, lines };
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return { value, end: at, lines };
}
