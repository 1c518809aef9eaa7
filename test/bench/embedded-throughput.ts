import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { complete, dayOfRun, runClosed } from './closed-loop.ts';
import { median, medianPerSecond, millis, perSecond, whole } from './figures.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';
import { enterFleet } from './fleet.ts';
import { startLoad } from './load.ts';
import { type Service, startService } from './service.ts';

const TRUCKS = 36;
const LEAST_ROWS_PER_S = 50_000;
const LOOP_P99_MS = 25;
const LONGEST_WAIT_MS = 1_000;
const DAY_S = 86_400;
/** Chunks of the embedded engine are a divisor of this long. */
const SPAN_S = 6 * 3600;
/** Old enough to be compressed at the next round. */
const AGED_DAYS = 12;
const SPAN_LIMIT_S = 25;
/** A round begins every minute: two of them fit, and two checkpoints. */
const WATCH_S = 125;
const WATCH_ROWS_PER_S = 360;

const Ready = z.object({ checks: z.object({ maintenance: z.object({ detail: z.string() }) }) });

/** P3: the embedded engine end to end over MQTT, and what its upkeep costs those who wait. */
export async function measureEmbedded(bench: Bench): Promise<Finding> {
  const directory = bench.directory('p3');
  const terminals = await enterFleet(directory, null, TRUCKS);
  const service = await startService(directory, null);
  const load = startLoad();
  try {
    const rates: number[] = [];
    const loops: number[] = [];
    // The first seconds of a process are its compiler's; they are run off before.
    const midnight = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
    await runClosed(load, service.mqttPort, terminals, dayOfRun(-1), bench.quick ? 1 : 3);
    for (let run = 0; run < bench.runs; run += 1) {
      await service.read();
      const result = complete(await runClosed(load, service.mqttPort, terminals, dayOfRun(run), bench.quick ? 2 : 6));
      rates.push(result.rowsPerSecond);
      loops.push((await service.read()).loopMs.p99);
      bench.say(
        `  ${perSecond(result.rowsPerSecond)}, ack p99 ${millis(result.latencyMs.p99)}, loop p99 ${millis(loops.at(-1) ?? 0)}`,
      );
    }
    // A span of a full fleet, old enough for compression; then a fleet reports while it is compressed.
    const aged = complete(
      await load.run({
        port: service.mqttPort,
        terminals,
        mode: { kind: 'closed', window: 32 },
        seconds: bench.quick ? 3 : SPAN_LIMIT_S,
        startSec: midnight - AGED_DAYS * DAY_S,
        untilSec: midnight - AGED_DAYS * DAY_S + SPAN_S,
      }),
    );
    const watched = complete(
      await load.run({
        port: service.mqttPort,
        terminals,
        mode: { kind: 'open', rowsPerSecond: WATCH_ROWS_PER_S },
        seconds: bench.quick ? 65 : WATCH_S,
        startSec: midnight,
      }),
    );
    await sleep(100);
    const compressed = await compressedChunks(service);
    const loop = median(loops);
    return {
      verdict: verdictOf(
        median(rates) >= LEAST_ROWS_PER_S,
        loop < LOOP_P99_MS,
        compressed > 0 && watched.latencyMs.max < LONGEST_WAIT_MS,
      ),
      figures: [
        { what: 'closed loop, 36 trucks × 10 records a message', value: medianPerSecond(rates) },
        { what: 'event-loop delay of the service meanwhile, p99', value: millis(loop) },
        {
          what: `longest wait for an acknowledgement while ${compressed} chunks (${whole(aged.rows)} rows of 36 trucks) were compressed and checkpoints ran`,
          value: `${millis(watched.latencyMs.max)} (p50 ${millis(watched.latencyMs.p50)}, p99 ${millis(watched.latencyMs.p99)})`,
        },
      ],
      note: `The whole service (\`npm run serve\`), load from another process over MQTT, QoS 1, 32 messages in flight a truck; every acknowledgement after a flush. Waits were taken at ${WATCH_ROWS_PER_S} rows/s.`,
    };
  } finally {
    await load.stop();
    await service.stop();
  }
}

async function compressedChunks(service: Service): Promise<number> {
  const answer = Ready.parse(await (await fetch(new URL('/readyz', service.url))).json());
  return Number(/^(\d+) chunks/.exec(answer.checks.maintenance.detail)?.[1] ?? 0);
}
