import { decodeMessage, SampleColumns } from '@plume/ingest/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type PubackServer, pubackServer } from '../test-broker.ts';
import { beijing } from '../test-kit.ts';
import { LatencyHistogram } from './latency.ts';
import { loadClients } from './load-clients.ts';

const START = beijing('2026-11-19T23:59:30');
const terminals = Array.from({ length: 4 }, (_, i) => ({ id: `load-${i}`, secret: 's', vin: `LZZDM1DT0EA00000${i}` }));

describe('LatencyHistogram', () => {
  it('gives quantiles within 2 % of the sorted list', () => {
    const histogram = new LatencyHistogram();
    const values = Array.from({ length: 10_000 }, (_, i) => 0.05 * 1.001 ** i);
    for (const value of values) histogram.add(value);
    for (const share of [0.5, 0.9, 0.99]) {
      const exact = values[Math.floor(share * values.length)] ?? 0;
      expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.025);
    }
    expect(new LatencyHistogram().quantile(0.5)).toBeNaN();
  });
});

describe('loadClients', () => {
  let server: PubackServer | undefined;
  afterEach(async () => server?.stop());
  const port = (): number => server?.port ?? 0;

  it('keeps a window in flight (closed loop), each frame with its own truck, time and check code', async () => {
    server = await pubackServer();
    const result = await loadClients({
      host: '127.0.0.1',
      port: port(),
      terminals,
      mode: { kind: 'closed', window: 8 },
      seconds: 30,
      startSec: START,
      untilSec: START + 1000,
    });
    expect(result).toMatchObject({ connections: 4, messages: 400, rows: 4000, ackedMessages: 400, ackedRows: 4000, cut: 0 });
    expect(result.latencyMs.p50).toBeLessThanOrEqual(result.latencyMs.p99);
    const columns = new SampleColumns();
    const times = new Map<string, number[]>();
    for (const { clientId, payload } of server.arrived) {
      columns.clear();
      const { parts, rejections } = decodeMessage(payload, columns, { recordPeriodS: 1 });
      expect(rejections.length + parts.flatMap((part) => part.rejections).length).toBe(0);
      expect(parts[0]?.vin).toBe(terminals.find(({ id }) => id === clientId)?.vin);
      times.set(clientId, [...(times.get(clientId) ?? []), ...columns.timeSec.subarray(0, columns.count)]);
    }
    for (const seconds of times.values()) expect(seconds).toEqual(Array.from({ length: 1000 }, (_, i) => START + i));
  });

  it('sends at the rate asked for (open loop)', async () => {
    server = await pubackServer();
    const result = await loadClients({
      host: '127.0.0.1',
      port: port(),
      terminals,
      mode: { kind: 'open', rowsPerSecond: 4000 },
      seconds: 1,
      startSec: START,
    });
    expect(result.messages).toBeGreaterThan(380);
    expect(result.messages).toBeLessThanOrEqual(402);
    expect(result.ackedMessages).toBe(result.messages);
  });

  it('sends a message when it is due, so that its latency is that of the answer alone (open loop)', async () => {
    server = await pubackServer();
    const { messages, latencyMs } = await loadClients({
      host: '127.0.0.1',
      port: port(),
      terminals,
      mode: { kind: 'open', rowsPerSecond: 40 },
      seconds: 0.9,
      startSec: START,
    });
    // Due at 0, 250, 500 and 750 ms.
    expect(messages).toBe(4);
    expect(latencyMs.p50).toBeLessThan(100);
  });

  it('counts a connection that was cut', async () => {
    server = await pubackServer();
    server.accept = ({ clientId }, count) => (clientId === 'load-1' && count > 40 ? 'cut' : 'ack');
    const result = await loadClients({
      host: '127.0.0.1',
      port: port(),
      terminals,
      mode: { kind: 'closed', window: 2 },
      seconds: 30,
      startSec: START,
      untilSec: START + 500,
    });
    expect(result.cut).toBe(1);
    expect(result.ackedMessages).toBeLessThan(200);
    expect(result.ackedMessages).toBeGreaterThanOrEqual(150);
  });

  it('says which terminal was refused', async () => {
    server = await pubackServer();
    server.returnCode = 5;
    await expect(
      loadClients({
        host: '127.0.0.1',
        port: port(),
        terminals,
        mode: { kind: 'closed', window: 1 },
        seconds: 1,
        startSec: START,
      }),
    ).rejects.toThrow(/refused the login, return code 5/);
  });
});
