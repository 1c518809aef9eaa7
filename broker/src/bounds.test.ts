import { generate } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { connectPacket, down, pause, publishPacket, RawClient, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
afterEach(async () => {
  kit.settleAll();
  await kit.broker.stop();
});

/** The header of a packet with this remaining length. */
function header(firstByte: number, remainingLength: number): Buffer {
  const bytes = [firstByte];
  let rest = remainingLength;
  do {
    bytes.push((rest % 128) | (rest > 127 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

describe('packet size', () => {
  it('before the login: 2 KiB pass, one byte more is cut from the header alone', async () => {
    kit = await TestBroker.start({ limits: { failureDelayMs: 1 } });
    const exact = await RawClient.open(kit.port);
    const packet = connectPacket('T1', { password: Buffer.alloc(0) });
    const room = 2048 - (generate(packet).length - 2);
    exact.send({ ...packet, password: Buffer.alloc(room) });
    expect((await exact.connack()).returnCode).toBe(5);
    const over = await RawClient.open(kit.port);
    over.stream.write(header(0x10, 2049));
    await over.closed();
    expect(kit.incidents.at(-1)).toMatchObject({ kind: 'oversizedPacket', terminalId: null, address: '127.0.0.1' });
  });

  it('after the login: 64 KiB pass, also byte by byte at the end; one byte more is cut from the header alone', async () => {
    kit = await TestBroker.start();
    const client = await RawClient.login(kit.port, 'T1');
    const overhead = 2 + up('T1').length + 2;
    const largest = generate(publishPacket(up('T1'), Buffer.alloc(65_536 - overhead, 1), { messageId: 1 }));
    client.stream.write(largest);
    await until('PUBACK', () => client.ids('puback').length === 1);
    client.stream.write(largest.subarray(0, -50));
    for (const byte of largest.subarray(-50)) {
      client.stream.write(Buffer.of(byte));
      await pause(0);
    }
    await until('PUBACK', () => client.ids('puback').length === 2);
    expect(kit.offered.map((each) => each.envelope.payload.length)).toEqual([65_536 - overhead, 65_536 - overhead]);
    client.stream.write(header(0x32, 65_537));
    await client.closed();
    expect(kit.incidents).toMatchObject([{ kind: 'oversizedPacket', terminalId: 'T1' }]);
  });
});

describe('what is not MQTT', () => {
  it.each([
    { name: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
    { name: 'a TLS hello', bytes: Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]) },
    { name: 'a PUBLISH first', bytes: generate(publishPacket('a', 'b')) },
    { name: 'a length of five bytes', bytes: Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]) },
    { name: 'an empty CONNECT', bytes: Buffer.from([0x10, 0x00]) },
    { name: 'a CONNECT of another protocol', bytes: Buffer.from([0x10, 0x08, 0x00, 0x04, 0x41, 0x42, 0x43, 0x44, 0x04, 0x00]) },
  ])('$name is cut and reported', async ({ bytes }) => {
    kit = await TestBroker.start();
    const peer = await RawClient.open(kit.port);
    peer.stream.write(bytes);
    await peer.closed();
    expect(kit.kinds()).toEqual(['badProtocol']);
  });

  it('a second CONNECT and packets only a server sends are cut (MQTT-3.1.0-2)', async () => {
    kit = await TestBroker.start();
    for (const bytes of [
      generate(connectPacket('T1')),
      Buffer.from([0x20, 0x02, 0x00, 0x00]),
      Buffer.from([0xf0, 0x00]),
      Buffer.from([0x00, 0x00]),
    ]) {
      const peer = await RawClient.login(kit.port, 'T1');
      peer.stream.write(bytes);
      await peer.closed();
    }
    expect(kit.kinds()).toEqual(['badProtocol', 'badProtocol', 'badProtocol', 'badProtocol']);
  });
});

describe('what the library finds wrong', () => {
  it.each([
    { name: 'a SUBSCRIBE without filters', bytes: Buffer.from([0x82, 0x02, 0x00, 0x01]) },
    { name: 'a PUBLISH with both QoS bits', bytes: Buffer.from([0x36, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01]) },
    { name: 'a PUBLISH whose topic is longer than the packet', bytes: Buffer.from([0x32, 0x03, 0x7f, 0xff, 0x61]) },
    { name: 'a PUBREL with wrong flags', bytes: Buffer.from([0x60, 0x02, 0x00, 0x01]) },
  ])('$name is cut and reported with the terminal', async ({ bytes }) => {
    kit = await TestBroker.start();
    const client = await RawClient.login(kit.port, 'T1');
    client.stream.write(bytes);
    await client.closed();
    expect(kit.incidents).toMatchObject([{ kind: 'badProtocol', terminalId: 'T1', address: '127.0.0.1' }]);
  });
});

describe('time-outs', () => {
  it('a peer that says nothing, and one that sends its CONNECT byte by byte, are closed; a good one is not', async () => {
    kit = await TestBroker.start({ limits: { connectTimeoutMs: 150 } });
    const good = await RawClient.login(kit.port, 'T1');
    const silent = await RawClient.open(kit.port);
    const slow = await RawClient.open(kit.port);
    const bytes = generate(connectPacket('T2'));
    let at = 0;
    const drip = setInterval(() => slow.stream.write(bytes.subarray(at, ++at)), 20);
    await Promise.all([silent.closed(), slow.closed()]);
    clearInterval(drip);
    expect(at).toBeLessThan(bytes.length);
    expect(kit.kinds()).toEqual(['connectTimeout', 'connectTimeout']);
    good.publish(up('T1'), 'x', { messageId: 1 });
    await until('PUBACK', () => good.ids('puback').length === 1);
    good.end();
  });

  it('silence beyond one and a half times the keep-alive ends the connection; pings keep it', async () => {
    kit = await TestBroker.start({ limits: { connectTimeoutMs: 200 } });
    const silent = await RawClient.login(kit.port, 'T1', { keepalive: 1 });
    const pinging = await RawClient.login(kit.port, 'T2', { keepalive: 1 });
    const without = await RawClient.login(kit.port, 'T3', { keepalive: 0 });
    const pings = setInterval(() => pinging.send({ cmd: 'pingreq' }), 300);
    await silent.closed();
    clearInterval(pings);
    expect(kit.incidents).toMatchObject([{ kind: 'idleTimeout', terminalId: 'T1' }]);
    expect(pinging.packets.filter((each) => each.cmd === 'pingresp').length).toBeGreaterThan(2);
    expect([pinging.isClosed, without.isClosed]).toEqual([false, false]);
    pinging.end();
    without.end();
  });

  it('a terminal without keep-alive is closed at the longest silence allowed', async () => {
    kit = await TestBroker.start({ limits: { maxIdleMs: 100 } });
    const client = await RawClient.login(kit.port, 'T1', { keepalive: 0 });
    await client.closed();
    expect(kit.kinds()).toEqual(['idleTimeout']);
  });

  it('a terminal that waits for its acknowledgement is not cut, and its pings are answered meanwhile', async () => {
    kit = await TestBroker.start({ limits: { maxIdleMs: 100 } });
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1', { keepalive: 1 });
    for (let id = 1; id <= 20; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    client.send({ cmd: 'pingreq' });
    await until('PINGRESP', () => client.packets.some((each) => each.cmd === 'pingresp'));
    expect(client.ids('puback')).toEqual([]);
    await pause(500);
    expect(client.isClosed).toBe(false);
    await until('20 messages', () => kit.offered.length === 20);
    kit.settleAll();
    await until('20 PUBACKs', () => client.ids('puback').length === 20);
    expect(kit.kinds()).toEqual([]);
    client.end();
  });

  it('a packet that never becomes complete is cut, however alive the peer looks', async () => {
    kit = await TestBroker.start({ limits: { frameTimeoutMs: 100, connectTimeoutMs: 100 } });
    const client = await RawClient.login(kit.port, 'T1');
    client.stream.write(header(0x32, 10_000));
    const drip = setInterval(() => client.stream.write(Buffer.of(0)), 10);
    await client.closed();
    clearInterval(drip);
    expect(kit.kinds()).toEqual(['frameTimeout']);
  });

  it('a subscriber that stops reading is cut, and the commands of others arrive meanwhile', async () => {
    kit = await TestBroker.start({ limits: { drainTimeoutMs: 300, maxDownBufferBytes: 50_000_000 } });
    const stuck = await RawClient.login(kit.port, 'T1');
    const other = await RawClient.login(kit.port, 'T2');
    await stuck.subscribe(down('T1'));
    await other.subscribe(down('T2'));
    stuck.stream.pause();
    const large = Buffer.alloc(50_000, 'x');
    for (let n = 0; n < 400; n += 1) kit.broker.send('T1', large);
    for (let n = 0; n < 50; n += 1) {
      kit.broker.send('T2', { n });
      await until(`command ${n}`, () => other.received(down('T2')).length === n + 1);
    }
    await until('the cut', () => kit.broker.stats().connected.mqtt === 1);
    expect(kit.incidents).toMatchObject([{ kind: 'drainTimeout', terminalId: 'T1' }]);
    stuck.end();
    other.end();
  });

  it('messages to a subscriber that does not read are dropped above the bound, not kept', async () => {
    kit = await TestBroker.start({ limits: { maxDownBufferBytes: 100_000 } });
    const stuck = await RawClient.login(kit.port, 'T1');
    await stuck.subscribe(down('T1'));
    stuck.stream.pause();
    const large = Buffer.alloc(50_000, 'x');
    for (let n = 0; n < 400; n += 1) {
      kit.broker.send('T1', large);
      await pause(0);
    }
    const { sent, dropped } = kit.broker.stats().down;
    expect(sent + dropped).toBe(400);
    expect(dropped).toBeGreaterThan(100);
    stuck.end();
  });
});

describe('messages being stored', () => {
  it('are at most 64 of one terminal, trickled or at once; others are not affected; all are acknowledged in the end', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const busy = await RawClient.login(kit.port, 'T1');
    const burst = await RawClient.login(kit.port, 'T2');
    burst.stream.cork();
    for (let id = 1; id <= 1000; id += 1) burst.publish(up('T2'), `${id}`, { messageId: id });
    burst.stream.uncork();
    for (let id = 1; id <= 1000; id += 1) {
      busy.publish(up('T1'), `${id}`, { messageId: id });
      await pause(0);
    }
    const of = (id: string): number => kit.offered.filter((each) => each.envelope.terminalId === id).length;
    await until('full windows', () => of('T1') === 64 && of('T2') === 64);
    await pause(50);
    expect([of('T1'), of('T2')]).toEqual([64, 64]);
    expect(kit.broker.stats()).toMatchObject({ pendingMessages: 128, paused: 2 });
    const other = await RawClient.login(kit.port, 'T3');
    other.publish(up('T3'), 'x', { messageId: 1 });
    (await until('the other’s message', () => kit.offered.find((each) => each.envelope.terminalId === 'T3'))).settle({
      ack: true,
    });
    await until('the other’s PUBACK', () => other.ids('puback').length === 1);
    kit.holds = false;
    kit.settleAll();
    await until('all PUBACKs', () => busy.ids('puback').length === 1000 && burst.ids('puback').length === 1000);
    const inOrder = Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(busy.ids('puback')).toEqual(inOrder);
    expect(kit.texts().filter((_, i) => kit.offered[i]?.envelope.terminalId === 'T2')).toEqual(inOrder.map(String));
    for (const client of [busy, burst, other]) client.end();
  });

  it('are bounded in bytes over all terminals; when some are stored, all go on', async () => {
    kit = await TestBroker.start({ limits: { maxPendingBytes: 100_000 } });
    kit.holds = true;
    const clients = await Promise.all(['T1', 'T2', 'T3', 'T4'].map((id) => RawClient.login(kit.port, id)));
    for (const [n, client] of clients.entries()) {
      for (let id = 1; id <= 10; id += 1) client.publish(up(`T${n + 1}`), Buffer.alloc(20_000), { messageId: id });
    }
    await until('the bound', () => kit.broker.stats().pendingBytes >= 100_000);
    await pause(50);
    expect(kit.broker.stats().pendingBytes).toBeLessThan(100_000 + 20_100);
    expect(kit.broker.stats().paused).toBeGreaterThan(0);
    kit.holds = false;
    kit.settleAll();
    await until('all PUBACKs', () => clients.every((each) => each.ids('puback').length === 10));
    expect(kit.broker.stats()).toMatchObject({ pendingBytes: 0, pendingMessages: 0 });
    for (const client of clients) client.end();
  });

  it('of a peer that has left are all accepted when there is room, up to what it had sent', async () => {
    kit = await TestBroker.start({ limits: { windowMessages: 8 } });
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    client.stream.cork();
    for (let n = 1; n <= 100; n += 1) client.publish(up('T1'), `${n}`, { qos: 0 });
    client.stream.uncork();
    client.stream.end();
    await until('a full window', () => kit.offered.length === 8);
    await until('the peer to be gone', () => client.stream.writableFinished);
    kit.holds = false;
    kit.settleAll();
    await until('all', () => kit.offered.length === 100);
    await until('absence', () => kit.broker.stats().connections === 0);
    expect(kit.broker.stats().pendingMessages).toBe(0);
  });

  it('keep none of their content once stored: half-open QoS 2 messages cost a number each, and too many end the connection', async () => {
    kit = await TestBroker.start({ limits: { maxHalfOpenQos2: 100 } });
    for (let round = 0; round < 3; round += 1) {
      const client = await RawClient.login(kit.port, 'T1', { clean: false });
      for (let id = 1; id <= 101; id += 1)
        client.publish(up('T1'), Buffer.alloc(60_000), { qos: 2, messageId: round * 200 + id });
      await client.closed();
      expect(client.ids('pubrec').length).toBeLessThanOrEqual(100);
    }
    await until('absence', () => kit.broker.stats().connections === 0);
    expect(kit.broker.stats().received.qos2).toBe(303);
  });
});

describe('rates', () => {
  it('slow a terminal down by reading it more slowly; every message is accepted, and it is reported once', async () => {
    kit = await TestBroker.start({ limits: { messagesPerSecond: 1000, messageBurst: 50 } });
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 300; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    await until('the first ones', () => client.ids('puback').length >= 50);
    await until('all', () => client.ids('puback').length === 300);
    expect(kit.texts()).toHaveLength(300);
    expect(kit.kinds()).toEqual(['messageRate']);
    client.end();
  });

  it('count bytes too, and go on counting over a new connection', async () => {
    kit = await TestBroker.start({ limits: { bytesPerSecond: 1, byteBurst: 30_000 } });
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 5; id += 1) client.publish(up('T1'), Buffer.alloc(20_000), { messageId: id });
    await until('two messages', () => client.ids('puback').length === 2);
    client.end();
    const again = await RawClient.login(kit.port, 'T1');
    again.publish(up('T1'), Buffer.alloc(20_000), { messageId: 1 });
    await pause(50);
    expect([kit.offered.length, again.isClosed, again.ids('puback')]).toEqual([2, false, []]);
    again.end();
  });

  it('bound new connections from one address', async () => {
    kit = await TestBroker.start({ limits: { connectsPerSecondPerAddress: 1, connectBurstPerAddress: 5 } });
    const peers = await Promise.all(Array.from({ length: 8 }, () => RawClient.open(kit.port)));
    await until('three to be closed', () => peers.filter((each) => each.isClosed).length === 3);
    expect(kit.kinds()).toEqual(['connectRate', 'connectRate', 'connectRate']);
    for (const peer of peers) peer.end();
  });

  it('bound open connections from one address, and in all; a place that is left can be taken', async () => {
    kit = await TestBroker.start({ limits: { maxConnectionsPerAddress: 2 } });
    const first = await RawClient.login(kit.port, 'T1');
    const second = await RawClient.login(kit.port, 'T2');
    await (await RawClient.open(kit.port)).closed();
    expect(kit.kinds()).toEqual(['tooManyConnections']);
    first.end();
    await until('the place to be free', () => kit.broker.stats().connections === 1);
    const third = await RawClient.login(kit.port, 'T3');
    second.end();
    third.end();
  });
});
