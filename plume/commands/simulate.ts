import { command, json, print } from '@plume/api/cli';
import { anySamples, backdateDemoSteps, type Db, hypertableBytes, vehicleIdsByVin } from '@plume/db';
import { BulkLoad } from '@plume/ingest';
import { bulkHistory, planSimulation, registerFleet, type SimulatePlan, simulate, simulateCommand } from '@plume/simulators';
import { type Worker, withApi } from '../command-api.ts';
import { readConfig } from '../config.ts';
import { fail } from '../fail.ts';
import { needService, runningService } from '../running-service.ts';

/** Fills the database with years of a fleet, past the doors: see the option `bulk`. */
async function fillInBulk(plan: SimulatePlan, asJson: boolean): Promise<void> {
  const { specs, fromSec, toSec } = plan;
  if (fromSec === undefined || toSec === undefined) fail('--bulk needs --from and --to.');
  if (await runningService(readConfig())) fail('Stop the service first: --bulk writes into its database.');
  let opened: Db | undefined;
  const keep: Worker = async (db) => {
    opened = db;
    return async () => undefined;
  };
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  await withApi(async (call) => {
    const db = opened;
    if (!db) throw new Error('the database was not opened');
    await registerFleet(call, specs);
    const known = await vehicleIdsByVin(
      db,
      specs.map(({ vin }) => vin),
    );
    const ids = specs.map(({ vin }) => known.get(vin) ?? fail(`Truck ${vin} was not entered.`));
    if (await anySamples(db, ids, new Date(fromSec * 1000), new Date(toSec * 1000)))
      fail('These trucks have samples in this period already. Choose another period, or another --seed.');
    await db.batch(backdateDemoSteps(fromSec, ids));
    const load = new BulkLoad(db);
    const { progress } = load;
    const began = performance.now();
    const rate = () => Math.round((progress.rows * 1000) / (performance.now() - began));
    for (const piece of bulkHistory(specs, fromSec, toSec)) {
      if (cancel.signal.aborted) break;
      if (piece.kind === 'samples') await load.write({ vehicleId: ids[piece.truck] as number, rows: piece.rows });
      else {
        await load.compress(Date.now());
        process.stderr.write(
          `\r${new Date(piece.toSec * 1000).toISOString().slice(0, 10)}  ${progress.rows} rows, ${rate()} rows/s   `,
        );
      }
    }
    process.stderr.write('\n');
    const seconds = (performance.now() - began) / 1000;
    const samples = await hypertableBytes(db, 'samples');
    const done = {
      ...progress,
      seconds,
      rowsPerS: rate(),
      bytes: samples.total,
      bytesPerRow: samples.total / Math.max(1, progress.rows),
    };
    print(
      done,
      asJson,
      `${progress.rows} rows in ${seconds.toFixed(0)} s, ${done.rowsPerS} rows/s (${progress.writeS.toFixed(0)} s writing, ${progress.compressS.toFixed(0)} s compressing); the table samples takes ${(samples.total / 1e9).toFixed(2)} GB. The days are marked: the service evaluates them when it runs.`,
    );
  }, keep);
}

/** `plume simulate`: simulated trucks at the doors of the running service, or years of them straight into the database. */
export const simulateTrucks = command({
  ...simulateCommand,
  args: { ...simulateCommand.args, json },
  run: async ({ args }) => {
    const planned = planSimulation(args, Date.now());
    if (!planned.ok) fail(planned.errors.join('. '));
    if (args.bulk) return await fillInBulk(planned.plan, args.json);
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
