/**
 * The deliberately wrong service: it wires the same rooms, but acknowledges first and stores a moment later. The ledger test must find
 * what it loses; otherwise its green results would mean nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBroker } from '@plume/broker';
import { openDb, Registry } from '@plume/db';
import { startIngest } from '@plume/ingest';

const STORE_AFTER_MS = 50;
const dataDir = process.env.PLUME_DATA_DIR ?? '';
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const db = await openDb({ url: process.env.DATABASE_URL ?? null, dataDir });
const registry = new Registry(db);
await registry.refresh();
const ingest = await startIngest({ maxAgeDays: 0 }, { db, registry, log: quiet });
const broker = await startBroker(
  { host: '127.0.0.1', mqttPort: Number(process.env.PLUME_MQTT_PORT), mqttsPort: null, tcpPort: null, tls: null },
  {
    authenticate: (terminalId, secret) => registry.authenticate(terminalId, secret, Date.now()),
    identify: () => ({ ok: false, reason: 'unavailable', terminalId: null }),
    accept: async (envelope) => {
      setTimeout(() => void ingest.accept(envelope), STORE_AFTER_MS);
      return { ack: true };
    },
    onIncident: () => undefined,
    log: quiet,
  },
);
writeFileSync(
  join(dataDir, 'service.json'),
  JSON.stringify({ url: 'http://127.0.0.1:1', token: '', pid: process.pid, mqttPort: broker.ports.mqtt }),
);
process.stdout.write('Plume is ready: http://127.0.0.1:1/\n');
process.on('SIGTERM', () => {
  void broker.stop().then(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2 * STORE_AFTER_MS));
    await ingest.stop(2_000);
    await db.close();
    process.exit(0);
  });
});
