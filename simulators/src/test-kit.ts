import { decodeMessage, SampleColumns, SIGNAL_COUNT, type SignalId, signalIndex, toPhysical } from '@plume/ingest/protocol';
import { MessageSource } from './terminal/message-source.ts';
import type { TruckSpec } from './truck/spec.ts';
import { truck } from './truck/truck.ts';

/** Helpers of this package's tests. */

/** Epoch seconds of a Beijing date and time. */
export function beijing(text: string): number {
  return Date.parse(`${text}+08:00`) / 1000;
}

/** What a terminal sends in a time, decoded by the service's own decoder. */
export function decoded(
  spec: TruckSpec,
  fromSec: number,
  toSec: number,
): { columns: SampleColumns; value: (row: number, id: SignalId) => number } {
  const source = new MessageSource(truck(spec));
  const columns = new SampleColumns();
  for (let send = source.nextSendSec(fromSec + 1); send <= toSec; send += spec.terminal.uploadPeriodS) {
    for (const { payload } of source.window(send)) {
      const message = decodeMessage(payload, columns, { recordPeriodS: spec.terminal.recordPeriodS });
      const trouble = [...message.rejections, ...message.parts.flatMap((part) => part.rejections)];
      if (trouble.length > 0) throw new Error(`the service rejects what the truck sends: ${JSON.stringify(trouble[0])}`);
    }
  }
  const value = (row: number, id: SignalId): number => {
    const raw = columns.values[row * SIGNAL_COUNT + signalIndex(id)] ?? Number.NaN;
    return Number.isNaN(raw) ? Number.NaN : toPhysical(signalIndex(id), raw);
  };
  return { columns, value };
}
