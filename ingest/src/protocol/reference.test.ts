import { describe, expect, it } from 'vitest';
import type { LayoutId } from './layouts.ts';
import { decode, reframe, seeded } from './test-kit.ts';
import { referenceDecode } from './test-reference.ts';

const FRAMES = 3000;
const HEADER = [0x23, 0x23, 0x02, ...new TextEncoder().encode('LZZ5CLVB0JA123456'), 1, 1];
const GAP: Readonly<Record<LayoutId, number>> = { A: 2, B: 0, H: 6 };

/** A random frame: any bytes in the bodies, with the codes at the edges of ranges far more often than chance would have them. */
function randomFrame(random: () => number): { layout: LayoutId; frame: Uint8Array } {
  const below = (n: number): number => Math.floor(random() * n);
  const edge = [0x00, 0x01, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];
  const byte = (): number => (random() < 0.4 ? (edge[below(edge.length)] ?? 0) : below(256));
  const layout = (['A', 'B', 'H'] as const)[below(3)] ?? 'A';
  const moment = [20 + below(10), 1 + below(12), 1 + below(28), below(24), below(60), below(50)];
  const data = [...moment, ...(layout === 'A' ? [] : [byte(), byte()])];
  const bodies = 1 + below(12);
  for (let i = 0; i < bodies; i += 1) {
    const type = [0x02, 0x02, 0x02, 0x80, 0x81, 0x01][below(6)] ?? 0x02;
    const sampled = [...moment.slice(0, 5), below(4)];
    data.push(type, ...(GAP[layout] === 6 ? sampled : Array.from({ length: GAP[layout] }, byte)));
    const body = Array.from({ length: type === 0x02 ? 37 : type === 0x80 ? 17 : 18 }, byte);
    if (type === 0x02 && random() < 0.5)
      body.splice(24, 9, random() < 0.8 ? 0 : 1, 0x05, 0x34, byte(), byte(), 0x02, 0x9f, byte(), byte());
    if (type === 0x02 && random() < 0.05) body.splice(9 + 2 * below(2), 2, 0, 0);
    if (type === 0x01) {
      const codes = [0, 1, 3, 0xfe, 0xff][below(5)] ?? 0;
      data.push(...Array.from({ length: 95 }, byte), codes, ...Array.from({ length: codes < 0xfe ? 4 * codes : 0 }, byte));
    } else data.push(...body);
  }
  return { layout, frame: reframe(Uint8Array.from(HEADER), Uint8Array.from(data)) };
}

describe('a second decoder written from the tables', () => {
  it(`agrees on ${FRAMES} random frames of layouts A, B and H, in values, reasons, times and merging`, () => {
    const random = seeded(17691);
    const seen: Record<string, number> = {};
    for (let i = 0; i < FRAMES; i += 1) {
      const { layout, frame } = randomFrame(random);
      const { message, samples } = decode(frame, { recordPeriodS: 1, stickyLayout: layout });
      const part = message.parts[0];
      const want = referenceDecode(frame, layout);
      expect(part?.layout).toBe(layout);
      expect(part?.rejections).toEqual([]);
      expect(samples).toEqual(want.samples);
      expect(part?.obd.map((obd) => ({ timeSec: obd.timeSec, length: obd.body.length }))).toEqual(
        want.obd.map(({ timeSec, length }) => ({ timeSec, length })),
      );
      for (const sample of samples)
        for (const value of Object.values(sample.values))
          seen[typeof value === 'string' ? value : 'value'] = (seen[typeof value === 'string' ? value : 'value'] ?? 0) + 1;
    }
    for (const kind of ['value', 'na', 'error', 'reserved', 'notReady', 'outOfRange']) expect(seen[kind]).toBeGreaterThan(100);
  });

  it('agrees when the layout is not known, up to the sequence number of a single body', () => {
    const random = seeded(1239);
    for (let i = 0; i < FRAMES; i += 1) {
      const { layout, frame } = randomFrame(random);
      const { message, samples } = decode(frame);
      const found = message.parts[0]?.layout ?? 'H';
      if (found !== layout) expect([found, layout].sort()).toEqual(['A', 'B']);
      expect(samples).toEqual(referenceDecode(frame, found).samples);
    }
  });

  it('agrees on another record period', () => {
    const random = seeded(30);
    for (let i = 0; i < 200; i += 1) {
      const { layout, frame } = randomFrame(random);
      expect(decode(frame, { recordPeriodS: 30, stickyLayout: layout }).samples).toEqual(
        referenceDecode(frame, layout, 30).samples,
      );
    }
  });
});
