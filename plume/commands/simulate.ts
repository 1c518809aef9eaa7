import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ApiCall, command, confirmed, json, print } from '@plume/api/cli';
import {
  backdateDemoSteps,
  bulkLoadNoted,
  countDemo,
  type Db,
  hypertableBytes,
  newestSamples,
  noteBulkLoad,
  retentionFloors,
  sqlStateOf,
  vehicleIdsByVin,
} from '@plume/db';
import { BulkLoad } from '@plume/ingest';
import { bulkHistory, planSimulation, registerFleet, type SimulatePlan, simulate, simulateCommand } from '@plume/simulators';
import { BULK_RESERVE_BYTES, type BulkEstimate, bulkEstimate, roomFault } from '../bulk-room.ts';
import { type Worker, withApi } from '../command-api.ts';
import { readConfig } from '../config.ts';
import { fail } from '../fail.ts';
import { needService, runningService } from '../running-service.ts';

/** A plan whose period is known. */
type BulkPlan = SimulatePlan & { readonly fromSec: number; readonly toSec: number };
interface BulkArgs {
  readonly json: boolean;
  readonly yes: boolean;
}

/** Free on the disk of an embedded database; of a server's nothing is known here. */
function freeBytes(db: Db): number | null {
  if (db.kind === 'server') return null;
  const disk = statfsSync(resolve(readConfig().PLUME_DATA_DIR));
  return disk.bavail * disk.bsize;
}

/** Asks, or refuses, before years of simulated trucks go into a database. */
async function mayFill(db: Db, plan: BulkPlan, estimate: BulkEstimate, { yes }: BulkArgs): Promise<void> {
  if (plan.toSec > Date.now() / 1000) fail('--to lies in the future: history ends now at the latest.');
  const floor = (await retentionFloors(db)).find(({ tier }) => tier === 'samples');
  if (floor && plan.fromSec < Date.parse(`${floor.before}T00:00:00+08:00`) / 1000)
    fail(`Samples of before ${floor.before} are no longer kept in this database (PLUME_KEEP_SAMPLES). Begin there or later.`);
  const free = freeBytes(db);
  const fault = free === null ? null : roomFault(estimate, free);
  if (fault !== null) fail(fault);
  const { real } = await countDemo(db);
  const question = `This database has ${real} real trucks. Write ${plan.specs.length} simulated ones with about ${estimate.rows} rows beside them?`;
  if (real > 0 && !yes && !(await confirmed(question))) fail('Nothing was written.');
}

/** Fills the database with years of a fleet, past the doors: see the option `bulk`. Ended early, the same command goes on. */
async function fillInBulk(plan: SimulatePlan, args: BulkArgs): Promise<void> {
  const { fromSec, toSec } = plan;
  if (fromSec === undefined || toSec === undefined) fail('--bulk needs --from and --to.');
  if (await runningService(readConfig())) fail('Stop the service first: --bulk writes into its database.');
  let opened: Db | undefined;
  const keep: Worker = async (db) => {
    opened = db;
    return async () => undefined;
  };
  await withApi(async (call) => {
    if (!opened) throw new Error('the database was not opened');
    await fill(opened, call, { ...plan, fromSec, toSec }, args);
  }, keep);
}

async function fill(db: Db, call: ApiCall, plan: BulkPlan, args: BulkArgs): Promise<void> {
  const { specs, fromSec, toSec } = plan;
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  const estimate = bulkEstimate(specs, fromSec, toSec, db.edition);
  await mayFill(db, plan, estimate, args);
  await registerFleet(call, specs);
  const known = await vehicleIdsByVin(
    db,
    specs.map(({ vin }) => vin),
  );
  const ids = specs.map(({ vin }) => known.get(vin) ?? fail(`Truck ${vin} was not entered.`));
  const order = JSON.stringify([specs.map(({ vin, shiftHours }) => [vin, shiftHours]), fromSec, toSec]);
  const newest = await newestSamples(db, ids, new Date(fromSec * 1000), new Date(toSec * 1000));
  const goesOn = (await bulkLoadNoted(db)) === order;
  if (newest.size > 0 && !goesOn)
    fail('These trucks have samples in this period already. Choose another period, or another --seed.');
  await db.batch(backdateDemoSteps(fromSec, ids));
  await noteBulkLoad(db, order);
  if (goesOn && newest.size > 0) process.stderr.write('Going on where the last load ended.\n');
  const load = new BulkLoad(db);
  const { progress } = load;
  const began = performance.now();
  const rate = () => Math.round((progress.rows * 1000) / (performance.now() - began));
  let reachedSec = fromSec;
  for (const piece of bulkHistory(specs, fromSec, toSec)) {
    if (cancel.signal.aborted) break;
    if (piece.kind === 'block') {
      await load.compress(Date.now());
      reachedSec = piece.toSec;
      const share = Math.round((100 * (reachedSec - fromSec)) / (toSec - fromSec));
      process.stderr.write(`\r${share} %  ${dateOf(reachedSec)}  ${progress.rows} rows, ${rate()} rows/s   `);
      const free = freeBytes(db);
      if (free !== null && free < BULK_RESERVE_BYTES / 2)
        fail(
          `The disk has ${(free / 1e9).toFixed(1)} GB left. What is written stays; make room and give the same command again.`,
        );
      continue;
    }
    const vehicleId = ids[piece.truck] as number;
    const { rows } = piece;
    // A piece is written whole or not at all, in order of time.
    if ((rows.timeSec[rows.count - 1] as number) <= (newest.get(vehicleId) ?? 0)) continue;
    await load.write({ vehicleId, rows }).catch((error: unknown) => {
      if (sqlStateOf(error) !== '23505') throw error;
      fail(
        `Truck ${specs[piece.truck]?.vin} has other samples on ${dateOf(rows.timeSec[0] as number)}: something else wrote them.`,
      );
    });
  }
  process.stderr.write('\n');
  const seconds = (performance.now() - began) / 1000;
  const samples = await hypertableBytes(db, 'samples');
  const done = {
    ...progress,
    seconds,
    rowsPerS: rate(),
    cancelled: cancel.signal.aborted,
    bytes: samples.total,
    estimatedRows: estimate.rows,
  };
  const end = cancel.signal.aborted
    ? `Ended before ${dateOf(reachedSec + 7 * 86_400)} was reached; the same command goes on. `
    : '';
  print(
    done,
    args.json,
    `${end}${progress.rows} rows in ${seconds.toFixed(0)} s, ${done.rowsPerS} rows/s (${progress.writeS.toFixed(0)} s writing, ${progress.compressS.toFixed(0)} s compressing); the table samples takes ${(samples.total / 1e9).toFixed(2)} GB. The days are marked: the service evaluates them when it runs.`,
  );
}

function dateOf(sec: number): string {
  return new Date((sec + 28_800) * 1000).toISOString().slice(0, 10);
}

/** `plume simulate`: simulated trucks at the doors of the running service, or years of them straight into the database. */
export const simulateTrucks = command({
  ...simulateCommand,
  args: { ...simulateCommand.args, yes: { type: 'boolean', description: 'With --bulk: do not ask', default: false }, json },
  run: async ({ args }) => {
    const planned = planSimulation(args, Date.now());
    if (!planned.ok) fail(planned.errors.join('. '));
    if (args.bulk) return await fillInBulk(planned.plan, args);
    const service = await needService();
    const cancel = new AbortController();
    process.once('SIGINT', () => cancel.abort());
    await withApi(async (call) => {
      const done = await simulate(planned.plan, {
        register: (specs) => registerFleet(call, specs),
        url: `mqtt://${new URL(service.url).hostname}:${service.mqttPort}`,
        signal: cancel.signal,
        onStats: (now) =>
          process.stderr.write(
            `\r${new Date(now.simulatedSec * 1000).toISOString()}  ${now.connected} connected, ${now.ackedSamples} samples acknowledged, ${now.unacked} messages waiting   `,
          ),
      });
      process.stderr.write('\n');
      print(done, args.json, `${done.samples} samples in ${done.messages} messages are acknowledged`);
    });
  },
});
