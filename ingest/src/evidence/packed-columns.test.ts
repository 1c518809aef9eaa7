import { inflateRawSync } from 'node:zlib';
import { QUALITY_BYTES, SampleColumns, SIGNAL_COUNT, signalIndex } from '@plume/ingest/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBytes, packColumn, unpackBytes, unpackColumn } from './packed-columns.ts';
import { packSamples, unpackSamples } from './packed-samples.ts';

const orNull = (value: fc.Arbitrary<number>) => fc.oneof({ weight: 5, arbitrary: value }, fc.constant(Number.NaN));

describe('a packed column', () => {
  it.each([
    { kind: 'u8', values: [0, 255], bytes: '00ff' },
    { kind: 'u32', values: [0, 1_700_000_000, 4_294_967_295], bytes: '0000000000f15365ffffffff' },
    { kind: 'i32', values: [-1, Number.NaN, 2_147_483_647], bytes: 'ffffffff00000080ffffff7f' },
    { kind: 'i64', values: [-2, Number.NaN], bytes: 'feffffffffffffff0000000000000080' },
    { kind: 'f64', values: [1, 0.5], bytes: '000000000000f03f000000000000e03f' },
  ] as const)('of $kind is raw deflate of little-endian numbers', ({ kind, values, bytes }) => {
    const packed = packColumn(kind, values);
    expect(inflateRawSync(Buffer.from(packed.data, 'base64')).toString('hex')).toBe(bytes);
    expect(unpackColumn(packed, values.length)).toEqual(Float64Array.from(values));
  });

  it('gives every number back', () => {
    const i32 = orNull(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }));
    fc.assert(
      fc.property(fc.array(i32), fc.array(orNull(fc.maxSafeInteger())), (small, large) => {
        expect(unpackColumn(packColumn('i32', small), small.length)).toEqual(Float64Array.from(small));
        expect(unpackColumn(packColumn('i64', large), large.length)).toEqual(Float64Array.from(large));
      }),
    );
  });

  it.each([
    { kind: 'u8', value: 256 },
    { kind: 'u8', value: Number.NaN },
    { kind: 'u32', value: -1 },
    { kind: 'i32', value: -(2 ** 31) },
    { kind: 'i32', value: 0.5 },
    { kind: 'i64', value: 2 ** 53 },
  ] as const)('of $kind refuses $value', ({ kind, value }) => {
    expect(() => packColumn(kind, [value])).toThrow(RangeError);
  });

  it('that holds more, or less, or rubbish is told in words, and takes no more memory than it may', () => {
    const zeros = packBytes(new Uint8Array(10_000_000));
    expect(unpackBytes(zeros, 8)).toContain('cannot be unpacked');
    expect(unpackBytes(packBytes(Uint8Array.of(1, 2)), 3)).toBe('holds 2 bytes, not 3');
    expect(unpackBytes('////', 3)).toContain('cannot be unpacked');
    expect(unpackColumn(packColumn('u32', [1, 2]), 3)).toBe('holds 8 bytes, not 12');
    expect(unpackBytes(packBytes(new Uint8Array(0)), 0)).toHaveLength(0);
  });
});

describe('packed samples', () => {
  it('are the same samples, in the columns that have a value', () => {
    const columns = new SampleColumns();
    for (let i = 0; i < 50; i += 1) {
      const row = columns.append(1_700_000_000 + i);
      columns.setValue(row, signalIndex('noxDownPpm'), 4000 + i);
      if (i % 3 === 0) columns.setValue(row, signalIndex('odometerKm'), 4_000_000_000 + i);
      else columns.setMissing(row, signalIndex('odometerKm'), 3);
    }
    const packed = packSamples(columns);
    expect(Object.keys(packed.signals)).toEqual(['noxDownPpm', 'odometerKm']);
    const again = unpackSamples(packed);
    if ('says' in again) throw new Error(again.says);
    expect(again.count).toBe(50);
    expect(again.timeSec).toEqual(columns.timeSec.slice(0, 50));
    expect(again.values).toEqual(columns.values.slice(0, 50 * SIGNAL_COUNT));
    expect(Buffer.from(again.quality)).toEqual(Buffer.from(columns.quality.slice(0, 50 * QUALITY_BYTES)));
  });

  it.each([
    { path: 'timeSec', change: { timeSec: packColumn('u32', [1]) } },
    { path: 'quality', change: { quality: packBytes(new Uint8Array(1)) } },
    { path: 'signals.speedMph', change: { signals: { speedMph: packColumn('i32', [1, 2]) } } },
    { path: 'signals.speedKmh', change: { signals: { speedKmh: packColumn('i32', [1]) } } },
  ])('name the part that does not fit: $path', ({ path, change }) => {
    const columns = new SampleColumns();
    columns.append(1);
    columns.append(2);
    expect(unpackSamples({ ...packSamples(columns), ...change })).toMatchObject({ path });
  });
});
