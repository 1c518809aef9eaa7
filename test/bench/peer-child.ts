import { decodeMessage, QUALITY_BYTES, SampleColumns, SIGNAL_COUNT, SIGNALS } from '@plume/ingest/protocol';
import { connectAsync } from 'mqtt';
import pg from 'pg';
import { answerRequests } from './child.ts';

/** The pipeline that people build first: a broker, a subscriber, multi-row inserts. */
export type PeerRequest =
  | { readonly kind: 'start'; readonly mqttPort: number; readonly databaseUrl: string; readonly table: string }
  /** Answers when `rows` rows are stored: how long ago the first message came in, in seconds. */
  | { readonly kind: 'wait'; readonly rows: number };

const ROWS_PER_INSERT = 1_000;
const COLUMNS = SIGNAL_COUNT + 3;

const columns = new SampleColumns(4 * ROWS_PER_INSERT);
let trucks: number[] = [];
let stored = 0;
let firstMs = 0;
let lastMs = 0;
let client: pg.Client | null = null;
let sql = '';
let insertSql: ReturnType<typeof statement>;
let writing = false;
let onStored: () => void = () => undefined;

function statement(table: string): (rows: number) => string {
  const names = ['vehicle_id', 'time', ...SIGNALS.map((signal) => `"${signal.id}"`), 'quality'].join(', ');
  return (rows) => {
    const values = Array.from(
      { length: rows },
      (_, row) => `(${Array.from({ length: COLUMNS }, (_each, at) => `$${row * COLUMNS + at + 1}`).join(',')})`,
    );
    return `insert into ${table} (${names}) values ${values.join(',')} on conflict do nothing`;
  };
}

function take(topic: string, payload: Buffer): void {
  if (firstMs === 0) firstMs = performance.now();
  const from = columns.count;
  decodeMessage(payload, columns, { recordPeriodS: 1, stickyLayout: 'A' });
  const truck = Number(topic.split('/')[2]?.split('-')[1] ?? 0);
  for (let row = from; row < columns.count; row += 1) trucks.push(truck);
  if (!writing) void write();
}

async function write(): Promise<void> {
  writing = true;
  // Whatever has come in forms the next insert; a lone message does not wait for company.
  await new Promise((resolve) => setImmediate(resolve));
  while (columns.count > 0) {
    const params: unknown[] = [];
    const count = Math.min(columns.count, ROWS_PER_INSERT);
    for (let row = 0; row < count; row += 1) {
      params.push(trucks[row], new Date((columns.timeSec[row] ?? 0) * 1000));
      for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
        const value = columns.values[row * SIGNAL_COUNT + signal] ?? Number.NaN;
        params.push(Number.isNaN(value) ? null : value);
      }
      params.push(Buffer.from(columns.quality.subarray(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES)));
    }
    forget(count);
    const text = count === ROWS_PER_INSERT ? sql : insertSql(count);
    await client?.query(count === ROWS_PER_INSERT ? { name: 'full', text, values: params } : { text, values: params });
    stored += count;
    lastMs = performance.now();
    onStored();
  }
  writing = false;
}

/** Rows that were taken leave the front of the store. */
function forget(count: number): void {
  const left = columns.count - count;
  columns.timeSec.copyWithin(0, count, columns.count);
  columns.values.copyWithin(0, count * SIGNAL_COUNT, columns.count * SIGNAL_COUNT);
  columns.quality.copyWithin(0, count * QUALITY_BYTES, columns.count * QUALITY_BYTES);
  columns.truncate(left);
  trucks = trucks.slice(count);
}

answerRequests<PeerRequest>(async (request) => {
  if (request.kind === 'start') {
    insertSql = statement(request.table);
    sql = insertSql(ROWS_PER_INSERT);
    client = new pg.Client({ connectionString: request.databaseUrl });
    await client.connect();
    const subscriber = await connectAsync(`mqtt://127.0.0.1:${request.mqttPort}`, { clientId: 'subscriber' });
    subscriber.on('message', take);
    await subscriber.subscribeAsync('obd/v1/+/up', { qos: 1 });
    return {};
  }
  await new Promise<void>((resolve) => {
    onStored = () => {
      if (stored >= request.rows) resolve();
    };
    onStored();
  });
  const seconds = (lastMs - firstMs) / 1000;
  stored = 0;
  firstMs = 0;
  return { seconds };
});
