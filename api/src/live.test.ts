import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { LiveSample } from './deps.ts';
import { LiveHub } from './live-hub.ts';
import { addVehicle, NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';

function sample(vehicleId: number, timeSec: number, nox = 4964): LiveSample {
  const raw = Array.from({ length: 29 }, (): number | null => null);
  raw[7] = nox;
  return { vehicleId, timeSec, receivedAtMs: timeSec * 1000 + 500, raw };
}

function source() {
  const listeners = new Set<(batch: readonly LiveSample[]) => void>();
  return {
    listeners,
    subscribe: (listener: (batch: readonly LiveSample[]) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (batch: LiveSample[]) => {
      for (const listener of listeners) listener(batch);
    },
  };
}

const NOW = NOW_MS / 1000;

const ALL = () => true;

describe('the live hub', () => {
  it('keeps one sample a truck however many come, the one with the latest sample time', () => {
    const from = source();
    const hub = new LiveHub(from, { run: 'r', maxWatchers: 2 });
    const watcher = hub.watch(ALL, undefined);
    for (let i = 0; i < 100_000; i++) from.emit([sample(i % 5, NOW + i)]);
    const taken = watcher?.take() ?? [];
    expect(taken.map((e) => e.sample.timeSec)).toEqual([99_995, 99_996, 99_997, 99_998, 99_999].map((i) => NOW + i));
    expect(watcher?.take()).toEqual([]);
  });

  it('does not let a backlog replace the present', () => {
    const from = source();
    const hub = new LiveHub(from, { run: 'r', maxWatchers: 2 });
    const watcher = hub.watch(ALL, undefined);
    from.emit([sample(1, NOW)]);
    from.emit([sample(1, NOW - 3600), sample(1, NOW - 3599)]);
    expect(watcher?.take().map((e) => e.sample.timeSec)).toEqual([NOW]);
  });

  it('tells a watcher of some trucks about these only', () => {
    const from = source();
    const hub = new LiveHub(from, { run: 'r', maxWatchers: 2 });
    const watcher = hub.watch((id) => id === 2, undefined);
    from.emit([sample(1, NOW), sample(2, NOW), sample(3, NOW)]);
    expect(watcher?.take().map((e) => e.sample.vehicleId)).toEqual([2]);
  });

  it('continues after the last event of this run, and begins with the present for one of another run', () => {
    const from = source();
    const hub = new LiveHub(from, { run: 'r', maxWatchers: 9 });
    from.emit([sample(1, NOW), sample(2, NOW), sample(3, NOW)]);
    expect(
      hub
        .watch(ALL, 'r.2')
        ?.take()
        .map((e) => e.sample.vehicleId),
    ).toEqual([3]);
    expect(hub.watch(ALL, 'old.2')?.take()).toHaveLength(3);
    expect(hub.watch(ALL, 'r.nonsense')?.take()).toHaveLength(3);
  });

  it('takes no more watchers than it is told, and again when one has left', () => {
    const hub = new LiveHub(source(), { run: 'r', maxWatchers: 1 });
    const first = hub.watch(ALL, undefined);
    expect(hub.watch(ALL, undefined)).toBeUndefined();
    first?.close();
    expect(hub.watch(ALL, undefined)).toBeDefined();
  });

  it('lets go of its source when it closes', () => {
    const from = source();
    const hub = new LiveHub(from, { run: 'r', maxWatchers: 1 });
    hub.close();
    expect(from.listeners.size).toBe(0);
  });
});

describe('the live stream', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await openTestApp();
    await addVehicle(test.db, 'LZZ5ELSD8EN000001', '新B1');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await test.close();
  });

  const Event = z.object({
    serverTime: z.string(),
    samples: z.array(
      z.object({
        vehicleId: z.number(),
        at: z.string(),
        receivedAt: z.string(),
        values: z.record(z.string(), z.number().nullable()),
      }),
    ),
  });
  async function open(query = '') {
    const response = await test.get(`/api/v1/live${query}`);
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    if (!reader) throw new Error('no body');
    const text = new TextDecoder();
    const read = async () => text.decode((await reader.read()).value);
    const event = async () => {
      const chunk = await read();
      return { chunk, data: Event.parse(JSON.parse(/^data: (.*)$/m.exec(chunk)?.[1] ?? 'null')) };
    };
    return { response, reader, read, event };
  }

  it('is an event stream that proxies do not hold back', async () => {
    const { response, reader, read } = await open();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await read()).toBe('retry: 2000\n\n');
    await reader.cancel();
  });

  it('sends at most one event a second with the newest value of each truck, in units, null where there is none', async () => {
    const { event, read, reader } = await open('?signals=noxDownPpm,speedKmh');
    await read();
    for (let i = 0; i < 50; i++) test.emit([sample(1, NOW + i, 4964 + i)]);
    vi.advanceTimersByTime(1000);
    const { chunk, data } = await event();
    expect(chunk).toMatch(/^id: [0-9a-f]{12}\.50\nevent: samples\n/);
    expect(data.samples).toEqual(
      [
        {
          vehicleId: 1,
          at: new Date((NOW + 49) * 1000).toISOString(),
          receivedAt: new Date((NOW + 49) * 1000 + 500).toISOString(),
          values: { noxDownPpm: (4964 + 49) * 0.05 - 200, speedKmh: null },
        },
      ].map((s) => ({ ...s, values: { ...s.values, noxDownPpm: expect.closeTo(s.values.noxDownPpm, 9) } })),
    );
    await reader.cancel();
  });

  it('queues nothing for a reader that does not read: it gets the newest when it does', async () => {
    const { read, event, reader } = await open();
    for (let i = 0; i < 500; i++) {
      test.emit([sample(1, NOW + i)]);
      vi.advanceTimersByTime(1000);
    }
    expect(await read()).toBe('retry: 2000\n\n');
    const times: number[] = [];
    vi.advanceTimersByTime(1000);
    for (let i = 0; i < 3; i++) {
      const { data } = await event();
      times.push(Date.parse(data.samples[0]?.at ?? '') / 1000 - NOW);
      vi.advanceTimersByTime(1000);
      if (times.at(-1) === 499) break;
    }
    expect(times.length).toBeLessThanOrEqual(3);
    expect(times.at(-1)).toBe(499);
    await reader.cancel();
  });

  it('gives a sign of life every 15 s when there is no news', async () => {
    const { read, reader } = await open();
    await read();
    vi.advanceTimersByTime(15_000);
    expect(await read()).toBe(': still here\n\n');
    await reader.cancel();
  });

  it('ends when the service stops', async () => {
    const { read, reader } = await open();
    await read();
    test.stop.abort();
    expect((await reader.read()).done).toBe(true);
    expect(test.listeners.size).toBe(0);
  });

  it('lets the watcher go when the page goes, and refuses the 201st page until then', async () => {
    const streams = [];
    for (let i = 0; i < 200; i++) streams.push(await open());
    const refused = await test.get('/api/v1/live');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await objectOf(refused)).toMatchObject({ code: 'BUSY' });
    await streams[0]?.reader.cancel();
    expect((await test.get('/api/v1/live')).status).toBe(200);
  });
});
