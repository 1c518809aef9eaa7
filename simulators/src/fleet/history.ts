import { MessageSource, type TerminalMessage } from '../terminal/message-source.ts';
import type { TruckSpec } from '../truck/spec.ts';
import { truck } from '../truck/truck.ts';

/** True time a batch covers unless told [s]: 36 trucks make some 2,000 messages in it. */
const SLICE_S = 600;

/**
 * Everything a fleet sends from one time to another (epoch seconds, `toSec` excluded), in batches in order of sending: for writing
 * history through `accept`. Memory stays that of one batch, whatever the length.
 */
export function* history(
  specs: readonly TruckSpec[],
  fromSec: number,
  toSec: number,
  sliceS = SLICE_S,
): Generator<TerminalMessage[], void, undefined> {
  const sources = specs.map((spec) => new MessageSource(truck(spec)));
  const next = sources.map((source) => source.nextSendSec(fromSec + 1));
  for (let from = fromSec; from < toSec; from += sliceS) {
    const to = Math.min(toSec, from + sliceS);
    const batch: TerminalMessage[] = [];
    for (let i = 0; i < sources.length; i += 1) {
      const source = sources[i] as MessageSource;
      let send = next[i] ?? 0;
      for (; send <= to; send += source.truck.spec.terminal.uploadPeriodS) batch.push(...source.window(send));
      next[i] = send;
    }
    batch.sort((a, b) => a.sendSec - b.sendSec);
    if (batch.length > 0) yield batch;
  }
}
