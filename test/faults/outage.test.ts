import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mqttTransport } from '@plume/simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { type Entered, enterSite, newPlace, type Place, withDb } from '../support/site.ts';
import { checkLedger } from './check-ledger.ts';
import { type HaltVerb, halt, haltableServer } from './halting.ts';
import type { Format } from './known-messages.ts';
import { LedgerTerminal } from './ledger-terminal.ts';

const FLEET = 20;
const FORMATS: readonly Format[] = ['A', 'A', 'H', 'A', 'json'];
const DAY_S = 86_400;
const AWAY_MS = inject('faults') === 'full' ? 120_000 : 20_000;
/** From the return of the database to the last acknowledgement (reliability: everything in within 2 min after return). */
const BACK_LIMIT_MS = 120_000;
/** What one terminal publishes without waiting for a single acknowledgement. */
const FLOOD = 5_000;
const MEMORY_LIMIT_BYTES = 150_000_000;
const SETTLE_MS = 1_500;

const server = haltableServer();

describe.runIf(server !== null)('while the database is away', () => {
  let place: Place;
  let service: Service;
  let terminals: LedgerTerminal[];
  let visitor: Entered;
  let revoked: Entered;
  let flooder: Entered;
  let running: Promise<void>[];
  let floodedSec = Math.floor(Date.now() / 1000) - 10 * DAY_S;

  const acknowledged = (): number => terminals.reduce((sum, terminal) => sum + terminal.acknowledgedCount, 0);
  const connect = ({ id, secret }: { id: string; secret: string }) =>
    mqttTransport({ url: `mqtt://127.0.0.1:${service.mqttPort}`, terminalId: id, secret }).connect();

  async function until(what: string, limitMs: number, holds: () => boolean | Promise<boolean>): Promise<number> {
    const began = performance.now();
    while (!(await holds())) {
      if (performance.now() - began > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
      await sleep(20);
    }
    return (performance.now() - began) / 1000;
  }

  beforeAll(async () => {
    place = await newPlace(server?.url ?? null);
    const fleet = Array.from({ length: FLEET }, (_, i) => ({ id: `T${i}`, vin: `LZZ5CLVB0JA1234${String(i).padStart(2, '0')}` }));
    const others = ['visitor', 'revoked', 'flooder'].map((id, i) => ({ id, vin: `LZZ5CLVB0JA12399${i}` }));
    const entered = await withDb(place, (db) => enterSite(db, [...fleet, ...others]));
    [visitor, revoked, flooder] = entered.slice(FLEET) as [Entered, Entered, Entered];
    service = await startService({ dataDir: place.dataDir, databaseUrl: place.databaseUrl ?? '' });
    const folder = join(place.dataDir, 'ledgers');
    mkdirSync(folder);
    const beginSec = Math.floor(Date.now() / 1000) - 6 * DAY_S;
    const url = (): string => `mqtt://127.0.0.1:${service.mqttPort}`;
    terminals = entered
      .slice(0, FLEET)
      .map((site, i) => new LedgerTerminal(i, site, FORMATS[i % FORMATS.length] ?? 'A', beginSec, url, folder));
    running = terminals.map((terminal) => terminal.run());
  });

  afterAll(async () => {
    await halt('thaw');
    await halt('start');
    for (const terminal of terminals ?? []) terminal.abandon();
    await service?.kill();
    await Promise.all(running ?? []);
    await place?.remove();
  });

  it('a revoked terminal is cut, at full load, and not let in again', async () => {
    const link = await connect(revoked);
    const began = performance.now();
    await service.api('POST', `/api/v1/terminals/${revoked.id}/revoke`, {});
    const answered = (performance.now() - began) / 1000;
    await link.closed;
    const seconds = (performance.now() - began) / 1000;
    console.log(`REVOKED under load: cut ${seconds.toFixed(2)} s after the order (answered after ${answered.toFixed(2)} s)`);
    await expect(connect(revoked)).rejects.toThrow(/no link/);
  });

  it.each<{ way: string; down: HaltVerb; up: HaltVerb }>([
    { way: 'frozen', down: 'freeze', up: 'thaw' },
    { way: 'stopped', down: 'kill', up: 'start' },
  ])(
    '$way: nothing is acknowledged, logins work, memory stays; after its return everything comes in without a restart',
    async ({ way, down, up }) => {
      const { pid } = service.process;
      const start = acknowledged();
      await until('the fleet is acknowledged', 60_000, () => acknowledged() - start > 500);
      const memoryBefore = service.memory();
      await halt(down);
      await sleep(SETTLE_MS);
      const before = acknowledged();
      const began = performance.now();

      // One terminal sends all it has at once; nobody acknowledges it.
      const link = await connect(flooder);
      let floodAcknowledged = 0;
      const flood = Array.from({ length: FLOOD }, (_, i) => {
        const payload = Buffer.from(JSON.stringify({ v: 1, samples: [{ t: (floodedSec + i) * 1000, speedKmh: i % 90 }] }));
        return link.publish(payload).then(
          () => {
            floodAcknowledged += 1;
          },
          () => undefined,
        );
      });
      floodedSec += FLOOD;

      (await connect(visitor)).cut(); // a goodbye would wait for the acknowledgement of its status
      await expect(connect({ id: visitor.id, secret: 'wrong' })).rejects.toThrow(/no link/);
      await expect(connect(revoked)).rejects.toThrow(/no link/);
      const told = await service.ready();
      expect(told.status).toBe(503);
      const checks: Record<string, { ok: boolean; detail: string }> = JSON.parse(told.text).checks;
      expect(checks.database?.ok).toBe(false);
      let memoryMost = 0;
      while (performance.now() - began < AWAY_MS) {
        memoryMost = Math.max(memoryMost, service.memory());
        await sleep(200);
      }
      const ingest: { ok: boolean; detail: string } = JSON.parse((await service.ready()).text).checks.ingest;
      const meanwhile = acknowledged() - before + floodAcknowledged;

      await halt(up);
      const waiting = terminals.reduce((sum, terminal) => sum + terminal.unacknowledged, 0);
      const marked = acknowledged();
      const first = await until('the first acknowledgement', BACK_LIMIT_MS, () => acknowledged() > marked);
      const rest = await until('what had waited', BACK_LIMIT_MS, () => acknowledged() - marked >= waiting);
      await Promise.race([Promise.all(flood), sleep(BACK_LIMIT_MS)]);
      await until('readiness', BACK_LIMIT_MS, async () => (await service.ready()).status === 200);
      await link.close();
      console.log(
        `OUTAGE ${way} for ${AWAY_MS / 1000} s: ${meanwhile} acknowledgements meanwhile, memory ${(memoryBefore / 1e6).toFixed(0)} MB before and ` +
          `${(memoryMost / 1e6).toFixed(0)} MB at most; first acknowledgement ${first.toFixed(1)} s after the return, all that had waited after ` +
          `${(first + rest).toFixed(1)} s; ${floodAcknowledged} of ${FLOOD} messages of the flooding terminal acknowledged; /readyz said ` +
          `"${checks.database?.detail}", "${ingest.detail}"`,
      );
      expect(meanwhile).toBe(0);
      // A frozen server only shows when a statement's time is over (30 s); a stopped one at once.
      if (way === 'stopped') expect(ingest.ok).toBe(false);
      expect(memoryMost - memoryBefore).toBeLessThan(MEMORY_LIMIT_BYTES);
      expect(service.isRunning()).toBe(true);
      expect(service.process.pid).toBe(pid);
    },
  );

  it('nothing has been lost, nothing is there twice, and everything adds up', async () => {
    for (const terminal of terminals) terminal.finish();
    await Promise.all(running);
    const { code } = await service.stop();
    const figures = await withDb(place, (db) => checkLedger(db, terminals));
    console.log(`OUTAGE, afterwards: ${JSON.stringify(figures)}`);
    expect(code).toBe(0);
    expect(figures).toMatchObject({ lost: 0, wrong: 0, missingRefusals: 0, doubleKeys: 0, unbalanced: [] });
    expect(figures.acknowledged).toBe(figures.sent);
  });
});
