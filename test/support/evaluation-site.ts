import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, insertTerminal, insertVehicle, openDb, Registry } from '@plume/db';
import { type Computer, type Evaluator, type Ingest, startEvaluator, startIngest } from '@plume/ingest';
import type { TerminalMessage, TruckSpec } from '@plume/simulators';
import { inject } from 'vitest';
import { freshDatabase } from './fresh-database.ts';

const quiet = { info: () => undefined, warn: () => undefined };
const NO_FACTS = { plateColor: undefined, district: undefined, enterprise: undefined, useType: undefined };
const NO_DEVICE = { vendor: undefined, model: undefined, firmware: undefined, iccid: undefined, profile: {} };

/** A pipeline and an evaluator over a database of their own, on a clock that the test sets. */
export class EvaluationSite {
  db: Db;
  registry: Registry;
  ingest: Ingest;
  evaluator: Evaluator;
  /** What the evaluator logged as an error. */
  readonly errors: unknown[] = [];
  nowMs: number;
  /** Its data directory; null on the server. */
  readonly dataDir: string | null;
  readonly #reopen: () => Promise<Db>;
  readonly #remove: () => Promise<void>;
  #closed = false;

  private constructor(db: Db, nowMs: number, dataDir: string | null, reopen: () => Promise<Db>, remove: () => Promise<void>) {
    this.db = db;
    this.dataDir = dataDir;
    this.nowMs = nowMs;
    this.#reopen = reopen;
    this.#remove = remove;
    this.registry = new Registry(db);
    const never = () => {
      throw new Error('the site was not started');
    };
    this.ingest = { accept: never, stats: never, subscribe: never, onCommitted: never, stop: never };
    this.evaluator = { stats: never, evaluateNow: never, idle: never, onAlarm: never, onFindings: never, stop: never };
  }

  /** An empty site on the embedded engine, or in a database of its own on the server of this URL. */
  static async open(serverUrl: string | null, nowMs: number): Promise<EvaluationSite> {
    if (serverUrl !== null) {
      const database = await freshDatabase(serverUrl);
      const open = () => openDb({ url: database.url, dataDir: '' });
      return new EvaluationSite(await open(), nowMs, null, open, () => database.drop());
    }
    const folder = mkdtempSync(join(tmpdir(), 'plume-evaluation-'));
    cpSync(inject('embeddedTemplate'), folder, { recursive: true });
    const open = () => openDb({ url: null, dataDir: folder });
    return new EvaluationSite(await open(), nowMs, folder, open, async () => rmSync(folder, { recursive: true, force: true }));
  }

  /** Enters trucks, each with its terminal on it from the beginning; known since `createdMs`. */
  async enter(specs: readonly TruckSpec[], createdMs: number): Promise<number[]> {
    const ids: number[] = [];
    for (const spec of specs) {
      const { stage, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, engineModel } = spec;
      const id = await insertVehicle(this.db, {
        vin: spec.vin,
        plate: spec.plate,
        ...NO_FACTS,
        fittedAtMs: createdMs,
        demo: true,
        recordedBy: 'test',
        parameters: { stage, ratedPowerKw, ratedRpm, referenceTorqueNm, fuelTankL, ureaTankL, engineModel },
      });
      if (id === undefined) throw new Error('the truck was not entered');
      const { id: terminalId } = spec.terminal;
      await insertTerminal(this.db, {
        id: terminalId,
        secretHash: new Uint8Array(32),
        ...NO_DEVICE,
        demo: true,
        assignment: { vehicleId: id, fromMs: createdMs },
      });
      ids.push(id);
    }
    await this.db.query('update vehicles set created_at = $1::timestamptz', [new Date(createdMs)]);
    return ids;
  }

  /** `computer` takes the place of the evaluator's own. */
  async start(computer?: Computer): Promise<void> {
    this.registry = new Registry(this.db);
    await this.registry.refresh();
    const log = { ...quiet, error: (fields: object) => this.errors.push(fields) };
    this.ingest = await startIngest({ maxAgeDays: 0, markEveryS: 0 }, { db: this.db, registry: this.registry, log });
    const { ingest } = this;
    this.evaluator = startEvaluator(
      { pollMs: 20 },
      {
        db: this.db,
        log,
        clock: () => this.nowMs,
        committed: (listener) => ingest.onCommitted(listener),
        ...(computer ? { computer } : {}),
      },
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.ingest.stop(5_000), this.evaluator.stop(5_000)]);
  }

  /** As if the process had ended and begun again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.db.close();
    this.db = await this.#reopen();
    await this.start();
  }

  /** Forgets everything that was received and judged; trucks, terminals and frozen references stay. */
  async clear(): Promise<void> {
    await this.db.batch([
      {
        sql: 'truncate samples, frames, obd_readings, terminal_events, ledger, link_hours, dirty_days, day_conflicts, vehicle_latest, truck_minute, truck_day, truck_sums, truck_cells, alarms, alarm_watch',
      },
      // Others refer to these.
      ...['lead_events', 'leads', 'findings'].map((table) => ({ sql: `delete from ${table}` })),
    ]);
    this.errors.length = 0;
  }

  /** Hands its directory over to whoever goes on with it, such as the service; the site itself does no more. */
  async close(): Promise<string> {
    if (this.dataDir === null) throw new Error('a site on the server has no directory');
    await this.stop();
    await this.db.close();
    this.#closed = true;
    return this.dataDir;
  }

  async remove(): Promise<void> {
    if (!this.#closed) {
      await this.stop();
      await this.db.close();
    }
    await this.#remove();
  }

  /** Hands messages in, in this order; all are durable when it resolves. Each counts as received when it was sent, or at `receivedSec`. */
  async deliver(messages: readonly TerminalMessage[], receivedSec?: number): Promise<void> {
    const answers = await Promise.all(
      messages.map(({ terminalId, payload, sendSec }) =>
        this.ingest.accept({
          terminalId,
          channel: 'up',
          payload,
          receivedAtMs: (receivedSec ?? sendSec) * 1000,
          transport: 'mqtt',
        }),
      ),
    );
    const refused = answers.filter(({ ack, verdict }) => !ack || verdict !== undefined);
    if (refused.length > 0) throw new Error(`not taken in: ${JSON.stringify(refused[0])}`);
  }
}

const TABLES: Readonly<Record<string, string>> = {
  findings:
    'select id, vehicle_id, rule, day, level, cause, version, class, detail from findings where withdrawn_at is null order by id',
  leads:
    "select id, vehicle_id, cause, level, first_day, last_day, findings, state, closed_day, clear_days from leads where state <> 'withdrawn' order by id",
  truck_day: "select to_jsonb(d) - 'evaluated_at' as row from truck_day d order by vehicle_id, day",
  truck_sums: 'select to_jsonb(s) as row from truck_sums s order by span, kind, day, vehicle_id, bin',
  truck_cells: 'select to_jsonb(c) as row from truck_cells c order by span, day, vehicle_id',
  truck_minute: 'select to_jsonb(m) as row from truck_minute m order by vehicle_id, time',
};

/** Per table, how many rows what was evaluated has and their hash: everything but when it was written, and what was withdrawn. */
export async function evaluationHashes(db: Db): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [table, sql] of Object.entries(TABLES)) {
    const rows = await db.query<{ text: string }>(`select to_jsonb(r)::text as text from (${sql}) r`);
    const hash = createHash('sha256').update(rows.map((row) => row.text).join('\n'));
    hashes[table] = `${rows.length} rows ${hash.digest('hex').slice(0, 16)}`;
  }
  return hashes;
}
