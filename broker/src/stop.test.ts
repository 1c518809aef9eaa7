import { afterEach, describe, expect, it } from 'vitest';
import { connectPacket, pause, RawClient, status, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
afterEach(async () => {
  await kit.broker.stop();
});

describe('stop', () => {
  it('waits for the messages being stored, acknowledges them, takes no new ones and closes everything', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1', {
      will: { topic: status('T1'), payload: Buffer.from('offline'), qos: 0, retain: false },
    });
    const waiting = await RawClient.open(kit.port);
    for (let id = 1; id <= 3; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    await until('three messages', () => kit.offered.length === 3);
    let isStopped = false;
    const stopping = kit.broker.stop().then(() => {
      isStopped = true;
    });
    for (let id = 4; id <= 6; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    expect(await waiting.connect('T2')).toMatchObject({ returnCode: 3 });
    await expect(RawClient.open(kit.port)).rejects.toThrow();
    await pause(30);
    expect(isStopped).toBe(false);
    kit.settleAll();
    await stopping;
    await client.closed();
    expect(client.ids('puback')).toEqual([1, 2, 3]);
    expect(kit.texts()).toEqual(['1', '2', '3']);
    // The service has gone, not the terminal: its will is not told.
    expect(kit.texts('status')).toEqual([]);
    expect(kit.broker.stats().connections).toBe(0);
  });

  it('does not wait for ever; what is not stored then is not acknowledged', async () => {
    kit = await TestBroker.start({ limits: { stopGraceMs: 50 } });
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    client.publish(up('T1'), 'x', { messageId: 1 });
    await until('the message', () => kit.offered.length === 1);
    await kit.broker.stop();
    kit.settleAll();
    await client.closed();
    expect(client.ids('puback')).toEqual([]);
    expect(kit.logLines.map((each) => each.level)).toContain('warn');
  });

  it('under load leaves nothing acknowledged that was not accepted', async () => {
    kit = await TestBroker.start();
    const clients = await Promise.all(Array.from({ length: 10 }, (_, n) => RawClient.login(kit.port, `T${n}`)));
    for (const [n, client] of clients.entries()) {
      for (let id = 1; id <= 2000; id += 1) client.publish(up(`T${n}`), `${n}/${id}`, { messageId: id });
    }
    await until('some', () => kit.offered.length > 1000);
    await kit.broker.stop();
    await Promise.all(clients.map((each) => each.closed()));
    const accepted = new Set(kit.texts());
    const acked = clients.flatMap((client, n) => client.ids('puback').map((id) => `${n}/${id}`));
    expect(acked.length).toBeGreaterThan(0);
    expect(acked.filter((each) => !accepted.has(each))).toEqual([]);
  });

  it('may be called twice, and on a broker nobody has spoken to', async () => {
    kit = await TestBroker.start();
    await Promise.all([kit.broker.stop(), kit.broker.stop()]);
  });
});

describe('start', () => {
  it('says which port cannot be had, and what to do', async () => {
    kit = await TestBroker.start();
    await expect(TestBroker.start({ mqttPort: kit.port })).rejects.toThrow(
      /MQTT: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\); choose another/,
    );
  });

  it('wants a certificate for the MQTTS port', async () => {
    kit = await TestBroker.start();
    await expect(TestBroker.start({ mqttsPort: 0 })).rejects.toThrow(/certificate/);
  });
});

describe('a flood of broken connections', () => {
  it('becomes a few lines with a count, and the one that matters is among them', async () => {
    kit = await TestBroker.start({ limits: { incidentsPerSecond: 1, incidentBurst: 5, incidentSummaryMs: 50 } });
    for (let round = 0; round < 20; round += 1) {
      const peers = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(kit.port)));
      for (const peer of peers) peer.stream.write('\u0000 not MQTT at all\n');
      await Promise.all(peers.map((each) => each.closed()));
    }
    const client = await RawClient.open(kit.port);
    client.send(connectPacket('T1', { password: Buffer.from('wrong') }));
    await client.connack();
    await kit.broker.stop();
    expect(kit.broker.stats().incidents).toMatchObject({ badProtocol: 1000, wrongSecret: 1 });
    const told = kit.incidents.filter((each) => each.kind === 'badProtocol');
    const more = told.map((each) => /^and (\d+) more$/.exec(each.detail)?.[1]).filter((each) => each !== undefined);
    expect(told.length - more.length + more.reduce((sum, each) => sum + Number(each), 0)).toBe(1000);
    expect(kit.kinds()).toContain('wrongSecret');
    // One line each summary at most, and the burst; far from a thousand. The log proper stays silent.
    expect(told.length).toBeLessThan(300);
    expect(kit.logLines).toEqual([]);
  });
});
