import { rmSync } from 'node:fs';
import net from 'node:net';
import { type Broker, type Incident, startBroker } from '@plume/broker';
import { type Db, insertTerminal, insertVehicle, openDb, Registry } from '@plume/db';
import { type Ingest, startIngest } from '@plume/ingest';
import { encodeLogin, encodeRealtime } from '@plume/ingest/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataDir } from '../support/site.ts';

const VIN = 'LZZ5CLVB0JA000001';
const OTHER_VIN = 'LZZ5CLVB0JA000002';
const ICCID = '89860012345678901234';
const NOW_SEC = Math.floor(Date.now() / 1000) - 60;
const WAIT_MS = 10_000;
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Ten seconds of driving in one frame; `part` numbers the frames. */
function report(part: number, vin = VIN, reissue = false): Uint8Array {
  const timeSec = NOW_SEC + 10 * part;
  const records = Array.from({ length: 10 }, (_, i) => ({
    timeSec: timeSec + i,
    bodies: [{ type: 0x02 as const, values: { speedKmh: 50 + i, engineRpm: 1_500 } }],
  }));
  return encodeRealtime({ vin, layout: 'H', sendTimeSec: timeSec + 10, seq: part + 1, records, reissue });
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The whole way, from a socket that speaks native frames to the rows. */
describe('a national terminal on plain TCP', () => {
  const dataDir = newDataDir();
  const incidents: Incident[] = [];
  let db: Db;
  let registry: Registry;
  let ingest: Ingest;
  let broker: Broker;

  beforeAll(async () => {
    db = await openDb({ url: null, dataDir });
    const unknown = { plateColor: undefined, district: undefined, enterprise: undefined, useType: undefined };
    for (const vin of [VIN, OTHER_VIN]) {
      const fleet = { ...unknown, vin, plate: vin.slice(-2), fittedAtMs: 0, demo: false, recordedBy: 'test', parameters: {} };
      const vehicleId = (await insertVehicle(db, fleet)) ?? 0;
      await insertTerminal(db, {
        id: `on-${vin.slice(-1)}`,
        secretHash: new Uint8Array(32),
        vendor: undefined,
        model: undefined,
        firmware: undefined,
        iccid: vin === VIN ? ICCID : undefined,
        profile: vin === VIN ? { tcp: { answers: 'plus80', errors: true } } : {},
        demo: false,
        assignment: { vehicleId, fromMs: 0 },
      });
    }
    registry = new Registry(db);
    await registry.refresh();
    ingest = await startIngest({ maxAgeDays: 30 }, { db, registry, log: silent });
    broker = await startBroker(
      { host: '127.0.0.1', mqttPort: null, mqttsPort: null, tcpPort: 0, tls: null },
      {
        authenticate: () => ({ ok: false, reason: 'unknown' }),
        identify: (vin, iccid) => registry.identify(vin, iccid, Date.now() / 1000),
        accept: (envelope) => ingest.accept(envelope),
        onIncident: (incident) => void incidents.push(incident),
        log: silent,
      },
    );
  });
  afterAll(async () => {
    await broker.stop();
    await ingest.stop(1_000);
    await db.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Sends on a new connection; gives the commands of the answers, in order, once there are `answers` of them, and closes or cuts. */
  async function visit(pieces: readonly Uint8Array[], answers: number, isCut = false): Promise<string[]> {
    const socket = net.connect({ port: broker.ports.tcp ?? 0, host: '127.0.0.1', noDelay: true });
    const heard: Buffer[] = [];
    let isClosed = false;
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      isClosed = true;
    });
    const commands = (): string[] =>
      Buffer.concat(heard)
        .toString('hex')
        .match(/(?<=2323)[89]./g) ?? [];
    for (const piece of pieces) socket.write(piece);
    await until(`${answers} answers`, () => (isClosed || (answers > 0 && commands().length >= answers) ? true : undefined));
    if (isCut) socket.resetAndDestroy();
    else socket.end();
    await until('the end', () => (isClosed ? true : undefined));
    return commands();
  }

  const counts = async (): Promise<unknown> =>
    (
      await db.query(`select (select count(*)::int from samples) as samples, (select count(*)::int from frames) as frames,
        (select count(*)::int from ledger) as ledger`)
    )[0];
  const login = encodeLogin({ vin: VIN, timeSec: NOW_SEC, seq: 1, iccid: ICCID });

  it('is answered once its records are stored; what it sends again after a cut is not stored twice', async () => {
    expect(await visit([login, report(0), report(1)], 3, true)).toEqual(['81', '82', '82']);
    expect(await counts()).toMatchObject({ samples: 20, ledger: 0 });
    // The second frame was not answered before the cut, as far as the terminal knows.
    expect(await visit([login, report(1, VIN, true), report(2)], 3)).toEqual(['81', '83', '82']);
    expect(await counts()).toMatchObject({ samples: 30, ledger: 0 });
    const [tally] = await db.query(
      `select sum(duplicate)::int as duplicate, sum(rejected)::int as rejected
         from link_hours where terminal_id = 'on-1'`,
    );
    // The same login, and the ten samples of the report.
    expect(tally).toMatchObject({ duplicate: 11, rejected: 0 });
  });

  it('is online and offline, and logged in, in the events', async () => {
    const events = await until('the last offline', async () => {
      const rows = await db.query<{ kind: string; detail: { state?: string } }>(
        `select kind, detail from terminal_events where terminal_id = 'on-1' order by id`,
      );
      return rows.filter((row) => row.kind === 'status').length === 4 ? rows : undefined;
    });
    expect(events.map(({ kind, detail }) => detail.state ?? kind)).toEqual(['online', 'login', 'offline', 'online', 'offline']);
  });

  it('with the VIN of another truck, or broken, is told so; the original is kept and nothing is stored', async () => {
    const broken = Buffer.from(report(3));
    broken.writeUInt8(broken.readUInt8(60) ^ 0xff, 60);
    expect(await visit([login, report(3, OTHER_VIN), broken, report(4)], 3)).toEqual(['81', '92', '82']);
    expect(await counts()).toMatchObject({ samples: 40 });
    const ledger = await db.query(`select code, disposition, transport from ledger where terminal_id = 'on-1' order by id`);
    expect(ledger).toEqual([
      { code: 'WRONG_VEHICLE', disposition: 'quarantined', transport: 'tcp' },
      { code: 'BAD_CHECKSUM', disposition: 'rejected', transport: 'tcp' },
    ]);
  });

  it('is not let in without permission, unknown, or with another SIM card: nothing at all is stored', async () => {
    const before = await counts();
    const strange = encodeLogin({ vin: VIN, timeSec: NOW_SEC, seq: 2, iccid: '89860099999999999999' });
    expect(await visit([report(5, OTHER_VIN)], 0)).toEqual([]);
    expect(await visit([report(5, 'LZZ5CLVB0JA000003')], 0)).toEqual([]);
    expect(await visit([strange, report(5)], 0)).toEqual([]);
    expect(await counts()).toEqual(before);
    expect(incidents.map(({ kind, terminalId }) => [kind, terminalId])).toEqual([
      ['tcpNotAllowed', 'on-2'],
      ['unknownVin', null],
      ['wrongIccid', 'on-1'],
    ]);
  });
});
