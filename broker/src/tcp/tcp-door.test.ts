import { encodeTimeSync, readTime } from '@plume/ingest/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Acceptance } from '../contract.ts';
import { RawClient, type TestBroker, until } from '../test-kit.ts';
import { dataFrame, hex, iccidOf, loginFrame, offeredBy, RawTerminal, startTcp, vinOf } from './test-terminal.ts';

const REJECTED: Acceptance = {
  ack: true,
  verdict: { v: 1, kind: 'reject', code: 'WRONG_VEHICLE', field: 'frame[0]', reason: 'no', received: '2026-11-20T06:30:05Z' },
};

let kit: TestBroker;
afterEach(async () => {
  await kit.broker.stop();
});

describe('frames on plain TCP', () => {
  it('become one message each, in order, wherever the stream is cut, between the words online and offline', async () => {
    kit = await startTcp();
    const stream = Buffer.concat([loginFrame(1), dataFrame(1, 2), Buffer.from('noise'), dataFrame(1, 3)]);
    const expected = [
      'online',
      hex(loginFrame(1)),
      hex(dataFrame(1, 2)),
      hex(Buffer.from('noise')),
      hex(dataFrame(1, 3)),
      'offline',
    ];
    for (let cut = 1; cut < stream.length; cut += 1) {
      kit.offered.length = 0;
      const terminal = await RawTerminal.open(kit);
      terminal.send(stream.subarray(0, cut));
      await until('the bytes before the cut', () => kit.broker.stats().bytesIn % stream.length === cut % stream.length);
      terminal.send(stream.subarray(cut));
      terminal.socket.end();
      await until(`offline, cut at ${cut}`, () => offeredBy(kit, 'T1').length === 6);
      expect(offeredBy(kit, 'T1')).toEqual(expected);
      await terminal.closed();
    }
    expect(kit.offered.every((each) => each.envelope.transport === 'tcp')).toBe(true);
    expect(kit.broker.stats().received).toMatchObject({ tcp: 5 * (stream.length - 1), wills: stream.length - 1 });
    expect(kit.incidents).toEqual([]);
  });

  it('of several terminals are told apart', async () => {
    kit = await startTcp();
    const terminals = await Promise.all(Array.from({ length: 20 }, (_, n) => RawTerminal.login(kit, n + 1)));
    expect(kit.broker.stats().connected.tcp).toBe(20);
    for (let seq = 2; seq <= 11; seq += 1) for (const [n, terminal] of terminals.entries()) terminal.send(dataFrame(n + 1, seq));
    await until('all', () => kit.offered.length === 20 * 12);
    for (let n = 1; n <= 20; n += 1) {
      const sent = Array.from({ length: 10 }, (_, seq) => hex(dataFrame(n, seq + 2)));
      expect(offeredBy(kit, `T${n}`)).toEqual(['online', hex(loginFrame(n)), ...sent]);
    }
    for (const terminal of terminals) terminal.end();
  });

  it('are taken without a login, and noise before the first is kept', async () => {
    kit = await startTcp();
    const terminal = await RawTerminal.open(kit);
    terminal.send(Buffer.from('noise'), dataFrame(1, 7));
    await until('both', () => offeredBy(kit, 'T1').length === 3);
    expect(offeredBy(kit, 'T1')).toEqual(['online', hex(Buffer.from('noise')), hex(dataFrame(1, 7))]);
    terminal.end();
  });

  it('with another VIN later on are passed on under the same terminal: the pipeline judges them', async () => {
    kit = await startTcp();
    const terminal = await RawTerminal.login(kit, 1);
    terminal.send(dataFrame(2, 5), loginFrame(90, 1, '00000000000000000000'));
    await until('both', () => offeredBy(kit, 'T1').length === 4);
    expect(offeredBy(kit, 'T1').slice(2)).toEqual([hex(dataFrame(2, 5)), hex(loginFrame(90, 1, '00000000000000000000'))]);
    terminal.end();
  });

  it('of a terminal that has ended its side are stored and answered before the connection is closed', async () => {
    kit = await startTcp({ answers: 'plus80', errors: false });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1), dataFrame(1, 2));
    terminal.socket.end();
    await until('all', () => kit.offered.length === 3);
    expect(terminal.hasEnded).toBe(false);
    kit.settleAll();
    await terminal.closed();
    expect(terminal.heard.match(/2323(8.)/g)).toEqual(['232381', '232384']);
  });
});

describe('answers on plain TCP', () => {
  // 23 23, command, LZZ5CLVB0JA000001, 01 01 00 00, XOR (that of the VIN is 58).
  const VIN = '4C5A5A35434C5642304A41303030303031';

  it('come after the message is durable, in order', async () => {
    kit = await startTcp({ answers: 'plus80', errors: true });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1), dataFrame(1, 2), dataFrame(1, 3));
    await until('all', () => kit.offered.length === 4);
    const [online, login, first, second] = kit.offered;
    second?.settle({ ack: true });
    first?.settle(REJECTED);
    online?.settle({ ack: true });
    await until('nothing', () => kit.broker.stats().acknowledged === 1);
    expect(terminal.heard).toBe('');
    login?.settle({ ack: true });
    await until('three answers', () => terminal.heard.length === 3 * 50);
    expect(terminal.heard).toBe(`232381${VIN}01010000D9232394${VIN}01010000CC232384${VIN}01010000DC`);
    expect(kit.broker.stats().answers).toEqual({ sent: 3, late: 0 });
    terminal.end();
  });

  it('to a time sync carry the time of now, in Beijing', async () => {
    kit = await startTcp({ answers: 'echo', errors: false });
    const terminal = await RawTerminal.open(kit);
    const fromSec = Math.floor(Date.now() / 1000);
    terminal.send(encodeTimeSync({ vin: vinOf(1) }));
    await until('the answer', () => terminal.heard.length === 62);
    const answer = Buffer.concat(terminal.chunks);
    expect(hex(answer.subarray(0, 3))).toBe('232305');
    const told = readTime(answer, 24);
    expect(told).toBeGreaterThanOrEqual(fromSec);
    expect(told).toBeLessThanOrEqual(Date.now() / 1000);
    terminal.end();
  });

  it('are none where the profile has none, nor to broken pieces', async () => {
    kit = await startTcp({ answers: 'none', errors: false });
    const silent = await RawTerminal.login(kit, 1);
    await silent.socket.end(dataFrame(1, 2));
    await silent.closed();
    expect(silent.heard).toBe('');
    kit.identification = () => ({ ok: true, terminalId: 'T2', profile: { answers: 'plus80', errors: true } });
    const answered = await RawTerminal.open(kit);
    answered.send(loginFrame(2), Buffer.from('noise'), dataFrame(2, 2));
    answered.socket.end();
    await answered.closed();
    expect(answered.heard.match(/2323(..)/g)).toEqual(['232381', '232384']);
  });

  it('that come too late are left out, for they would be taken for that to a later frame', async () => {
    kit = await startTcp({ answers: 'plus80', errors: false }, { tcpAnswerWithinMs: 1 });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1));
    await until('both', () => kit.offered.length === 2);
    const since = performance.now();
    await until('its time to be over', () => performance.now() - since > 5);
    kit.settleAll();
    await until('the release', () => kit.broker.stats().acknowledged === 2);
    expect(kit.broker.stats().answers).toEqual({ sent: 0, late: 1 });
    expect(terminal.heard).toBe('');
    terminal.end();
  });

  it('are left out also for frames that waited, unread, longer than that', async () => {
    kit = await startTcp({ answers: 'plus80', errors: false }, { tcpAnswerWithinMs: 200, windowMessages: 2 });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    const frames = Array.from({ length: 20 }, (_, seq) => dataFrame(1, seq + 1));
    terminal.send(Buffer.concat(frames.slice(0, 10)));
    await until('the window', () => kit.broker.stats().paused === 1);
    // These stay with the system: the socket is not being read.
    terminal.send(...frames.slice(10));
    const since = performance.now();
    await until('its time to be over', () => performance.now() - since > 250);
    kit.holds = false;
    kit.settleAll();
    await until('all', () => kit.broker.stats().acknowledged === 21);
    expect(kit.broker.stats().answers).toEqual({ sent: 0, late: 20 });
    terminal.end();
  });

  it('do not leave when the service cannot store: the connection ends, with all that came after', async () => {
    kit = await startTcp({ answers: 'plus80', errors: false });
    kit.holds = true;
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1), dataFrame(1, 2), dataFrame(1, 3));
    await until('all', () => kit.offered.length === 4);
    kit.offered[0]?.settle({ ack: true });
    kit.offered[1]?.settle({ ack: true });
    kit.offered[3]?.settle({ ack: true });
    kit.offered[2]?.settle({ ack: false });
    await terminal.closed();
    expect(terminal.heard).toBe(`232381${VIN}01010000D9`);
    expect(kit.broker.stats()).toMatchObject({ acknowledged: 2, unacknowledged: 2 });
  });

  it('are followed by bytes the service sends itself; JSON is dropped', async () => {
    kit = await startTcp();
    const terminal = await RawTerminal.login(kit, 1);
    kit.broker.send('T1', { v: 1 });
    kit.broker.send('T1', Uint8Array.of(0x23, 0x23, 0x0c));
    await until('the bytes', () => terminal.heard === '23230C');
    expect(kit.broker.stats().down).toEqual({ sent: 1, dropped: 1 });
    terminal.end();
  });
});

describe('who may enter by plain TCP', () => {
  it.each([
    { name: 'a VIN that is not known', frame: dataFrame(200, 1), kind: 'unknownVin', terminalId: null, refused: 'unknown' },
    {
      name: 'a terminal that may not use it',
      frame: dataFrame(100, 1),
      kind: 'tcpNotAllowed',
      terminalId: 'T100',
      refused: 'tcpNotAllowed',
    },
    {
      name: 'another SIM card than the registered one',
      frame: loginFrame(90, 1, iccidOf(91)),
      kind: 'wrongIccid',
      terminalId: 'T90',
      refused: 'wrongIccid',
    },
  ])('not $name: nothing is stored, and it is told', async ({ frame, kind, terminalId, refused }) => {
    kit = await startTcp({ answers: 'plus80', errors: true }, { failureDelayMs: 10 });
    const terminal = await RawTerminal.open(kit);
    terminal.send(frame, dataFrame(1, 1));
    await terminal.closed();
    expect(kit.offered).toEqual([]);
    expect(terminal.heard).toBe('');
    expect(kit.incidents).toMatchObject([{ kind, terminalId, address: '127.0.0.1' }]);
    expect(kit.broker.stats().refused).toMatchObject({ [refused]: 1 });
    expect(kit.broker.stats()).toMatchObject({ logins: 0, connections: 0 });
  });

  it('not one that logs in with another SIM card later; what came before is kept', async () => {
    kit = await startTcp();
    const terminal = await RawTerminal.open(kit);
    terminal.send(dataFrame(90, 1), loginFrame(90, 1, iccidOf(91)), dataFrame(90, 2));
    await terminal.closed();
    await until('offline', () => offeredBy(kit, 'T90').at(-1) === 'offline');
    expect(offeredBy(kit, 'T90')).toEqual(['online', hex(dataFrame(90, 1)), 'offline']);
    expect(kit.kinds()).toEqual(['wrongIccid']);
  });

  it.each([
    ['HJ 212', Buffer.from('##0136QN=20260101;ST=39;CN=2011')],
    ['GB/T 32960', Buffer.from(`232307FE${Buffer.from(vinOf(1)).toString('hex')}010000A0`, 'hex')],
    ['24 24', Buffer.from('2424010203', 'hex')],
    ['no whole frame', Buffer.alloc(30_000, 0x55)],
  ])('not a device that speaks another protocol: %s', async (name, bytes) => {
    kit = await startTcp(undefined, { failureDelayMs: 10 });
    const terminal = await RawTerminal.open(kit);
    terminal.send(bytes);
    await terminal.closed();
    expect(kit.offered).toEqual([]);
    expect(kit.incidents).toMatchObject([{ kind: 'badProtocol', terminalId: null }]);
    expect(kit.incidents[0]?.detail).toContain(name);
  });

  it('nobody before the register is loaded, without an incident', async () => {
    kit = await startTcp();
    kit.isReady = false;
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1));
    await terminal.closed();
    expect(kit.incidents).toEqual([]);
    expect(kit.broker.stats().refused.unavailable).toBe(1);
  });

  it('nobody while the register fails; it is logged', async () => {
    kit = await startTcp();
    kit.identification = () => {
      throw new Error('broken');
    };
    const terminal = await RawTerminal.open(kit);
    terminal.send(loginFrame(1));
    await terminal.closed();
    expect(kit.logLines).toMatchObject([{ level: 'error' }]);
  });

  it('a port scan leaves no trace, a connection that says nothing sensible one line', async () => {
    kit = await startTcp();
    const scan = await RawTerminal.open(kit);
    scan.socket.end();
    await scan.closed();
    expect(kit.incidents).toEqual([]);
    const browser = await RawTerminal.open(kit);
    browser.socket.end('GET / HTTP/1.1\r\n\r\n');
    await browser.closed();
    expect(kit.incidents).toMatchObject([{ kind: 'badProtocol', detail: 'no whole frame in the first 18 bytes' }]);
  });

  it('no longer once the permission is gone, or the truck has another terminal', async () => {
    kit = await startTcp(undefined, { maxIdleMs: 600 });
    const kept = await RawTerminal.login(kit, 1);
    const gone = await RawTerminal.login(kit, 2);
    const moved = await RawTerminal.login(kit, 3);
    const before = kit.identification;
    kit.identification = (vin, iccid) => {
      if (vin === vinOf(2)) return { ok: false, reason: 'notAllowed', terminalId: 'T2' };
      const found = before(vin, iccid);
      return vin === vinOf(3) && found.ok ? { ...found, terminalId: 'T33' } : found;
    };
    const alive = setInterval(() => {
      for (const each of [kept, gone, moved]) if (!each.isClosed) each.send(dataFrame(1, 1));
    }, 10);
    await Promise.all([gone.closed(), moved.closed()]);
    clearInterval(alive);
    expect(kit.kinds()).toEqual(['tcpNotAllowed']);
    expect(kept.isClosed).toBe(false);
    kept.end();
  });
});

describe('the same terminal again', () => {
  it('takes over; the earlier connection is closed, and offline is told before online', async () => {
    kit = await startTcp();
    const earlier = await RawTerminal.login(kit, 1);
    const later = await RawTerminal.login(kit, 1);
    await earlier.closed();
    later.send(dataFrame(1, 2));
    await until('the frame', () => offeredBy(kit, 'T1').length === 6);
    expect(offeredBy(kit, 'T1')).toEqual([
      'online',
      hex(loginFrame(1)),
      'offline',
      'online',
      hex(loginFrame(1)),
      hex(dataFrame(1, 2)),
    ]);
    expect(kit.broker.stats()).toMatchObject({ takeovers: 1, connections: 1 });
    later.end();
  });

  it('is told online and offline at different times, however quickly they follow each other', async () => {
    kit = await startTcp(undefined, { takeoverBurst: 100 });
    const visits: RawTerminal[] = [];
    for (let n = 0; n < 30; n += 1) visits.push(await RawTerminal.login(kit, 1));
    const words = kit.offered.filter((each) => each.envelope.channel === 'status');
    expect(words.map((each) => each.text)).toEqual(Array.from({ length: 59 }, (_, n) => (n % 2 === 0 ? 'online' : 'offline')));
    const times = words.map((each) => each.envelope.receivedAtMs);
    expect(new Set(times).size).toBe(59);
    for (const each of visits) each.end();
  });

  it('runs out of take-overs when two devices push each other out', async () => {
    kit = await startTcp(undefined, { takeoverBurst: 2, failureDelayMs: 10 });
    for (let n = 0; n < 3; n += 1) await RawTerminal.login(kit, 1);
    const refused = await RawTerminal.open(kit);
    refused.send(loginFrame(1));
    await refused.closed();
    expect(kit.broker.stats().refused.takeoverRate).toBe(1);
    expect(kit.broker.stats().connected.tcp).toBe(1);
    expect(kit.kinds()).toEqual(['takeover', 'takeover']);
  });

  it('does not push out a connection that has shown the secret, but yields to one', async () => {
    kit = await startTcp(undefined, { failureDelayMs: 10 }, { mqttPort: 0 });
    const byMqtt = await RawClient.login(kit.port, 'T1');
    const byTcp = await RawTerminal.open(kit);
    byTcp.send(loginFrame(1));
    await byTcp.closed();
    expect(byMqtt.isClosed).toBe(false);
    expect(kit.incidents).toMatchObject([{ kind: 'takeover', terminalId: 'T1' }]);
    expect(kit.offered).toEqual([]);
    const other = await RawTerminal.login(kit, 2);
    const proven = await RawClient.login(kit.port, 'T2');
    await other.closed();
    expect(offeredBy(kit, 'T2')).toEqual(['online', hex(loginFrame(2)), 'offline']);
    byMqtt.end();
    proven.end();
  });
});
