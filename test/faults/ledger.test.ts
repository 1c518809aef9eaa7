import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { enterSite, newPlace, type Place, withDb } from '../support/site.ts';
import { checkLedger, type LedgerFigures } from './check-ledger.ts';
import { halt, haltableServer } from './halting.ts';
import type { Format } from './known-messages.ts';
import { LedgerTerminal } from './ledger-terminal.ts';

const TERMINALS = 20;
const FORMATS: readonly Format[] = ['A', 'A', 'H', 'A', 'json'];
const DAY_S = 86_400;
/** Acknowledgements that must come between two faults, so that each hits a service at work. */
const ACKS_BETWEEN = 200;
const DRAIN_LIMIT_MS = 120_000;

type Fault = 'service' | 'database' | 'both';

const full = inject('faults') === 'full';
const times = (count: number, fault: Fault): Fault[] => new Array<Fault>(count).fill(fault);

/** A fixed mix of waits, so that faults come at ever other moments of a transaction. */
function waitMs(round: number): number {
  return 150 + ((round * 7919) % 1700);
}

async function siteOf(place: Place, url: () => string): Promise<LedgerTerminal[]> {
  const seeds = Array.from({ length: TERMINALS }, (_, i) => ({
    id: `T${String(i).padStart(2, '0')}`,
    vin: `LZZ5CLVB0JA1234${String(i).padStart(2, '0')}`,
  }));
  const entered = await withDb(place, (db) => enterSite(db, seeds));
  const folder = join(place.dataDir, 'ledgers');
  mkdirSync(folder);
  const beginSec = Math.floor(Date.now() / 1000) - 6 * DAY_S;
  return entered.map((site, i) => new LedgerTerminal(i, site, FORMATS[i % FORMATS.length] ?? 'A', beginSec, url, folder));
}

async function until(what: string, limitMs: number, holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await sleep(20);
  }
}

/** Terminals in flight while service and database are ended again and again; then everything is drained and compared. */
async function ordeal(
  place: Place,
  faults: readonly Fault[],
  start: () => Promise<Service>,
): Promise<LedgerFigures & { seconds: number }> {
  const began = performance.now();
  let service: Service | null = null;
  const terminals = await siteOf(place, () => `mqtt://127.0.0.1:${service?.mqttPort ?? 1}`);
  service = await start();
  const running = terminals.map((terminal) => terminal.run());
  const acknowledged = (): number => terminals.reduce((sum, terminal) => sum + terminal.acknowledgedCount, 0);
  try {
    for (const [round, fault] of faults.entries()) {
      const before = acknowledged();
      await until('acknowledgements between faults', DRAIN_LIMIT_MS, () => acknowledged() - before >= ACKS_BETWEEN);
      await sleep(waitMs(round));
      if (fault === 'service') {
        await service.kill();
        service = await start();
        continue;
      }
      await Promise.all([halt('kill'), fault === 'both' ? service.kill() : null]);
      await sleep(500);
      await halt('start');
      if (fault === 'both') service = await start();
      else expect(service.isRunning(), `the service outlives its database; it said: ${service.errors()}`).toBe(true);
    }
    for (const terminal of terminals) terminal.finish();
    await until('everything acknowledged', DRAIN_LIMIT_MS, () => terminals.every((terminal) => terminal.unacknowledged === 0));
    await Promise.all(running);
  } finally {
    for (const terminal of terminals) terminal.abandon();
    await service.stop();
    await Promise.all(running);
  }
  const figures = await withDb(place, (db) => checkLedger(db, terminals));
  return { ...figures, seconds: (performance.now() - began) / 1000 };
}

function tell(what: string, faults: readonly Fault[], figures: LedgerFigures & { seconds: number }): void {
  const count = (fault: Fault): number => faults.filter((each) => each === fault).length;
  console.log(
    `LEDGER ${what}: service killed ${count('service') + count('both')} times, database stopped ${count('database') + count('both')} times ` +
      `(${count('both')} of them together); messages sent ${figures.sent} in ${figures.attempts} attempts, acknowledged ${figures.acknowledged}; ` +
      `acknowledged samples ${figures.acknowledgedSamples}, stored ${figures.storedSamples}, lost ${figures.lost}, wrong ${figures.wrong}; ` +
      `refusals missing ${figures.missingRefusals}; double keys ${figures.doubleKeys}; tallies that do not add up ${figures.unbalanced.length}; ` +
      `${figures.seconds.toFixed(0)} s`,
  );
}

const SOUND = { lost: 0, wrong: 0, missingRefusals: 0, doubleKeys: 0, unbalanced: [] };

function serviceAt(place: Place, entry = 'main.ts'): () => Promise<Service> {
  const { dataDir, databaseUrl } = place;
  return () => startService({ dataDir, entry, ...(databaseUrl === null ? {} : { databaseUrl }) });
}

/** The build that acknowledges before it stores. */
function wrongServiceAt(place: Place): () => Promise<Service> {
  return serviceAt(place, 'test/faults/ack-first-service.ts');
}

async function atPlace(serverUrl: string | null, use: (place: Place) => Promise<void>): Promise<void> {
  const place = await newPlace(serverUrl);
  try {
    await use(place);
  } finally {
    await place.remove();
  }
}

describe('20 terminals in flight on the embedded engine', () => {
  const faults = times(full ? 12 : 3, 'service');

  it('lose nothing that was acknowledged when the service is killed again and again', async () => {
    await atPlace(null, async (place) => {
      const figures = await ordeal(place, faults, serviceAt(place));
      tell('embedded engine', faults, figures);
      expect(figures).toMatchObject(SOUND);
      expect(figures.acknowledged).toBe(figures.sent);
      expect(figures.storedSamples).toBe(figures.acknowledgedSamples);
    });
  });

  it('would show what a service loses that acknowledges first', async () => {
    await atPlace(null, async (place) => {
      const figures = await ordeal(place, faults, wrongServiceAt(place));
      tell('embedded engine, WRONG BUILD that acknowledges first', faults, figures);
      expect(figures.lost).toBeGreaterThan(0);
    });
  });
});

const server = haltableServer();

describe.runIf(server !== null)('20 terminals in flight on the server engine', () => {
  const url = server?.url ?? '';
  const faults = [...times(full ? 10 : 3, 'service'), ...times(full ? 5 : 2, 'database'), ...times(full ? 3 : 1, 'both')];

  it('lose nothing that was acknowledged when service and database are killed again and again', async () => {
    await atPlace(url, async (place) => {
      const figures = await ordeal(place, faults, serviceAt(place));
      tell('server engine', faults, figures);
      expect(figures).toMatchObject(SOUND);
      expect(figures.acknowledged).toBe(figures.sent);
      expect(figures.storedSamples).toBe(figures.acknowledgedSamples);
    });
  });

  it('would show what a service loses that acknowledges first', async () => {
    await atPlace(url, async (place) => {
      const killed = times(full ? 10 : 3, 'service');
      const figures = await ordeal(place, killed, wrongServiceAt(place));
      tell('server engine, WRONG BUILD that acknowledges first', killed, figures);
      expect(figures.lost).toBeGreaterThan(0);
    });
  });
});
