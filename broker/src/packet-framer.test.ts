import { generate, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { PacketFramer } from './packet-framer.ts';
import { publishPacket } from './test-kit.ts';

const packets: Packet[] = [
  { cmd: 'pingreq' },
  publishPacket('a/b', 'x'.repeat(10)),
  publishPacket('a/b', 'y'.repeat(300), { qos: 0 }),
  { cmd: 'pubrel', messageId: 7 },
  publishPacket('a/b', 'z'.repeat(20_000), { qos: 2, messageId: 9 }),
  { cmd: 'disconnect' },
];
const encoded = packets.map((packet) => generate(packet));
const stream = Buffer.concat(encoded);
const hex = (frames: Buffer[]): string[] => frames.map((each) => each.toString('hex'));

function frames(chunks: Buffer[], max = 65_536): Buffer[] {
  const framer = new PacketFramer(max);
  const out: Buffer[] = [];
  for (const chunk of chunks) {
    framer.append(chunk);
    for (let next = framer.next(); next !== null; next = framer.next()) {
      if ('fault' in next) throw new Error(next.fault);
      out.push(Buffer.from(next.bytes));
    }
  }
  return out;
}

describe('the framer', () => {
  it('gives the same packets wherever the stream is cut', () => {
    const expected = hex(encoded);
    for (let at = 0; at <= stream.length; at += 1)
      expect(hex(frames([stream.subarray(0, at), stream.subarray(at)]))).toEqual(expected);
  });

  it('gives the same packets in pieces of any size, down to single bytes', () => {
    for (const size of [1, 2, 3, 5, 7, 64, 1000, 5000]) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
      expect(hex(frames(chunks))).toEqual(hex(encoded));
    }
  });

  it('gives the same packets when all pieces are there before it is asked', () => {
    const framer = new PacketFramer(65_536);
    for (let at = 0; at < stream.length; at += 3) framer.append(stream.subarray(at, at + 3));
    const out: Buffer[] = [];
    for (let next = framer.next(); next !== null; next = framer.next()) if (!('fault' in next)) out.push(next.bytes);
    expect(hex(out)).toEqual(hex(encoded));
    expect([framer.isInside, framer.hasBytes]).toEqual([false, false]);
  });

  it('sees from the header that a packet is too long: at the bound it passes, one more it does not', () => {
    const headerOf = (remaining: number): Buffer =>
      Buffer.from([0x30, (remaining % 128) | 0x80, (remaining >> 7) | 0x80, remaining >> 14]);
    const atBound = new PacketFramer(20_000);
    atBound.append(headerOf(20_000));
    expect(atBound.next()).toBeNull();
    expect(atBound.isInside).toBe(true);
    const over = new PacketFramer(20_000);
    over.append(headerOf(20_001));
    expect(over.next()).toEqual({ fault: 'oversized', remainingLength: 20_001 });
  });

  it('refuses a length of more than four bytes (MQTT 3.1.1, 2.2.3)', () => {
    const framer = new PacketFramer(Number.MAX_SAFE_INTEGER);
    framer.append(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]));
    expect(framer.next()).toMatchObject({ fault: 'malformed' });
    const largest = new PacketFramer(Number.MAX_SAFE_INTEGER);
    largest.append(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    expect(largest.next()).toBeNull();
  });
});
