import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type PubackServer, pubackServer } from '../test-broker.ts';
import { beijing } from '../test-kit.ts';
import { defaultFleet } from './default-fleet.ts';
import { history } from './history.ts';
import { runFleet } from './run-fleet.ts';
import { writeHistory } from './write-history.ts';

const FROM = beijing('2026-11-20T13:00:00');

describe('runFleet', () => {
  let server: PubackServer | undefined;
  afterEach(async () => server?.stop());

  function samplesAt(): Map<string, Set<number>> {
    const columns = new SampleColumns();
    const seen = new Map<string, Set<number>>();
    for (const { clientId, payload } of server?.arrived ?? []) {
      columns.clear();
      decodeMessage(payload, columns, { recordPeriodS: 1 });
      const times = seen.get(clientId) ?? new Set<number>();
      for (const time of columns.timeSec.subarray(0, columns.count)) times.add(time);
      seen.set(clientId, times);
    }
    return seen;
  }

  it('delivers a stretch of time as fast as it is taken, the samples of history, and ends by itself', async () => {
    server = await pubackServer();
    const specs = defaultFleet(1).slice(0, 8);
    const until = new AbortController();
    const stats = await runFleet({
      specs,
      credentials: () => 's',
      url: `mqtt://127.0.0.1:${server.port}`,
      speed: 1e6,
      fromSec: FROM,
      toSec: FROM + 900,
      signal: until.signal,
      badLink: { lostAckShare: 0.02, duplicateShare: 0.05, ackTimeoutMs: 50 },
    });
    expect(stats).toMatchObject({ terminals: 8, connected: 0, unacked: 0, dropped: 0 });
    const seen = samplesAt();
    const expected = new Map<string, Set<number>>();
    const columns = new SampleColumns();
    for (const { terminalId, payload } of [...history(specs, FROM, FROM + 900)].flat()) {
      columns.clear();
      decodeMessage(payload, columns, { recordPeriodS: 1 });
      const times = expected.get(terminalId) ?? new Set<number>();
      for (const time of columns.timeSec.subarray(0, columns.count)) times.add(time);
      expected.set(terminalId, times);
    }
    for (const [terminal, times] of expected) expect([...(seen.get(terminal) ?? [])].sort()).toEqual([...times].sort());
  });

  it('shows every one of 36 trucks within two minutes of the present, and stops when told', async () => {
    server = await pubackServer();
    const until = new AbortController();
    const timer = setInterval(() => {
      const seen = samplesAt();
      if (seen.size === 36) until.abort();
    }, 300);
    const stats = await runFleet({
      specs: defaultFleet(1),
      credentials: () => 's',
      url: `mqtt://127.0.0.1:${server.port}`,
      signal: until.signal,
    });
    clearInterval(timer);
    expect(stats.terminals).toBe(36);
    expect(stats.dropped).toBe(0);
    const newest = [...samplesAt().values()].map((times) => Math.max(...times));
    expect(newest).toHaveLength(36);
    expect(Math.max(...newest)).toBeLessThanOrEqual(Date.now() / 1000);
  });
});

describe('writeHistory', () => {
  const specs = defaultFleet(1).slice(0, 4);

  it('hands in everything once, in order for each terminal, received when it was sent', async () => {
    const last = new Map<string, number>();
    let samples = 0;
    let inFlight = 0;
    let most = 0;
    const result = await writeHistory({
      specs,
      fromSec: FROM,
      toSec: FROM + 1800,
      accept: async ({ terminalId, receivedAtMs, payload }) => {
        expect(receivedAtMs).toBeGreaterThanOrEqual(last.get(terminalId) ?? 0);
        last.set(terminalId, receivedAtMs);
        inFlight += 1;
        most = Math.max(most, inFlight);
        const columns = new SampleColumns();
        decodeMessage(payload, columns, { recordPeriodS: 1 });
        samples += columns.count;
        await Promise.resolve();
        inFlight -= 1;
        return { ack: true };
      },
    });
    expect(result.samples).toBe(samples);
    expect(result.samples).toBeGreaterThan(3000);
    expect(result.refused).toBe(0);
    expect(most).toBeLessThanOrEqual(4096);
  });

  it('ends early when the service stops, and says how far it came', async () => {
    let taken = 0;
    const result = await writeHistory({
      specs,
      fromSec: FROM,
      toSec: FROM + 86_400,
      accept: () => {
        taken += 1;
        return Promise.resolve({ ack: taken < 50 });
      },
    });
    expect(result.messages).toBe(49);
    expect(result.atSec).toBeLessThan(FROM + 3600);
  });
});
