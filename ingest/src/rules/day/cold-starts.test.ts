import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { coldStarts } from './cold-starts.ts';
import { series, signalsOf } from './test-signals.ts';

const { plausibility } = parametersWith();

interface Start {
  readonly nox: (since: number) => number | null;
  readonly coolantC?: number;
  /** Exhaust temperature s after the start. */
  readonly exhaustC?: (since: number) => number | null;
  /** Seconds of silence before the first running sample in place of samples of a standing engine. */
  readonly silentS?: number;
  readonly runS?: number;
}

/** A minute of a standing engine and then its start; the exhaust warms by half a degree a second from 10 °C. */
function start({ nox, coolantC = 10, exhaustC = (s) => 10 + s / 2, silentS, runS = 600 }: Start) {
  const n = 60 + runS;
  const { trace, coverS, range } = signalsOf(
    {
      coolantTempC: series(n, () => coolantC),
      scrInTempC: series(n, (i) => exhaustC(i - 60)),
      scrOutTempC: series(n, (i) => (exhaustC(i - 60) === null ? null : Math.max(10, (exhaustC(i - 60) as number) - 30))),
      noxDownPpm: series(n, (i) => (i < 60 ? null : nox(i - 60))),
    },
    { off: (i) => i < 60, ...(silentS === undefined ? {} : { times: series(n, (i) => (i < 60 ? i : i + silentS)) as number[] }) },
  );
  return coldStarts(trace, range, coverS, plausibility);
}

const wobble = (since: number): number => 25 + (since % 7) * 0.1;

describe('T5, the start of a cold engine', () => {
  it.each<{ name: string; of: Start; starts: number; early: number }>([
    {
      name: 'a real sensor: nothing before the exhaust is hot',
      of: { nox: (s) => (s > 260 ? 300 + s : null) },
      starts: 1,
      early: 0,
    },
    { name: 'an emulator reads at once', of: { nox: wobble }, starts: 1, early: 1 },
    { name: 'a raw zero, −200 ppm, is no reading', of: { nox: () => -200 }, starts: 1, early: 0 },
    { name: 'a placeholder that never changes is no reading', of: { nox: () => 50 }, starts: 1, early: 0 },
    { name: 'nine seconds are too few', of: { nox: (s) => (s < 9 ? wobble(s) : null) }, starts: 1, early: 0 },
    { name: 'ten will do', of: { nox: (s) => (s < 10 ? wobble(s) : null) }, starts: 1, early: 1 },
    {
      name: 'in exhaust below 100 °C, minutes after the start',
      of: { nox: (s) => (s > 120 ? wobble(s) : null) },
      starts: 1,
      early: 1,
    },
    { name: 'above 100 °C once, it may read', of: { nox: (s) => (s > 181 ? wobble(s) : null) }, starts: 1, early: 0 },
    { name: 'a warm engine is none', of: { nox: wobble, coolantC: 51 }, starts: 0, early: 0 },
    { name: '50 °C is cold', of: { nox: wobble, coolantC: 50 }, starts: 1, early: 1 },
    {
      name: 'without a temperature of the exhaust the minute counts',
      of: { nox: (s) => (s < 55 ? wobble(s) : null), exhaustC: () => null },
      starts: 1,
      early: 1,
    },
    {
      name: 'a start within a silence, warm exhaust: nothing can be said',
      of: { nox: wobble, silentS: 3600, exhaustC: () => 120 },
      starts: 0,
      early: 0,
    },
    { name: 'a start within a silence, cold exhaust: it can', of: { nox: wobble, silentS: 3600 }, starts: 1, early: 1 },
    { name: 'a start of a few seconds says nothing', of: { nox: wobble, runS: 20 }, starts: 0, early: 0 },
  ])('$name', ({ of, starts, early }) => expect(start(of)).toEqual({ starts, early }));

  it('a running engine at the beginning of the samples is no start unless it is cold', () => {
    const warm = signalsOf({
      coolantTempC: series(300, () => 85),
      noxDownPpm: series(300, wobble),
      scrInTempC: series(300, () => 300),
    });
    expect(coldStarts(warm.trace, warm.range, warm.coverS, plausibility)).toEqual({ starts: 0, early: 0 });
  });

  it('only starts of the range count', () => {
    const { trace, coverS } = signalsOf(
      { coolantTempC: series(600, () => 10), scrInTempC: series(600, () => 20), noxDownPpm: series(600, wobble) },
      { off: (i) => i < 60 },
    );
    expect(coldStarts(trace, { from: 61, to: 600 }, coverS, plausibility)).toEqual({ starts: 0, early: 0 });
  });
});
