import { describe, expect, it } from 'vitest';
import { quoted, TERMINAL_ID } from './access.ts';
import { resolveLimits } from './config.ts';
import type { Incident } from './contract.ts';
import { FailureDelay } from './failure-delay.ts';
import { Incidents } from './incidents.ts';
import { RecentMap } from './recent-map.ts';
import { SessionStore } from './session-store.ts';
import { TokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives the burst at once, then the rate', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([bucket.tryTake(0), bucket.tryTake(0), bucket.tryTake(0), bucket.tryTake(0)]).toEqual([true, true, true, false]);
    expect(bucket.tryTake(99)).toBe(false);
    expect(bucket.tryTake(100)).toBe(true);
    expect(bucket.isFull(399)).toBe(false);
    expect(bucket.isFull(400)).toBe(true);
  });

  it('makes a large item wait afterwards instead of refusing it', () => {
    const bucket = new TokenBucket(1000, 100, 0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(600);
    expect(bucket.waitMs(0)).toBeGreaterThanOrEqual(500);
    expect(bucket.waitMs(499)).toBeGreaterThan(0);
    expect(bucket.waitMs(502)).toBe(0);
  });

  it('is not emptied by a clock that steps back', () => {
    const bucket = new TokenBucket(1, 2, 1000);
    expect(bucket.tryTake(500)).toBe(true);
    expect(bucket.tryTake(500)).toBe(true);
  });
});

describe('a bounded map', () => {
  it('forgets what was used longest ago', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });
});

describe('the delay after failed logins', () => {
  it('doubles to its limit, by address or by name, whichever is worse, and memory stays bounded', () => {
    const delay = new FailureDelay(100, 1000, 50);
    const seen = [1, 2, 3, 4, 5, 6].map((n) => delay.failed(['address 1', `terminal ${n}`], n));
    expect(seen).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(delay.failed(['address 2', 'terminal 9'], 7)).toBe(100);
    expect(delay.failed(['address 3', 'terminal 9'], 8)).toBe(200);
    for (let n = 0; n < 1000; n += 1) delay.failed([`address x${n}`], 9);
    expect(delay.failed(['address 1'], 10)).toBe(100);
  });

  it('starts anew after ten quiet minutes', () => {
    const delay = new FailureDelay(100, 1000, 50);
    delay.failed(['address 1'], 0);
    expect(delay.failed(['address 1'], 600_001)).toBe(100);
  });
});

describe('incidents', () => {
  it('of one kind in a flood are counted, those of another kind still come through', () => {
    const seen: Incident[] = [];
    const incidents = new Incidents(
      { incidentsPerSecond: 1, incidentBurst: 3, incidentSummaryMs: 60_000 },
      (each) => void seen.push(each),
      silent,
    );
    for (let n = 0; n < 100_000; n += 1) incidents.raise('badProtocol', null, '192.0.2.1', `${n}`);
    incidents.raise('foreignTopic', 'T1', '192.0.2.2', 'the one that matters');
    expect(seen.map((each) => each.detail)).toEqual(['0', '1', '2', 'the one that matters']);
    incidents.stop();
    expect(seen.at(-1)).toEqual({ kind: 'badProtocol', terminalId: null, address: null, detail: 'and 99997 more' });
    expect(seen).toHaveLength(5);
    expect(incidents.totals()).toMatchObject({ badProtocol: 100_000, foreignTopic: 1, revoked: 0 });
  });

  it('survive a receiver that throws', () => {
    const lines: string[] = [];
    const incidents = new Incidents(
      resolveLimits({}),
      () => {
        throw new Error('the receiver is broken');
      },
      { ...silent, error: (_fields, message) => void lines.push(message) },
    );
    incidents.raise('revoked', 'T1', null, '');
    incidents.stop();
    expect(lines).toEqual(['incident could not be reported']);
  });
});

describe('the session store', () => {
  const client = { id: 'T1' };

  it('keeps the terminal’s own subscription only, whatever else the packet holds', async () => {
    const store = new SessionStore();
    await store.addSubscriptions(client, [
      { topic: '#', qos: 1 },
      { topic: 'obd/v1/T1/down', qos: 2 },
      { topic: 'obd/v1/T2/down', qos: 1 },
    ]);
    expect(await store.subscriptionsByClient(client)).toEqual([{ topic: 'obd/v1/T1/down', qos: 0 }]);
    expect(await store.subscriptionsByTopic()).toEqual([]);
    await store.removeSubscriptions(client, ['#']);
    expect(store.size().subscriptions).toBe(1);
    await store.removeSubscriptions(client, ['obd/v1/T1/down']);
    expect(store.size().subscriptions).toBe(0);
  });

  it('tells a QoS 2 message it has from one it has not, by terminal and number, and keeps no content', async () => {
    const store = new SessionStore();
    await store.incomingStorePacket(client, { messageId: 5 });
    expect(await store.incomingGetPacket(client, { messageId: 5 })).toEqual({ messageId: 5 });
    await expect(store.incomingGetPacket({ id: 'T2' }, { messageId: 5 })).rejects.toThrow('no such packet');
    await store.incomingDelPacket(client, { messageId: 5 });
    await expect(store.incomingDelPacket(client, { messageId: 5 })).rejects.toThrow('no such packet');
    expect(store.size()).toEqual({ subscriptions: 0, incoming: 0 });
  });
});

describe('names and limits', () => {
  it('a terminal id is 1 to 64 letters, digits, hyphens and underscores', () => {
    const good = ['T1', 'a_b-C9', 'x'.repeat(64), '__proto__'];
    const bad = ['', 'x'.repeat(65), 'a/b', 'a+', '#', 'a b', 'é', 'a\n', '\ud800'];
    expect(good.filter((id) => !TERMINAL_ID.test(id))).toEqual([]);
    expect(bad.filter((id) => TERMINAL_ID.test(id))).toEqual([]);
  });

  it('text from outside cannot begin a new log line or carry half a character', () => {
    expect(quoted('a\nb\u001b[31m\ud800')).toBe('"a\\nb\\u001b[31m\\ud800"');
    expect(quoted('x'.repeat(500)).length).toBeLessThan(90);
  });

  it('a wrong limit is named', () => {
    expect(() => resolveLimits({ maxPacketBytes: 0 })).toThrow(/maxPacketBytes/);
    expect(resolveLimits({ windowMessages: 8 }).windowResumeMessages).toBe(4);
  });
});

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
