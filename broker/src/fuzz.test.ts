import { generate, type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectPacket, down, publishPacket, RawClient, status, TestBroker, until, up } from './test-kit.ts';

let kit: TestBroker;
const strays: unknown[] = [];
const note = (what: unknown): void => void strays.push(what);
beforeEach(async () => {
  strays.length = 0;
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  kit = await TestBroker.start({
    limits: { failureDelayMs: 1, maxFailureDelayMs: 2, takeoverBurst: 100_000, connectTimeoutMs: 2_000, lingerMs: 100 },
  });
});
afterEach(async () => {
  await kit.broker.stop();
  process.off('uncaughtException', note);
  process.off('unhandledRejection', note);
});

/** Mulberry32: the same seed gives the same session. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '#',
  '+',
  '/',
  '$SYS/x',
  'a/'.repeat(300),
  'x'.repeat(60_000),
  '\u0000',
  '😀',
  up('T1'),
  up('T2'),
  status('T1'),
  down('T1'),
];

/** One packet of a session: mostly valid, sometimes with hostile names, sometimes with broken bytes. */
function step(random: () => number, id: string): Buffer {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const messageId = 1 + Math.floor(random() * 20);
  const qos = pick([0, 1, 2] as const);
  const packets: (() => Packet)[] = [
    () =>
      publishPacket(random() < 0.97 ? pick([up(id), status(id)]) : pick(NAMES), pick(['', 'x', 'y'.repeat(200)]), {
        qos,
        messageId,
        retain: random() < 0.02,
        dup: random() < 0.3,
      }),
    () => publishPacket(up(id), 'z'.repeat(3000), { qos, messageId }),
    () => ({ cmd: 'pubrel', messageId }),
    () => ({ cmd: pick(['puback', 'pubrec', 'pubcomp'] as const), messageId }),
    () => ({
      cmd: 'subscribe',
      messageId,
      subscriptions: [
        { topic: pick(NAMES) || 'x', qos },
        { topic: down('T1'), qos: 0 },
      ],
    }),
    () => ({ cmd: 'unsubscribe', messageId, unsubscriptions: [pick(NAMES) || 'x', down(id)] }),
    () => ({ cmd: 'pingreq' }),
    () => (random() < 0.1 ? pick([{ cmd: 'disconnect' }, connectPacket(id)] as const) : { cmd: 'pingreq' }),
  ];
  let bytes: Buffer;
  try {
    bytes = generate(pick(packets)());
  } catch (refusedByEncoder) {
    bytes = Buffer.from(String(refusedByEncoder).slice(0, 20));
  }
  if (random() < 0.03) for (let n = 0; n < 3; n += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  // Half a surrogate pair, as CESU-8 has it: three bytes no UTF-8 string may contain.
  if (random() < 0.01 && bytes.length > 8) Buffer.from([0xed, 0xa0, 0x80]).copy(bytes, 4);
  return random() < 0.01 ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}

async function session(seed: number): Promise<void> {
  const random = randomOf(seed);
  // Some share an id with the session beside them, and push each other out.
  const id = `T${seed % 5}`;
  const client = await RawClient.open(kit.port);
  if (random() < 0.9) {
    const clientId = random() < 0.9 ? id : (NAMES[Math.floor(random() * 6)] ?? '');
    const packet = generate(connectPacket(clientId, { clean: random() < 0.5 || clientId === '' }));
    if (random() < 0.1) packet[Math.floor(random() * packet.length)] = Math.floor(random() * 256);
    client.stream.write(packet);
    if (random() < 0.8) await until('an answer', () => client.packets.length > 0 || client.isClosed);
  }
  for (let n = 0; n < 30 && !client.isClosed; n += 1) client.stream.write(step(random, id));
  await new Promise((resolve) => setImmediate(resolve));
  if (random() < 0.5) client.stream.end();
  else client.end();
}

describe('a seeded stream of broken and hostile sessions', () => {
  it('neither ends the process nor disturbs a good terminal, and leaves nothing behind', async () => {
    const good = await RawClient.login(kit.port, 'T7');
    let sent = 0;
    for (let seed = 1; seed <= 1500; seed += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, n) => session(seed + n)));
      good.publish(up('T7'), `${++sent}`, { messageId: sent });
      await until(`PUBACK ${sent}`, () => good.ids('puback').includes(sent));
    }
    good.end();
    await until('all connections to be closed', () => kit.broker.stats().connections === 0);
    expect(strays).toEqual([]);
    expect(kit.logLines.filter((each) => each.level === 'error')).toEqual([]);
    const stats = kit.broker.stats();
    expect(stats).toMatchObject({ pendingMessages: 0, pendingBytes: 0, paused: 0 });
    // The stream does reach the depths: messages of all kinds came through, and refusals of many kinds.
    expect(Math.min(stats.received.qos0, stats.received.qos1, stats.received.qos2)).toBeGreaterThan(100);
    expect(Object.values(stats.incidents).filter((each) => each > 0).length).toBeGreaterThan(4);
    expect(kit.offered.every((each) => /^T[0-47]$/.test(each.envelope.terminalId))).toBe(true);
  });

  it('duplicate PUBRELs, unknown ones, and topics of 300 levels do no harm', async () => {
    const client = await RawClient.login(kit.port, 'T1');
    client.publish(up('T1'), 'x', { qos: 2, messageId: 5 });
    await until('PUBREC', () => client.ids('pubrec').length === 1);
    client.stream.cork();
    for (let n = 0; n < 10; n += 1) client.send({ cmd: 'pubrel', messageId: 5 });
    client.send({ cmd: 'pubrel', messageId: 9 });
    client.stream.uncork();
    await until('PUBCOMPs', () => client.ids('pubcomp').length === 11);
    for (const packet of [
      publishPacket('a/'.repeat(300), 'x'),
      { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/'.repeat(300), qos: 1 }] } satisfies Packet,
      { cmd: 'unsubscribe', messageId: 1, unsubscriptions: ['a/'.repeat(300)] } satisfies Packet,
    ]) {
      const other = await RawClient.login(kit.port, 'T2');
      other.send(packet);
      await other.closed();
    }
    expect(client.isClosed).toBe(false);
    expect(strays).toEqual([]);
    client.end();
  });
});
