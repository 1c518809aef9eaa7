import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRealtime } from '@plume/ingest/protocol';
import type { LoadTerminal } from '@plume/simulators';
import { connectAsync } from 'mqtt';
import { millis, quantile } from './figures.ts';

const PROBE_EVERY_MS = 200;
const GIVE_UP_MS = 5_000;

/** From the sending of a sample to the answer of a query that holds it [ms]. */
export interface Probes {
  readonly ackedMs: readonly number[];
  readonly queriedMs: readonly number[];
  /** Samples that a query right after their acknowledgement did not hold: must be 0. */
  readonly missing: number;
}

/**
 * One more terminal sends a single sample now and then and, as soon as that is acknowledged, asks for it; until `done` says so.
 * `find` answers whether the stored sample of that second is there.
 */
export async function probe(
  mqttPort: number,
  terminal: LoadTerminal,
  find: (timeSec: number) => Promise<boolean>,
  done: () => boolean,
): Promise<Probes> {
  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
    clientId: terminal.id,
    username: terminal.id,
    password: terminal.secret,
  });
  const ackedMs: number[] = [];
  const queriedMs: number[] = [];
  let missing = 0;
  try {
    for (let timeSec = Math.floor(Date.now() / 1000) - 86_400; !done(); timeSec += 1) {
      const frame = encodeRealtime({
        vin: terminal.vin,
        layout: 'A',
        sendTimeSec: timeSec,
        seq: 1,
        records: [{ timeSec, bodies: [{ type: 0x02, values: { speedKmh: 60, engineRpm: 1400, noxDownPpm: 40 } }] }],
      });
      const sent = performance.now();
      await client.publishAsync(`obd/v1/${terminal.id}/up`, Buffer.from(frame), { qos: 1 });
      ackedMs.push(performance.now() - sent);
      if (!(await find(timeSec))) missing += 1;
      queriedMs.push(performance.now() - sent);
      if (performance.now() - sent > GIVE_UP_MS) throw new Error('the service takes seconds to answer');
      await sleep(PROBE_EVERY_MS);
    }
  } finally {
    await client.endAsync();
  }
  return { ackedMs, queriedMs, missing };
}

/** `p50 1.2 ms, p99 3.4 ms of 150; each held the sample` */
export function probesText(probes: Probes): string {
  const held = probes.missing === 0 ? 'each answer held the sample' : `${probes.missing} ANSWERS DID NOT HOLD IT`;
  return `p50 ${millis(quantile(probes.queriedMs, 0.5))}, p99 ${millis(quantile(probes.queriedMs, 0.99))} (${probes.queriedMs.length} probes, ${held})`;
}
