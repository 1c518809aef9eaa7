import { describe, expect, it } from 'vitest';
import { encodeFrame, encodeLogin, encodeLogout, encodeRealtime, encodeTamper, encodeTimeSync } from './encode.ts';
import { type BodyInput, encodeBody } from './encode-bodies.ts';
import type { SignalId } from './signals.ts';
import { BROKEN, bytesOf, decode, hexOf, reframe, rejectionsOf, seconds, VECTORS, type Vector } from './test-kit.ts';

const BODY_OF: readonly (readonly [0x02 | 0x80 | 0x81, SignalId])[] = [
  [0x02, 'speedKmh'],
  [0x80, 'torqueMode'],
  [0x81, 'pmMgM3'],
];
/** Raw codes of the reasons that vectors name, by field. */
const RAW: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  notReady: { noxUpPpm: 0, noxDownPpm: 0 },
  error: { scrInTempC: 0xfeff, scrOutTempC: 0xfeff, dpfDeltaKpa: 0xfeff },
  na: {},
};

function signalBodies(vector: Vector, values: Vector['expect']['samples'][number]['values']): BodyInput[] {
  const numbers = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'number')) as Partial<
    Record<SignalId, number>
  >;
  const raw = Object.fromEntries(
    Object.entries(values).flatMap(([id, value]) =>
      typeof value === 'string' && RAW[value]?.[id] !== undefined ? [[id, RAW[value][id]]] : [],
    ),
  );
  return BODY_OF.filter(([, id]) => id in values).map(([type]) => ({
    type,
    values: numbers,
    raw,
    extra: vector.expect.extra ?? {},
  }));
}

function obdBodies(vector: Vector): BodyInput[] {
  return vector.expect.obd.map((obd) => ({
    type: 0x01 as const,
    obd: {
      protocol: obd.protocol,
      mil: obd.mil,
      supported: Number.parseInt(obd.supported, 16),
      ready: Number.parseInt(obd.ready, 16),
      vin: obd.vin ?? '',
      calId: obd.calId?.padEnd(18) ?? '',
      cvn: obd.cvn === null ? '' : bytesOf(obd.cvn),
      iupr: obd.iupr,
      dtcs: obd.dtcs,
    },
  }));
}

function controlFrame({ vin, softwareVersion, control }: Vector['expect']): Uint8Array {
  if (control === undefined) throw new Error('the vector has neither records nor a control message');
  const input = { vin, softwareVersion, timeSec: seconds(control.time ?? '2023-05-18T14:30:00+08:00'), seq: control.seq ?? 0 };
  const detail = control.detail as { iccid?: string; lonDeg?: number; latDeg?: number };
  switch (control.kind) {
    case 'login':
      return encodeLogin({ ...input, iccid: detail.iccid ?? '' });
    case 'logout':
      return encodeLogout(input);
    case 'timeSync':
      return encodeTimeSync(input);
    case 'tamper':
      return encodeTamper({ ...input, lonDeg: detail.lonDeg ?? null, latDeg: detail.latDeg ?? null });
  }
}

/** The frame that our encoder makes of a vector's expected values. */
function encoded(vector: Vector): Uint8Array {
  const { expect: want } = vector;
  if (want.control !== undefined) return controlFrame(want);
  const layout = want.layouts.at(-1) ?? 'A';
  const times = want.samples.length > 0 ? want.samples : want.obd.map((obd) => ({ time: obd.time, values: {} }));
  const records = times.map(({ time, values }, i) => ({
    timeSec: seconds(time),
    bodies: [...(i === 0 ? obdBodies(vector) : []), ...signalBodies(vector, values)],
  }));
  const first = records[0]?.timeSec ?? 0;
  return encodeRealtime({
    vin: want.vin,
    softwareVersion: want.softwareVersion,
    reissue: want.command === 3,
    layout,
    sendTimeSec: want.sendTime === undefined ? first : seconds(want.sendTime),
    seq: want.seq ?? 0,
    records,
  });
}

function expectDecoded(vector: Vector, payload: Uint8Array): void {
  const { message, samples } = decode(payload);
  const { expect: want } = vector;
  expect(message.rejections).toEqual([]);
  expect(message.parts).toHaveLength(1);
  const part = message.parts[0];
  expect(part).toMatchObject({
    format: 'native',
    command: want.command,
    vin: want.vin,
    placeholderVin: false,
    reissued: want.command === 3,
    rejections: [],
    undecodedBytes: 0,
    rowCount: want.samples.length,
  });
  if (want.layouts.length === 0) expect(part?.layout).toBeNull();
  else expect(want.layouts).toContain(part?.layout);
  expect(samples.map((sample) => ({ time: sample.timeSec, values: sample.values }))).toEqual(
    want.samples.map((sample) => ({ time: seconds(sample.time), values: sample.values })),
  );
  expect(
    part?.obd.map(({ timeSec, protocol, mil, supported, ready, vin, calId, cvn, iupr, dtcs }) => ({
      timeSec,
      protocol,
      mil,
      supported,
      ready,
      vin,
      calId,
      cvn: cvn && hexOf(cvn),
      iupr,
      dtcs,
    })),
  ).toEqual(
    want.obd.map(({ time, supported, ready, ...rest }) => ({
      timeSec: seconds(time),
      ...rest,
      supported: Number.parseInt(supported, 16),
      ready: Number.parseInt(ready, 16),
    })),
  );
  const control =
    want.control === undefined
      ? []
      : [
          {
            kind: want.control.kind,
            timeSec: want.control.time === null ? null : seconds(want.control.time),
            seq: want.control.seq,
            detail: want.control.detail,
            field: 'frame[0]',
          },
        ];
  expect(part?.controls).toEqual(control);
}

describe.each(VECTORS)('$name ($origin)', (vector) => {
  const bytes = bytesOf(vector.hex);

  it('decodes to the values worked out by hand', () => {
    expectDecoded(vector, bytes);
  });

  it(
    vector.reencode === 'identical'
      ? 'is what the encoder makes of these values'
      : `is not made again to the byte: ${vector.reencode}`,
    () => {
      if (vector.reencode === 'identical') expect(hexOf(encoded(vector))).toBe(vector.hex);
      else expect(hexOf(encoded(vector))).not.toBe(vector.hex);
    },
  );

  it('means the same after encoding and decoding', () => {
    expectDecoded(vector, encoded(vector));
  });

  it('fails cleanly when cut anywhere', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      const { message, columns } = decode(bytes.subarray(0, length));
      expect(message.parts).toEqual([]);
      expect(columns.count).toBe(0);
      expect(message.rejections).toHaveLength(1);
      expect(message.rejections[0]?.records).toBe(1);
    }
  });

  it('never gives more when its data unit is cut and framed anew, and says what is missing', () => {
    const whole = decode(bytes).message.parts[0];
    const records = (part: typeof whole): number =>
      part === undefined ? 0 : part.rowCount + part.obd.length + part.controls.length;
    for (let length = 0; length < bytes.length - 25; length += 1) {
      const { message } = decode(reframe(bytes, bytes.subarray(24, 24 + length)));
      const part = message.parts[0];
      expect(message.parts).toHaveLength(1);
      expect(records(part)).toBeLessThanOrEqual(records(whole));
      expect(records(part) + rejectionsOf(message).length).toBeGreaterThan(0);
    }
  });
});

describe.each(BROKEN)('$name', ({ hex, error }) => {
  it(`is rejected as ${error.code} at ${error.field}`, () => {
    const rejections = rejectionsOf(decode(bytesOf(hex)).message);
    expect(rejections).toEqual([expect.objectContaining(error)]);
    expect(rejections[0]?.reason).toMatch(/[a-z]/u);
  });
});

describe('a frame whose bodies are encoded one by one', () => {
  it('has the block of F3 to the byte when it is handed over as bytes', () => {
    const f3 = VECTORS.find((vector) => vector.name.startsWith('F3'));
    const obd = decode(bytesOf(f3?.hex ?? '')).message.parts[0]?.obd[0];
    expect(obd?.body).toHaveLength(96 + 4 * 7);
    const again = encodeBody({ type: 0x01, body: obd?.body ?? new Uint8Array() });
    expect(f3?.hex).toContain(hexOf(again));
  });

  it('has a length word and a check byte of its own', () => {
    expect(hexOf(encodeFrame({ command: 5, vin: 'LZZ5CLVB0JA123456', data: new Uint8Array(0) }))).toBe(
      '2323054C5A5A35434C5642304A41313233343536010100005B',
    );
  });
});
