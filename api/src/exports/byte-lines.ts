const FIRST_BYTES = 65_536;
const ZERO = 48;
const MINUS = 45;
const POINT = 46;
/** Up to here a loop is faster than a call. */
const SHORT_COPY = 96;
/** Words of a packed text: its length, and its bytes. */
export const PACKED_WORDS = 4;
const PACKED_BYTES = (PACKED_WORDS - 1) * 4;
/** Digits after the point of what `decimal` writes by arithmetic, and beyond which sizes it does not. */
const FRACTION_DIGITS = 6;
const FRACTION = 10 ** FRACTION_DIGITS;
const MOST_WHOLE = 1e9;
const LONGEST_NUMBER = 32;

/** Packs a text of ASCII characters for `ByteLines.packed` into words from a place on; answers false when it is too long for it. */
export function pack(text: string, into: Int32Array, place: number): boolean {
  if (text.length > PACKED_BYTES) return false;
  into.fill(0, place, place + PACKED_WORDS);
  into[place] = text.length;
  for (let i = 0; i < text.length; i += 1) {
    const word = place + 1 + (i >> 2);
    into[word] = (into[word] as number) | (text.charCodeAt(i) << ((i & 3) * 8));
  }
  return true;
}

/** A text of at most twelve ASCII characters, packed. */
export function packedText(text: string): Int32Array {
  const words = new Int32Array(PACKED_WORDS);
  if (!pack(text, words, 0)) throw new RangeError(`${text} is too long to be packed`);
  return words;
}

/** Bytes that grow at their end. */
export class ByteLines {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** How many there are; setting it back takes the last away. */
  at = 0;

  /** One byte. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.at] = value;
    this.at += 1;
  }

  /** Bytes of another array. */
  copy(source: Uint8Array): void {
    const { length } = source;
    this.#reserve(length);
    const bytes = this.#bytes;
    const { at } = this;
    if (length > SHORT_COPY) bytes.set(source, at);
    else for (let i = 0; i < length; i += 1) bytes[at + i] = source[i] as number;
    this.at = at + length;
  }

  /** A text packed at a place of words: twelve bytes are written at once, and those beyond its length are written over by what follows. */
  packed(words: Int32Array, place: number): void {
    this.#reserve(PACKED_BYTES);
    const view = this.#view;
    const { at } = this;
    view.setInt32(at, words[place + 1] as number, true);
    view.setInt32(at + 4, words[place + 2] as number, true);
    view.setInt32(at + 8, words[place + 3] as number, true);
    this.at = at + (words[place] as number);
  }

  /** A text of ASCII characters. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    const { at } = this;
    for (let i = 0; i < text.length; i += 1) bytes[at + i] = text.charCodeAt(i);
    this.at = at + text.length;
  }

  /**
   * A number as `String` writes it. With at most fifteen digits, six of them after the point, a decimal that is nearest to the number is the
   * shortest that is, so that arithmetic finds it.
   */
  decimal(value: number): void {
    const size = Math.abs(value);
    const scaled = Math.round(size * FRACTION);
    if (size >= MOST_WHOLE || scaled / FRACTION !== size || (scaled === 0 && size > 0)) {
      this.ascii(String(value));
      return;
    }
    this.#reserve(LONGEST_NUMBER);
    if (value < 0) this.byte(MINUS);
    const whole = Math.floor(scaled / FRACTION);
    this.#digits(whole, digitsOf(whole));
    let rest = scaled - whole * FRACTION;
    if (rest === 0) return;
    let digits = FRACTION_DIGITS;
    for (; rest % 10 === 0; digits -= 1) rest /= 10;
    this.byte(POINT);
    this.#digits(rest, digits);
  }

  /** What was written, until the next is; the lines begin anew. */
  take(): Uint8Array {
    const written = this.#bytes.subarray(0, this.at);
    this.at = 0;
    return written;
  }

  #digits(value: number, digits: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let i = this.at + digits - 1; i >= this.at; i -= 1) {
      const next = (rest / 10) | 0;
      bytes[i] = ZERO + rest - next * 10;
      rest = next;
    }
    this.at += digits;
  }

  #reserve(more: number): void {
    if (this.at + more > this.#bytes.length) this.#grow(more);
  }

  #grow(more: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.at + more));
    grown.set(this.#bytes.subarray(0, this.at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits += 1;
  return digits;
}
