import type { LoadResult } from '@plume/simulators';
import { withClient, withDatabase } from './database.ts';
import { millis, perSecond, quantile } from './figures.ts';
import { type Bench, type Figure, type Finding, verdictOf } from './finding.ts';
import { enterFleet } from './fleet.ts';
import { type Probes, probe, probesText } from './latency.ts';
import { startLoad } from './load.ts';
import { type Service, startService } from './service.ts';

const SERVER_TRUCKS = 1_000;
const SERVER_ROWS_PER_S = 10_000;
const SERVER_LIMIT_MS = { p50: 5, p99: 25 };
const EMBEDDED_TRUCKS = 36;
const EMBEDDED_LIMIT_MS = { p50: 10, p99: 50 };

interface Taken {
  readonly load: LoadResult;
  readonly probes: Probes;
}

/** P4: how soon a sample can be asked for. */
export async function measureLatency(bench: Bench): Promise<Finding> {
  const embedded = await onEmbedded(bench);
  const server = bench.serverUrl === null ? null : await withDatabase(bench.serverUrl, (url) => onServer(bench, url));
  const within = ({ load, probes }: Taken, limit: { p50: number; p99: number }): boolean =>
    quantile(probes.queriedMs, 0.5) < limit.p50 &&
    quantile(probes.queriedMs, 0.99) < limit.p99 &&
    probes.missing === 0 &&
    load.cut === 0;
  return {
    verdict: server === null ? 'not measured' : verdictOf(within(server, SERVER_LIMIT_MS), within(embedded, EMBEDDED_LIMIT_MS)),
    figures: [
      ...(server === null ? [] : figuresOf(`server engine, ${SERVER_TRUCKS} trucks × 1 message/s`, server)),
      ...figuresOf(`embedded engine, ${EMBEDDED_TRUCKS} trucks at real rate`, embedded),
    ],
    note: 'An acknowledgement leaves after the commit, so a sample can be asked for no later than that; a probe beside the load sends single samples and asks for each as soon as it is acknowledged (server: SQL; embedded: the HTTP API, its own time included). A checkpoint fell into the embedded run.',
  };
}

function figuresOf(name: string, { load, probes }: Taken): Figure[] {
  return [
    {
      what: `${name}: publish → acknowledged, beside a load of ${perSecond(load.rowsPerSecond)}`,
      value: `p50 ${millis(quantile(probes.ackedMs, 0.5))}, p99 ${millis(quantile(probes.ackedMs, 0.99))}`,
    },
    { what: `${name}: publish → answer of a query`, value: probesText(probes) },
  ];
}

async function onServer(bench: Bench, url: string): Promise<Taken> {
  const directory = bench.directory('p4-server');
  const terminals = await enterFleet(directory, url, SERVER_TRUCKS + 1);
  const service = await startService(directory, url);
  try {
    return await withClient(url, (client) =>
      take(bench, service, terminals, SERVER_ROWS_PER_S, async (timeSec) => {
        const found = await client.query('select 1 from samples where vehicle_id = $1 and time = to_timestamp($2)', [
          terminals.length,
          timeSec,
        ]);
        return found.rowCount === 1;
      }),
    );
  } finally {
    await service.stop();
  }
}

async function onEmbedded(bench: Bench): Promise<Taken> {
  const directory = bench.directory('p4-embedded');
  const terminals = await enterFleet(directory, null, EMBEDDED_TRUCKS + 1);
  const service = await startService(directory, null);
  try {
    const truck = terminals.length;
    return await take(bench, service, terminals, EMBEDDED_TRUCKS, async (timeSec) => {
      const iso = (sec: number): string => new Date(sec * 1000).toISOString();
      const answer = await service.api(
        'GET',
        `/api/v1/vehicles/${truck}/series?signals=noxDownPpm&from=${iso(timeSec)}&to=${iso(timeSec + 1)}`,
      );
      return (
        typeof answer === 'object' && answer !== null && 't' in answer && Array.isArray(answer.t) && answer.t.includes(timeSec)
      );
    });
  } finally {
    await service.stop();
  }
}

/** The last terminal probes, the others are the load. */
async function take(
  bench: Bench,
  service: Service,
  terminals: Awaited<ReturnType<typeof enterFleet>>,
  rowsPerSecond: number,
  find: (timeSec: number) => Promise<boolean>,
): Promise<Taken> {
  const prober = terminals.at(-1);
  if (prober === undefined) throw new Error('no terminal is left to probe with');
  const load = startLoad();
  try {
    const startSec = Math.floor(Date.now() / 1000) - 3 * 86_400;
    const loaded = terminals.slice(0, -1);
    // What a process runs slowly because it runs it for the first time is not what a site sees.
    await load.run({
      port: service.mqttPort,
      terminals: loaded,
      mode: { kind: 'open', rowsPerSecond: 10 * rowsPerSecond > 20_000 ? rowsPerSecond : 10 * rowsPerSecond },
      seconds: bench.quick ? 2 : 8,
      startSec,
    });
    let over = false;
    const probing = probe(service.mqttPort, prober, find, () => over);
    const result = await load
      .run({
        port: service.mqttPort,
        terminals: loaded,
        mode: { kind: 'open', rowsPerSecond },
        seconds: bench.quick ? 10 : 40,
        startSec: startSec + 86_400,
      })
      .finally(() => {
        over = true;
      });
    return { load: result, probes: await probing };
  } finally {
    await load.stop();
  }
}
