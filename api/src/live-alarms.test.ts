import { describe, expect, it } from 'vitest';
import type { LiveAlarm, LiveSample } from './deps.ts';
import { LiveHub } from './live-hub.ts';
import { alarmEvent, newsOf } from './routes/live.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 6);

/** A hub with a source of samples and one of alarms that the test drives. */
function hubOf() {
  const to: { samples?: (batch: readonly LiveSample[]) => void; alarm?: (alarm: LiveAlarm) => void } = {};
  const hub = new LiveHub(
    {
      subscribe: (listener) => {
        to.samples = listener;
        return () => undefined;
      },
    },
    {
      run: 'r',
      maxWatchers: 3,
      alarms: {
        onAlarm: (listener) => {
          to.alarm = listener;
          return () => undefined;
        },
      },
    },
  );
  const alarm = (id: string, vehicleId: number, endedSec: number | null = null) =>
    to.alarm?.({ id, vehicleId, kind: 'ureaEmpty', startedSec: NOW_MS / 1000 - 60, endedSec, figures: { levelPct: 1 } });
  const sample = (vehicleId: number) => to.samples?.([{ vehicleId, timeSec: NOW_MS / 1000, receivedAtMs: NOW_MS, raw: [] }]);
  return { hub, alarm, sample };
}

const ids = (watcher: ReturnType<LiveHub['watch']>) => watcher?.takeAlarms().map((entry) => entry.alarm.id);

describe('live alarms', () => {
  it('go to who watches the truck, each as it stands, once', () => {
    const { hub, alarm } = hubOf();
    const watcher = hub.watch((id) => id === 7, undefined);
    alarm('a', 7);
    alarm('b', 8);
    alarm('a', 7, NOW_MS / 1000);
    const [entry] = watcher?.takeAlarms() ?? [];
    expect(entry?.alarm).toMatchObject({ id: 'a', endedSec: NOW_MS / 1000 });
    expect(ids(watcher)).toEqual([]);
  });

  it('that were missed go to who comes back with the last id, and not to who is new', () => {
    const { hub, alarm } = hubOf();
    alarm('a', 7);
    alarm('b', 7);
    expect(ids(hub.watch(() => true, 'r.1'))).toEqual(['b']);
    expect(ids(hub.watch(() => true, undefined))).toEqual([]);
    expect(ids(hub.watch(() => true, 'other.1'))).toEqual([]);
  });

  it('are kept within bounds, the newest of them', () => {
    const { hub, alarm } = hubOf();
    const watcher = hub.watch(() => true, undefined);
    for (let i = 0; i < 1005; i += 1) alarm(`a${i}`, 7);
    const kept = ids(watcher);
    expect(kept).toHaveLength(1000);
    expect(kept?.at(-1)).toBe('a1004');
  });

  it('are told with times, and the id of the last event is the highest', () => {
    const { hub, alarm, sample } = hubOf();
    const watcher = hub.watch(() => true, undefined);
    if (!watcher) throw new Error('no watcher');
    alarm('a', 7);
    sample(7);
    const news = newsOf(
      watcher,
      (entries) => `samples ${entries.at(-1)?.seq};`,
      (entries) => `alarms ${entries.at(-1)?.seq};`,
    );
    expect(news).toBe('alarms 1;samples 2;');
    expect(
      newsOf(
        watcher,
        () => 'x',
        () => 'y',
      ),
    ).toBeNull();
    alarm('b', 7);
    expect(alarmEvent('r', watcher.takeAlarms(), NOW_MS)).toBe(
      'id: r.3\nevent: alarms\ndata: {"serverTime":"2026-11-23T06:00:00.000Z","alarms":[{"id":"b","vehicleId":7,"kind":"ureaEmpty","figures":{"levelPct":1},"startedAt":"2026-11-23T05:59:00.000Z","endedAt":null}]}\n\n',
    );
  });
});
