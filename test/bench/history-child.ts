import { createHash } from 'node:crypto';
import { compressNext, type Db, hypertableBytes, insertTerminal, insertVehicle, openDb, Registry } from '@plume/db';
import { insertSampleRowsStep } from '@plume/db/write';
import { startIngest } from '@plume/ingest';
import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { defaultFleet, history, MessageSource, type TruckSpec, truck } from '@plume/simulators';
import { answerRequests } from './child.ts';

/** Writes history of simulated trucks into a directory's embedded database, and compresses what is old enough. */
export interface HistoryRequest {
  readonly directory: string;
  readonly kind: 'fleet' | 'truck';
  readonly fromSec: number;
  readonly toSec: number;
}

/** Rows, and bytes on disk once everything old enough is compressed. */
export interface HistoryResult {
  readonly rows: number;
  readonly messages: number;
  readonly wireBytes: number;
  readonly samples: { readonly before: number; readonly after: number };
  readonly frames: { readonly before: number; readonly after: number };
  readonly writeSeconds: number;
  readonly longestCompressMs: number;
  readonly chunks: number;
}

/** Messages given to the pipeline before the first of them is waited for. */
const AHEAD = 1_000;
const PIECE_ROWS = 7_000;
const MINUTE_ROWS = 6_000;

answerRequests<HistoryRequest>(async ({ directory, kind, fromSec, toSec }) => {
  const db = await openDb({ url: null, dataDir: directory });
  try {
    const specs = defaultFleet(1);
    await enter(db, specs);
    const started = performance.now();
    const wire = kind === 'fleet' ? await writeFleet(db, specs, fromSec, toSec) : await writeTruck(db, fromSec, toSec);
    const writeSeconds = (performance.now() - started) / 1000;
    const before = { samples: (await hypertableBytes(db, 'samples')).total, frames: (await hypertableBytes(db, 'frames')).total };
    let chunks = 0;
    let longestCompressMs = 0;
    for (;;) {
      const began = performance.now();
      if ((await compressNext(db, new Date())) === null) break;
      chunks += 1;
      longestCompressMs = Math.max(longestCompressMs, performance.now() - began);
    }
    const [counted] = await db.query<{ rows: number }>('select count(*) as rows from samples');
    const result: HistoryResult = {
      rows: counted?.rows ?? 0,
      ...wire,
      samples: { before: before.samples, after: (await hypertableBytes(db, 'samples')).total },
      frames: { before: before.frames, after: (await hypertableBytes(db, 'frames')).total },
      writeSeconds,
      longestCompressMs,
      chunks,
    };
    return result;
  } finally {
    await db.close();
  }
});

async function enter(db: Db, specs: readonly TruckSpec[]): Promise<void> {
  for (const { vin, plate, terminal } of specs) {
    const none = { plateColor: undefined, district: undefined, enterprise: undefined, useType: undefined };
    const vehicleId = await insertVehicle(db, {
      vin,
      plate,
      ...none,
      fittedAtMs: 0,
      demo: true,
      recordedBy: 'bench',
      parameters: {},
    });
    if (vehicleId === undefined) throw new Error(`${vin} is there already`);
    await insertTerminal(db, {
      id: terminal.id,
      secretHash: createHash('sha256').update(terminal.id).digest(),
      vendor: undefined,
      model: undefined,
      firmware: undefined,
      iccid: undefined,
      profile: { recordPeriodS: terminal.recordPeriodS },
      demo: true,
      assignment: { vehicleId, fromMs: 0 },
    });
  }
}

type Wire = Pick<HistoryResult, 'messages' | 'wireBytes'>;

/** The whole fleet through the pipeline, each message received when it was sent. */
async function writeFleet(db: Db, specs: readonly TruckSpec[], fromSec: number, toSec: number): Promise<Wire> {
  const registry = new Registry(db);
  await registry.refresh();
  const log = { info: () => undefined, warn: console.error, error: console.error };
  const ingest = await startIngest({ maxAgeDays: 0 }, { db, registry, log });
  const wire = { messages: 0, wireBytes: 0 };
  let pending: Promise<unknown>[] = [];
  for (const batch of history(specs, fromSec, toSec)) {
    for (const { terminalId, payload, sendSec } of batch) {
      wire.messages += 1;
      wire.wireBytes += payload.length;
      pending.push(ingest.accept({ terminalId, channel: 'up', payload, receivedAtMs: sendSec * 1000, transport: 'mqtt' }));
      if (pending.length < AHEAD) continue;
      await Promise.all(pending);
      pending = [];
    }
  }
  await Promise.all(pending);
  await ingest.stop(10_000);
  return wire;
}

/** A sample a second of the first truck, without a gap: an hour of driving, over and over. Written straight into the table. */
async function writeTruck(db: Db, fromSec: number, toSec: number): Promise<Wire> {
  const hour = hourOfDriving();
  const indices = Int32Array.from({ length: PIECE_ROWS }, (_, row) => row);
  const vehicles = new Int32Array(PIECE_ROWS).fill(1);
  const rows = new SampleColumns(PIECE_ROWS);
  for (let from = fromSec; from < toSec; from += PIECE_ROWS) {
    rows.clear();
    const width = hour.values.length / hour.timeSec.length;
    const bytes = hour.quality.length / hour.timeSec.length;
    for (let timeSec = from; timeSec < Math.min(toSec, from + PIECE_ROWS); timeSec += 1) {
      const row = rows.append(timeSec);
      const source = timeSec % hour.count;
      rows.values.set(hour.values.subarray(source * width, (source + 1) * width), row * width);
      rows.quality.set(hour.quality.subarray(source * bytes, (source + 1) * bytes), row * bytes);
    }
    await db.batch([insertSampleRowsStep(rows, indices, rows.count, vehicles)]);
  }
  return { messages: 0, wireBytes: 0 };
}

function hourOfDriving(): SampleColumns {
  const [spec] = defaultFleet(1);
  if (spec === undefined) throw new Error('the fleet is empty');
  const source = new MessageSource(
    truck({ ...spec, shiftStartS: 0, terminal: { ...spec.terminal, format: 'A', recordPeriodS: 1 } }),
  );
  const rows = new SampleColumns(MINUTE_ROWS);
  const start = source.nextSendSec(Date.UTC(2025, 4, 14, 4) / 1000);
  for (let send = start; rows.count < 3_600; send += spec.terminal.uploadPeriodS)
    for (const { payload } of source.window(send)) decodeMessage(payload, rows, { recordPeriodS: 1, stickyLayout: 'A' });
  return rows;
}
