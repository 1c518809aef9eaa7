import { BODY } from '@plume/ingest/protocol';
import { truckSpec } from '../fleet/default-fleet.ts';
import { FrameWriter, HEADER_BYTES, sealFrame } from '../terminal/frame-writer.ts';
import { writeBeijingTime } from '../terminal/wire-time.ts';
import { newReading, type Reading } from '../truck/readings.ts';
import { truck } from '../truck/truck.ts';
import { LatencyHistogram } from './latency.ts';
import { LoadConnection } from './load-connection.ts';

/** A terminal to load the service with; it must be registered, and on the truck with this VIN. */
export interface LoadTerminal {
  readonly id: string;
  readonly secret: string;
  readonly vin: string;
}

/** A load. */
export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly terminals: readonly LoadTerminal[];
  /** `closed`: every connection keeps this many messages in flight. `open`: this many rows a second over all connections, whatever the answers. */
  readonly mode: { readonly kind: 'closed'; readonly window: number } | { readonly kind: 'open'; readonly rowsPerSecond: number };
  /** How long messages are sent [s]. */
  readonly seconds: number;
  /** Time of the first sample of every terminal [epoch s]; later messages follow without a gap. */
  readonly startSec: number;
  /** No sample at or after this time is sent [epoch s]: a terminal that gets there is done. */
  readonly untilSec?: number;
  /** Samples a message; 10 unless told. */
  readonly samplesPerMessage?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** What came of a load. Latency is from the moment a message was due (open) or sent (closed) to its PUBACK. */
export interface LoadResult {
  readonly connections: number;
  readonly messages: number;
  readonly rows: number;
  readonly ackedMessages: number;
  readonly ackedRows: number;
  /** From the first message to the last acknowledgement [s]. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Connections that ended before they were closed. */
  readonly cut: number;
}

const VIN_AT = 3;
const VIN_BYTES = 17;
/** Different messages sent in turn, so that values change as on the road. */
const POOL = 32;
const TICK_MS = 4;
const OPEN_WINDOW = 64;
const DRAIN_MS = 20_000;
const CONNECTS_AT_ONCE = 100;
/** A moment of a working day of the world, when the model truck is on the road. */
const MODEL_FROM_SEC = Date.UTC(2025, 4, 14, 4) / 1000;

/** Layout A frames of a driving truck: one time to set, whatever the number of records. */
function framePool(samples: number, seed: number): Uint8Array[] {
  const model = truck({ ...truckSpec(seed, 0, 'healthyIV'), shiftStartS: 0 });
  const writer = new FrameWriter('0'.repeat(VIN_BYTES), 1, 'A', [BODY.engineStream]);
  return Array.from({ length: POOL }, (_, index) => {
    const frame = new Uint8Array(writer.frameBytes(samples));
    const from = MODEL_FROM_SEC + index * samples;
    writer.begin(frame, 0, samples, from, 1);
    const reading: Reading = newReading();
    for (let i = 0; i < samples; i += 1) writer.record(frame, 0, i, model.readAt(from + i, reading), from + i, (i + 1) & 0xffff);
    return frame;
  });
}

class Client {
  connection: LoadConnection | undefined;
  /** When the messages in flight were due, oldest first. */
  readonly dueMs: number[] = [];
  /** When messages were due that the window does not take yet. */
  readonly heldMs: number[] = [];
  sent = 0;
  acked = 0;
  closed = false;
  readonly vin: Uint8Array;

  constructor(terminal: LoadTerminal) {
    this.vin = new TextEncoder().encode(terminal.vin);
  }
}

/** Loads a broker over N connections for a bounded time, with frames encoded beforehand, and returns what was acknowledged and how fast. */
export async function loadClients(options: LoadOptions): Promise<LoadResult> {
  const { mode } = options;
  const samples = options.samplesPerMessage ?? 10;
  const pool = framePool(samples, options.seed ?? 1);
  const bytes = pool[0]?.length ?? 0;
  const latency = new LatencyHistogram();
  const untilSec = options.untilSec ?? Number.POSITIVE_INFINITY;
  const window = mode.kind === 'closed' ? mode.window : OPEN_WINDOW;
  const clients = options.terminals.map((terminal) => new Client(terminal));
  let sending = false;
  let ending = false;
  let cut = 0;

  const timeOf = (client: Client): number => options.startSec + client.sent * samples;
  const done = (client: Client): boolean => client.closed || timeOf(client) + samples > untilSec;
  const send = (client: Client, dueMs: number): void => {
    const frame = pool[client.sent % POOL] as Uint8Array;
    const time = timeOf(client);
    client.sent += 1;
    client.dueMs.push(dueMs);
    client.connection?.publish((packet, at) => {
      packet.set(frame, at);
      packet.set(client.vin, at + VIN_AT);
      writeBeijingTime(packet, at + HEADER_BYTES, time);
      sealFrame(packet, at, at + bytes);
    });
  };
  const acked = (client: Client): void => {
    const due = client.dueMs.shift();
    if (due === undefined) return;
    client.acked += 1;
    latency.add(performance.now() - due);
    if (mode.kind === 'closed') {
      if (sending && !done(client)) send(client, performance.now());
    } else if (client.heldMs.length > 0) {
      send(client, client.heldMs.shift() ?? 0);
    }
  };

  await connectAll(options, clients, bytes, acked, () => {
    if (!ending) cut += 1;
  });
  const startMs = performance.now();
  sending = true;
  if (mode.kind === 'closed')
    for (const client of clients) for (let i = 0; i < window && !done(client); i += 1) send(client, performance.now());
  await pace(options, clients, startMs, samples, done, (client, dueMs) => {
    if (done(client)) return;
    if (client.dueMs.length < window) send(client, dueMs);
    else client.heldMs.push(dueMs);
  });
  sending = false;
  const drainUntil = performance.now() + DRAIN_MS;
  const outstanding = (client: Client): boolean => !client.closed && client.dueMs.length + client.heldMs.length > 0;
  while (clients.some(outstanding) && performance.now() < drainUntil) await sleep(TICK_MS);
  const seconds = (performance.now() - startMs) / 1000;
  ending = true;
  for (const client of clients) client.connection?.end();

  const messages = clients.reduce((sum, client) => sum + client.sent, 0);
  const ackedMessages = clients.reduce((sum, client) => sum + client.acked, 0);
  return {
    connections: clients.length,
    messages,
    rows: messages * samples,
    ackedMessages,
    ackedRows: ackedMessages * samples,
    seconds,
    rowsPerSecond: (ackedMessages * samples) / seconds,
    latencyMs: { p50: latency.quantile(0.5), p90: latency.quantile(0.9), p99: latency.quantile(0.99), max: latency.maxMs },
    cut,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits out the time of the load, or until every connection is done; in open mode hands out messages as they fall due, in turn over the connections. */
async function pace(
  options: LoadOptions,
  clients: readonly Client[],
  startMs: number,
  samples: number,
  done: (client: Client) => boolean,
  offer: (client: Client, dueMs: number) => void,
): Promise<void> {
  const { mode, signal } = options;
  const endMs = startMs + options.seconds * 1000;
  const perMs = mode.kind === 'open' ? mode.rowsPerSecond / samples / 1000 : 0;
  let given = 0;
  while (performance.now() < endMs && !signal?.aborted && !clients.every(done)) {
    // The first is due at the start, each further one an interval later.
    const due = mode.kind === 'open' ? Math.floor((performance.now() - startMs) * perMs) + 1 : 0;
    for (; given < due; given += 1) {
      const client = clients[given % clients.length];
      if (client !== undefined) offer(client, startMs + given / perMs);
    }
    await sleep(TICK_MS);
  }
}

async function connectAll(
  options: LoadOptions,
  clients: readonly Client[],
  bytes: number,
  acked: (client: Client) => void,
  onCut: () => void,
): Promise<void> {
  for (let from = 0; from < clients.length; from += CONNECTS_AT_ONCE) {
    const part = clients.slice(from, from + CONNECTS_AT_ONCE).map(async (client, i) => {
      const { id, secret } = options.terminals[from + i] as LoadTerminal;
      client.connection = await LoadConnection.open(options.host, options.port, id, secret, bytes, {
        onAck: () => acked(client),
        onClosed: () => {
          client.closed = true;
          onCut();
        },
      });
    });
    await Promise.all(part);
  }
}
