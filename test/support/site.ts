import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomSecret, secretHash } from '@plume/api';
import { type Db, insertAssignment, insertTerminal, insertVehicle, openDb } from '@plume/db';
import { inject } from 'vitest';
import { freshDatabase } from './fresh-database.ts';

/** A terminal to enter; without a VIN it is on no truck. */
export interface SeedTerminal {
  readonly id: string;
  readonly vin?: string;
}

/** An entered terminal: its secret, and its truck's number in the database. */
export interface Entered {
  readonly id: string;
  readonly vin: string;
  readonly secret: string;
  /** 0 when it is on no truck. */
  readonly vehicleId: number;
}

const FIRST_ASSIGNMENT_MS = Date.UTC(2000, 0, 1);

/** Enters trucks and terminals as they are, also with VINs that a person could not enter. Terminals with one VIN share the truck. */
export async function enterSite(db: Db, terminals: readonly SeedTerminal[]): Promise<Entered[]> {
  const vehicles = new Map<string, number>();
  const entered: Entered[] = [];
  for (const { id, vin = '' } of terminals) {
    if (vin !== '' && !vehicles.has(vin)) {
      const vehicleId = await insertVehicle(db, {
        vin,
        plate: `P${vin.slice(-6)}`,
        plateColor: undefined,
        district: undefined,
        enterprise: undefined,
        useType: undefined,
        fittedAtMs: FIRST_ASSIGNMENT_MS,
        demo: false,
        recordedBy: 'test',
        parameters: {},
      });
      if (vehicleId === undefined) throw new Error(`a truck with VIN ${vin} is entered already`);
      vehicles.set(vin, vehicleId);
    }
    const secret = randomSecret();
    const nothing = { vendor: undefined, model: undefined, firmware: undefined, iccid: undefined, profile: {}, demo: false };
    if (!(await insertTerminal(db, { id, secretHash: secretHash(secret), ...nothing, assignment: undefined })))
      throw new Error(`a terminal ${id} is entered already`);
    const vehicleId = vehicles.get(vin) ?? 0;
    if (vehicleId > 0) await insertAssignment(db, { terminalId: id, vehicleId, fromMs: FIRST_ASSIGNMENT_MS, toMs: undefined });
    entered.push({ id, vin, secret, vehicleId });
  }
  return entered;
}

/** A place for a service: a data folder and, on the server engine, a database of its own. */
export interface Place {
  readonly dataDir: string;
  /** Null on the embedded engine. */
  readonly databaseUrl: string | null;
  /** Opens its database in this process, for looking at it while no service runs (on the server engine also while one does). */
  open(): Promise<Db>;
  remove(): Promise<void>;
}

/** A data directory of the embedded engine, migrated and empty: copied, which is faster than made. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'plume-data-'));
  cpSync(inject('embeddedTemplate'), dataDir, { recursive: true });
  return dataDir;
}

/** An empty place on the embedded engine, or on the server of this URL. */
export async function newPlace(serverUrl: string | null): Promise<Place> {
  const dataDir = serverUrl === null ? newDataDir() : mkdtempSync(join(tmpdir(), 'plume-place-'));
  const database = serverUrl === null ? null : await freshDatabase(serverUrl);
  const databaseUrl = database?.url ?? null;
  return {
    dataDir,
    databaseUrl,
    open: () => openDb({ url: databaseUrl, dataDir }),
    remove: async () => {
      await database?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Opens the place's database for a moment. */
export async function withDb<T>(place: Place, use: (db: Db) => Promise<T>): Promise<T> {
  const db = await place.open();
  try {
    return await use(db);
  } finally {
    await db.close();
  }
}
