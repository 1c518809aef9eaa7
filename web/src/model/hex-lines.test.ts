import { expect, it } from 'vitest';
import { hexLines } from './hex-lines.ts';

it('bytes are shown in lines of sixteen with their offset and what is readable of them', () => {
  // "##", command 02, answer fe, then the VIN "LZZ…" as a native frame has it.
  const hex = '232302fe4c5a5a35434c56423041313233343536';
  expect(hexLines(hex)).toEqual([
    { offset: '0000', hex: '23 23 02 fe 4c 5a 5a 35 43 4c 56 42 30 41 31 32', ascii: '##..LZZ5CLVB0A12' },
    { offset: '0010', hex: '33 34 35 36', ascii: '3456' },
  ]);
  expect(hexLines('')).toEqual([]);
});
