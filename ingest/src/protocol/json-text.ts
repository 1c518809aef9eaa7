import type { Rejection } from './messages.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/gsu;
const NUMBER_WORDS = /[-+]?(?:nan|inf(?:inity)?)(?![A-Za-z0-9_])/giu;
/** A string, or what begins like one and never ends: the expression cannot fail once begun, so the search stays linear. */
const STRING = /"[^"\\]*(?:\\.?[^"\\]*)*(?:"|$)/gsu;
const BOM = 0xfeff;

/** Text that a JSON string cannot be, where a sender wrote NaN or Infinity. Its sample is rejected; the others are read. */
const NOT_A_NUMBER = '"not a number"';

function trouble(reason: string): Rejection {
  return { code: 'BAD_JSON', field: '', reason, records: 1 };
}

/** Whether an escape `\uD800` … `\uDFFF` stands without its other half. */
function hasLoneSurrogate(text: string): boolean {
  let high = -1;
  for (const match of text.matchAll(ESCAPE)) {
    const unit = match[1] === undefined ? 0 : Number.parseInt(match[1], 16);
    const at = match.index;
    if (high >= 0) {
      if (at !== high + 6 || unit < 0xdc00 || unit > 0xdfff) return true;
      high = -1;
    } else if (unit >= 0xdc00 && unit <= 0xdfff) return true;
    else if (unit >= 0xd800 && unit <= 0xdbff) high = at;
  }
  return high >= 0;
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; at: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const position = error instanceof Error ? /position (\d+)/u.exec(error.message)?.[1] : undefined;
    return { ok: false, at: position === undefined ? '' : ` at character ${position}` };
  }
}

/** Replaces bare NaN and Infinity, outside strings, by text that no value can be. */
function withoutNumberWords(text: string): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(STRING)) {
    result += text.slice(from, match.index).replace(NUMBER_WORDS, NOT_A_NUMBER) + match[0];
    from = match.index + match[0].length;
  }
  return result + text.slice(from).replace(NUMBER_WORDS, NOT_A_NUMBER);
}

/** Parses a payload as JSON in UTF-8 (RFC 8259): no byte order mark, no lone surrogate. Bare NaN and Infinity, which careless senders print, become a text, so that only their sample is lost. */
export function parseJson(payload: Uint8Array): { ok: true; value: unknown } | { ok: false; rejection: Rejection } {
  if (payload.length === 0)
    return { ok: false, rejection: trouble('the message is empty; send a frame that starts with 23 23, or a JSON object') };
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    return { ok: false, rejection: trouble('the bytes are not UTF-8; send JSON in UTF-8, or a frame that starts with 23 23') };
  }
  if (text.charCodeAt(0) === BOM)
    return { ok: false, rejection: trouble('the text begins with a byte order mark; leave it out') };
  if (text.includes('\\u') && hasLoneSurrogate(text))
    return { ok: false, rejection: trouble('a lone surrogate (\\uD800 … \\uDFFF without its other half) is no character') };
  const first = parse(text);
  if (first.ok) return first;
  const second = parse(withoutNumberWords(text));
  return second.ok ? second : { ok: false, rejection: trouble(`the text is not JSON${first.at}; send one whole JSON object`) };
}
