/** Writes ASCII text into `width` bytes, padded on the right with `pad`. Throws a RangeError for text that is too long or not ASCII. */
export function encodeText(bytes: Uint8Array, at: number, width: number, text: string, pad: number): void {
  if (text.length > width) throw new RangeError(`"${text}" is longer than ${width} characters`);
  bytes.fill(pad, at, at + width);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`"${text}" is not ASCII`);
    bytes[at + i] = code;
  }
}
