import { describe, expect, it } from 'vitest';
import { ByteLines, packedText } from './byte-lines.ts';

function decimalOf(value: number): string {
  const lines = new ByteLines();
  lines.decimal(value);
  return Buffer.from(lines.take()).toString('latin1');
}

describe('numbers as text', () => {
  it.each([
    0,
    -0,
    1,
    -1,
    0.1,
    48.2,
    -273,
    0.05,
    100,
    1.5,
    0.000001,
    1e-7,
    1.5e-6,
    123456.654321,
    999999999.999999,
    1e9,
    1e21,
    4294967295,
    1 / 3,
    -0.000001,
    39.904123,
    116.407395,
    0.1 + 0.2,
    5e-324,
    2 ** 31,
    -(2 ** 31) - 0.5,
    1e15,
    2 ** 53,
    0.9999995,
    0.9999999,
  ])('%d is written as String does', (value) => {
    expect(decimalOf(value)).toBe(String(value));
  });

  it('decimals of every length are written as String does', () => {
    const lines = new ByteLines();
    let seed = 20_261;
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const others: number[] = [];
    for (let i = 0; i < 50_000; i += 1) {
      const digits = 10 ** Math.floor(random() * 9);
      const value = (Math.round((random() - 0.5) * 10 ** Math.floor(random() * 16)) / digits) * (i % 7 === 0 ? random() : 1);
      lines.decimal(value);
      if (Buffer.from(lines.take()).toString('latin1') !== String(value)) others.push(value);
    }
    expect(others).toEqual([]);
  });
});

describe('lines of bytes', () => {
  it('keep all that was written while they grow, and begin anew when taken', () => {
    const lines = new ByteLines();
    const packed = packedText('</v></c>');
    const long = new Uint8Array(200).fill(0x61);
    for (let i = 0; i < 10_000; i += 1) {
      lines.packed(packed, 0);
      lines.ascii('x');
      lines.copy(long);
      lines.byte(10);
    }
    const text = Buffer.from(lines.take()).toString('latin1');
    expect(text).toBe(`</v></c>x${'a'.repeat(200)}\n`.repeat(10_000));
    expect(lines.at).toBe(0);
  });

  it('refuse to pack what is longer than twelve characters', () => {
    expect(() => packedText('thirteen long')).toThrow(RangeError);
  });
});
