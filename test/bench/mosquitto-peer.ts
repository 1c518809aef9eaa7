import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadTerminal } from '@plume/simulators';
import { findProgram, installPackages } from '../support/debian-package.ts';
import { type Child, startChild } from './child.ts';
import { complete, WINDOW } from './closed-loop.ts';
import { withClient } from './database.ts';
import type { Load } from './load.ts';
import type { PeerRequest } from './peer-child.ts';

const START_MS = 5_000;
const TABLE = 'bench_peer';

/** Mosquitto and a Node subscriber with batched inserts, in processes of their own. */
export interface Peer {
  /** Rows a second until all that was sent is stored. */
  rate(load: Load, terminals: readonly LoadTerminal[], startSec: number, rows: number): Promise<number>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function findBroker(): string | null {
  const known = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
  const find = (): string | null => findProgram('mosquitto') ?? known.find((path) => existsSync(path)) ?? null;
  const found = find();
  if (found !== null) return found;
  installPackages(['mosquitto']);
  return find();
}

/** Starts the peer on a free port with the same table in the same database; null where there is no Mosquitto. */
export async function startPeer(directory: string, databaseUrl: string): Promise<Peer | null> {
  const program = findBroker();
  if (program === null) return null;
  const port = await freePort();
  const config = join(directory, 'mosquitto.conf');
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\nmax_inflight_messages 1000\nlog_type error\n`,
  );
  const broker = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => broker.once('exit', () => resolve()));
  await sleep(500);
  await withClient(databaseUrl, async (client) => {
    await client.query(`create table ${TABLE} (like samples including all)`);
    await client.query(
      `select create_hypertable('${TABLE}', by_range('time', interval '1 day'), create_default_indexes => false)`,
    );
  });
  const subscriber: Child = startChild('peer-child.ts');
  const ask = (request: PeerRequest): Promise<unknown> => subscriber.ask(request);
  await ask({ kind: 'start', mqttPort: port, databaseUrl, table: TABLE });
  return {
    rate: async (load, terminals, startSec, rows) => {
      const perTruck = Math.ceil(rows / terminals.length / 10) * 10;
      const result = complete(
        await load.run({
          port,
          terminals,
          mode: { kind: 'closed', window: WINDOW },
          seconds: 60,
          startSec,
          untilSec: startSec + perTruck,
        }),
      );
      const { seconds } = (await ask({ kind: 'wait', rows: result.ackedRows })) as { seconds: number };
      return result.ackedRows / seconds;
    },
    stop: async () => {
      await subscriber.stop();
      const hard = setTimeout(() => broker.kill('SIGKILL'), START_MS);
      broker.kill('SIGTERM');
      await ended;
      clearTimeout(hard);
    },
  };
}
