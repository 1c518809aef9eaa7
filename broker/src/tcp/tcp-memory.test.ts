import { afterEach, describe, expect, it } from 'vitest';
import { BrokerChild } from '../test-child.ts';
import { pause, until } from '../test-kit.ts';
import { dataFrame, loginFrame, RawTerminal } from './test-terminal.ts';

const MB = 1e6;

let child: BrokerChild;
const peers: RawTerminal[] = [];
afterEach(() => {
  for (const peer of peers.splice(0)) peer.end();
  child.end();
});

async function open(count: number): Promise<RawTerminal[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => RawTerminal.open(child.port)));
  peers.push(...opened);
  return opened;
}

/** Sends until it is cut, the bytes are gone, or nothing more is taken. */
async function flood(peer: RawTerminal, chunk: Uint8Array, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes && !peer.isClosed; sent += chunk.length) {
    if (peer.socket.write(chunk)) continue;
    for (let waited = 0; waited < 20 && peer.socket.writableNeedDrain && !peer.isClosed; waited += 1) await pause(5);
    if (peer.socket.writableNeedDrain) return;
  }
}

describe('memory of the TCP door while nothing can be stored', () => {
  it('does not grow by a peer that sends 200 MB and never a frame', async () => {
    child = await BrokerChild.start('tcp');
    const before = await child.rss();
    for (const peer of await open(5)) await flood(peer, Buffer.alloc(65_536, 0x23), 200 * MB);
    expect(((await child.rss()) - before) / MB).toBeLessThan(20);
  });

  it('is bounded for three thousand peers with half a frame, and good terminals come in meanwhile', async () => {
    child = await BrokerChild.start('tcp');
    const [good] = await open(1);
    const before = await child.rss();
    const half = Buffer.from(loginFrame(1));
    half.writeUInt16BE(16_000, 22);
    for (let round = 0; round < 15; round += 1)
      for (const peer of await open(200)) peer.send(half.subarray(0, 52), Buffer.alloc(12_000, 0x55));
    good?.send(loginFrame(2));
    await until('2500 of them to be cut', () => peers.filter((peer) => peer.isClosed || peer.hasEnded).length >= 2_500);
    // The framers of 500 are 41 MB, those of all would be 246 MB.
    expect(((await child.rss()) - before) / MB).toBeLessThan(140);
    expect(good?.isClosed).toBe(false);
  });

  it('is bounded for fifty terminals that send a backlog of 10 MB each', async () => {
    child = await BrokerChild.start('tcp');
    const before = await child.rss();
    const terminals = await open(50);
    await Promise.all(
      terminals.map((terminal, n) => {
        const frames = Buffer.concat(Array.from({ length: 1_000 }, (_, seq) => dataFrame(n + 1, seq)));
        return flood(terminal, frames, 10 * MB);
      }),
    );
    expect(((await child.rss()) - before) / MB).toBeLessThan(60);
    expect(terminals.some((terminal) => terminal.isClosed)).toBe(false);
  });
});
