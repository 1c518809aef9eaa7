import { afterEach, describe, expect, it } from 'vitest';
import { BrokerChild } from './test-child.ts';
import { pause, RawClient, until, up } from './test-kit.ts';

const MB = 1e6;
/** Header of a PUBLISH (0x30) or CONNECT (0x10) of 268,435,455 bytes, the largest length there is. */
const headerOf = (firstByte: number): Buffer => Buffer.from([firstByte, 0xff, 0xff, 0xff, 0x7f]);

let child: BrokerChild;
afterEach(() => {
  child.end();
});

async function start(kind: 'ours' | 'plain'): Promise<number> {
  child = await BrokerChild.start(kind);
  return child.port;
}

/** One peer announces 256 MB and keeps sending until it is cut or 200 MB are gone; gives the growth of the broker in MB. */
async function growthUnderFlood(port: number, firstByte: number): Promise<number> {
  const before = await child.rss();
  const peer = await RawClient.open(port);
  const chunk = Buffer.alloc(65_536);
  peer.stream.write(headerOf(firstByte));
  for (let sent = 0; sent < 200 * MB && !peer.isClosed; sent += chunk.length) {
    if (!peer.stream.write(chunk)) await until('room', () => peer.isClosed || !peer.stream.writableNeedDrain);
  }
  await pause(50);
  const growth = ((await child.rss()) - before) / MB;
  peer.end();
  return growth;
}

describe('memory before the login', () => {
  it('does not grow by 200 MB sent ahead of the CONNECT, nor by a CONNECT of 200 MB', async () => {
    const port = await start('ours');
    expect(await growthUnderFlood(port, 0x30)).toBeLessThan(20);
    expect(await growthUnderFlood(port, 0x10)).toBeLessThan(20);
  });

  it('grows without our doors: the measurement can tell', async () => {
    expect(await growthUnderFlood(await start('plain'), 0x10)).toBeGreaterThan(100);
  });

  it('holds against a thousand peers that announce 256 MB: each is cut, and a good terminal is served', async () => {
    const port = await start('ours');
    const good = await RawClient.login(port, 'T1');
    // The first 200 warm the process up (its heap and compiled code differ by some ten MB between versions of Node); 1,000 follow.
    let before = 0;
    for (let round = -1; round < 5; round += 1) {
      if (round === 0) before = await child.rss();
      const peers = await Promise.all(Array.from({ length: 200 }, () => RawClient.open(port)));
      for (const [n, peer] of peers.entries())
        peer.stream.write(Buffer.concat([headerOf(n % 2 === 0 ? 0x30 : 0x10), Buffer.alloc(60_000)]));
      await Promise.all(peers.map((peer) => peer.closed()));
    }
    expect(((await child.rss()) - before) / MB).toBeLessThan(50);
    good.publish(up('T1'), 'still served', { messageId: 1 });
    await until('PUBACK', () => good.ids('puback').length === 1);
    good.end();
  });
});
