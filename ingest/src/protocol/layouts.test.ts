import { describe, expect, it } from 'vitest';
import { encodeRealtime } from './encode.ts';
import type { BodyInput } from './encode-bodies.ts';
import { decode, reframe, rejectionsOf } from './test-kit.ts';

const T = 1_684_391_400;
const VIN = 'LZZ5CLVB0JA123456';

const stream = (speedKmh: number): BodyInput => ({ type: 0x02, values: { speedKmh } });
const supplement = (acceleratorPct: number): BodyInput => ({ type: 0x80, values: { acceleratorPct } });

function realtime(layout: 'A' | 'B' | 'H', records: { timeSec: number; bodies: BodyInput[] }[], seq = 1): Uint8Array {
  return encodeRealtime({ vin: VIN, layout, sendTimeSec: T, seq, records });
}

/** The data unit of a frame with bytes added at its end. */
function withTail(frame: Uint8Array, ...tail: number[]): Uint8Array {
  return reframe(frame, Uint8Array.from([...frame.subarray(24, frame.length - 1), ...tail]));
}

describe('layout A', () => {
  it('dates the i-th stream record T + i × the record period; what follows a record belongs to it', () => {
    const frame = realtime(
      'A',
      [0, 1, 2].map((i) => ({ timeSec: T + 30 * i, bodies: [stream(i), supplement(4 * i)] })),
    );
    const { samples } = decode(frame, { recordPeriodS: 30 });
    expect(samples.map((sample) => [sample.timeSec - T, sample.values.speedKmh, sample.values.acceleratorPct])).toEqual([
      [0, 0, 0],
      [30, 1, 4],
      [60, 2, 8],
    ]);
  });

  it('of ten records is 431 bytes long, as a shipping terminal sends it', () => {
    expect(
      realtime(
        'A',
        Array.from({ length: 10 }, (_, i) => ({ timeSec: T + i, bodies: [stream(i)] })),
      ),
    ).toHaveLength(431);
  });
});

describe('layout H', () => {
  it('gives bodies of one second as one sample and of two as two, in any order', () => {
    const frame = realtime('H', [
      { timeSec: T + 1, bodies: [stream(1)] },
      { timeSec: T, bodies: [stream(2)] },
      { timeSec: T + 1, bodies: [supplement(4)] },
      { timeSec: T, bodies: [supplement(8)] },
    ]);
    expect(
      decode(frame).samples.map((sample) => [sample.timeSec - T, sample.values.speedKmh, sample.values.acceleratorPct]),
    ).toEqual([
      [1, 1, 4],
      [0, 2, 8],
    ]);
  });

  it('keeps two streams of the same second as two samples: which one counts is decided where they are stored', () => {
    const frame = realtime('H', [
      { timeSec: T, bodies: [stream(1)] },
      { timeSec: T, bodies: [stream(2)] },
    ]);
    expect(decode(frame).samples.map((sample) => sample.values.speedKmh)).toEqual([1, 2]);
  });

  it('loses a body with a false date and keeps its neighbours; the bodies of one false date are one record', () => {
    const frame = realtime('H', [
      { timeSec: T, bodies: [stream(1)] },
      { timeSec: T + 1, bodies: [stream(2), supplement(4)] },
      { timeSec: T + 2, bodies: [stream(3)] },
    ]);
    const data = Uint8Array.from(frame.subarray(24, frame.length - 1));
    data[8 + 44 + 2] = 13;
    data[8 + 44 + 44 + 2] = 13;
    const { message, samples } = decode(reframe(frame, data));
    expect(samples.map((sample) => sample.values.speedKmh)).toEqual([1, 3]);
    expect(rejectionsOf(message)).toEqual([
      expect.objectContaining({ code: 'BAD_TIME', field: 'frame[0].data.body[1].sampleTime', records: 1 }),
    ]);
  });

  it('does not need a true send time', () => {
    const frame = realtime('H', [{ timeSec: T, bodies: [stream(1)] }]);
    const data = Uint8Array.from(frame.subarray(24, frame.length - 1));
    data[1] = 0;
    const { message, samples } = decode(reframe(frame, data));
    expect(rejectionsOf(message)).toEqual([]);
    expect(samples).toHaveLength(1);
  });
});

describe('recognition (exact consumption)', () => {
  const single = (layout: 'A' | 'B', seq: number): Uint8Array => realtime(layout, [{ timeSec: T, bodies: [stream(62.5)] }], seq);

  it.each(['A', 'B', 'H'] as const)('finds layout %s without a hint', (layout) => {
    const records =
      layout === 'B'
        ? [{ timeSec: T, bodies: [stream(1), supplement(4)] }]
        : [0, 1].map((i) => ({ timeSec: T + i, bodies: [stream(i)] }));
    expect(decode(realtime(layout, records)).message.parts[0]?.layout).toBe(layout);
  });

  it('takes the last layout of the terminal when a single record fits A and B, and gives the same sample', () => {
    const frame = single('A', 0x0202);
    const [a, b] = (['A', 'B'] as const).map((stickyLayout) => decode(frame, { recordPeriodS: 1, stickyLayout }));
    expect([a?.message.parts[0]?.layout, b?.message.parts[0]?.layout]).toEqual(['A', 'B']);
    expect(a?.samples).toEqual(b?.samples);
  });

  it('is not misled by a wrong last layout', () => {
    expect(decode(single('A', 7), { recordPeriodS: 1, stickyLayout: 'H' }).message.parts[0]?.layout).toBe('A');
  });
});

describe('data units that two layouts consume exactly', () => {
  const header = realtime('A', [{ timeSec: T, bodies: [stream(0)] }]);
  const time = [0x17, 5, 18, 14, 30, 0];

  it('are read as the layout whose dates are real', () => {
    // B: smoke at 8, stream at 27, supplement at 65. H would find 81 at 8, 33 and 58, with no date behind them.
    const [smoke, engine, more] = [
      new Array<number>(18).fill(0x55),
      new Array<number>(37).fill(0x55),
      new Array<number>(17).fill(0x55),
    ];
    engine[33 - 28] = 0x81;
    engine[58 - 28] = 0x81;
    const data = [...time, 0, 9, 0x81, ...smoke, 0x02, ...engine, 0x80, ...more];
    const { message, samples } = decode(reframe(header, Uint8Array.from(data)));
    expect(message.parts[0]).toMatchObject({ layout: 'B', rejections: [], rowCount: 1 });
    expect(samples[0]?.values).toMatchObject({ torqueMode: 0x55, coolantTempC: 0x55 - 40, pmMgM3: 2184.5 });
  });

  it('are read as the layout whose OBD block has the VIN of the header', () => {
    // A: one OBD block with four codes, sequence number 0x0002. B: seq 0x0100, stream at 8, stream at 46, smoke at 84, supplement at 103.
    const block = new Array<number>(96 + 16).fill(0x55);
    block.splice(6, 17, ...new TextEncoder().encode(VIN));
    block[46 - 9] = 0x02;
    block[84 - 9] = 0x81;
    block[103 - 9] = 0x80;
    block[95] = 4;
    const data = [...time, 0x01, 0x00, 0x02, ...block];
    expect(decode(reframe(header, Uint8Array.from(data))).message.parts[0]).toMatchObject({
      layout: 'A',
      rowCount: 0,
      obd: [{ vin: VIN }],
    });
    block[6] = 0x4d;
    expect(decode(reframe(header, Uint8Array.from([...time, 0x01, 0x00, 0x02, ...block]))).message.parts[0]).toMatchObject({
      layout: 'B',
      rowCount: 2,
      obd: [],
    });
  });
});

describe('user-defined bodies that no reader explains', () => {
  it('are counted; the bodies before them are taken', () => {
    const frame = realtime('B', [{ timeSec: T, bodies: [stream(1), supplement(4)] }]);
    const { message, samples } = decode(withTail(frame, 0x90, 1, 2, 3));
    expect(message.parts[0]).toMatchObject({ layout: 'B', undecodedBytes: 4, rejections: [] });
    expect(samples[0]?.values).toMatchObject({ speedKmh: 1, acceleratorPct: 4 });
  });

  it('of type 80 with another length (21 bytes, with smoke) are not read as the 17 bytes they begin like', () => {
    const frame = realtime('A', [{ timeSec: T, bodies: [stream(1)] }]);
    const { message, samples } = decode(
      withTail(frame, 0x80, 0, 1, ...Array.from({ length: 15 }, () => 1), 0, 35, 0, 142, 0, 61),
    );
    expect(message.parts[0]).toMatchObject({ undecodedBytes: 24 });
    expect(samples[0]?.values).not.toHaveProperty('acceleratorPct');
  });

  it('leave the layout that explains most', () => {
    // Read as B the stream would end in the latitude, whose third byte (9B) looks like a user-defined type.
    const position: BodyInput = { type: 0x02, values: { speedKmh: 1, lonDeg: 87.308224, latDeg: 44.014577 } };
    const { message, samples } = decode(withTail(realtime('H', [{ timeSec: T, bodies: [position] }]), 0x90, 1));
    expect(message.parts[0]).toMatchObject({ layout: 'H', undecodedBytes: 2 });
    expect(samples[0]?.values.latDeg).toBe(44.014577);
  });

  it('do not excuse an unknown type below 80', () => {
    const frame = realtime('B', [{ timeSec: T, bodies: [stream(1)] }]);
    const { message, columns } = decode(withTail(frame, 0x05, 1, 2, 3));
    expect(columns.count).toBe(0);
    expect(rejectionsOf(message)).toEqual([expect.objectContaining({ code: 'UNKNOWN_LAYOUT', field: 'frame[0].data' })]);
  });
});

describe('the VIN of the header', () => {
  const frame = (vin: string): Uint8Array =>
    encodeRealtime({ vin, layout: 'A', sendTimeSec: T, seq: 1, records: [{ timeSec: T, bodies: [stream(1)] }] });

  it.each([
    ['LLLLLLLLLLLLLLLLL', null, true],
    ['LLLLLL00000000001', null, true],
    ['00000000000000000', null, true],
    ['', null, true],
    ['                 ', null, true],
    ['LZZ5CLVB0JA123456', VIN, false],
    ['lzz5clvb0ja123456', VIN, false],
    ['LCIAMMBE4G0004671', 'LCIAMMBE4G0004671', false],
  ])('"%s" reads as %s, placeholder %s', (vin, want, placeholder) => {
    const part = decode(frame(vin)).message.parts[0];
    expect(part).toMatchObject({ vin: want, placeholderVin: placeholder, rowCount: 1, rejections: [] });
  });

  it('that cannot be read costs every record of the frame', () => {
    const many = encodeRealtime({
      vin: 'NO-VIN',
      layout: 'A',
      sendTimeSec: T,
      seq: 1,
      records: [0, 1, 2].map((i) => ({ timeSec: T + i, bodies: [stream(i)] })),
    });
    const { message, columns } = decode(many);
    expect(columns.count).toBe(0);
    expect(rejectionsOf(message)).toEqual([expect.objectContaining({ code: 'BAD_VIN', field: 'frame[0].vin', records: 3 })]);
  });
});

describe('the encoder', () => {
  it('clamps to the valid range, so that no value becomes a code', () => {
    const frame = realtime('B', [
      { timeSec: T, bodies: [{ type: 0x02, values: { speedKmh: 1e6, baroKpa: -5, noxDownPpm: 3013 } }] },
    ]);
    expect(decode(frame).samples[0]?.values).toMatchObject({
      speedKmh: 250.99609375,
      baroKpa: 0,
      noxDownPpm: 3012.75,
      engineRpm: 'na',
      lonDeg: 'na',
    });
  });

  it('refuses times that a layout cannot carry', () => {
    const records = [0, 1, 3].map((i) => ({ timeSec: T + i, bodies: [stream(i)] }));
    expect(() => realtime('A', records)).toThrow(/evenly spaced/u);
    expect(() => realtime('B', records)).toThrow(/one time/u);
    expect(decode(realtime('H', records)).samples).toHaveLength(3);
  });
});
