import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.ts';

const text = new TextEncoder();

/** Whether the engine takes these bytes as JSON in UTF-8. */
function engineTakes(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

describe('the place where bytes stop being JSON', () => {
  it.each([
    { json: '{"a":1', at: 6, expected: '"," or "}"' },
    { json: '{"a" 1}', at: 5, expected: '":"' },
    { json: '{a:1}', at: 1, expected: 'a name in quotes' },
    { json: '[1,]', at: 3, expected: 'a value' },
    { json: '[1 2]', at: 3, expected: '"," or "]"' },
    { json: '"ab', at: 3, expected: 'the end of a text' },
    { json: '"a\nb"', at: 2, expected: 'no control character in a text' },
    { json: String.raw`"a\x"`, at: 3, expected: 'an escape' },
    { json: String.raw`"\u12g4"`, at: 5, expected: 'four hexadecimal digits' },
    { json: '[01]', at: 2, expected: '"," or "]"' },
    { json: '-', at: 1, expected: 'a digit' },
    { json: '1.', at: 2, expected: 'a digit' },
    { json: '[nul]', at: 4, expected: '"null"' },
    { json: '{} x', at: 3, expected: 'the end of the file' },
    { json: '', at: 0, expected: 'a value' },
    { json: '\ufeff{}', at: 0, expected: 'a value' },
    { json: `${'['.repeat(300)}${']'.repeat(300)}`, at: 201, expected: 'no more than 200 levels' },
  ])('of $json is byte $at', ({ json, at, expected }) => {
    expect(jsonFault(text.encode(json))).toEqual({ at, expected });
  });

  it('counts bytes, not characters', () => {
    expect(jsonFault(text.encode('["氮",}'))).toEqual({ at: 7, expected: 'a value' });
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22], 1],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 2],
    ['a cut character', [0x22, 0xe6, 0xb0, 0x22], 3],
    ['more than U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 2],
  ])('of %s is told as UTF-8', (_what, bytes, at) => {
    expect(jsonFault(Uint8Array.from(bytes))).toEqual({ at, expected: 'UTF-8' });
  });

  it('is there exactly when the engine refuses the bytes', () => {
    const altered = fc
      .tuple(
        fc.json({ maxDepth: 4, stringUnit: 'binary' }),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 2 }),
      )
      .map(([json, place, byte, times]) => {
        const bytes = text.encode(json);
        for (let i = 0; i < times; i += 1) bytes[(place * (i + 1)) % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(altered, (bytes) => (jsonFault(bytes) === null) === engineTakes(bytes)),
      { numRuns: 3000 },
    );
  });
});
