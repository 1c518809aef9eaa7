import { describe, expect, it } from 'vitest';
import { SampleColumns } from './columns.ts';
import { encodeRealtime } from './encode.ts';
import { getQuality, QUALITY, QUALITY_BYTES, setQuality, uniformQuality } from './quality.ts';
import { SIGNAL_COUNT, SIGNALS, type SignalId, signalIndex, toPhysical, toRaw } from './signals.ts';
import { runTableChecks } from './table-checks.ts';
import { decode } from './test-kit.ts';

/** Order frozen by the architecture; written out once more on purpose. */
const FROZEN =
  'speedKmh baroKpa netTorquePct frictionTorquePct engineRpm fuelRateLph noxUpPpm noxDownPpm ureaLevelPct airFlowKgh scrInTempC scrOutTempC dpfDeltaKpa coolantTempC fuelLevelPct lonDeg latDeg odometerKm pmMgM3 opacityPct lightAbsorptionPerM ambientTempC torqueMode acceleratorPct fuelTotalL ureaTankTempC ureaInjectionMlh ureaTotalG dpfTempC';

describe.each(runTableChecks())('$id', ({ rule, findings }) => {
  it(rule, () => {
    expect(findings).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('has the frozen ids in the frozen order', () => {
    expect(SIGNALS.map((signal) => signal.id).join(' ')).toBe(FROZEN);
    expect(SIGNAL_COUNT).toBe(29);
    expect(QUALITY_BYTES).toBe(11);
  });
});

/**
 * Per field: body, bytes, physical value of raw 0, of a middle raw code, and the largest valid value, as the ranges of
 * GB 17691-2018 Annex Q table Q.7 and of the supplementary and smoke bodies print them.
 */
const FIELDS: readonly (readonly [
  SignalId,
  0x02 | 0x80 | 0x81,
  1 | 2 | 4,
  number,
  readonly [number, number],
  readonly [number, number],
])[] = [
  ['speedKmh', 0x02, 2, 0, [0x3e80, 62.5], [0xfaff, 250.99609375]],
  ['baroKpa', 0x02, 1, 0, [0xbf, 95.5], [0xfa, 125]],
  ['netTorquePct', 0x02, 1, -125, [0xab, 46], [0xfa, 125]],
  ['frictionTorquePct', 0x02, 1, -125, [0x86, 9], [0xfa, 125]],
  ['engineRpm', 0x02, 2, 0, [0x2c8c, 1425.5], [0xfaff, 8031.875]],
  ['fuelRateLph', 0x02, 2, 0, [0x016f, 18.35], [0xfaff, 3212.75]],
  ['ureaLevelPct', 0x02, 1, 0, [0x9e, 63.2], [0xfa, 100]],
  ['airFlowKgh', 0x02, 2, 0, [0x2808, 512.4], [0xfaff, 3212.75]],
  ['scrInTempC', 0x02, 2, -273, [0x4610, 287.5], [0xfaff, 1734.96875]],
  ['scrOutTempC', 0x02, 2, -273, [0x4318, 263.75], [0xfaff, 1734.96875]],
  ['dpfDeltaKpa', 0x02, 2, 0, [0x002a, 4.2], [0xfaff, 6425.5]],
  ['coolantTempC', 0x02, 1, -40, [0x7c, 84], [0xfa, 210]],
  ['fuelLevelPct', 0x02, 1, 0, [0xb3, 71.6], [0xfa, 100]],
  ['odometerKm', 0x02, 4, 0, [0x001399d7, 128456.7], [0xfaffffff, 421108121.5]],
  ['torqueMode', 0x80, 1, 0, [0x02, 2], [0xfa, 250]],
  ['acceleratorPct', 0x80, 1, 0, [0x73, 46], [0xfa, 100]],
  ['fuelTotalL', 0x80, 4, 0, [0x0001600b, 45061.5], [0xfaffffff, 2105540607.5]],
  ['ureaTankTempC', 0x80, 1, -40, [0x3a, 18], [0xfa, 210]],
  ['ureaInjectionMlh', 0x80, 4, 0, [0x0001e23a, 1234.5], [0xfaffffff, 42110812.15]],
  ['ureaTotalG', 0x80, 4, 0, [0x0006f855, 456789], [0xfaffffff, 4211081215]],
  ['dpfTempC', 0x80, 2, -273, [0x3f10, 231.5], [0xfaff, 1734.96875]],
  ['pmMgM3', 0x81, 2, 0, [0x003d, 6.1], [0xfaff, 6425.5]],
  ['opacityPct', 0x81, 2, 0, [0x008e, 14.2], [1000, 100]],
  ['lightAbsorptionPerM', 0x81, 2, 0, [0x0023, 0.35], [0xfaff, 642.55]],
];

function sent(type: 0x02 | 0x80 | 0x81, raw: Record<string, number>): Partial<Record<SignalId, number | string>> {
  const frame = encodeRealtime({
    vin: 'LZZ5CLVB0JA123456',
    layout: 'B',
    sendTimeSec: 1_684_391_400,
    seq: 1,
    records: [{ timeSec: 1_684_391_400, bodies: [{ type, values: {}, raw }] }],
  });
  return decode(frame).samples[0]?.values ?? {};
}

describe.each(FIELDS)('%s on the wire', (id, type, width, zero, [midRaw, mid], [maxRaw, max]) => {
  const first = (byte: number): number => byte * 2 ** (8 * (width - 1));
  const last = 2 ** (8 * (width - 1)) - 1;

  it.each([
    ['zero', 0, zero],
    ['middle', midRaw, mid],
    ['largest valid', maxRaw, max],
    ['not available', first(0xff) + last, 'na'],
    ['not available, lowest code', first(0xff), 'na'],
    ['error', first(0xfe), 'error'],
    ['error, highest code', first(0xfe) + last, 'error'],
    ['reserved, lowest code', first(0xfb), 'reserved'],
    ['reserved, highest code', first(0xfd) + last, 'reserved'],
  ])('%s', (_name, raw, expected) => {
    expect(sent(type, { [id]: raw })[id]).toBe(expected);
  });

  it('comes back from its physical value', () => {
    expect(toRaw(id, mid)).toBe(midRaw);
    expect(toRaw(id, max)).toBe(maxRaw);
    expect(toRaw(id, zero)).toBe(0);
  });
});

describe.each(['noxUpPpm', 'noxDownPpm'] as const)('%s on the wire', (id) => {
  it.each([
    [0x0000, 'notReady'],
    [0x0001, -199.95],
    [0x0f8c, -1],
    [0x0fa0, 0],
    [0x1364, 48.2],
    [0xfaff, 3012.75],
    [0xfb00, 'reserved'],
    [0xfdff, 'reserved'],
    [0xfe00, 'error'],
    [0xfeff, 'error'],
    [0xff00, 'na'],
    [0xffff, 'na'],
  ])('raw %i is %s', (raw, expected) => {
    expect(sent(0x02, { [id]: raw })[id]).toBe(expected);
  });
});

describe('opacity', () => {
  it('above 100 % is out of range', () => {
    expect(sent(0x81, { opacityPct: 1001 }).opacityPct).toBe('outOfRange');
  });
});

describe('the position (Annex Q table Q.7, fields 16–18)', () => {
  const [lonDeg, latDeg] = [87_308_224, 44_014_577];

  it.each([
    ['with a fix', { location: 0, lonDeg, latDeg }, 87.308224, 44.014577],
    ['with hemisphere bits, which are ignored', { location: 0b110, lonDeg, latDeg }, 87.308224, 44.014577],
    ['without a fix: the last one does not count', { location: 1, lonDeg, latDeg }, 'na', 'na'],
    ['with location byte FF', { location: 0xff, lonDeg, latDeg }, 'na', 'na'],
    ['FFFFFFFF', { location: 0, lonDeg: 0xffff_ffff, latDeg: 0xffff_ffff }, 'na', 'na'],
    ['beyond 180°', { location: 0, lonDeg: 180_000_001, latDeg }, 'outOfRange', 44.014577],
    ['at zero, zero', { location: 0, lonDeg: 0, latDeg: 0 }, 'outOfRange', 'outOfRange'],
    ['east of the country', { location: 0, lonDeg: 136_000_001, latDeg }, 'outOfRange', 'outOfRange'],
    ['at its western border', { location: 0, lonDeg: 73_000_000, latDeg }, 73, 44.014577],
    ['north of the country', { location: 0, lonDeg, latDeg: 54_000_001 }, 'outOfRange', 'outOfRange'],
    ['in its south', { location: 0, lonDeg, latDeg: 3_000_000 }, 87.308224, 3],
  ])('%s', (_name, raw, lon, lat) => {
    const values = sent(0x02, raw);
    expect([values.lonDeg, values.latDeg]).toEqual([lon, lat]);
  });
});

describe('physical values', () => {
  it.each([
    ['noxDownPpm', 4964, 48.2],
    ['noxUpPpm', 2, -199.9],
    ['ureaLevelPct', 158, 63.2],
    ['lonDeg', 87_308_224, 87.308224],
    ['fuelRateLph', 367, 18.35],
    ['dpfDeltaKpa', 42, 4.2],
  ] as const)('%s raw %i is exactly %d', (id, raw, value) => {
    expect(toPhysical(id, raw)).toBe(value);
  });

  it('become raw by rounding half up, and null outside the valid range', () => {
    expect(toRaw('baroKpa', 95.74)).toBe(191);
    expect(toRaw('baroKpa', 95.75)).toBe(192);
    expect(toRaw('baroKpa', 125.3)).toBeNull();
    expect(toRaw('baroKpa', -0.3)).toBeNull();
    expect(toRaw('baroKpa', Number.NaN)).toBeNull();
  });
});

describe('quality codes', () => {
  it('keep their place beside every neighbour, three bits each', () => {
    for (let index = 0; index < SIGNAL_COUNT; index += 1) {
      for (let code = 0; code < 7; code += 1) {
        const bytes = new Uint8Array(QUALITY_BYTES * 3);
        bytes.set(uniformQuality(QUALITY.reserved), QUALITY_BYTES);
        setQuality(bytes, QUALITY_BYTES, index, code);
        for (let other = 0; other < SIGNAL_COUNT; other += 1)
          expect(getQuality(bytes, QUALITY_BYTES, other)).toBe(other === index ? code : QUALITY.reserved);
        expect(bytes.subarray(0, QUALITY_BYTES)).toEqual(new Uint8Array(QUALITY_BYTES));
        expect(bytes.subarray(2 * QUALITY_BYTES)).toEqual(new Uint8Array(QUALITY_BYTES));
      }
    }
  });

  it('are a little-endian bit stream: not sent everywhere is 001 over and over', () => {
    // bits 001001… least significant first: 0b01001001, 0b10010010, 0b00100100, then again; the last bit is spare
    expect([...uniformQuality(QUALITY.notSent)]).toEqual([0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x49, 0x12]);
  });
});

describe('columns', () => {
  it('keep every row while they grow, and begin each as not sent', () => {
    const columns = new SampleColumns(1);
    for (let i = 0; i < 200; i += 1) columns.setValue(columns.append(i), i % SIGNAL_COUNT, i);
    expect(columns.count).toBe(200);
    for (let i = 0; i < 200; i += 1) {
      for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
        expect(columns.values[i * SIGNAL_COUNT + signal]).toBe(signal === i % SIGNAL_COUNT ? i : Number.NaN);
        expect(getQuality(columns.quality, i * QUALITY_BYTES, signal)).toBe(
          signal === i % SIGNAL_COUNT ? QUALITY.ok : QUALITY.notSent,
        );
      }
    }
  });

  it('forget what a row held when it is used again', () => {
    const columns = new SampleColumns();
    columns.setValue(columns.append(1), signalIndex('speedKmh'), 5);
    columns.clear();
    const row = columns.append(2);
    expect(columns.values[row * SIGNAL_COUNT]).toBeNaN();
    expect(getQuality(columns.quality, 0, 0)).toBe(QUALITY.notSent);
  });
});
