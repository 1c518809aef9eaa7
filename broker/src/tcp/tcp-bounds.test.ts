import { afterEach, describe, expect, it } from 'vitest';
import { pause, type TestBroker, until } from '../test-kit.ts';
import { dataFrame, hex, loginFrame, offeredBy, RawTerminal, startTcp } from './test-terminal.ts';

let kit: TestBroker;
afterEach(async () => {
  await kit.broker.stop();
});

/** Frames that make up a backlog, in one piece. */
const backlog = (n: number, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, seq) => dataFrame(n, seq + 1)));

describe('bounds before the first frame', () => {
  it('a peer that says nothing, and one that sends its first frame byte by byte, are closed; a good one is not', async () => {
    kit = await startTcp(undefined, { connectTimeoutMs: 150 });
    const good = await RawTerminal.login(kit, 1);
    const silent = await RawTerminal.open(kit);
    const slow = await RawTerminal.open(kit);
    const frame = loginFrame(2);
    let at = 0;
    const drip = setInterval(() => slow.send(frame.subarray(at, ++at)), 20);
    await Promise.all([silent.closed(), slow.closed()]);
    clearInterval(drip);
    expect(at).toBeLessThan(frame.length);
    expect(kit.kinds()).toEqual(['connectTimeout', 'connectTimeout']);
    good.send(dataFrame(1, 2));
    await until('the frame', () => offeredBy(kit, 'T1').length === 3);
    expect(good.isClosed).toBe(false);
    good.end();
  });

  it('of those with half a first frame the oldest go; silent and known ones do not count', async () => {
    kit = await startTcp(undefined, { tcpMaxFirstFrames: 3 });
    const known = await RawTerminal.login(kit, 1);
    const silent = await RawTerminal.open(kit);
    const halves: RawTerminal[] = [];
    for (let n = 2; n <= 6; n += 1) {
      const half = await RawTerminal.open(kit);
      const before = kit.broker.stats().bytesIn;
      half.send(loginFrame(n).subarray(0, 20));
      await until('its bytes', () => kit.broker.stats().bytesIn > before);
      halves.push(half);
    }
    await Promise.all(halves.slice(0, 2).map((half) => half.closed()));
    for (const [n, half] of halves.slice(2).entries()) half.send(loginFrame(n + 4).subarray(20));
    await until('three logins', () => kit.broker.stats().connected.tcp === 4);
    expect(kit.kinds()).toEqual(['tooManyConnections', 'tooManyConnections']);
    for (const each of [known, silent, ...halves.slice(2)]) {
      expect(each.isClosed).toBe(false);
      each.end();
    }
  });

  it('connections beyond those allowed are closed', async () => {
    kit = await startTcp(undefined, { maxConnectionsPerAddress: 2 });
    const [first, second] = [await RawTerminal.login(kit, 1), await RawTerminal.login(kit, 2)];
    const third = await RawTerminal.open(kit);
    await third.closed();
    expect(kit.broker.stats().refused.tooManyConnections).toBe(1);
    first.end();
    second.end();
  });

  it('guessing VINs is slow, and costs one line in a while', async () => {
    kit = await startTcp(undefined, { failureDelayMs: 1, maxFailureDelayMs: 20, incidentBurst: 3, incidentsPerSecond: 1 });
    const guesses = await Promise.all(Array.from({ length: 50 }, () => RawTerminal.open(kit)));
    for (const [n, guess] of guesses.entries()) guess.send(dataFrame(1_000 + n, 1));
    await Promise.all(guesses.map((guess) => guess.closed()));
    expect(kit.broker.stats()).toMatchObject({ refused: { unknown: 50 }, incidents: { unknownVin: 50 }, connections: 0 });
    expect(kit.incidents.length).toBeLessThan(10);
    expect(kit.offered).toEqual([]);
  });
});

describe('bounds of a known terminal', () => {
  it('at most 64 messages are in store, others are not affected, and in the end all are stored in order', async () => {
    kit = await startTcp();
    kit.holds = true;
    const busy = await RawTerminal.open(kit);
    busy.send(backlog(1, 5_000));
    await until('a full window', () => offeredBy(kit, 'T1').length === 64);
    const other = await RawTerminal.open(kit);
    other.send(dataFrame(2, 1));
    await until('the other', () => offeredBy(kit, 'T2').length === 2);
    await pause(30);
    expect(offeredBy(kit, 'T1').length).toBe(64);
    expect(kit.broker.stats()).toMatchObject({ pendingMessages: 66, paused: 1 });
    kit.holds = false;
    kit.settleAll();
    await until('all', () => offeredBy(kit, 'T1').length === 5_001);
    expect(offeredBy(kit, 'T1').slice(1)).toEqual(Array.from({ length: 5_000 }, (_, seq) => hex(dataFrame(1, seq + 1))));
    expect(kit.broker.stats()).toMatchObject({ pendingMessages: 0, pendingBytes: 0, paused: 0 });
    busy.end();
    other.end();
  });

  it('no more bytes are in store than allowed for all doors together', async () => {
    kit = await startTcp(undefined, { maxPendingBytes: 100 });
    kit.holds = true;
    const terminals = await Promise.all([1, 2, 3, 4].map(() => RawTerminal.open(kit)));
    for (const [n, terminal] of terminals.entries()) terminal.send(backlog(n + 1, 10));
    await until('the bound', () => kit.broker.stats().pendingBytes >= 100);
    await pause(30);
    // One more may be begun while the level is below the bound.
    expect(kit.broker.stats().pendingBytes).toBeLessThan(100 + dataFrame(1, 1).length);
    kit.holds = false;
    kit.settleAll();
    await until('all', () => kit.offered.length === 44);
    for (const terminal of terminals) terminal.end();
  });

  it('a flood of noise is taken in pieces of 4 KiB, as slowly as told, and reported once; good frames of others pass', async () => {
    kit = await startTcp(undefined, { tcpFaultBurst: 5, tcpFaultsPerSecond: 20 });
    const noisy = await RawTerminal.login(kit, 1);
    const started = performance.now();
    noisy.send(Buffer.alloc(200 * 4096, 0x55));
    const other = await RawTerminal.login(kit, 2);
    await until('some of it', () => offeredBy(kit, 'T1').length >= 15);
    const pieces = offeredBy(kit, 'T1').length - 2;
    // The burst and the rate, and the one with which the level falls below zero.
    expect(pieces).toBeLessThanOrEqual(5 + 20 * ((performance.now() - started) / 1000) + 1);
    expect(kit.offered.every((each) => each.envelope.payload.length <= 4096)).toBe(true);
    expect(kit.broker.stats().paused).toBe(1);
    expect(kit.kinds()).toEqual(['messageRate']);
    expect(other.isClosed).toBe(false);
    noisy.end();
    other.end();
  });

  it('refused frames count like noise', async () => {
    kit = await startTcp(undefined, { tcpFaultBurst: 5, tcpFaultsPerSecond: 1 });
    kit.acceptance = () => ({ ack: true, verdict: { v: 1, kind: 'reject', code: 'X', field: '', reason: '', received: '' } });
    const terminal = await RawTerminal.open(kit);
    terminal.send(backlog(1, 10_000));
    await until('the bound', () => kit.kinds().includes('messageRate'));
    // A window of them may be under way when the first is refused.
    expect(offeredBy(kit, 'T1').length).toBeLessThan(200);
    terminal.end();
  });

  it('a frame that never becomes complete is handed on as noise, and good ones behind it are found', async () => {
    kit = await startTcp(undefined, { frameTimeoutMs: 60, connectTimeoutMs: 400 });
    const terminal = await RawTerminal.login(kit, 1);
    const falseStart = Buffer.from(dataFrame(1, 1));
    falseStart.writeUInt16BE(9_000, 22);
    terminal.send(falseStart, dataFrame(1, 2));
    await until('both', () => offeredBy(kit, 'T1').length === 4);
    expect(offeredBy(kit, 'T1').slice(2)).toEqual([hex(falseStart), hex(dataFrame(1, 2))]);
    expect(terminal.isClosed).toBe(false);
    terminal.end();
  });

  it('silence beyond the limit ends the connection, not while its messages are in store', async () => {
    kit = await startTcp(undefined, { maxIdleMs: 100 });
    kit.holds = true;
    const waiting = await RawTerminal.open(kit);
    waiting.send(loginFrame(1));
    await until('both', () => kit.offered.length === 2);
    kit.holds = false;
    const silent = await RawTerminal.login(kit, 2);
    await silent.closed();
    expect(kit.incidents).toMatchObject([{ kind: 'idleTimeout', terminalId: 'T2' }]);
    expect(waiting.isClosed).toBe(false);
    kit.settleAll();
    waiting.end();
  });

  it('one that does not fetch its answers is not read, then cut', async () => {
    kit = await startTcp(
      { answers: 'plus80', errors: false },
      { maxDownBufferBytes: 1_000, drainTimeoutMs: 200, messageBurst: 1_000_000 },
    );
    const terminal = await RawTerminal.open(kit);
    terminal.socket.pause();
    const piece = backlog(1, 5_000);
    const pump = (): void => {
      while (!terminal.isClosed && terminal.socket.write(piece));
    };
    terminal.socket.on('drain', pump);
    pump();
    await until('the cut', () => kit.kinds().includes('drainTimeout'));
    terminal.end();
  });
});

describe('the service’s end of it', () => {
  it('kick closes the connection at once, also one that waits for its turn', async () => {
    kit = await startTcp();
    const terminal = await RawTerminal.login(kit, 1);
    kit.revoked.add('T1');
    expect(kit.broker.kick('T1', 'revoked')).toBe(true);
    await terminal.closed();
    expect(kit.broker.kick('T1', 'revoked')).toBe(false);
    expect(offeredBy(kit, 'T1').at(-1)).toBe('offline');
    const again = await RawTerminal.open(kit);
    again.send(loginFrame(1));
    await again.closed();
    expect(kit.kinds()).toEqual(['revoked']);
  });

  it('stop waits for the messages in store, answers them, takes no new ones and closes everything', async () => {
    kit = await startTcp({ answers: 'plus80', errors: false });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    const unknown = await RawTerminal.open(kit);
    terminal.send(loginFrame(1), dataFrame(1, 2));
    await until('all', () => kit.offered.length === 3);
    let isStopped = false;
    const stopping = kit.broker.stop().then(() => {
      isStopped = true;
    });
    terminal.send(dataFrame(1, 3));
    await expect(RawTerminal.open(kit)).rejects.toThrow();
    await pause(30);
    expect(isStopped).toBe(false);
    kit.settleAll();
    await stopping;
    await Promise.all([terminal.closed(), unknown.closed()]);
    expect(terminal.heard.match(/2323(8.)/g)).toEqual(['232381', '232384']);
    // The service has gone, not the terminal: offline is not told.
    expect(offeredBy(kit, 'T1')).toEqual(['online', hex(loginFrame(1)), hex(dataFrame(1, 2))]);
    expect(kit.broker.stats().connections).toBe(0);
  });
});
