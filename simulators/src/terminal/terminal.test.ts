import { afterEach, describe, expect, it } from 'vitest';
import { truckSpec } from '../fleet/default-fleet.ts';
import { type PubackServer, pubackServer } from '../test-broker.ts';
import { beijing } from '../test-kit.ts';
import { truck } from '../truck/truck.ts';
import { badLink } from './bad-link.ts';
import { MessageSource } from './message-source.ts';
import { mqttTransport } from './mqtt-transport.ts';
import { type Kept, Outbox } from './outbox.ts';
import { asReissue } from './reissue.ts';
import { createTerminal, type Terminal, type TerminalOptions } from './terminal.ts';
import { type Link, LinkError, type Transport } from './transport.ts';

const NOW = beijing('2026-11-20T13:00:00');
const kept = (id: number): Kept => ({ id, payload: new Uint8Array([id]), samples: 1, dueSec: NOW, attempts: 0 });

describe('Outbox', () => {
  it('gives messages out in order and takes unacknowledged ones back into their old place', () => {
    const outbox = new Outbox(100);
    for (let id = 1; id <= 6; id += 1) outbox.add(kept(id));
    const [a, b, c] = [outbox.take(), outbox.take(), outbox.take()] as [Kept, Kept, Kept];
    outbox.settle(b);
    outbox.giveBack(c);
    outbox.giveBack(a);
    expect(outbox.inFlight).toBe(0);
    const order: number[] = [];
    for (let message = outbox.take(); message !== undefined; message = outbox.take()) order.push(message.id);
    expect(order).toEqual([1, 3, 4, 5, 6]);
  });

  it('overwrites the oldest waiting message when full, counts it, and never loses one in flight', () => {
    const outbox = new Outbox(3);
    outbox.add(kept(1));
    const flying = outbox.take() as Kept;
    for (let id = 2; id <= 6; id += 1) outbox.add(kept(id));
    expect(outbox.dropped).toBe(2);
    outbox.giveBack(flying);
    const order: number[] = [];
    for (let message = outbox.take(); message !== undefined; message = outbox.take()) order.push(message.id);
    expect(order).toEqual([1, 4, 5, 6]);
  });

  it('stays small over a long life', () => {
    const outbox = new Outbox(10);
    for (let id = 1; id <= 50_000; id += 1) {
      outbox.add(kept(id));
      const message = outbox.take();
      if (message !== undefined) outbox.settle(message);
    }
    expect(outbox.size).toBe(0);
    expect(outbox.dropped).toBe(0);
  });
});

/** A transport without a network, whose links the test controls. */
class FakeTransport implements Transport {
  readonly published: { payload: Uint8Array; ack: () => void; fail: () => void }[] = [];
  links: { drop: (reason: string) => void }[] = [];
  refuse = 0;

  connect(): Promise<Link> {
    if (this.refuse > 0) {
      this.refuse -= 1;
      return Promise.reject(new LinkError('refused'));
    }
    let drop: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => {
      drop = resolve;
    });
    this.links.push({ drop });
    const publish = (payload: Uint8Array): Promise<void> =>
      new Promise<void>((resolve, reject) => {
        this.published.push({ payload, ack: resolve, fail: () => reject(new LinkError('lost')) });
        void closed.then((reason) => reject(new LinkError(reason)));
      });
    return Promise.resolve({ publish, closed, close: () => Promise.resolve(drop('closed')), cut: () => drop('cut') });
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function jsonTerminal(transport: Transport, options: TerminalOptions = {}, format: 'json' | 'A' = 'json'): Terminal {
  const spec = truckSpec(1, 3, 'healthyIV');
  const source = new MessageSource(truck({ ...spec, shiftStartS: 6 * 3600, terminal: { ...spec.terminal, format } }));
  return createTerminal(source, transport, () => NOW, { retryMs: [1, 4], ...options });
}

describe('a terminal', () => {
  it('keeps at most the window in flight, and sends the next only for an acknowledgement', async () => {
    const transport = new FakeTransport();
    const terminal = jsonTerminal(transport, { inFlight: 3 });
    const run = terminal.run();
    await settle();
    for (let i = 0; i < 10; i += 1) terminal.offer(new Uint8Array([i]), 1, NOW);
    await settle();
    expect(transport.published).toHaveLength(3);
    transport.published[0]?.ack();
    await settle();
    expect(transport.published.map(({ payload }) => payload[0])).toEqual([0, 1, 2, 3]);
    expect(terminal.stats()).toMatchObject({ acked: 1, inFlight: 3, waiting: 6 });
    await terminal.stop(0);
    await run;
  });

  it('sends what was not acknowledged again after a lost link, in order, as a re-issue', async () => {
    const transport = new FakeTransport();
    const acked: number[] = [];
    const terminal = jsonTerminal(transport, { inFlight: 5, onAcked: (_, { id }) => acked.push(id) }, 'A');
    const source = terminal.source;
    const run = terminal.run();
    await settle();
    transport.published[0]?.ack();
    const payloads = [1, 2, 3].map(
      (i) => source.window(source.nextSendSec(NOW - 7200) + i * 10).at(-1)?.payload ?? new Uint8Array(0),
    );
    expect(payloads.every((payload) => payload.length > 400)).toBe(true);
    for (const payload of payloads) terminal.offer(payload, 10, NOW);
    await settle();
    transport.published[2]?.ack();
    await settle();
    transport.links[0]?.drop('carrier lost');
    await settle();
    await settle();
    const resent = transport.published.slice(4).map(({ payload }) => Buffer.from(payload).toString('hex'));
    const again = [payloads[0], payloads[2]].map((payload) =>
      Buffer.from(asReissue(payload ?? new Uint8Array(0))).toString('hex'),
    );
    expect(resent.slice(0, 2)).toEqual(again);
    expect(transport.published[1]?.payload[2]).toBe(0x02);
    for (const each of transport.published.slice(4)) each.ack();
    await settle();
    expect(terminal.unacked).toBe(0);
    expect(new Set(acked).size).toBe(acked.length);
    await terminal.stop(0);
    await run;
  });

  it('keeps trying while the service refuses, and tells why', async () => {
    const transport = new FakeTransport();
    transport.refuse = 3;
    const terminal = jsonTerminal(transport);
    const run = terminal.run();
    terminal.offer(new Uint8Array([1]), 1, NOW);
    while (transport.published.length === 0) await settle();
    expect(terminal.stats()).toMatchObject({ connected: true, lastError: 'refused', inFlight: 1 });
    await terminal.stop(0);
    await run;
  });

  it('stops at once while it waits to connect again', async () => {
    const transport = new FakeTransport();
    transport.refuse = Number.POSITIVE_INFINITY;
    const terminal = jsonTerminal(transport, { retryMs: [60_000, 60_000] });
    const run = terminal.run();
    await settle();
    await terminal.stop(0);
    await run;
    expect(terminal.stats().connected).toBe(false);
  });
});

describe('a bad link', () => {
  const options = {
    seed: 9,
    lossShare: 0.1,
    lostAckShare: 0.1,
    duplicateShare: 0.1,
    reorderShare: 0.1,
    cutShare: 0.02,
    delayMs: 3,
    ackTimeoutMs: 15,
  };

  it('loses nothing for good: every message is acknowledged in the end, some arrive twice or out of order', async () => {
    const arrived: number[] = [];
    let cuts = 0;
    const perfect: Transport = {
      connect: () => {
        let drop: (reason: string) => void = () => undefined;
        const closed = new Promise<string>((resolve) => {
          drop = resolve;
        });
        return Promise.resolve({
          closed,
          publish: (payload) => Promise.resolve(void arrived.push((payload[0] ?? 0) * 256 + (payload[1] ?? 0))),
          close: () => Promise.resolve(drop('closed')),
          cut: () => {
            cuts += 1;
            drop('cut');
          },
        });
      },
    };
    const terminal = jsonTerminal(badLink(perfect, options));
    const run = terminal.run();
    for (let i = 0; i < 400; i += 1) terminal.offer(new Uint8Array([i >> 8, i & 255]), 1, NOW);
    while (terminal.unacked > 0) await settle();
    await terminal.stop(0);
    await run;
    expect(new Set(arrived).size).toBe(400);
    expect(arrived.length).toBeGreaterThan(420);
    expect(arrived.some((value, i) => i > 0 && value < (arrived[i - 1] ?? 0))).toBe(true);
    expect(cuts).toBeGreaterThan(1);
    expect(terminal.stats().sent).toBeGreaterThan(420);
  });

  it('does the same to the same messages for the same seed', async () => {
    const fates = async (seed: number): Promise<string> => {
      const log: string[] = [];
      const inner: Transport = {
        connect: () =>
          Promise.resolve({
            closed: new Promise(() => undefined),
            publish: (p) => Promise.resolve(void log.push(`${p[0]}`)),
            close: () => Promise.resolve(),
            cut: () => void log.push('cut'),
          }),
      };
      const link = await badLink(inner, { seed, lossShare: 0.3, duplicateShare: 0.3, ackTimeoutMs: 1 }).connect();
      for (let i = 0; i < 60; i += 1)
        await link.publish(new Uint8Array([i])).catch((error: unknown) => log.push(error instanceof LinkError ? 'lost' : 'bug'));
      return log.join(' ');
    };
    expect(await fates(1)).toBe(await fates(1));
    expect(await fates(1)).not.toBe(await fates(2));
    expect(await fates(1)).toContain('lost');
  });
});

describe('over real MQTT', () => {
  let server: PubackServer | undefined;
  afterEach(async () => server?.stop());

  it('delivers everything although the broker cuts the connection and stays silent at times', async () => {
    server = await pubackServer();
    const confirmed = new Map<string, number>();
    server.accept = ({ payload }, count) => {
      if (count % 17 === 0) return 'cut';
      const key = payload.toString('hex');
      confirmed.set(key, (confirmed.get(key) ?? 0) + 1);
      return 'ack';
    };
    const spec = truckSpec(1, 3, 'healthyIV');
    const acked: number[] = [];
    const transport = mqttTransport({ url: `mqtt://127.0.0.1:${server.port}`, terminalId: spec.terminal.id, secret: 's' });
    const terminal = createTerminal(
      new MessageSource(truck({ ...spec, terminal: { ...spec.terminal, format: 'json' } })),
      transport,
      () => NOW,
      {
        retryMs: [5, 20],
        onAcked: (_, { id }) => acked.push(id),
      },
    );
    const run = terminal.run();
    for (let i = 0; i < 120; i += 1) terminal.offer(Buffer.from(`{"v":1,"seq":${i}}`), 1, NOW);
    while (terminal.unacked > 0) await settle();
    await terminal.stop(100);
    await run;
    expect(confirmed.size).toBe(120);
    expect(acked).toHaveLength(120);
    expect(terminal.stats().reconnects).toBeGreaterThan(3);
    expect(
      server.arrived.every(({ topic, clientId }) => topic === `obd/v1/${spec.terminal.id}/up` && clientId === spec.terminal.id),
    ).toBe(true);
  });

  it('says so when the login is refused', async () => {
    server = await pubackServer();
    server.returnCode = 5;
    const transport = mqttTransport({ url: `mqtt://127.0.0.1:${server.port}`, terminalId: 't1', secret: 'wrong' });
    await expect(transport.connect()).rejects.toThrow(/no link to mqtt:.* for terminal t1: .*Not authorized/);
  });
});
