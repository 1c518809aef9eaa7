import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { down, pause, RawClient, secretOf, status, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
afterEach(async () => {
  kit.settleAll();
  await kit.broker.stop();
});

/** What a ledger saw, in order: a message stored, or its acknowledgement at the client. */
type Event = { what: 'stored' | 'acked'; id: number };

/** The messages acknowledged at a moment when they were not stored. */
function ackedTooEarly(events: readonly Event[]): number[] {
  const stored = new Set<number>();
  const early: number[] = [];
  for (const { what, id } of events) {
    if (what === 'stored') stored.add(id);
    else if (!stored.has(id)) early.push(id);
  }
  return early;
}

/** Sends `count` QoS 1 messages one after the other and records each acknowledgement. */
async function sendAndRecord(port: number, count: number, events: Event[]): Promise<void> {
  const client = await RawClient.login(port, 'T1');
  for (let id = 1; id <= count; id += 1) {
    client.publish(up('T1'), `message ${id}`, { messageId: id });
    await until(`PUBACK ${id}`, () => client.ids('puback').includes(id));
    events.push({ what: 'acked', id });
  }
  client.end();
}

describe('acknowledgement', () => {
  it('comes after the message has been accepted, never before', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const events: Event[] = [];
    const sending = sendAndRecord(kit.port, 5, events);
    for (let id = 1; id <= 5; id += 1) {
      const offered = await until(`message ${id}`, () => kit.offered[id - 1]);
      await pause(20);
      events.push({ what: 'stored', id });
      offered.settle({ ack: true });
    }
    await sending;
    expect(events.filter((each) => each.what === 'acked')).toHaveLength(5);
    expect(ackedTooEarly(events)).toEqual([]);
  });

  it('sent first by a broker that stores afterwards is caught by the same ledger', async () => {
    kit = await TestBroker.start();
    const events: Event[] = [];
    const naive = await Aedes.createBroker({
      published: (packet, client, done) => {
        if (client === null) return done();
        setTimeout(() => {
          events.push({ what: 'stored', id: Number(packet.payload.toString().split(' ')[1]) });
          done();
        }, 20);
      },
    });
    const server = createServer(naive.handle);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await sendAndRecord((server.address() as AddressInfo).port, 5, events);
    server.close();
    await new Promise<void>((resolve) => naive.close(resolve));
    expect(ackedTooEarly(events)).not.toEqual([]);
  });

  it('keeps the order of arrival when messages are stored out of order (MQTT-4.6.0-2)', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 6; id += 1) client.publish(id === 4 ? status('T1') : up('T1'), `${id}`, { messageId: id });
    await until('six messages', () => kit.offered.length === 6);
    for (const place of [2, 5, 1, 4]) kit.offered[place]?.settle({ ack: true });
    await pause(30);
    expect(client.ids('puback')).toEqual([]);
    kit.offered[0]?.settle({ ack: true });
    await until('three acknowledgements', () => client.ids('puback').length >= 3);
    expect(client.ids('puback')).toEqual([1, 2, 3]);
    kit.offered[3]?.settle({ ack: true });
    await until('all', () => client.ids('puback').length === 6);
    expect(client.ids('puback')).toEqual([1, 2, 3, 4, 5, 6]);
    client.end();
  });

  it('of QoS 2 is the PUBREC, after the message has been accepted, in order, once for each message', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 3; id += 1) client.publish(up('T1'), `${id}`, { qos: 2, messageId: id });
    await until('three messages', () => kit.offered.length === 3);
    kit.offered[2]?.settle({ ack: true });
    kit.offered[1]?.settle({ ack: true });
    await pause(20);
    expect(client.ids('pubrec')).toEqual([]);
    kit.offered[0]?.settle({ ack: true });
    await until('PUBRECs', () => client.ids('pubrec').length === 3);
    expect(client.ids('pubrec')).toEqual([1, 2, 3]);
    for (let id = 1; id <= 3; id += 1) client.send({ cmd: 'pubrel', messageId: id });
    client.send({ cmd: 'pubrel', messageId: 3 });
    await until('PUBCOMPs', () => client.ids('pubcomp').length === 4);
    expect(client.ids('pubcomp')).toEqual([1, 2, 3, 3]);
    expect(kit.broker.stats().received).toMatchObject({ qos2: 3 });
    client.end();
  });

  it('does not exist for QoS 0, whose message is accepted all the same', async () => {
    kit = await TestBroker.start();
    const client = await RawClient.login(kit.port, 'T1');
    client.publish(up('T1'), 'no answer wanted', { qos: 0 });
    client.publish(up('T1'), 'answer wanted', { messageId: 9 });
    await until('PUBACK', () => client.ids('puback').length === 1);
    expect(kit.texts()).toEqual(['no answer wanted', 'answer wanted']);
    expect(client.ids('puback')).toEqual([9]);
    client.end();
  });

  it('is withheld, and the connection closed, when the service cannot store; what came later is not acknowledged either', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 3; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    await until('three messages', () => kit.offered.length === 3);
    kit.offered[0]?.settle({ ack: true });
    kit.offered[2]?.settle({ ack: true });
    kit.offered[1]?.settle({ ack: false });
    await client.closed();
    expect(client.ids('puback')).toEqual([1]);
    expect(kit.broker.stats()).toMatchObject({ pendingMessages: 0, pendingBytes: 0, acknowledged: 1, unacknowledged: 2 });
  });

  it('is withheld when accept throws or rejects; the process and the other terminals go on', async () => {
    kit = await TestBroker.start();
    kit.acceptance = (envelope) => {
      if (envelope.terminalId === 'T1') throw new Error('a bug in accept');
      return { ack: true };
    };
    const unlucky = await RawClient.login(kit.port, 'T1');
    const other = await RawClient.login(kit.port, 'T2');
    unlucky.publish(up('T1'), 'x', { messageId: 1 });
    await unlucky.closed();
    other.publish(up('T2'), 'x', { messageId: 1 });
    await until('PUBACK', () => other.ids('puback').length === 1);
    expect(unlucky.ids('puback')).toEqual([]);
    expect(kit.logLines.map((each) => each.level)).toEqual(['error']);
    expect(kit.broker.stats().pendingMessages).toBe(0);
    other.end();
  });

  it('is given for each repetition of a message: marked as repeated or not, under other numbers, on two connections', async () => {
    kit = await TestBroker.start();
    const first = await RawClient.login(kit.port, 'T1');
    first.publish(up('T1'), 'same', { messageId: 7 });
    first.publish(up('T1'), 'same', { messageId: 7, dup: true });
    first.publish(up('T1'), 'same', { messageId: 8, dup: true });
    await until('three PUBACKs', () => first.ids('puback').length === 3);
    expect(first.ids('puback')).toEqual([7, 7, 8]);
    first.end();
    const second = await RawClient.login(kit.port, 'T1');
    second.publish(up('T1'), 'same', { messageId: 7, dup: true });
    second.publish(up('T1'), 'same', { messageId: 1 });
    await until('two PUBACKs', () => second.ids('puback').length === 2);
    expect(kit.texts()).toEqual(['same', 'same', 'same', 'same', 'same']);
    second.end();
  });

  it('is not sent for a message whose connection is gone when it has been stored; its place is free again', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 10; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    await until('ten messages', () => kit.offered.length === 10);
    client.end();
    await until('the connection to be noticed as closed', () => kit.broker.stats().connections === 0);
    expect(kit.broker.stats().pendingMessages).toBe(10);
    kit.settleAll();
    await until('no message pending', () => kit.broker.stats().pendingMessages === 0);
    expect(kit.broker.stats()).toMatchObject({ pendingBytes: 0, unacknowledged: 10, acknowledged: 0 });
    expect(kit.logLines.filter((each) => each.level === 'error')).toEqual([]);
  });

  it('reaches an ordinary client library with many messages under way', async () => {
    kit = await TestBroker.start();
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${kit.port}`, {
      clientId: 'T1',
      username: 'T1',
      password: secretOf('T1'),
    });
    await Promise.all(
      Array.from({ length: 3000 }, (_, i) => client.publishAsync(up('T1'), `${i}`, { qos: i % 5 === 0 ? 2 : 1 })),
    );
    await client.endAsync();
    expect(new Set(kit.texts()).size).toBe(3000);
    expect(kit.broker.stats().acknowledged).toBe(3000);
  });
});

describe('verdicts', () => {
  const verdict = (n: number) => ({
    v: 1 as const,
    kind: 'reject' as const,
    code: 'BAD_JSON',
    field: '',
    reason: `no ${n}`,
    received: '2024-05-18T06:30:00Z',
  });

  it('follow the acknowledgement on the terminal’s own topic, at most one within the interval, the rest is counted', async () => {
    kit = await TestBroker.start({ limits: { verdictIntervalMs: 60_000 } });
    let n = 0;
    kit.acceptance = () => ({ ack: true, verdict: verdict(++n) });
    const client = await RawClient.login(kit.port, 'T1');
    expect(await client.subscribe(down('T1'))).toEqual([0]);
    for (let id = 1; id <= 5; id += 1) client.publish(up('T1'), 'x', { messageId: id });
    await until('five PUBACKs', () => client.ids('puback').length === 5);
    await until('the verdict', () => client.received(down('T1')).length === 1);
    expect(client.received(down('T1')).map((each): unknown => JSON.parse(each))).toEqual([verdict(1)]);
    const sent = client.packets.find((each) => each.cmd === 'publish');
    expect(sent).toMatchObject({ qos: 0, retain: false });
    expect(kit.broker.stats().verdicts).toEqual({ sent: 1, dropped: 4 });
    client.end();
    // A new connection does not begin a new interval.
    const again = await RawClient.login(kit.port, 'T1');
    await again.subscribe(down('T1'));
    again.publish(up('T1'), 'x', { messageId: 1 });
    await until('PUBACK', () => again.ids('puback').length === 1);
    expect(kit.broker.stats().verdicts).toEqual({ sent: 1, dropped: 5 });
    again.end();
  });

  it('go on after the interval', async () => {
    kit = await TestBroker.start({ limits: { verdictIntervalMs: 30 } });
    kit.acceptance = () => ({ ack: true, verdict: verdict(0) });
    const client = await RawClient.login(kit.port, 'T1');
    await client.subscribe(down('T1'));
    client.publish(up('T1'), 'x', { messageId: 1 });
    await until('the first', () => kit.broker.stats().verdicts.sent === 1);
    await pause(40);
    client.publish(up('T1'), 'x', { messageId: 2 });
    await until('the second', () => client.received(down('T1')).length === 2);
    client.end();
  });

  it('are not kept for a terminal that is absent or not subscribed', async () => {
    kit = await TestBroker.start();
    kit.acceptance = () => ({ ack: true, verdict: verdict(0) });
    const client = await RawClient.login(kit.port, 'T1', { clean: false });
    client.publish(up('T1'), 'x', { messageId: 1 });
    await until('PUBACK', () => client.ids('puback').length === 1);
    await client.subscribe(down('T1'));
    client.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: [down('T1')] });
    await until('UNSUBACK', () => client.packets.some((each) => each.cmd === 'unsuback'));
    client.publish(up('T1'), 'x', { messageId: 2 });
    await until('PUBACK', () => client.ids('puback').length === 2);
    kit.broker.send('T1', { hello: 'deaf' });
    client.send({ cmd: 'pingreq' });
    await until('PINGRESP', () => client.packets.some((each) => each.cmd === 'pingresp'));
    await pause(20);
    expect(client.received(down('T1'))).toEqual([]);
    client.end();
    await until('absence', () => kit.broker.stats().connections === 0);
    kit.broker.send('T1', { hello: 'nobody' });
    const again = await RawClient.login(kit.port, 'T1', { clean: false });
    await again.subscribe(down('T1'));
    kit.broker.send('T1', { hello: 'somebody' });
    await until('the message', () => again.received(down('T1')).length > 0);
    expect(again.received(down('T1'))).toEqual(['{"hello":"somebody"}']);
    expect(kit.broker.stats().down).toEqual({ sent: 1, dropped: 2 });
    again.end();
  });

  it('and answers in bytes keep their order; a lasting session is listening again without a new subscription', async () => {
    kit = await TestBroker.start();
    kit.acceptance = (envelope) => ({ ack: true, answer: Uint8Array.from(envelope.payload) });
    const first = await RawClient.login(kit.port, 'T1', { clean: false });
    await first.subscribe(down('T1'));
    first.end();
    await until('absence', () => kit.broker.stats().connections === 0);
    const client = await RawClient.open(kit.port);
    expect(await client.connect('T1', { clean: false })).toMatchObject({ returnCode: 0, sessionPresent: true });
    for (let id = 1; id <= 3; id += 1) client.publish(up('T1'), `echo ${id}`, { messageId: id });
    await until('three answers', () => client.received(down('T1')).length === 3);
    expect(client.received(down('T1'))).toEqual(['echo 1', 'echo 2', 'echo 3']);
    client.end();
  });
});
