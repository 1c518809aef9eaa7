import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeRealtime, SampleColumns } from './protocol/index.ts';
import { rowPath } from './row-path.ts';

const TIME_SEC = Date.UTC(2026, 10, 23, 4) / 1000;

describe('the path of a sample', () => {
  it('counts the samples of a JSON message as the terminal does, rejected ones among them', () => {
    const t = TIME_SEC * 1000;
    const samples = [{ t: 'no time' }, { t, speedKmh: 'fast' }, { t, speedKmh: 1 }, 7, { t, speedKmh: 2 }, { t, speedKmh: 3 }];
    const columns = new SampleColumns();
    columns.append(TIME_SEC);
    const { parts } = decodeMessage(new TextEncoder().encode(JSON.stringify({ v: 1, samples })), columns, { recordPeriodS: 1 });
    expect([1, 2, 3, 4].map((row) => rowPath(parts, row))).toEqual(['samples[2]', 'samples[4]', 'samples[5]', '']);
  });

  it('names the frame and the place of the time in it', () => {
    const frame = encodeRealtime({
      vin: 'LZZ5ELSD8EN00000A',
      layout: 'H',
      sendTimeSec: TIME_SEC,
      seq: 1,
      records: [0, 1].map((sec) => ({ timeSec: TIME_SEC + sec, bodies: [{ type: 0x02, values: { speedKmh: 50 } }] })),
    });
    const { parts } = decodeMessage(Buffer.concat([frame, frame]), new SampleColumns(), { recordPeriodS: 1 });
    expect(rowPath(parts, 3)).toBe('frame[1].data.sample[1]');
  });
});
