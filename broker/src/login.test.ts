import { generate } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { connectPacket, down, pause, RawClient, status, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
afterEach(async () => {
  kit.settleAll();
  await kit.broker.stop();
});
const FAST = { failureDelayMs: 1, maxFailureDelayMs: 2 };

async function refused(terminalId: string, overrides: Parameters<typeof connectPacket>[1] = {}): Promise<number | undefined> {
  const client = await RawClient.open(kit.port);
  const connack = await client.connect(terminalId, overrides);
  await client.closed();
  return connack.returnCode;
}

describe('a login', () => {
  it('with the right secret is let in, in MQTT 3.1.1 and 3.1', async () => {
    kit = await TestBroker.start();
    const now = await RawClient.login(kit.port, 'T1');
    const old = await RawClient.login(kit.port, 'T2', { protocolId: 'MQIsdp', protocolVersion: 3 });
    expect(kit.broker.stats().connected).toEqual({ mqtt: 2, mqtts: 0, ws: 0, tcp: 0 });
    now.end();
    old.end();
  });

  it('in MQTT 5 is answered with code 1, so that the client can fall back', async () => {
    kit = await TestBroker.start();
    expect(await refused('T1', { protocolVersion: 5 })).toBe(1);
    expect(kit.kinds()).toEqual(['badProtocol']);
    expect(kit.broker.stats().refused.protocolVersion).toBe(1);
  });

  it.each([
    { name: 'a wrong secret', id: 'T1', overrides: { password: Buffer.from('guess') }, code: 5, kind: 'wrongSecret' },
    { name: 'no secret', id: 'T1', overrides: { password: undefined }, code: 5, kind: 'wrongSecret' },
    { name: 'an unknown terminal', id: 'X1', overrides: {}, code: 5, kind: 'unknownTerminal' },
    { name: 'a revoked terminal', id: 'TR', overrides: {}, code: 5, kind: 'revoked' },
    { name: 'another user name', id: 'T1', overrides: { username: 'T2' }, code: 5, kind: 'userNameMismatch' },
    {
      name: 'no user name',
      id: 'T1',
      overrides: { username: undefined, password: undefined },
      code: 5,
      kind: 'userNameMismatch',
    },
    { name: 'an empty client id', id: '', overrides: { username: 'T1' }, code: 2, kind: 'badClientId' },
    { name: 'a client id with a slash', id: 'T1/up', overrides: {}, code: 2, kind: 'badClientId' },
    { name: 'a client id of 65 characters', id: 'T'.repeat(65), overrides: {}, code: 2, kind: 'badClientId' },
    { name: 'a last will to another terminal', id: 'T1', overrides: { will: will(status('T2')) }, code: 5, kind: 'foreignWill' },
    { name: 'a last will on up', id: 'T1', overrides: { will: will(up('T1')) }, code: 5, kind: 'foreignWill' },
    { name: 'a last will of 257 bytes', id: 'T1', overrides: { will: will(status('T1'), 257) }, code: 5, kind: 'foreignWill' },
  ])('with $name is refused with code $code', async ({ id, overrides, code, kind }) => {
    kit = await TestBroker.start({ limits: FAST });
    kit.revoked.add('TR');
    const defined = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
    const client = await RawClient.open(kit.port);
    const packet = connectPacket(id, defined);
    for (const [key, value] of Object.entries(overrides)) if (value === undefined) Reflect.deleteProperty(packet, key);
    client.send(packet);
    client.publish(up('T1'), 'before the answer', { messageId: 1 });
    expect((await client.connack()).returnCode).toBe(code);
    await client.closed();
    expect(kit.kinds()).toEqual([kind]);
    expect(kit.offered).toEqual([]);
    expect(JSON.stringify(kit.incidents)).not.toMatch(/guess|secret-of/);
  });

  it('that is refused gets its answer and a proper end, also when it has sent much more already', async () => {
    kit = await TestBroker.start({ limits: FAST });
    const client = await RawClient.open(kit.port);
    client.stream.write(Buffer.concat([generate(connectPacket('X1')), Buffer.alloc(400_000)]));
    expect((await client.connack()).returnCode).toBe(5);
    await client.closed();
    expect(client.error).toBeNull();
  });

  it('with the id of another leaves that other’s connection untouched', async () => {
    kit = await TestBroker.start({ limits: FAST });
    const victim = await RawClient.login(kit.port, 'T2');
    expect(await refused('T2', { username: 'T1', password: Buffer.from('secret-of-T1') })).toBe(5);
    expect(await refused('T2', { password: Buffer.from('secret-of-T1') })).toBe(5);
    victim.publish(up('T2'), 'still here', { messageId: 1 });
    await until('PUBACK', () => victim.ids('puback').length === 1);
    expect(kit.broker.stats()).toMatchObject({ takeovers: 0, connected: { mqtt: 1 } });
    victim.end();
  });

  it('before the store is ready, or when looking it up fails, is asked to come back (code 3) without an incident', async () => {
    kit = await TestBroker.start();
    kit.isReady = false;
    expect(await refused('T1')).toBe(3);
    kit.isReady = true;
    kit.authenticateThrows = true;
    expect(await refused('T1')).toBe(3);
    expect(kit.incidents).toEqual([]);
    expect(kit.broker.stats().refused.unavailable).toBe(2);
    kit.authenticateThrows = false;
    (await RawClient.login(kit.port, 'T1')).end();
  });

  it('that fails is answered later and later, while a right secret from the same address is answered at once', async () => {
    kit = await TestBroker.start({ limits: { failureDelayMs: 1, maxFailureDelayMs: 600_000 } });
    for (let n = 0; n < 5; n += 1) expect(await refused('T9', { password: Buffer.from('no') })).toBe(5);
    // The tenth and later would wait for minutes: the answer is not there yet when the good terminal has long been served.
    const guessers = await Promise.all(Array.from({ length: 12 }, () => RawClient.open(kit.port)));
    for (const guesser of guessers) guesser.send(connectPacket('T9', { password: Buffer.from('no') }));
    await until('all guesses to be counted', () => kit.broker.stats().refused.wrong === 17);
    const good = await RawClient.login(kit.port, 'T1');
    expect(guessers.at(-1)?.packets).toEqual([]);
    for (const guesser of guessers) guesser.end();
    good.end();
  });

  it('may be followed by messages at once, without waiting for the answer', async () => {
    kit = await TestBroker.start();
    const client = await RawClient.open(kit.port);
    client.stream.cork();
    client.send(connectPacket('T1'));
    for (let id = 1; id <= 2000; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    client.stream.uncork();
    await until('all PUBACKs', () => client.ids('puback').length === 2000);
    expect(client.packets[0]).toMatchObject({ cmd: 'connack', returnCode: 0 });
    client.end();
  });
});

describe('a last will', () => {
  it('is given to accept as a status message when the link breaks, and not after a proper DISCONNECT', async () => {
    kit = await TestBroker.start();
    const broken = await RawClient.login(kit.port, 'T1', { will: { ...will(status('T1')), retain: true } });
    broken.end();
    await until('the will', () => kit.texts('status').length === 1);
    expect(kit.offered[0]?.envelope).toMatchObject({ terminalId: 'T1', channel: 'status', transport: 'mqtt' });
    const proper = await RawClient.login(kit.port, 'T1', { will: will(status('T1')) });
    proper.send({ cmd: 'disconnect' });
    await proper.closed();
    await until('absence', () => kit.broker.stats().connections === 0);
    expect(kit.texts('status')).toEqual(['x']);
    expect(kit.broker.stats().received.wills).toBe(1);
  });

  it('does not pile up while messages cannot be stored', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    for (let n = 1; n <= 20; n += 1) {
      const client = await RawClient.login(kit.port, 'T1', { will: will(status('T1')) });
      client.end();
      await until('absence', () => kit.broker.stats().connections === 0);
    }
    expect(kit.texts('status')).toHaveLength(1);
    expect(kit.broker.stats().willsFolded).toBe(19);
  });
});

describe('a second connection of the same terminal', () => {
  it('closes the first, whose last will is told before anything of the second', async () => {
    kit = await TestBroker.start();
    const first = await RawClient.login(kit.port, 'T1', { will: will(status('T1')) });
    await first.subscribe(down('T1'));
    const second = await RawClient.open(kit.port);
    second.send(connectPacket('T1'));
    second.publish(status('T1'), 'online', { messageId: 1 });
    await until('PUBACK', () => second.ids('puback').length === 1);
    await first.closed();
    expect(kit.texts('status')).toEqual(['x', 'online']);
    expect(kit.broker.stats()).toMatchObject({ takeovers: 1, connected: { mqtt: 1 } });
    expect(kit.kinds()).toEqual([]);
    second.end();
  });

  it('in a loop of two devices is limited and reported; the one in place stays; nothing is left behind', async () => {
    kit = await TestBroker.start({ limits: { takeoverBurst: 3, takeoverRefillMs: 600_000 } });
    const clients: RawClient[] = [];
    const codes: (number | undefined)[] = [];
    for (let n = 0; n < 10; n += 1) {
      const client = await RawClient.open(kit.port);
      codes.push((await client.connect('T1')).returnCode);
      clients.push(client);
    }
    expect(codes).toEqual([0, 0, 0, 0, 3, 3, 3, 3, 3, 3]);
    await until('only one to be left', () => clients.filter((each) => !each.isClosed).length === 1);
    expect(clients.findIndex((each) => !each.isClosed)).toBe(3);
    expect(new Set(kit.kinds())).toEqual(new Set(['takeover']));
    expect(kit.broker.stats()).toMatchObject({ takeovers: 3, terminals: 1, refused: { takeoverRate: 6 } });
    for (const client of clients) client.end();
    await until('nothing left', () => kit.broker.stats().connections === 0);
  });

  it('of fifty at once leaves exactly one', async () => {
    kit = await TestBroker.start({ limits: { takeoverBurst: 1000 } });
    const clients = await Promise.all(Array.from({ length: 50 }, () => RawClient.open(kit.port)));
    for (const client of clients) client.send(connectPacket('T1', { clean: false }));
    await until(
      'one to be left',
      () => clients.filter((each) => !each.isClosed).length === 1 && kit.broker.stats().connected.mqtt === 1,
    );
    const left = clients.find((each) => !each.isClosed);
    left?.publish(up('T1'), 'alone', { messageId: 1 });
    await until('PUBACK', () => left?.ids('puback').length === 1);
    left?.end();
  });

  it('does not widen the window: what the first had under way still counts', async () => {
    kit = await TestBroker.start({ limits: { windowMessages: 8 } });
    kit.holds = true;
    for (let n = 0; n < 3; n += 1) {
      const client = await RawClient.login(kit.port, 'T1');
      for (let id = 1; id <= 20; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
      await until('a full window', () => kit.offered.length === 8);
      await pause(10);
      client.end();
    }
    expect(kit.offered).toHaveLength(8);
  });
});

describe('kick', () => {
  it('cuts the connection at once; a revoked terminal cannot return', async () => {
    kit = await TestBroker.start({ limits: FAST });
    const client = await RawClient.login(kit.port, 'T1');
    const other = await RawClient.login(kit.port, 'T2');
    kit.revoked.add('T1');
    expect(kit.broker.kick('T1', 'revoked')).toBe(true);
    await client.closed();
    expect(await refused('T1')).toBe(5);
    expect(kit.broker.kick('T1', 'revoked')).toBe(false);
    expect(other.isClosed).toBe(false);
    other.end();
  });

  it('cuts also one that is just taking over from another', async () => {
    kit = await TestBroker.start({ limits: FAST });
    const first = await RawClient.login(kit.port, 'T1');
    const second = await RawClient.open(kit.port);
    second.send(connectPacket('T1'));
    await until('the take-over', () => kit.broker.stats().takeovers === 1);
    kit.revoked.add('T1');
    kit.broker.kick('T1', 'revoked');
    await Promise.all([first.closed(), second.closed()]);
    expect(kit.broker.stats().connected.mqtt).toBe(0);
  });

  it('cuts it also while its messages cannot be stored', async () => {
    kit = await TestBroker.start();
    kit.holds = true;
    const client = await RawClient.login(kit.port, 'T1');
    for (let id = 1; id <= 200; id += 1) client.publish(up('T1'), `${id}`, { messageId: id });
    await until('messages', () => kit.offered.length > 0);
    expect(kit.broker.kick('T1', 'revoked')).toBe(true);
    await client.closed();
    expect(client.ids('puback')).toEqual([]);
  });
});

function will(topic: string, bytes = 1): { topic: string; payload: Buffer; qos: 0; retain: boolean } {
  return { topic, payload: Buffer.alloc(bytes, 'x'), qos: 0, retain: false };
}
