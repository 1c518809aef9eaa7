import { join } from 'node:path';
import { complete, dayOfRun, runClosed } from './closed-loop.ts';
import { withDatabase } from './database.ts';
import { median, medianPerSecond, millis, perSecond } from './figures.ts';
import { type Bench, type Figure, type Finding, notMeasured, verdictOf } from './finding.ts';
import { enterFleet } from './fleet.ts';
import { startLoad } from './load.ts';
import { type Peer, startPeer } from './mosquitto-peer.ts';
import { copyRate, findPsql, saveSamples } from './psql-copy.ts';
import { startService } from './service.ts';

const DAY_S = 86_400;
const PEER_ROWS = 100_000;
const LEAST_OF_PEER = 5;

interface Series {
  readonly plume: number[];
  readonly copy: number[];
  readonly peer: number[];
  readonly loops: number[];
}

/** P1: 36 trucks on a server engine, against the fastest way in and against what people build first. */
export function measureServer(bench: Bench): Promise<Finding> {
  return measure(bench, { name: 'p1', trucks: 36, leastOfCopy: 0.5, withPeer: true });
}

/** P2: the same with 1,000 trucks. */
export function measureServerManyTrucks(bench: Bench): Promise<Finding> {
  return measure(bench, { name: 'p2', trucks: 1_000, leastOfCopy: 0.4, withPeer: false });
}

async function measure(
  bench: Bench,
  what: { name: string; trucks: number; leastOfCopy: number; withPeer: boolean },
): Promise<Finding> {
  if (bench.serverUrl === null)
    return notMeasured('No TimescaleDB server here: test/support/timescale-server.sh install, or TEST_DATABASE_URL.');
  const program = findPsql();
  if (program === null) return notMeasured('No psql here to compare with: install postgresql-client.');
  return await withDatabase(bench.serverUrl, async (url) => {
    const directory = bench.directory(what.name);
    const terminals = await enterFleet(directory, url, what.trucks);
    const peer = what.withPeer ? await startPeer(directory, url) : null;
    const service = await startService(directory, url);
    const load = startLoad();
    const got: Series = { plume: [], copy: [], peer: [], loops: [] };
    const seconds = bench.quick ? 2 : 5;
    try {
      const file = join(directory, 'samples.copy');
      const warmUp = await runClosed(load, service.mqttPort, terminals, dayOfRun(-1), seconds);
      if (peer !== null) await peer.rate(load, terminals, dayOfRun(-1), PEER_ROWS / 4);
      bench.say(`  warm-up ${perSecond(warmUp.rowsPerSecond)}`);
      for (let run = 0; run < bench.runs; run += 1) {
        await service.read();
        const result = complete(await runClosed(load, service.mqttPort, terminals, dayOfRun(run), seconds));
        got.plume.push(result.rowsPerSecond);
        got.loops.push((await service.read()).loopMs.p99);
        if (run === 0) saveSamples(program, url, dayOfRun(0), dayOfRun(0) + DAY_S, file);
        got.copy.push(await copyRate(program, url, file));
        if (peer !== null) got.peer.push(await peer.rate(load, terminals, dayOfRun(run), PEER_ROWS));
        bench.say(
          `  ${[got.plume, got.copy, got.peer].map((each) => perSecond(each.at(-1) ?? Number.NaN)).join(' · ')}, loop p99 ${millis(got.loops.at(-1) ?? 0)}`,
        );
      }
    } finally {
      await load.stop();
      await service.stop();
      await peer?.stop();
    }
    return findingOf(what, got, peer);
  });
}

function findingOf(what: { trucks: number; leastOfCopy: number; withPeer: boolean }, got: Series, peer: Peer | null): Finding {
  const ofCopy = ratio(got.plume, got.copy);
  const ofPeer = ratio(got.plume, got.peer);
  const figures: Figure[] = [
    { what: `the service, ${what.trucks} trucks, native frames over MQTT, closed loop`, value: medianPerSecond(got.plume) },
    { what: '`psql \\copy` binary of the same rows into the same table with its key', value: medianPerSecond(got.copy) },
    { what: 'ratio (median of the runs)', value: `${ofCopy.toFixed(2)} (wanted ≥ ${what.leastOfCopy})` },
    { what: 'event-loop delay of the service meanwhile, p99', value: millis(median(got.loops)) },
  ];
  if (peer !== null) {
    figures.push(
      {
        what: 'Mosquitto and a Node subscriber with multi-row inserts (not durable when acknowledged)',
        value: medianPerSecond(got.peer),
      },
      { what: 'ratio to it', value: `${ofPeer.toFixed(1)} (wanted ≥ ${LEAST_OF_PEER})` },
    );
  }
  const others = what.withPeer ? ` ${peer === null ? 'Mosquitto is not installed here. ' : ''}Node-RED was not measured.` : '';
  return {
    verdict: verdictOf(ofCopy >= what.leastOfCopy, !what.withPeer || (peer !== null && ofPeer >= LEAST_OF_PEER)),
    figures,
    note: `Service, server, load clients and the compared programs share the same cores, in turn within the same minute; acknowledged after the commit, de-duplicated, originals and ledger kept.${others}`,
  };
}

/** Median of the ratios run by run. */
function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((rate, run) => rate / (theirs[run] ?? Number.NaN)));
}
