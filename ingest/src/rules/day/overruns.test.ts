import { JUDGED } from '@plume/ingest/emissions';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { overruns } from './overruns.ts';
import { type Making, series, signalsOf } from './test-signals.ts';

const { plausibility, quality } = parametersWith();

/** Two minutes with one overrun from the 40th second on; the reading is a function of the seconds since it began. */
function overrun(lengthS: number, nox: (since: number) => number | null, more: Making & { speed?: number | null } = {}) {
  const n = 120;
  const { trace, range } = signalsOf(
    {
      fuelRateLph: series(n, (i) => (i >= 40 && i < 40 + lengthS ? 0 : 30)),
      speedKmh: series(n, () => (more.speed === undefined ? 60 : more.speed)),
      noxDownPpm: series(n, (i) => nox(i - 40)),
    },
    more,
  );
  return overruns(trace, range, quality.overrunSpeedKmh, plausibility);
}

/** A sensor that falls to a few ppm a while after the fuel is cut, and rises a while after it comes again. */
const falls =
  (lengthS: number, after: number, lag = 2) =>
  (since: number): number =>
    since >= after && since < lengthS + lag ? 8 : 240;

describe('T4, overrun', () => {
  it.each([
    { name: 'ten seconds are not more than ten', lengthS: 11, nox: falls(11, 6), events: 0, high: 0 },
    { name: 'twelve samples span eleven seconds', lengthS: 12, nox: falls(12, 6), events: 1, high: 0 },
    { name: 'a sensor that falls', lengthS: 30, nox: falls(30, 9), events: 1, high: 0 },
    { name: 'one that falls in the second after the end, as it lags', lengthS: 14, nox: falls(14, 13), events: 1, high: 0 },
    { name: 'an emulator does not fall', lengthS: 30, nox: () => 25, events: 1, high: 1 },
    { name: 'exactly 20 ppm is not below', lengthS: 30, nox: () => 20, events: 1, high: 1 },
    { name: 'just below is', lengthS: 30, nox: () => 19.95, events: 1, high: 0 },
    { name: 'no reading, no event', lengthS: 30, nox: () => null, events: 0, high: 0 },
    {
      name: 'readings of the first seconds alone tell nothing',
      lengthS: 30,
      nox: (since: number) => (since < 9 ? 200 : null),
      events: 0,
      high: 0,
    },
  ])('$name', ({ lengthS, nox, events, high }) => expect(overrun(lengthS, nox)).toEqual({ events, high }));

  it('a standing truck does not overrun; without a speed it is taken to', () => {
    expect(overrun(30, () => 25, { speed: 15 }).events).toBe(0);
    expect(overrun(30, () => 25, { speed: null }).events).toBe(1);
  });

  it('a stopped engine does not', () => {
    expect(overrun(30, () => 25, { off: (i) => i >= 40 && i < 70 }).events).toBe(0);
  });

  it('readings that repeat are another test’s', () => {
    expect(overrun(30, () => 25, { code: (channel) => (channel === 'noxDownPpm' ? JUDGED.stuck : null) }).events).toBe(0);
  });

  it('records 10 s apart do', () => {
    const times = Array.from({ length: 30 }, (_, i) => 10 * i);
    const { trace, range } = signalsOf(
      {
        fuelRateLph: series(30, (i) => (i >= 10 && i < 14 ? 0 : 30)),
        noxDownPpm: series(30, (i) => (i >= 11 && i < 14 ? 5 : 200)),
      },
      { times, periodS: 10 },
    );
    expect(overruns(trace, range, 20, plausibility)).toEqual({ events: 1, high: 0 });
  });
});
