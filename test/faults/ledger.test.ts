import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../support/fresh-database.ts';
import { type Service, startService } from '../support/service.ts';
import { type ServerEngine, serverEngine } from '../support/server-engine.ts';
import { compare, type Ledger, register } from './ledger-check.ts';
import { LedgerFleet, ledgerTerminals } from './ledger-fleet.ts';

const TERMINALS = 20;
const short = inject('faults') === 'short';
const KILLS = short ? 3 : 10;
const DATABASE_STOPS = short ? 2 : 5;
const BOTH = short ? 1 : 3;
const UP_MS = 2_000;
const DOWN_MS = 700;
/** Three weeks back, so that a fast fleet does not reach the present. */
const AGE_S = 21 * 86_400;
const engine = serverEngine();

interface Rig {
  readonly service: () => Service;
  /** SIGKILL, and a new start on the same data and port. */
  crash(): Promise<void>;
  readonly engine: ServerEngine | null;
}

/** Runs the fleet against a service while `faults` happen; answers the comparison at the end. */
async function underFaults(
  options: { engine: ServerEngine | null; entry?: string },
  faults: (rig: Rig) => Promise<void>,
): Promise<Ledger & { readonly finished: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'plume-ledger-'));
  const dataDir = join(folder, 'data');
  mkdirSync(join(folder, 'files'), { recursive: true });
  mkdirSync(dataDir);
  const database = options.engine ? await freshDatabase(options.engine.url) : null;
  const config = { url: database?.url ?? null, dataDir };
  const terminals = ledgerTerminals(TERMINALS);
  const baseSec = Math.floor(Date.now() / 1000) - AGE_S;
  try {
    await register(config, terminals);
    const port = await freePort();
    const start = () =>
      startService({
        dataDir,
        env: { PLUME_MQTT_PORT: String(port), PLUME_MAX_AGE_DAYS: '0' },
        ...(database ? { databaseUrl: database.url } : {}),
        ...(options.entry ? { entry: options.entry } : {}),
      });
    let service = await start();
    const fleet = new LedgerFleet(terminals, join(folder, 'files'), baseSec, `mqtt://127.0.0.1:${port}`);
    fleet.start();
    await sleep(UP_MS);
    await faults({
      service: () => service,
      crash: async () => {
        await service.kill();
        service = await start();
      },
      engine: options.engine,
    });
    await sleep(UP_MS);
    const finished = await fleet.finish(90_000);
    expect(await service.stop()).toMatchObject({ code: 0 });
    return { ...(await compare(config, fleet, terminals, baseSec)), finished };
  } finally {
    options.engine?.start();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

function report(name: string, ledger: Ledger, kills: string): void {
  const { sentMessages, acknowledgedMessages, storedSamples, lostSamples, duplicates, rejected, twice } = ledger;
  console.log(
    `${name}: ${kills}; ${TERMINALS} terminals, ${sentMessages} messages sent, ${acknowledgedMessages} acknowledged, ${storedSamples} samples stored, ${lostSamples} acknowledged samples lost, ${twice} twice, ${duplicates} duplicates, ${rejected} rejected`,
  );
}

const NOTHING_LOST = { finished: true, lostSamples: 0, twice: 0, strangers: 0, lostBroken: 0, wrongTallies: [] };

async function crashes({ crash }: Rig, times = KILLS): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await crash();
    await sleep(UP_MS);
  }
}

describe('what was acknowledged', () => {
  it('is stored once on the embedded engine, however often the service is killed', async () => {
    const ledger = await underFaults({ engine: null }, (rig) => crashes(rig));
    report('embedded engine', ledger, `${KILLS} × SIGKILL of the service`);
    expect(ledger).toMatchObject(NOTHING_LOST);
    expect(ledger.acknowledgedMessages).toBeGreaterThan(TERMINALS * 20);
    expect(ledger.rejected).toBeGreaterThan(0);
  });

  it('is lost by a service that acknowledges first: this test can tell', async () => {
    const ledger = await underFaults({ engine: null, entry: 'test/faults/ack-first-service.ts' }, (rig) => crashes(rig));
    report('CONTROL, embedded engine, acknowledges first', ledger, `${KILLS} × SIGKILL of the service`);
    expect(ledger.lostSamples).toBeGreaterThan(0);
  });
});

describe.runIf(engine?.ours === true)('what was acknowledged, on a TimescaleDB server', () => {
  it('is stored once, however often the service is killed', async () => {
    const ledger = await underFaults({ engine }, (rig) => crashes(rig));
    report('server', ledger, `${KILLS} × SIGKILL of the service`);
    expect(ledger).toMatchObject(NOTHING_LOST);
  });

  it('is stored once, however often the database is stopped at once, without a restart of the service', async () => {
    const ledger = await underFaults({ engine }, async ({ engine, service }) => {
      for (let i = 0; i < DATABASE_STOPS; i += 1) {
        engine?.kill();
        await sleep(DOWN_MS);
        engine?.start();
        await sleep(UP_MS);
      }
      expect(service().process.exitCode).toBeNull();
    });
    report('server', ledger, `${DATABASE_STOPS} × immediate stop of the database`);
    expect(ledger).toMatchObject(NOTHING_LOST);
  });

  it('is stored once when both are killed together', async () => {
    const ledger = await underFaults({ engine }, async ({ engine, crash }) => {
      for (let i = 0; i < BOTH; i += 1) {
        engine?.kill();
        engine?.start();
        await crash();
        await sleep(UP_MS);
      }
    });
    report('server', ledger, `${BOTH} × both killed`);
    expect(ledger).toMatchObject(NOTHING_LOST);
  });

  it('is lost by a service that acknowledges first', async () => {
    const ledger = await underFaults({ engine, entry: 'test/faults/ack-first-service.ts' }, (rig) => crashes(rig));
    report('CONTROL, server, acknowledges first', ledger, `${KILLS} × SIGKILL of the service`);
    expect(ledger.lostSamples).toBeGreaterThan(0);
  });
});
