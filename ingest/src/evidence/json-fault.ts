/** Where bytes stop being JSON. */
export interface JsonFault {
  /** Byte position, from 0. */
  readonly at: number;
  /** What was expected there. */
  readonly expected: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const DEEPEST = 200;
const SIMPLE_ESCAPES = '"\\/bfnrt';
const WORDS = ['true', 'false', 'null'].map((word) => ({ word, bytes: [...word].map((letter) => letter.charCodeAt(0)) }));

/**
 * The first byte at which these bytes stop being one JSON value in UTF-8 (RFC 8259), or null when they are one. The engine's own parser
 * tells no byte position, or none at all, depending on its version.
 */
export function jsonFault(bytes: Uint8Array): JsonFault | null {
  return new Scanner(bytes).run();
}

class Fault extends Error {
  readonly at: number;
  readonly expected: string;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

class Scanner {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): JsonFault | null {
    try {
      this.#value(0);
      this.#blanks();
      if (this.#at < this.#bytes.length) this.#fail('the end of the file');
      return null;
    } catch (error) {
      if (error instanceof Fault) return { at: error.at, expected: error.expected };
      throw error;
    }
  }

  #fail(expected: string): never {
    throw new Fault(this.#at, expected);
  }

  #is(char: string): boolean {
    return this.#bytes[this.#at] === char.charCodeAt(0);
  }

  #take(char: string): void {
    if (!this.#is(char)) this.#fail(`"${char}"`);
    this.#at += 1;
  }

  #blanks(): void {
    while (this.#is(' ') || this.#is('\n') || this.#is('\r') || this.#is('\t')) this.#at += 1;
  }

  #value(depth: number): void {
    this.#blanks();
    if (depth > DEEPEST) this.#fail(`no more than ${DEEPEST} levels`);
    if (this.#is('{')) this.#members(depth);
    else if (this.#is('[')) this.#items(depth);
    else if (this.#is('"')) this.#string();
    else if (this.#is('-') || this.#digit()) this.#number();
    else this.#word();
  }

  #members(depth: number): void {
    this.#at += 1;
    this.#blanks();
    if (this.#is('}')) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#blanks();
      if (!this.#is('"')) this.#fail('a name in quotes');
      this.#string();
      this.#blanks();
      this.#take(':');
      this.#value(depth + 1);
      this.#blanks();
      if (this.#is('}')) break;
      if (!this.#is(',')) this.#fail('"," or "}"');
      this.#at += 1;
    }
    this.#at += 1;
  }

  #items(depth: number): void {
    this.#at += 1;
    this.#blanks();
    if (this.#is(']')) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#value(depth + 1);
      this.#blanks();
      if (this.#is(']')) break;
      if (!this.#is(',')) this.#fail('"," or "]"');
      this.#at += 1;
    }
    this.#at += 1;
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.#fail('the end of a text');
      if (byte === QUOTE) break;
      if (byte < FIRST_PRINTABLE) this.#fail('no control character in a text');
      if (byte === BACKSLASH) this.#escape();
      else if (byte < 0x80) this.#at += 1;
      else this.#character(byte);
    }
    this.#at += 1;
  }

  #escape(): void {
    this.#at += 1;
    const letter = this.#bytes[this.#at];
    if (letter !== undefined && SIMPLE_ESCAPES.includes(String.fromCharCode(letter))) {
      this.#at += 1;
      return;
    }
    if (!this.#is('u')) this.#fail('an escape');
    this.#at += 1;
    for (let i = 0; i < 4; i += 1) {
      if (!/^[0-9A-Fa-f]$/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#fail('four hexadecimal digits');
      this.#at += 1;
    }
  }

  /** A character of two to four bytes (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF). */
  #character(lead: number): void {
    const length = lead >= 0xc2 && lead <= 0xdf ? 2 : (lead & 0xf0) === 0xe0 ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
    if (length === 0) this.#fail('UTF-8');
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let i = 1; i < length; i += 1) {
      this.#at += 1;
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte < (i === 1 ? low : 0x80) || byte > (i === 1 ? high : 0xbf)) this.#fail('UTF-8');
    }
    this.#at += 1;
  }

  #digit(): boolean {
    const byte = this.#bytes[this.#at] ?? 0;
    return byte >= 0x30 && byte <= 0x39;
  }

  #digits(): void {
    if (!this.#digit()) this.#fail('a digit');
    while (this.#digit()) this.#at += 1;
  }

  #number(): void {
    if (this.#is('-')) this.#at += 1;
    if (this.#is('0')) this.#at += 1;
    else this.#digits();
    if (this.#is('.')) {
      this.#at += 1;
      this.#digits();
    }
    if (this.#is('e') || this.#is('E')) {
      this.#at += 1;
      if (this.#is('+') || this.#is('-')) this.#at += 1;
      this.#digits();
    }
  }

  #word(): void {
    const found = WORDS.find(({ bytes }) => bytes[0] === this.#bytes[this.#at]);
    if (!found) this.#fail('a value');
    for (const byte of found.bytes) {
      if (this.#bytes[this.#at] !== byte) this.#fail(`"${found.word}"`);
      this.#at += 1;
    }
  }
}
