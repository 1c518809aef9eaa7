import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { MessageSource, truck, truckSpec } from '@plume/simulators';
import { median, medianPerSecond } from './figures.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';

const LEAST_PER_S = 1_000_000;
const BATCH_ROWS = 10_000;
const WINDOWS = 200;
const LAYOUTS = ['A', 'B', 'H'] as const;
/** A working afternoon of the simulated world. */
const FROM_SEC = Date.UTC(2025, 4, 14, 4) / 1000;

/** What a terminal of this layout sends while it drives: noisy values, ten records a message. */
function messagesOf(layout: (typeof LAYOUTS)[number]): Uint8Array[] {
  const spec = truckSpec(1, 0, 'healthyIV');
  const source = new MessageSource(
    truck({ ...spec, shiftStartS: 0, terminal: { ...spec.terminal, format: layout, recordPeriodS: 1, uploadPeriodS: 10 } }),
  );
  const first = source.nextSendSec(FROM_SEC);
  const messages = Array.from({ length: WINDOWS }, (_, index) => source.window(first + index * 10)).flat();
  return messages.filter((message) => message.samples > 0).map((message) => message.payload);
}

/** Records per second of CPU time. */
function decodeFor(messages: readonly Uint8Array[], stickyLayout: (typeof LAYOUTS)[number], seconds: number): number {
  const columns = new SampleColumns(2 * BATCH_ROWS);
  const started = process.cpuUsage();
  let records = 0;
  for (;;) {
    for (const message of messages) {
      for (const part of decodeMessage(message, columns, { recordPeriodS: 1, stickyLayout }).parts) records += part.rowCount;
      if (columns.count >= BATCH_ROWS) columns.clear();
    }
    const { user, system } = process.cpuUsage(started);
    if (user + system >= seconds * 1e6) return (records / (user + system)) * 1e6;
  }
}

/** P6: decoding alone. */
export async function measureDecode(bench: Bench): Promise<Finding> {
  const seconds = bench.quick ? 0.3 : 1;
  const rates = LAYOUTS.map((layout) => {
    const messages = messagesOf(layout);
    decodeFor(messages, layout, seconds);
    return { layout, runs: Array.from({ length: bench.runs }, () => decodeFor(messages, layout, seconds)) };
  });
  return {
    verdict: verdictOf(...rates.map(({ runs }) => median(runs) >= LEAST_PER_S)),
    figures: rates.map(({ layout, runs }) => ({
      what: `layout ${layout}, ten records a message`,
      value: medianPerSecond(runs, 'records'),
    })),
    note: 'Per second of CPU time, frames of a simulated drive with noise. Layout B sends a frame of its own, with its own check, for each record.',
  };
}
