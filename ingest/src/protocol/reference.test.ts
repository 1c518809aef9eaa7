import { describe, expect, it } from 'vitest';
import { decode, randomFrame, seeded } from './test-kit.ts';
import { referenceDecode } from './test-reference.ts';

const FRAMES = 3000;

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
