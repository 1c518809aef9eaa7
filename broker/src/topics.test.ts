import mqtt from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { down, pause, RawClient, secretOf, status, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
afterEach(async () => {
  await kit.broker.stop();
});

describe('publishing', () => {
  it('on up and status of its own is accepted, with the channel, the door and the bytes as sent', async () => {
    kit = await TestBroker.start();
    const client = await RawClient.login(kit.port, 'T1');
    const bytes = Buffer.from([0x23, 0x23, 0x00, 0xff, 0x80]);
    client.publish(up('T1'), bytes, { messageId: 1 });
    client.publish(status('T1'), 'online', { messageId: 2, retain: true });
    await until('two PUBACKs', () => client.ids('puback').length === 2);
    expect(
      kit.offered.map((each) => [
        each.envelope.terminalId,
        each.envelope.channel,
        Buffer.from(each.envelope.payload).toString('hex'),
      ]),
    ).toEqual([
      ['T1', 'up', bytes.toString('hex')],
      ['T1', 'status', Buffer.from('online').toString('hex')],
    ]);
    client.end();
  });

  it.each([
    { name: 'another’s up', topic: up('T2'), kind: 'foreignTopic' },
    { name: 'another’s up, retained', topic: up('T2'), retain: true, kind: 'foreignTopic' },
    { name: 'another’s status, retained', topic: status('T2'), retain: true, kind: 'foreignTopic' },
    { name: 'its own down', topic: down('T1'), kind: 'foreignTopic' },
    { name: 'another’s down', topic: down('T2'), kind: 'foreignTopic' },
    { name: 'a topic of its own invention', topic: 'fleet', kind: 'foreignTopic' },
    { name: 'a system topic', topic: '$SYS/x/new/clients', kind: 'foreignTopic' },
    { name: 'a deeper topic', topic: `${up('T1')}/x`, kind: 'foreignTopic' },
    { name: 'a prototype name', topic: '__proto__', kind: 'foreignTopic' },
    { name: 'up with retain', topic: up('T1'), retain: true, kind: 'retainRefused' },
    { name: 'status with 257 bytes', topic: status('T1'), payload: 'x'.repeat(257), kind: 'oversizedStatus' },
  ])(
    'on $name is refused: nothing accepted, no acknowledgement, cut, reported',
    async ({ topic, retain = false, payload = 'x', kind }) => {
      for (const qos of [0, 1, 2] as const) {
        kit = await TestBroker.start();
        const client = await RawClient.login(kit.port, 'T1');
        const other = await RawClient.login(kit.port, 'T2');
        await other.subscribe(down('T2'));
        client.publish(topic, payload, { qos, messageId: 1, retain });
        await client.closed();
        expect(kit.offered).toEqual([]);
        expect([...client.ids('puback'), ...client.ids('pubrec')]).toEqual([]);
        expect(kit.kinds()).toEqual([kind]);
        expect(kit.incidents[0]).toMatchObject({ terminalId: 'T1', address: '127.0.0.1' });
        expect(other.packets.filter((each) => each.cmd === 'publish')).toEqual([]);
        other.end();
        await kit.broker.stop();
      }
    },
  );

  it('a status of 256 bytes passes', async () => {
    kit = await TestBroker.start();
    const client = await RawClient.login(kit.port, 'T1');
    client.publish(status('T1'), 'x'.repeat(256), { messageId: 1 });
    await until('PUBACK', () => client.ids('puback').length === 1);
    client.end();
  });
});

describe('subscribing', () => {
  const foreign = [
    '#',
    '+/+',
    'obd/#',
    'obd/v1/+/up',
    '$SYS/#',
    '$share/x/#',
    '$share/x/obd/v1/T1/down',
    up('T1'),
    status('T1'),
    up('T2'),
    down('T2'),
  ];

  it('to anything but its own down is refused with 0x80, and no message ever arrives', async () => {
    kit = await TestBroker.start({ limits: { incidentBurst: 1000 } });
    const spy = await RawClient.login(kit.port, 'T1', { clean: false });
    expect(await spy.subscribe(...foreign, down('T1'))).toEqual([...foreign.map(() => 0x80), 0]);
    for (const filter of foreign) expect(await spy.subscribe(filter)).toEqual([0x80]);
    const other = await RawClient.login(kit.port, 'T2');
    await other.subscribe(down('T2'));
    const chat = async (): Promise<void> => {
      other.publish(up('T2'), 'private', { messageId: 1 });
      other.publish(status('T2'), 'private', { messageId: 2, retain: true });
      kit.broker.send('T2', { private: true });
      await until('the other to have its message', () => other.received(down('T2')).length > 0);
    };
    await chat();
    expect(spy.packets.filter((each) => each.cmd === 'publish')).toEqual([]);
    // Nor after it was away, with a lasting session: the filters refused are not remembered.
    spy.end();
    await until('absence', () => kit.broker.stats().connections === 1);
    await chat();
    const back = await RawClient.login(kit.port, 'T1', { clean: false });
    await chat();
    await pause(30);
    expect(back.packets.filter((each) => each.cmd === 'publish')).toEqual([]);
    expect(kit.broker.stats().incidents.foreignSubscription).toBe(foreign.length * 2);
    kit.broker.send('T1', { yours: true });
    await until('its own message', () => back.received(down('T1')).length === 1);
    back.end();
    other.end();
  });

  it('works with an ordinary client library, which gets commands as JSON and as bytes', async () => {
    kit = await TestBroker.start();
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${kit.port}`, {
      clientId: 'T1',
      username: 'T1',
      password: secretOf('T1'),
    });
    const got: string[] = [];
    client.on('message', (topic, payload) => void got.push(`${topic} ${payload.toString('hex')}`));
    await client.subscribeAsync(down('T1'), { qos: 1 });
    kit.broker.send('T1', { time: 1 });
    kit.broker.send('T1', Uint8Array.of(0x23, 0x23));
    await until('two messages', () => got.length === 2);
    expect(got).toEqual([`${down('T1')} ${Buffer.from('{"time":1}').toString('hex')}`, `${down('T1')} 2323`]);
    await client.endAsync();
  });
});
