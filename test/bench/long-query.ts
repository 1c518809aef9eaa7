import { startChild } from './child.ts';
import { median, millis, whole } from './figures.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';
import { enterFleet } from './fleet.ts';
import type { HistoryRequest, HistoryResult } from './history-child.ts';
import { startLoad } from './load.ts';
import { startService } from './service.ts';

const TRUCKS = 36;
const LOOP_P99_MS = 50;
const DAY_S = 86_400;
const SIGNALS = 'speedKmh,engineRpm,netTorquePct,fuelRateLph,noxUpPpm,noxDownPpm,scrInTempC,ureaLevelPct';

/** The event loop while somebody looks at a month of one truck and the fleet reports. */
export async function measureLongQuery(bench: Bench): Promise<Finding> {
  const days = bench.quick ? 5 : 30;
  const directory = bench.directory('long-query');
  const toSec = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
  const request: HistoryRequest = { directory, kind: 'truck', fromSec: toSec - days * DAY_S, toSec };
  const writer = startChild('history-child.ts');
  const { rows } = (await writer.ask(request).finally(() => writer.stop())) as HistoryResult;
  const terminals = await enterFleet(directory, null, TRUCKS);
  const service = await startService(directory, null);
  const load = startLoad();
  try {
    let over = false;
    const reporting = load.run({
      port: service.mqttPort,
      terminals,
      mode: { kind: 'open', rowsPerSecond: TRUCKS },
      seconds: bench.quick ? 10 : 25,
      startSec: toSec,
    });
    void reporting.then(() => {
      over = true;
    });
    const iso = (sec: number): string => new Date(sec * 1000).toISOString();
    const query = `/api/v1/vehicles/1/series?signals=${SIGNALS}&from=${iso(toSec - days * DAY_S)}&to=${iso(toSec)}&points=1500`;
    const tookMs: number[] = [];
    const loops: number[] = [];
    let bytes = 0;
    while (tookMs.length < bench.runs && !over) {
      await service.read();
      const began = performance.now();
      const answer = await service.api('GET', query);
      tookMs.push(performance.now() - began);
      loops.push((await service.read()).loopMs.p99);
      bytes = JSON.stringify(answer).length;
    }
    const waits = (await reporting).latencyMs;
    return {
      verdict: verdictOf(median(loops) < LOOP_P99_MS),
      figures: [
        {
          what: 'event-loop delay of the service while it answers, p99',
          value: `${millis(median(loops))} (worst of ${loops.length}: ${millis(Math.max(...loops))})`,
        },
        {
          what: `series of ${whole(rows)} samples × 8 signals, reduced to 1,500 points`,
          value: `${millis(median(tookMs))} (${whole(bytes / 1000)} kB)`,
        },
        {
          what: 'acknowledgements to the fleet meanwhile',
          value: `p50 ${millis(waits.p50)}, p99 ${millis(waits.p99)}, longest ${millis(waits.max)}`,
        },
      ],
      note: `${days} days of one truck at 1 Hz on the embedded engine, what is older than eight days compressed; 36 trucks report at real rate.`,
    };
  } finally {
    await load.stop();
    await service.stop();
  }
}
