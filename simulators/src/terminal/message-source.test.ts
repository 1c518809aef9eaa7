import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { describe, expect, it } from 'vitest';
import { defaultFleet, truckSpec } from '../fleet/default-fleet.ts';
import { history } from '../fleet/history.ts';
import { beijing } from '../test-kit.ts';
import { truck } from '../truck/truck.ts';
import { DAY_S } from '../world/calendar.ts';
import { MessageSource } from './message-source.ts';
import { asReissue } from './reissue.ts';

const FROM = beijing('2026-11-20T13:00:00');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function sent(index: number, fromSec: number, toSec: number): string[] {
  const source = new MessageSource(truck(defaultFleet(1)[index] ?? truckSpec(1, index, 'healthyIV')));
  const all: string[] = [];
  for (let send = source.nextSendSec(fromSec + 1); send <= toSec; send += source.truck.spec.terminal.uploadPeriodS) {
    for (const { payload } of source.window(send)) all.push(hex(payload));
  }
  return all;
}

describe('what a terminal sends', () => {
  it.each([0, 1, 2, 3, 8])('is the same bytes after a restart in the middle (truck %i)', (index) => {
    const whole = sent(index, FROM, FROM + 3600);
    const halves = [...sent(index, FROM, FROM + 1800), ...sent(index, FROM + 1800, FROM + 3600)];
    expect(halves).toEqual(whole);
    expect(whole.length).toBeGreaterThan(30);
  });

  it('is the same in history and from a single source, in order of sending', () => {
    const specs = defaultFleet(1).slice(0, 6);
    const batches = [...history(specs, FROM, FROM + 1500)].flat();
    for (let i = 1; i < batches.length; i += 1) expect(batches[i]?.sendSec).toBeGreaterThanOrEqual(batches[i - 1]?.sendSec ?? 0);
    specs.forEach((spec, index) => {
      expect(batches.filter(({ terminalId }) => terminalId === spec.terminal.id).map(({ payload }) => hex(payload))).toEqual(
        sent(index, FROM, FROM + 1500),
      );
    });
  });

  it('is decoded by the service without a rejection, sample for sample, in every format', () => {
    const columns = new SampleColumns();
    const formats = new Set<string>();
    for (const batch of history(defaultFleet(2), FROM, FROM + 1200)) {
      for (const { payload, samples, terminalId } of batch) {
        columns.clear();
        const message = decodeMessage(payload, columns, { recordPeriodS: 1 });
        expect([terminalId, columns.count]).toEqual([terminalId, samples]);
        expect(message.rejections).toEqual([]);
        for (const part of message.parts) {
          formats.add(part.layout ?? part.format);
          expect(part.rejections).toEqual([]);
          expect(part.undecodedBytes + part.unknownKeys).toBe(0);
        }
      }
    }
    expect([...formats].sort()).toEqual(['A', 'B', 'H', 'json']);
  });

  it('opens each shift with a login and an OBD block that carry the truck’s VIN and trouble codes', () => {
    const spec = { ...truckSpec(1, 0, 'scrFailed') };
    const source = new MessageSource(truck(spec));
    const start = source.truck.shiftStartOf(FROM);
    const [opening] = source.window(source.nextSendSec(start + 1));
    const columns = new SampleColumns();
    const parts = decodeMessage(opening?.payload ?? new Uint8Array(0), columns, { recordPeriodS: 1 }).parts;
    expect(parts.flatMap((part) => part.controls).map(({ kind }) => kind)).toEqual(['login']);
    const [obd] = parts.flatMap((part) => part.obd);
    expect(obd?.vin).toBe(spec.vin);
    expect(obd?.mil).toBe(true);
    expect(obd?.dtcs?.[0]).toMatch(/^SPN 4364 FMI 18 OC \d+$/);
    expect(obd?.timeSec).toBe(start);
  });

  it('is lost for 0.5 to 5 % of the engine’s seconds, in gaps under 500 s', () => {
    const shares = defaultFleet(1)
      .slice(0, 8)
      .map((spec) => {
        const source = new MessageSource(truck(spec));
        let [lost, run, longest] = [0, 0, 0];
        for (let t = FROM; t < FROM + 10 * DAY_S; t += 1) {
          run = source.lost(t) ? run + 1 : 0;
          if (run > 0) lost += 1;
          if (run > longest) longest = run;
        }
        expect(longest).toBeLessThan(500);
        return lost / (10 * DAY_S);
      });
    console.log('lost inside the terminal:', shares.map((share) => `${(100 * share).toFixed(1)} %`).join(', '));
    for (const share of shares) {
      expect(share).toBeGreaterThan(0.003);
      expect(share).toBeLessThan(0.05);
    }
  });
});

describe('a re-issue', () => {
  it.each([0, 1, 2])('holds the same samples under command 03, check codes right (truck %i)', (index) => {
    const source = new MessageSource(truck(defaultFleet(1)[index] ?? truckSpec(1, 0, 'healthyIV')));
    const before = new SampleColumns();
    const after = new SampleColumns();
    for (const { payload } of source.window(source.nextSendSec(FROM))) {
      const original = hex(payload);
      decodeMessage(payload, before, { recordPeriodS: 1 });
      const { parts, rejections } = decodeMessage(asReissue(payload), after, { recordPeriodS: 1 });
      expect(rejections).toEqual([]);
      expect(parts.every((part) => part.reissued && part.rejections.length === 0)).toBe(true);
      expect(hex(payload)).toBe(original);
    }
    expect(after.count).toBeGreaterThan(0);
    expect(after.values.slice(0, after.count * 29)).toEqual(before.values.slice(0, before.count * 29));
  });

  it('leaves JSON and control frames as they are', () => {
    const json = new TextEncoder().encode('{"v":1,"samples":[]}');
    expect(asReissue(json)).toBe(json);
    const source = new MessageSource(truck(truckSpec(1, 0, 'healthyIV')));
    expect(hex(asReissue(source.login(FROM)))).toBe(hex(source.login(FROM)));
    expect(hex(asReissue(source.timeSync()))).toBe(hex(source.timeSync()));
  });
});
