import { describe, expect, it } from 'vitest';
import { CLOCK_OFFSET_LIMIT_S, ClockWatch } from './clock-watch.ts';

const NOON = Date.parse('2026-06-15T12:00:00Z') / 1000;
const HOUR = 3600;

/** What the watch says for a stream of (receive time, newest sample time), seconds after noon. */
function verdicts(stream: readonly (readonly [number, number])[]): boolean[] {
  const watch = new ClockWatch();
  return stream.map(([received, sample]) => watch.live('T1', NOON + received, NOON + sample));
}

const every10s = (count: number, offset: (second: number) => number) =>
  Array.from({ length: count }, (_, i): [number, number] => [i * 10, i * 10 + offset(i * 10)]);

describe('the watch over terminal clocks', () => {
  it.each([
    { name: 'a right clock is never off', stream: every10s(20, () => -2), off: [] },
    { name: 'an offset of exactly the limit is not off', stream: every10s(20, () => -CLOCK_OFFSET_LIMIT_S), off: [] },
    {
      name: 'a clock steadily 8 h behind is off once it has run beside ours for a minute',
      stream: every10s(10, () => -8 * HOUR),
      off: [6, 7, 8, 9],
    },
    { name: 'a clock steadily 11 min ahead likewise', stream: every10s(10, () => 660), off: [6, 7, 8, 9] },
    {
      name: 'a backlog that catches up is not a wrong clock',
      stream: every10s(40, (second) => -8 * HOUR + second * 20),
      off: [],
    },
    {
      name: 'one old message sent again and again is no evidence',
      stream: Array.from({ length: 30 }, (_, i): [number, number] => [i * 10, -5 * HOUR]),
      off: [],
    },
    {
      name: 'a stream that falls silent and comes back right is right',
      stream: [...every10s(8, () => -8 * HOUR), [100, 100], [110, 110]] as [number, number][],
      off: [6, 7],
    },
  ])('$name', ({ stream, off }) => {
    const said = verdicts(stream);
    expect(said.flatMap((each, index) => (each ? [index] : []))).toEqual(off);
  });

  it('takes a login as evidence at once, and a right one as acquittal', () => {
    const watch = new ClockWatch();
    watch.login('T1', NOON, NOON - 8 * HOUR);
    expect(watch.live('T1', NOON + 5, NOON + 5 - 8 * HOUR)).toBe(true);
    watch.login('T1', NOON + 20, NOON + 19);
    expect(watch.live('T1', NOON + 30, NOON + 30)).toBe(false);
  });

  it('judges each terminal by itself', () => {
    const watch = new ClockWatch();
    watch.login('T1', NOON, NOON - 8 * HOUR);
    expect(watch.live('T2', NOON + 5, NOON + 5 - 8 * HOUR)).toBe(false);
  });

  it('after a wrong login a backlog with other offsets is not held back', () => {
    const watch = new ClockWatch();
    watch.login('T1', NOON, NOON - 8 * HOUR);
    expect(watch.live('T1', NOON + 5, NOON - 30 * HOUR)).toBe(false);
  });
});
