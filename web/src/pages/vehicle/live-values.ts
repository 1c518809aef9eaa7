import type { LiveSample } from '../../data/live.ts';
import type { VehicleDetail } from './truck.ts';

/** A truck with what a newer live sample says. A value that the sample lacks stays, with its older time. */
export function withLive(before: VehicleDetail, sample: LiveSample): VehicleDetail {
  if (before.lastSampleAt !== null && before.lastSampleAt > sample.at) return before;
  const latest = Object.fromEntries(Object.entries(before.latest).map(([id, value]) => [id, { ...value, current: false }]));
  for (const [id, value] of Object.entries(sample.values))
    if (value !== null) latest[id] = { value, at: sample.at, ageS: 0, current: true };
  return { ...before, latest, state: 'online', lastSampleAt: sample.at, lastReceivedAt: sample.receivedAt, ageS: 0 };
}
