import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startChild } from './child.ts';
import { median, megabytes, millis, perSecond } from './figures.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';
import type { FleetRequest } from './fleet-child.ts';
import { startService } from './service.ts';

const TRUCKS = 36;
const MOST_BYTES = 700e6;
const MOST_CPU_SHARE = 0.05;
/** Logins, and two minutes of backlog that the trucks bring along. */
const SETTLE_S = 15;
const READ_EVERY_S = 10;

const FleetEnd = z.object({ ackedSamples: z.number(), connected: z.number(), unacked: z.number() });

/** P11: a small site at its real rate: the demonstration fleet in one process, the service in another. */
export async function measureSmallSite(bench: Bench): Promise<Finding> {
  const directory = bench.directory('p11');
  // The first start makes the database and builds the page when it is stale; a site runs on what is there.
  await (await startService(directory, null)).stop();
  const service = await startService(directory, null);
  const fleet = startChild('fleet-child.ts');
  try {
    const measuredS = bench.quick ? 20 : 70;
    const { url, token, mqttPort } = service;
    const request: FleetRequest = { url, token, mqttPort, trucks: TRUCKS, seconds: SETTLE_S + measuredS + 2 };
    const running = fleet.ask(request);
    await sleep(SETTLE_S * 1000);
    const settled = await service.read();
    const shares: number[] = [];
    let peak = settled.peakRssBytes;
    let loopMs = 0;
    let rss = 0;
    for (let at = 0; at < measuredS; at += READ_EVERY_S) {
      await sleep(READ_EVERY_S * 1000);
      const reading = await service.read();
      shares.push(reading.cpuShare);
      peak = Math.max(peak, reading.peakRssBytes);
      rss = reading.rssBytes;
      loopMs = Math.max(loopMs, reading.loopMs.p99);
    }
    const end = FleetEnd.parse(await running);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return {
      verdict: verdictOf(peak < MOST_BYTES, mean < MOST_CPU_SHARE, end.unacked === 0),
      figures: [
        {
          what: `memory (RSS) at the end of ${measuredS} s, and its peak from the start of the service`,
          value: `${megabytes(rss)}, ${megabytes(peak)}`,
        },
        {
          what: 'share of one core, all threads (median of 10 s spans)',
          value: `${(mean * 100).toFixed(1)} % (${(median(shares) * 100).toFixed(1)} %)`,
        },
        { what: 'event-loop delay, worst p99 of 10 s', value: millis(loopMs) },
        { what: 'acknowledged', value: perSecond(end.ackedSamples / request.seconds, 'samples') },
      ],
      note: 'The whole service alone in its process, its second start; the simulated trucks (native frames of three layouts and JSON) in another. No browser looks on.',
    };
  } finally {
    await fleet.stop();
    await service.stop();
  }
}
