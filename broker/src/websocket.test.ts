import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebSocketStream, WebSocket } from 'ws';
import type { BrokerLimits } from './config.ts';
import { connectPacket, down, publishPacket, RawClient, secretOf, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
let http: Server;
let url: string;

async function start(limits: Partial<BrokerLimits> = {}): Promise<void> {
  kit = await TestBroker.start({ mqttPort: null, limits });
  http.on('upgrade', (request, socket, head) => kit.broker.handleWebSocketUpgrade(request, socket, head));
}
beforeEach(async () => {
  http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/mqtt`;
});
afterEach(async () => {
  await kit.broker.stop();
  http.closeAllConnections();
  http.close();
});

async function open(): Promise<{ client: RawClient; socket: WebSocket }> {
  const socket = new WebSocket(url, 'mqtt');
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { client: new RawClient(createWebSocketStream(socket)), socket };
}

describe('MQTT over WebSocket', () => {
  it('serves an ordinary client library, both ways', async () => {
    await start();
    const client = await mqtt.connectAsync(url, { clientId: 'T1', username: 'T1', password: secretOf('T1') });
    const got: string[] = [];
    client.on('message', (_topic, payload) => void got.push(payload.toString()));
    await client.subscribeAsync(down('T1'));
    await Promise.all(Array.from({ length: 500 }, (_, n) => client.publishAsync(up('T1'), `${n}`, { qos: 1 })));
    kit.broker.send('T1', { hello: 1 });
    await until('the command', () => got.length === 1);
    expect(kit.texts()).toHaveLength(500);
    expect(kit.offered[0]?.envelope).toMatchObject({ transport: 'ws', terminalId: 'T1' });
    expect(kit.broker.stats().connected.ws).toBe(1);
    await client.endAsync();
    await until('absence', () => kit.broker.stats().connections === 0);
  });

  it('keeps the same bounds: 2 KiB before the login, 64 KiB after, also in one frame above the WebSocket’s own bound', async () => {
    await start();
    const before = await open();
    before.client.stream.write(Buffer.concat([Buffer.from([0x10, 0x81, 0x10]), Buffer.alloc(100)]));
    await before.client.closed();
    const after = await open();
    expect((await after.client.connect('T1')).returnCode).toBe(0);
    after.client.publish(up('T1'), Buffer.alloc(60_000), { messageId: 1 });
    await until('PUBACK', () => after.client.ids('puback').length === 1);
    after.client.publish(up('T1'), Buffer.alloc(70_000), { messageId: 2 });
    await after.client.closed();
    const frame = await open();
    await frame.client.connect('T1');
    frame.socket.send(generate(publishPacket(up('T1'), Buffer.alloc(200_000))));
    await frame.client.closed();
    expect(kit.kinds()).toEqual(['oversizedPacket', 'oversizedPacket', 'oversizedPacket']);
  });

  it('keeps packets together that are cut across frames, and apart that share one', async () => {
    await start();
    const { client, socket } = await open();
    const bytes = Buffer.concat([
      generate(connectPacket('T1')),
      ...[1, 2, 3].map((id) => generate(publishPacket(up('T1'), `${id}`, { messageId: id }))),
    ]);
    for (let at = 0; at < bytes.length; at += 7) socket.send(bytes.subarray(at, at + 7));
    await until('three PUBACKs', () => client.ids('puback').length === 3);
    expect(kit.texts()).toEqual(['1', '2', '3']);
    client.end();
  });

  it('refuses text frames, also where the text is a packet (MQTT-6.0.0-1)', async () => {
    await start();
    const { client, socket } = await open();
    await client.connect('T1');
    const packet = generate(publishPacket(up('T1'), 'as text', { qos: 0 }));
    expect(packet.every((byte) => byte < 0x80)).toBe(true);
    socket.send(packet.toString('latin1'));
    await client.closed();
    expect(kit.incidents).toMatchObject([{ kind: 'badProtocol', terminalId: 'T1' }]);
    expect(kit.offered).toEqual([]);
  });

  it('refuses an upgrade without the subprotocol mqtt, and any while stopping, as HTTP errors', async () => {
    await start();
    const refusal = (socket: WebSocket): Promise<number | undefined> =>
      new Promise((resolve) => {
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('error', () => socket.terminate());
      });
    expect(await refusal(new WebSocket(url))).toBe(400);
    expect(await refusal(new WebSocket(url, 'chat'))).toBe(400);
    await kit.broker.stop();
    expect(await refusal(new WebSocket(url, 'mqtt'))).toBe(503);
  });

  it('closes a peer that opens the WebSocket and says nothing, and cuts on kick', async () => {
    await start({ connectTimeoutMs: 100 });
    const silent = await open();
    await silent.client.closed();
    expect(kit.kinds()).toEqual(['connectTimeout']);
    const { client } = await open();
    await client.connect('T1');
    kit.broker.kick('T1', 'revoked');
    await client.closed();
  });

  it('is not read while the window is full, so that the peer feels it', async () => {
    await start();
    kit.holds = true;
    const { client, socket } = await open();
    await client.connect('T1');
    for (let id = 1; id <= 1000; id += 1) client.publish(up('T1'), Buffer.alloc(20_000), { messageId: id });
    await until('a full window', () => kit.offered.length === 64);
    await until('the peer’s bytes to wait', () => socket.bufferedAmount > 1_000_000 || client.stream.writableLength > 1_000_000);
    expect(kit.offered).toHaveLength(64);
    kit.holds = false;
    kit.settleAll();
    await until('all PUBACKs', () => client.ids('puback').length === 1000);
    client.end();
  });
});
