import { coverOf, judge, traceOf } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import type { DayMessage } from './day-input.ts';
import { qualityDay } from './quality-day.ts';
import { DAY_FROM, type Row, samplesOf } from './test-kit.ts';

function qualityOf(rows: Iterable<Row>, messages: readonly DayMessage[] = []) {
  const judged = judge(traceOf(samplesOf(rows)));
  return qualityDay(judged, { coverS: coverOf(judged.timeSec, judged.periodS), messages, conflicts: 2, hotC: 70 });
}

/** Seconds of a hot truck under way; NOx where `nox` says so. */
function* hours(count: number, sent: (s: number) => boolean, nox: (s: number) => boolean): Generator<Row> {
  for (let s = 0; s < count; s += 1)
    if (sent(s))
      yield {
        t: DAY_FROM + s,
        engineRpm: 1200 + (s % 37) * 8,
        coolantTempC: 85,
        odometerKm: 1000 + s / 50,
        ...(nox(s) ? { noxDownPpm: 200 + (s % 60) } : {}),
      };
}

describe('quality of a day', () => {
  it('E16: 33,840 of 36,000 due came, 31,500 of them with valid NOx: 0.940 × 0.931 = 0.875', () => {
    // A minute lost of each thousand seconds; NOx ends when 31,500 readings were valid after the 60 s in which the sensor settles.
    const rows = [
      ...hours(
        36_000,
        (s) => s % 1000 < 300 || s % 1000 >= 360,
        () => true,
      ),
    ];
    const last = rows[31_500 + 60 - 1]?.t ?? 0;
    const found = qualityOf(rows.map((row) => (row.t > last ? { ...row, noxDownPpm: Number.NaN } : row)));
    const nox = found.channels.noxDownPpm;
    expect([found.received, found.due, nox?.counts.valid]).toEqual([33_840, 36_000, 31_500]);
    expect(found.transmissionRate).toBe(0.94);
    expect(nox?.validRate?.toFixed(4)).toBe('0.9309');
    expect(nox?.effectiveRate).toBe(0.875);
    expect([found.gaps, found.gapS, found.longestGapS]).toEqual([36, 36 * 61, 61]);
  });

  it('lists every standard channel, those that never came as missing, and others only where they were sent', () => {
    const { channels } = qualityOf(
      hours(
        100,
        () => true,
        () => false,
      ),
    );
    expect(channels.airFlowKgh?.counts.missing).toBe(100);
    expect(channels.airFlowKgh?.validRate).toBe(0);
    expect(channels.engineRpm?.validRate).toBe(1);
    expect(channels.pmMgM3).toBeUndefined();
  });

  it('a silence in which the truck did not move is no gap', () => {
    const standing = [0, 1, 2, 3, 500, 501].map((s) => ({ t: DAY_FROM + s, engineRpm: 650, odometerKm: 1000 }));
    expect(qualityOf(standing)).toMatchObject({ gaps: 0, gapS: 0, longestGapS: 0, received: 6 });
  });

  it('valid NOx is a share of hot running seconds, and of all running seconds where no coolant is sent', () => {
    const rows = [
      ...hours(
        200,
        () => true,
        (s) => s < 160,
      ),
    ];
    expect(qualityOf(rows)).toMatchObject({ hotS: 200, noxValidShare: 0.5 });
    const cold = rows.map((row) => ({ ...row, coolantTempC: row.t < DAY_FROM + 100 ? 60 : 85 }));
    expect(qualityOf(cold)).toMatchObject({ hotS: 100, noxValidShare: 0.6 });
    const unknown = rows.map(({ coolantTempC: _dropped, ...row }) => row);
    expect(qualityOf(unknown)).toMatchObject({ hotS: 200, noxValidShare: 0.5 });
    const off = rows.map((row) => ({ ...row, engineRpm: 0 }));
    expect(qualityOf(off)).toMatchObject({ hotS: 0, noxValidShare: null });
  });
});

describe('punctuality of a day', () => {
  const rows = [
    ...hours(
      1000,
      () => true,
      () => false,
    ),
  ];
  const message = (from: number, to: number, receivedAt: number): DayMessage => ({
    firstSec: DAY_FROM + from,
    lastSec: DAY_FROM + to,
    receivedSec: DAY_FROM + receivedAt,
  });

  it('weighs each message by the samples it spans; more than 120 s is late', () => {
    // 100 samples live; 300 that came in one message, of which those before second 480 are late.
    const found = qualityOf(rows, [message(0, 99, 100), message(300, 599, 600)]);
    expect(found.lateShare).toBe(180 / 400);
    expect(found.clockErrorS).toBe(-1);
  });

  it('a sample sent twice counts by its first receipt, in whatever order the messages are given', () => {
    const messages = [message(0, 99, 5000), message(0, 99, 101), message(50, 149, 150), message(100, 199, 9000)];
    const found = qualityOf(rows, messages);
    expect(found.lateShare).toBe(50 / 200);
    for (const order of [
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ] as const)
      expect(
        qualityOf(
          rows,
          order.map((k) => messages[k] ?? message(0, 0, 0)),
        ),
      ).toEqual(found);
  });

  it('a clock that is ahead, and a backlog that says nothing of the clock', () => {
    expect(qualityOf(rows, [message(0, 9, -291)]).clockErrorS).toBe(300);
    expect(qualityOf(rows, [message(0, 9, 4000)])).toMatchObject({ lateShare: 1, clockErrorS: null });
  });

  it('is not known without originals, and messages without a sample of the day say nothing', () => {
    expect(qualityOf(rows)).toMatchObject({ lateShare: null, clockErrorS: null, conflicts: 2 });
    expect(qualityOf(rows, [message(-500, -400, -399), message(2000, 2100, 2101)])).toMatchObject({ lateShare: null });
  });
});
