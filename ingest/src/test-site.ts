import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, insertTerminal, insertVehicle, openDb } from '@plume/db';
import { inject } from 'vitest';

/** Truck of `TestSite.truckA`. */
export const VIN_A = 'LZZ5ELSD8EN00000A';
/** Truck of `TestSite.truckB`. */
export const VIN_B = 'LZZ5ELSD8EN00000B';
export const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An embedded database with two trucks and the terminal T-1, which is on no truck. */
export interface TestSite {
  readonly db: Db;
  readonly truckA: number;
  readonly truckB: number;
  remove(): Promise<void>;
}

export async function openTestSite(): Promise<TestSite> {
  const folder = mkdtempSync(join(tmpdir(), 'plume-ingest-'));
  cpSync(inject('embeddedTemplate'), folder, { recursive: true });
  const db = await openDb({ url: null, dataDir: folder });
  const truckA = await addTruck(db, VIN_A);
  const truckB = await addTruck(db, VIN_B);
  await insertTerminal(db, {
    id: 'T-1',
    secretHash: new Uint8Array(32),
    vendor: undefined,
    model: undefined,
    firmware: undefined,
    iccid: undefined,
    profile: {},
    demo: false,
    assignment: undefined,
  });
  return {
    db,
    truckA,
    truckB,
    remove: async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addTruck(db: Db, vin: string): Promise<number> {
  const id = await insertVehicle(db, {
    vin,
    plate: `新${vin.slice(-3)}`,
    plateColor: undefined,
    district: undefined,
    enterprise: undefined,
    useType: undefined,
    fittedAtMs: 0,
    demo: false,
    recordedBy: 'test',
    parameters: {},
  });
  if (id === undefined) throw new Error('the truck was not entered');
  return id;
}

/** Forgets what was received and assigned; trucks and terminal stay. */
export async function emptySite(db: Db): Promise<void> {
  await db.batch([
    {
      sql: 'truncate assignments, exports, jobs, samples, frames, ledger, link_hours, dirty_days, day_conflicts, vehicle_latest',
    },
  ]);
}

/** Sums over all hours: what became of the records. */
export async function linkCounts(db: Db): Promise<object> {
  const [row] = await db.query(
    'select sum(messages)::int as messages, sum(received)::int as received, sum(stored)::int as stored, sum(duplicate)::int as duplicate, sum(rejected)::int as rejected from link_hours',
  );
  return row ?? {};
}
