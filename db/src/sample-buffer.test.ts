import { expect, it } from 'vitest';
import { SampleBuffer } from './sample-buffer.ts';
import { SAMPLE_QUALITY_BYTES, SAMPLE_SIGNALS } from './sample-columns.ts';

/** Some value for each place, and none twice. */
const valueIn = (row: number, signal: number): number => row * 1000 + signal;

it('keeps what it holds when it grows, signal by signal', () => {
  const buffer = new SampleBuffer(3);
  for (let row = 0; row < 20; row += 1) {
    buffer.reserve(row + 1);
    buffer.timeSec[row] = row;
    for (let signal = 0; signal < SAMPLE_SIGNALS; signal += 1)
      buffer.values[signal * buffer.columnRows + row] = valueIn(row, signal);
    buffer.quality[(row + 1) * SAMPLE_QUALITY_BYTES - 1] = row;
    buffer.count = row + 1;
  }
  expect(buffer.columnRows).toBe(24);
  for (let row = 0; row < 20; row += 1) {
    expect(buffer.timeSec[row]).toBe(row);
    expect(buffer.quality[(row + 1) * SAMPLE_QUALITY_BYTES - 1]).toBe(row);
    for (let signal = 0; signal < SAMPLE_SIGNALS; signal += 1)
      expect(buffer.values[signal * buffer.columnRows + row]).toBe(valueIn(row, signal));
  }
});
