import { SampleBuffer } from '@plume/db/evaluation';
import { describe, expect, it } from 'vitest';
import { buffersOf } from './compute-messages.ts';
import { SampleStock } from './sample-stock.ts';

/** The columns of a buffer after they went to another thread and came back. */
function travelled(buffer: SampleBuffer): SampleBuffer {
  const { timeSec, values, quality } = buffer;
  return Object.assign(new SampleBuffer(0), structuredClone({ timeSec, values, quality }, { transfer: buffersOf(buffer) }));
}

describe('the stock of sample buffers', () => {
  it('hands out what came back, empty and with its room', () => {
    const stock = new SampleStock();
    const first = stock.take();
    first.reserve(30_000);
    first.count = 5;
    const back = travelled(first);
    stock.giveBack(back);
    const again = stock.take();
    expect([again.count, again.timeSec, again.values, again.quality]).toEqual([0, back.timeSec, back.values, back.quality]);
    expect(again.timeSec).toBe(back.timeSec);
    expect(stock.take().timeSec).not.toBe(back.timeSec);
  });

  it('keeps two at most, none that is larger than a long day, and none whose columns are elsewhere', () => {
    const stock = new SampleStock();
    const gone = stock.take();
    travelled(gone);
    const columns = [gone, new SampleBuffer(65_537), new SampleBuffer(1), new SampleBuffer(2), new SampleBuffer(3)];
    for (const each of columns) stock.giveBack(each);
    expect([stock.take(), stock.take(), stock.take()].map(({ timeSec }) => timeSec.length)).toEqual([2, 1, 4096]);
  });
});
