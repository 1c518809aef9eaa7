import { mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mqttTransport } from '@plume/simulators';
import { describe, expect, inject, it } from 'vitest';
import { checkLedger } from '../faults/check-ledger.ts';
import { LedgerTerminal } from '../faults/ledger-terminal.ts';
import { runToEnd, type Service, startService } from '../support/service.ts';
import { type Entered, enterSite, newPlace, type Place, withDb } from '../support/site.ts';

const TERMINALS = 20;
const DAY_S = 86_400;
const STOP_LIMIT_MS = 10_000;
/** A service is started, filled, stopped and its database opened again; the stop alone has {@link STOP_LIMIT_MS}. */
const WHOLE_LIFE_MS = 120_000;
const serverUrl = inject('serverUrl');
const ENGINES = serverUrl === null ? (['embedded'] as const) : (['embedded', 'server'] as const);

/** A place with terminals `T00`, `T01`, … each on a truck of its own, and a service on it. */
async function running(
  engine: 'embedded' | 'server',
  use: (place: Place, service: Service, site: readonly Entered[]) => Promise<void>,
): Promise<void> {
  const place = await newPlace(engine === 'server' ? serverUrl : null);
  const seeds = Array.from({ length: TERMINALS }, (_, i) => String(i).padStart(2, '0')).map((n) => {
    return { id: `T${n}`, vin: `LZZ5CLVB0JA1234${n}` };
  });
  let service: Service | null = null;
  try {
    const site = await withDb(place, (db) => enterSite(db, seeds));
    const { dataDir, databaseUrl } = place;
    service = await startService({ dataDir, ...(databaseUrl === null ? {} : { databaseUrl }) });
    await use(place, service, site);
  } finally {
    await service?.kill();
    await place.remove();
  }
}

describe.each(ENGINES)('a service on the %s engine', (engine) => {
  it(
    'that is told to stop at full load ends in order within 10 s, and nothing acknowledged is lost',
    async () => {
      await running(engine, async (place, service, site) => {
        const folder = join(place.dataDir, 'ledgers');
        mkdirSync(folder);
        const beginSec = Math.floor(Date.now() / 1000) - 6 * DAY_S;
        const url = (): string => `mqtt://127.0.0.1:${service.mqttPort}`;
        const terminals = site.map(
          (entered, i) => new LedgerTerminal(i, entered, i % 5 === 4 ? 'json' : 'A', beginSec, url, folder),
        );
        const sending = terminals.map((terminal) => terminal.run());
        while (terminals.reduce((sum, terminal) => sum + terminal.acknowledgedCount, 0) < 500) await sleep(10);
        const waiting = terminals.reduce((sum, terminal) => sum + terminal.unacknowledged, 0);
        const { code, ms } = await service.stop();
        for (const terminal of terminals) terminal.abandon();
        await Promise.all(sending);
        const figures = await withDb(place, (db) => checkLedger(db, terminals));
        console.log(
          `STOP AT FULL LOAD, ${engine} engine: exit code ${code} after ${(ms / 1000).toFixed(2)} s with ${waiting} messages in flight; ` +
            `${figures.acknowledged} messages acknowledged, ${figures.acknowledgedSamples} samples in them, ${figures.lost} lost`,
        );
        expect(service.errors()).toBe('');
        expect(code).toBe(0);
        expect(ms).toBeLessThan(STOP_LIMIT_MS);
        expect(figures).toMatchObject({ lost: 0, wrong: 0, missingRefusals: 0, doubleKeys: 0, unbalanced: [] });
      });
    },
    WHOLE_LIFE_MS,
  );

  it('cuts a terminal that is revoked and does not let it in again; its neighbour stays', async () => {
    await running(engine, async (_place, service, [bad, good]) => {
      const link = ({ id, secret }: Entered) =>
        mqttTransport({ url: `mqtt://127.0.0.1:${service.mqttPort}`, terminalId: id, secret }).connect();
      if (!bad || !good) throw new Error('no terminals');
      const [badLink, goodLink] = await Promise.all([link(bad), link(good)]);
      const began = performance.now();
      expect(await service.api('POST', `/api/v1/terminals/${bad.id}/revoke`, {})).toMatchObject({ disconnected: true });
      await badLink.closed;
      console.log(`REVOKED, ${engine} engine: cut after ${(performance.now() - began).toFixed(0)} ms`);
      await expect(link(bad)).rejects.toThrow(/no link/);
      await goodLink.publish(Buffer.from(JSON.stringify({ v: 1, samples: [{ t: Date.now(), speedKmh: 1 }] })));
      await goodLink.close();
    });
  });
});

describe('a bad environment variable', () => {
  async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Whether anybody listens on the port at any moment until `done`. */
  async function wasOpen(port: number, done: Promise<unknown>): Promise<boolean> {
    let open = false;
    let over = false;
    void done.then(() => {
      over = true;
    });
    while (!over && !open) {
      open = await new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('close', () => socket.destroy());
        setTimeout(() => socket.destroy(), 1_000).unref();
      });
      await sleep(2);
    }
    return open;
  }

  it.each([
    { name: 'a number that is none', env: { PLUME_MAX_AGE_DAYS: 'many' }, says: /PLUME_MAX_AGE_DAYS/ },
    { name: 'a name that is misspelt', env: { PLUME_MQT_PORT: '1883' }, says: /PLUME_MQT_PORT.*PLUME_MQTT_PORT/ },
    { name: 'a certificate without its key', env: { PLUME_TLS_CERT: 'cert.pem' }, says: /PLUME_TLS_KEY/ },
  ])('$name: one line, exit code 1, no port opened', async ({ env, says }) => {
    const place = await newPlace(null);
    const [http, mqtt] = [await freePort(), await freePort()];
    const run = runToEnd({
      dataDir: place.dataDir,
      entry: ['main.ts', 'serve'],
      env: { PLUME_HTTP_PORT: String(http), PLUME_MQTT_PORT: String(mqtt), ...env },
    });
    const open = await Promise.all([wasOpen(http, run), wasOpen(mqtt, run)]);
    const { code, stderr } = await run;
    await place.remove();
    expect(stderr.split('\n').filter((line) => line !== '')).toEqual([expect.stringMatching(says)]);
    expect(code).toBe(1);
    expect(open).toEqual([false, false]);
  });
});
