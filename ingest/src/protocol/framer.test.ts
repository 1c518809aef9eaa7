import { describe, expect, it } from 'vitest';
import { type FramerItem, StreamFramer } from './framer.ts';
import { bytesOf, decode, hexOf, rejectionsOf, seeded, VECTORS } from './test-kit.ts';

const frames = VECTORS.map((vector) => bytesOf(vector.hex));
const garbage = [[], [0x00], [0x23], [0x23, 0x23], [0x23, 0x23, 0x02, 0x4c], [0x0d, 0x0a, 0x23]];

function join(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function run(chunks: readonly Uint8Array[], maxDataBytes?: number): FramerItem[] {
  const framer = new StreamFramer(maxDataBytes);
  const items = chunks.flatMap((chunk) => framer.push(chunk));
  return [...items, ...framer.end()];
}

const shown = (items: readonly FramerItem[]): string[] => items.map((item) => `${item.kind} ${hexOf(item.bytes)}`);

describe('the framer of a byte stream', () => {
  const stream = join(frames.flatMap((frame, i) => [garbage[i % garbage.length] ?? [], frame]));

  it('gives every frame, and nothing is lost between them', () => {
    const items = run([stream]);
    expect(items.filter((item) => item.kind === 'frame').map((item) => hexOf(item.bytes))).toEqual(
      VECTORS.map((vector) => vector.hex),
    );
    expect(hexOf(join(items.map((item) => item.bytes)))).toBe(hexOf(stream));
  });

  it('gives the same items for a stream cut at any byte', () => {
    const whole = shown(run([stream]));
    for (let cut = 1; cut < stream.length; cut += 1)
      expect(shown(run([stream.subarray(0, cut), stream.subarray(cut)]))).toEqual(whole);
  });

  it('gives the same items byte by byte', () => {
    expect(shown(run([...stream].map((byte) => Uint8Array.of(byte))))).toEqual(shown(run([stream])));
  });

  it('finds the good frame behind one with a wrong check byte, with 23 23 in its data (rescan one byte after a false start)', () => {
    const [f1, f1b] = frames.slice(0, 2) as [Uint8Array, Uint8Array];
    const broken = Uint8Array.from(f1b);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 0xff;
    expect(shown(run([join([broken, f1])]))).toEqual([`garbage ${hexOf(broken)}`, `frame ${hexOf(f1)}`]);
  });

  it('finds a frame that a false start had claimed, once the stream is over', () => {
    const claim = [0x23, 0x23, 0x02, ...new TextEncoder().encode('LZZ5CLVB0JA123456'), 1, 1, 0x0f, 0x00];
    const frame = frames[0] as Uint8Array;
    const framer = new StreamFramer();
    expect(framer.push(join([claim, frame]))).toEqual([]);
    expect(shown(framer.end())).toEqual([`garbage ${hexOf(Uint8Array.from(claim))}`, `frame ${hexOf(frame)}`]);
    expect(framer.pending).toBe(0);
  });

  it('does not wait for a length beyond its bound', () => {
    const claim = [0x23, 0x23, 0x02, ...new TextEncoder().encode('LZZ5CLVB0JA123456'), 1, 1, 0xff, 0xff];
    const framer = new StreamFramer();
    expect(framer.push(join([claim, frames[0] as Uint8Array])).map((item) => item.kind)).toEqual(['garbage', 'frame']);
  });

  it('does not wait behind a start symbol in noise whose header cannot be one', () => {
    const noise = [0x00, 0x23, 0x23, 0x41, ...new Array<number>(17).fill(0x07), 1, 1, 0x0f, 0x00];
    const framer = new StreamFramer();
    expect(framer.push(join([noise, frames[0] as Uint8Array])).map((item) => item.kind)).toEqual(['garbage', 'frame']);
  });

  it('never holds more than one frame and one stretch of garbage', () => {
    const random = seeded(2323);
    const framer = new StreamFramer(1000);
    let out = 0;
    for (let i = 0; i < 400; i += 1) {
      const chunk = Uint8Array.from({ length: 1 + Math.floor(random() * 3000) }, () =>
        random() < 0.5 ? 0x23 : Math.floor(random() * 256),
      );
      const before = framer.pending;
      const items = framer.push(chunk);
      out = items.reduce((sum, item) => sum + item.bytes.length, 0);
      expect(before + chunk.length).toBe(out + framer.pending);
      expect(framer.pending).toBeLessThanOrEqual(1025 + 4096);
      for (const item of items) expect(item.bytes.length).toBeLessThanOrEqual(4096);
    }
  });

  it('hands out copies, which later bytes do not change', () => {
    const framer = new StreamFramer();
    const [first] = framer.push(frames[0] as Uint8Array);
    const before = hexOf(first?.bytes ?? new Uint8Array());
    framer.push(frames[2] as Uint8Array);
    expect(hexOf(first?.bytes ?? new Uint8Array())).toBe(before);
  });
});

describe('a message of several frames', () => {
  it('gives each frame as a part, numbered, with its rows in order', () => {
    const { message, columns } = decode(join(frames));
    expect(message.rejections).toEqual([]);
    expect(message.parts.map((part) => part.field)).toEqual(frames.map((_, i) => `frame[${i}]`));
    expect(columns.count).toBe(message.parts.reduce((sum, part) => sum + part.rowCount, 0));
    expect(columns.count).toBe(VECTORS.reduce((sum, vector) => sum + vector.expect.samples.length, 0));
  });

  it('turns bytes between frames into one rejection that says where, and reads the frames after them', () => {
    const [first, , third] = frames as [Uint8Array, Uint8Array, Uint8Array];
    const { message } = decode(join([first, [1, 2, 3], third]));
    expect(message.parts.map((part) => part.field)).toEqual(['frame[0]', 'frame[2]']);
    expect(rejectionsOf(message)).toEqual([
      { code: 'BAD_FRAME', field: 'frame[1]', reason: expect.stringContaining(`3 bytes at byte ${first.length}`), records: 1 },
    ]);
  });

  it('begins with bytes that are none', () => {
    const { message } = decode(join([[0x00, 0xff], frames[0] as Uint8Array]));
    expect(message.parts).toHaveLength(1);
    expect(rejectionsOf(message)).toEqual([expect.objectContaining({ code: 'BAD_FRAME', field: 'frame[0]' })]);
  });

  it('keeps the neighbours of a frame with a wrong check byte', () => {
    const [first, second, third] = frames as [Uint8Array, Uint8Array, Uint8Array];
    const broken = Uint8Array.from(second);
    broken[40] = (broken[40] ?? 0) ^ 1;
    const { message } = decode(join([first, broken, third]));
    expect(message.parts.map((part) => part.field)).toEqual(['frame[0]', 'frame[2]']);
    expect(rejectionsOf(message)).toEqual([expect.objectContaining({ code: 'BAD_CHECKSUM', field: 'frame[1]' })]);
  });
});
