/** One line of a hex view: where it begins, its bytes as hex, and what they are as ASCII (a dot where they are none). */
export interface HexLine {
  offset: string;
  hex: string;
  ascii: string;
}

const PER_LINE = 16;

/** Bytes, given as hex digits, in lines of sixteen. */
export function hexLines(hex: string): HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < hex.length; at += 2 * PER_LINE) {
    const bytes = hex.slice(at, at + 2 * PER_LINE).match(/../g) ?? [];
    lines.push({
      offset: (at / 2).toString(16).padStart(4, '0'),
      hex: bytes.join(' '),
      ascii: bytes
        .map((byte) => {
          const code = Number.parseInt(byte, 16);
          return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
        })
        .join(''),
    });
  }
  return lines;
}
