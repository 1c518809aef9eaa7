import { type DayTrace, SAMPLE_STATES } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { bucketOf, stateStretches, windowRows } from './reduce-trace.ts';

const code = (name: (typeof SAMPLE_STATES)[number]) => SAMPLE_STATES.indexOf(name);

function traceOf(
  samples: readonly (readonly [number, (typeof SAMPLE_STATES)[number]])[],
  windows: readonly { from: number; to: number; value: number; valid?: boolean }[] = [],
): DayTrace {
  return {
    formula: 'test',
    timeSec: Float64Array.from(samples, ([t]) => t),
    ppm: null,
    state: Uint8Array.from(samples, ([, name]) => code(name)),
    windows: {
      kind: 'work',
      count: windows.length,
      fromSec: Float64Array.from(windows, (w) => w.from),
      toSec: Float64Array.from(windows, (w) => w.to),
      gPerKwh: Float64Array.from(windows, (w) => w.value),
      valid: Uint8Array.from(windows, (w) => (w.valid === false ? 0 : 1)),
      thresholdPct: 20,
      reference: { value: 20, assumed: true },
    },
  };
}

describe('what became of the samples', () => {
  it('is told as stretches, with nothing in between that no sample stands for', () => {
    const trace = traceOf([
      [0, 'coolant'],
      [10, 'coolant'],
      [20, 'judged'],
      [30, 'judged'],
      [160, 'engineOff'],
    ]);
    // A sample stands for at most 90 s.
    expect(stateStretches(trace, 0, 300, 10)).toEqual([
      { fromSec: 0, toSec: 20, state: 'coolant' },
      { fromSec: 20, toSec: 120, state: 'judged' },
      { fromSec: 120, toSec: 160, state: 'noData' },
      { fromSec: 160, toSec: 250, state: 'engineOff' },
      { fromSec: 250, toSec: 300, state: 'noData' },
    ]);
  });

  it('goes by most of a bucket', () => {
    const trace = traceOf([
      [0, 'judged'],
      [1, 'notReady'],
      [2, 'notReady'],
      [3, 'judged'],
      [4, 'judged'],
      [5, 'judged'],
    ]);
    expect(stateStretches(trace, 0, 6, 3)).toEqual([
      { fromSec: 0, toSec: 3, state: 'notReady' },
      { fromSec: 3, toSec: 6, state: 'judged' },
    ]);
  });

  it('begins and ends where it was asked to', () => {
    const trace = traceOf([
      [0, 'judged'],
      [5, 'coolant'],
      [9, 'judged'],
    ]);
    expect(stateStretches(trace, 4, 6, 1)).toEqual([
      { fromSec: 4, toSec: 5, state: 'judged' },
      { fromSec: 5, toSec: 6, state: 'coolant' },
    ]);
  });
});

describe('windows', () => {
  it('are told by their end, with the smallest and largest of those that count', () => {
    const trace = traceOf(
      [],
      [
        { from: 0, to: 100, value: 3 },
        { from: 1, to: 101, value: 5 },
        { from: 2, to: 102, value: 9, valid: false },
        { from: 3, to: 110, value: 4 },
      ],
    );
    expect(windowRows(trace, 100, 120, 10)).toEqual({ t: [100, 110], min: [3, 4], max: [5, 4], valid: [2, 1], count: [3, 1] });
  });

  it('leave a gap where none ends for ten minutes, and a row without a value where none counts', () => {
    const trace = traceOf(
      [],
      [
        { from: 0, to: 10, value: 3, valid: false },
        { from: 900, to: 1000, value: 5 },
      ],
    );
    expect(windowRows(trace, 0, 2000, 100)).toEqual({
      t: [0, 100, 1000],
      min: [null, null, 5],
      max: [null, null, 5],
      valid: [0, 0, 1],
      count: [1, 0, 1],
    });
  });
});

it('a bucket is a whole number of seconds, one at least', () => {
  expect([bucketOf(0, 100, 1000), bucketOf(0, 86_400, 1000)]).toEqual([1, 87]);
});
