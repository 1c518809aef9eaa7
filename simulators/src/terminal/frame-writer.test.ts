import { BODY, type BodyInput, encodeRealtime, SIGNALS, type SignalId, toPhysical } from '@plume/ingest/protocol';
import { describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { beijing } from '../test-kit.ts';
import { newReading, type Reading } from '../truck/readings.ts';
import { truck } from '../truck/truck.ts';
import { FrameWriter } from './frame-writer.ts';
import { beijingIso, writeBeijingTime } from './wire-time.ts';

const VIN = 'LZZDM1DT0EA000001';
const FROM = beijing('2026-11-20T13:00:00');
const TYPES = [BODY.engineStream, BODY.supplement, BODY.smoke];

/** The same record for the protocol's own encoder: physical values, and the codes that are no signal. */
function bodies(reading: Reading, types: readonly number[]): BodyInput[] {
  const values: Partial<Record<SignalId, number | null>> = {};
  SIGNALS.forEach(({ id }, i) => {
    const raw = reading.raw[i] ?? Number.NaN;
    values[id] = Number.isNaN(raw) ? null : toPhysical(i, raw);
  });
  const extra = { smokeFaultCode: 0, absorptionAlarm: 0, backPressureAlarm: 0, location: reading.noFix ? 1 : 0 };
  return types.map((type) => ({ type: type as 0x02 | 0x80 | 0x81, values, extra }));
}

describe('FrameWriter', () => {
  it.each(['A', 'B', 'H'] as const)('writes layout %s byte for byte as the protocol encodes the same values', (layout) => {
    for (const scenario of ['healthyV', 'noScr', 'gpsLost'] as const) {
      const each = truck({ ...truckSpec(2, 1, scenario), shiftStartS: 6 * 3600 });
      for (const types of [[BODY.engineStream], TYPES]) {
        const writer = new FrameWriter(VIN, 3, layout, types);
        for (let t = FROM; t < FROM + 7200; t += 613) {
          const count = layout === 'B' ? 1 : 4;
          const readings = Array.from({ length: count }, (_, i) => each.readAt(t + i, newReading()));
          const frame = new Uint8Array(writer.frameBytes(count));
          writer.begin(frame, 0, count, layout === 'H' ? t + 10 : t, 41);
          readings.forEach((reading, i) => {
            writer.record(frame, 0, i, reading, reading.timeSec, 41 + i);
          });
          writer.finish(frame, 0, count);
          const expected = encodeRealtime({
            vin: VIN,
            softwareVersion: 3,
            layout,
            sendTimeSec: t + 10,
            seq: 41,
            records: readings.map((reading) => ({ timeSec: reading.timeSec, bodies: bodies(reading, types) })),
          });
          expect(Buffer.from(frame).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
        }
      }
    }
  });
});

describe('wire time', () => {
  it('is Beijing time in plain binary: 2023-05-18 14:30:00 is 17 05 12 0E 1E 00 (protocol, vector V2)', () => {
    const bytes = new Uint8Array(6);
    writeBeijingTime(bytes, 0, beijing('2023-05-18T14:30:00'));
    expect(Buffer.from(bytes).toString('hex')).toBe('1705120e1e00');
  });

  it('changes the day at Beijing midnight, also backwards', () => {
    const bytes = new Uint8Array(6);
    for (const [text, hex] of [
      ['2026-12-31T23:59:59', '1a0c1f173b3b'],
      ['2027-01-01T00:00:00', '1b0101000000'],
      ['2026-12-31T23:59:59', '1a0c1f173b3b'],
      ['2028-02-29T12:00:00', '1c021d0c0000'],
    ] as const) {
      writeBeijingTime(bytes, 0, beijing(text));
      expect(Buffer.from(bytes).toString('hex')).toBe(hex);
    }
  });

  it('says what is wrong with a year the wire form does not have', () => {
    expect(() => writeBeijingTime(new Uint8Array(6), 0, beijing('2150-01-01T00:00:00'))).toThrow(/years 2000 to 2099/);
    expect(beijingIso(beijing('2026-11-20T08:05:09'))).toBe('2026-11-20T08:05:09+08:00');
  });
});
