import { describe, expect, it } from 'vitest';
import { encodeDtc, formatDtc } from './dtc.ts';
import { bytesOf, hexOf } from './test-kit.ts';

describe('a trouble code of four bytes', () => {
  it.each([
    // SAE J1939-73 DM1: SPN 0–7, 8–15, then 16–18 in the upper three bits with FMI, then CM and OC
    [2, '0C111203', 'SPN 4364 FMI 18 OC 3'],
    [2, '6E000501', 'SPN 110 FMI 5 OC 1'],
    [2, '08F0E37E', 'SPN 520200 FMI 3 OC 126'],
    [2, 'FFFFFF7F', 'SPN 524287 FMI 31 OC 127'],
    [2, '0C111283', 'SPN 4364 FMI 18 OC 3 CM 1'],
    // SAE J2012: two bits of letter, two of digit
    [1, '145600AF', 'P1456-00 status AF'],
    [1, 'E00200AF', 'U2002-00 status AF'],
    [0, '204700AF', 'P2047-00 status AF'],
    [0, '5ABC1708', 'C1ABC-17 status 08'],
    [0, '80010009', 'B0001-00 status 09'],
    [null, '145600AF', 'raw 145600AF'],
    [35, '145600AF', 'raw 145600AF'],
  ])('of OBD protocol %s, %s, is %s', (protocol, hex, text) => {
    expect(formatDtc(protocol, bytesOf(hex), 0)).toBe(text);
    expect(hexOf(encodeDtc(text))).toBe(hex);
  });

  it.each([0, 1, 2, null])('of zeros is none (protocol %s)', (protocol) => {
    expect(formatDtc(protocol, new Uint8Array(4), 0)).toBeNull();
  });

  it.each(['', 'SPN 524288 FMI 0 OC 0', 'SPN 1 FMI 32 OC 0', 'SPN 1 FMI 0 OC 128', 'P4456-00 status AF', 'raw 12'])(
    '"%s" cannot be written',
    (text) => {
      expect(() => encodeDtc(text)).toThrow(RangeError);
    },
  );
});
