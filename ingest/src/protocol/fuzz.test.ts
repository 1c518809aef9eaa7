import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeMessage } from './describe.ts';
import { describeFrame, renderDescription } from './describe-text.ts';
import { getQuality, QUALITY, QUALITY_BYTES } from './quality.ts';
import { REJECT_CODES } from './reject-codes.ts';
import { SIGNAL_COUNT, SIGNALS } from './signals.ts';
import { bytesOf, type Decoded, decode, reframe, rejectionsOf, VECTORS } from './test-kit.ts';

/** What holds for every decoded message, whatever the bytes. */
function expectSound({ message, columns }: Decoded): void {
  let next = 0;
  for (const part of message.parts) {
    expect(part.firstRow).toBe(next);
    next += part.rowCount;
  }
  expect(columns.count).toBe(next);
  expect(message.parts.length + message.rejections.length).toBeGreaterThan(0);
  for (const rejection of rejectionsOf(message)) {
    expect(Object.keys(REJECT_CODES)).toContain(rejection.code);
    expect(REJECT_CODES[rejection.code].stage).toBe('decode');
    expect(rejection.records).toBeGreaterThan(0);
    expect(rejection.reason).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(rejection.field).toMatch(/^[\w.[\]]*$/u);
  }
  for (const part of message.parts) {
    expect(part.rowCount + part.obd.length + part.controls.length + part.rejections.length).toBeGreaterThan(0);
    expect(JSON.stringify([part.controls, part.obd.map(({ vin, calId, dtcs }) => [vin, calId, dtcs])])).not.toMatch(/\\u0000/u);
  }
  for (let row = 0; row < columns.count; row += 1) {
    expect(Number.isInteger(columns.timeSec[row])).toBe(true);
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
      const raw = columns.values[row * SIGNAL_COUNT + signal] ?? 0;
      const ok = getQuality(columns.quality, row * QUALITY_BYTES, signal) === QUALITY.ok;
      if (ok !== !Number.isNaN(raw)) throw new Error(`row ${row}, ${SIGNALS[signal]?.id}: value ${raw}, quality says ${ok}`);
      if (ok && (raw < (SIGNALS[signal]?.rawMin ?? 0) || raw > (SIGNALS[signal]?.rawMax ?? 0) || !Number.isInteger(raw)))
        throw new Error(`row ${row}, ${SIGNALS[signal]?.id}: ${raw} is out of range`);
    }
  }
}

const vectors = VECTORS.map((vector) => bytesOf(vector.hex));
const anyVector = fc.constantFrom(...vectors);
const changes = fc.array(fc.tuple(fc.nat(250), fc.nat(255)), { minLength: 1, maxLength: 6 });

describe('any bytes', () => {
  it.each([
    ['at random', fc.uint8Array({ maxLength: 600 })],
    ['behind a start symbol', fc.uint8Array({ maxLength: 300 }).map((tail) => Uint8Array.from([0x23, 0x23, 2, ...tail]))],
    [
      'of a true frame changed here and there',
      fc
        .tuple(anyVector, changes)
        .map(([frame, edits]) => edits.reduce((bytes, [at, value]) => bytes.with(at % bytes.length, value), frame)),
    ],
    [
      'of a data unit changed, in a frame that is right',
      fc.tuple(anyVector, changes, fc.nat(40)).map(([frame, edits, cut]) =>
        reframe(
          frame,
          edits.reduce(
            (bytes, [at, value]) => (bytes.length === 0 ? bytes : bytes.with(at % bytes.length, value)),
            frame.slice(24, Math.max(24, frame.length - 1 - (cut > 20 ? cut : 0))),
          ),
        ),
      ),
    ],
    [
      'of frames joined with noise',
      fc
        .array(fc.oneof(anyVector, fc.uint8Array({ maxLength: 30 })), { maxLength: 6 })
        .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part]))),
    ],
    [
      'of JSON text, whole or cut',
      fc.tuple(fc.json(), fc.nat(40)).map(([text, cut]) => new TextEncoder().encode(cut > 20 ? text.slice(0, -cut) : text)),
    ],
    [
      'of a message of any samples',
      fc
        .array(fc.anything(), { minLength: 1, maxLength: 4 })
        .map((samples) => new TextEncoder().encode(JSON.stringify({ v: 1, samples }))),
    ],
  ])('%s give a sound result and never throw', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        expectSound(decode(bytes));
        renderDescription(describeMessage(bytes));
      }),
      { seed: 17691, numRuns: 1500 },
    );
  });

  it('at a Buffer of Node give blocks of their own, which later bytes do not change', () => {
    const f3 = Buffer.from(vectors[2] ?? []);
    const body = decode(f3).message.parts[0]?.obd[0]?.body;
    const before = [...(body ?? [])];
    f3.fill(0);
    expect([...(body ?? [])]).toEqual(before);
    expect(before).toHaveLength(124);
  });
});

describe('the largest and worst messages', () => {
  const size = 65_536;
  const header = [0x23, 0x23, 2, ...new TextEncoder().encode('LZZ5CLVB0JA123456'), 1, 1];
  const repeat = (bytes: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: size }, (_, i) => bytes[i % bytes.length] ?? 0);

  it.each([
    ['nothing but start symbols', repeat([0x23])],
    ['headers that claim all that follows', repeat([...header, 0x7f, 0xff])],
    ['headers of frames that are too short', repeat([...header, 0x00, 0x01])],
    [
      'bodies that are all unknown',
      reframe(Uint8Array.from([...header, 0, 0]), repeat([0x17, 5, 18, 14, 30, 0, 0x90]).subarray(0, 65_000)),
    ],
    ['brackets', new TextEncoder().encode('['.repeat(size))],
    ['quotes and backslashes', new TextEncoder().encode(`{"${'\\"'.repeat(size / 2)}`)],
    ['words for no number', new TextEncoder().encode(`{"v":1,"samples":[${'NaN,'.repeat(size / 5)}0]}`)],
  ])('%s end in a sound result', (_name, bytes) => {
    expectSound(decode(bytes));
  });

  it('a frame of 1,700 bodies of one second gives as many samples', () => {
    const body = vectors[8]?.slice(24 + 9, 24 + 9 + 37) ?? new Uint8Array();
    const data = [0x17, 5, 18, 14, 30, 0, 0, 1];
    for (let i = 0; i < 1700; i += 1) data.push(2, ...body);
    const result = decode(reframe(Uint8Array.from([...header, 0, 0]), Uint8Array.from(data)));
    expectSound(result);
    expect(result.columns.count).toBe(1700);
  });
});

describe('any text given as hex', () => {
  it('is described or explained', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fA-F: ]{0,200}$/)), (text) => {
        expect(describeFrame(text).length).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
