import type { DayMark, StandingMarks } from '@plume/db/evaluation';
import { beforeEach, describe, expect, it } from 'vitest';
import { Schedule } from './schedule.ts';

const TODAY = '2026-11-20';
const NOW_MS = Date.UTC(2026, 10, 20, 4);
const NOW_MICROS = NOW_MS * 1000;
const PACE = { everyMs: 300_000, leastMs: 60_000 };

function mark(vehicleId: number, day: string, more: Partial<DayMark> = {}): DayMark {
  return {
    vehicleId,
    day,
    reason: 'new records',
    markedMicros: NOW_MICROS - 1e6,
    openMicros: 0,
    attempts: 0,
    waits: false,
    ordered: false,
    judgeUntil: null,
    ...more,
  };
}

/** A mark under which records still come. */
function open(vehicleId: number, day: string, more: Partial<DayMark> = {}): DayMark {
  return mark(vehicleId, day, { openMicros: NOW_MICROS + 30e6, ...more });
}

function standing(...marks: DayMark[]): StandingMarks {
  return {
    nowMicros: NOW_MICROS,
    marks: marks.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.vehicleId - b.vehicleId)),
  };
}

describe('the order of days to evaluate', () => {
  let schedule: Schedule;
  beforeEach(() => {
    schedule = new Schedule(PACE);
  });
  const next = (marks: StandingMarks, nowMs = NOW_MS) => {
    const order = schedule.next(marks, TODAY, nowMs);
    return order && [order.vehicleId, ...order.marks.map((each) => each.day)];
  };

  it('begins with the oldest day, and takes the other days of its truck along', () => {
    expect(next(standing(mark(1, '2026-11-18'), mark(2, '2026-11-17'), mark(2, '2026-11-19')))).toEqual([
      2,
      '2026-11-17',
      '2026-11-19',
    ]);
  });

  it('gives every other turn to the newest day, of a truck of which no earlier day waits', () => {
    const marks = standing(mark(1, '2026-11-17'), mark(1, TODAY), mark(2, '2026-11-18'), mark(3, TODAY));
    expect([next(marks)?.[0], next(marks)?.[0]]).toEqual([1, 3]);
  });

  it('does not mix days that are judged with the references of different months', () => {
    expect(next(standing(mark(1, '2026-11-03'), mark(1, '2026-11-04')))).toEqual([1, '2026-11-03']);
  });

  it('passes over a day that failed, until its time comes', () => {
    expect(next(standing(mark(1, '2026-11-17', { waits: true })))).toBeNull();
  });

  it('takes today at once, and again after a while, while records come', () => {
    const first = standing(open(1, TODAY));
    const order = schedule.next(first, TODAY, NOW_MS);
    if (!order) throw new Error('nothing is due');
    schedule.done(order, NOW_MS, 50);
    const again = standing(open(1, TODAY, { markedMicros: NOW_MICROS }));
    expect(next(again, NOW_MS + PACE.leastMs - 1)).toBeNull();
    expect(next(again, NOW_MS + PACE.leastMs)).toEqual([1, TODAY]);
    expect(next(first, NOW_MS + PACE.everyMs)).toBeNull();
  });

  it('waits longer the more days are under way, up to the longest interval', () => {
    const many = standing(...Array.from({ length: 1000 }, (_, id) => open(id, TODAY)));
    for (let order = schedule.next(many, TODAY, NOW_MS), n = 0; order && n < 1000; n += 1) {
      schedule.done(order, NOW_MS, 50);
      order = schedule.next(many, TODAY, NOW_MS);
    }
    const again = standing(...many.marks.map((each) => ({ ...each, markedMicros: NOW_MICROS })));
    expect(next(again, NOW_MS + PACE.everyMs - 1)).toBeNull();
    expect(next(again, NOW_MS + PACE.everyMs)).not.toBeNull();
  });

  it('lets a past day come in whole before it is evaluated, but not for ever', () => {
    const coming = standing(open(1, '2026-11-19'));
    expect(next(coming)).toBeNull();
    expect(next(standing(mark(1, '2026-11-19')))).toEqual([1, '2026-11-19']);
    expect(next(coming, NOW_MS + PACE.everyMs)).toEqual([1, '2026-11-19']);
  });

  it('forgets days that are not marked any more', () => {
    const marks = standing(open(1, TODAY));
    const order = schedule.next(marks, TODAY, NOW_MS);
    if (!order) throw new Error('nothing is due');
    schedule.done(order, NOW_MS, 50);
    schedule.keepOnly(standing());
    expect(next(marks)).toEqual([1, TODAY]);
  });
});
