import { createHash, timingSafeEqual } from 'node:crypto';
import { desc, eq } from 'drizzle-orm';
import type { Db } from './db.ts';
import { ormOf } from './orm.ts';
import { dayStartMs } from './retention/tiers.ts';
import { retention_floors } from './schema/records.ts';
import { assignments, registry_state, terminals, vehicles } from './schema/registry.ts';

/** What the doors and the pipeline must know of a terminal. */
export interface Terminal {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly previousSecretHash: Uint8Array | null;
  /** Epoch milliseconds until which the previous secret still opens the door. */
  readonly previousUntilMs: number;
  readonly revoked: boolean;
  /** Seconds between the records of a data unit with one time for several records. */
  readonly recordPeriodS: number;
  readonly iccid: string | null;
  /** How to talk to it on plain TCP; null: it may not use plain TCP. */
  readonly tcp: TcpProfile | null;
}

/** How to talk to a terminal on plain TCP. */
export interface TcpProfile {
  readonly answers: 'none' | 'echo' | 'plus80';
  readonly errors: boolean;
}

/** A truck that a terminal is assigned to. */
export interface AssignedVehicle {
  readonly id: number;
  readonly vin: string;
}

interface Assignment {
  readonly vehicle: AssignedVehicle;
  readonly fromSec: number;
  /** Exclusive; Infinity while it lasts. */
  readonly toSec: number;
}

export type Authentication =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown' | 'wrong' | 'revoked' | 'unavailable' };

/** Who sends under a VIN. `notAllowed`: none of the truck's terminals may use plain TCP. */
export type Identification =
  | { readonly ok: true; readonly terminalId: string; readonly profile: TcpProfile }
  | {
      readonly ok: false;
      readonly reason: 'unknown' | 'notAllowed' | 'wrongIccid' | 'revoked' | 'unavailable';
      readonly terminalId: string | null;
    };

interface Snapshot {
  readonly version: number;
  readonly keptFromSec: number;
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly assignments: ReadonlyMap<string, readonly Assignment[]>;
  /** For each VIN the terminals that are or were on that truck, the latest assigned first. */
  readonly terminalsOf: ReadonlyMap<string, readonly string[]>;
}

/**
 * The registry in memory: terminals, their trucks over time. Loaded whole (a region has some thousand terminals), so that logins are
 * checked and samples are matched also while the database is away. Which processes changed it is told by `registry_state.version`.
 */
export class Registry {
  readonly #db: Db;
  #snapshot: Snapshot = {
    version: 0,
    keptFromSec: Number.NEGATIVE_INFINITY,
    terminals: new Map(),
    assignments: new Map(),
    terminalsOf: new Map(),
  };
  #listeners: ((revoked: readonly string[]) => void)[] = [];
  #loading: Promise<void> | null = null;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Loads the registry; calls that overlap share one load that begins after the last of them was made. */
  async refresh(): Promise<void> {
    if (this.#loading !== null) await this.#loading.catch(() => undefined);
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    await this.#loading;
  }

  /** Refreshes when another process has changed something. */
  async refreshIfChanged(): Promise<void> {
    const [row] = await this.#db.query<{ version: number }>('select version from registry_state', [], { priority: 'write' });
    if (row && row.version !== this.#snapshot.version) await this.refresh();
  }

  /** `listener` hears, after each change, which terminals have lost the right to be connected (revoked, removed). */
  onChange(listener: (revoked: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Checks a device secret: 256 random bits, so one SHA-256 and a comparison in constant time are enough. */
  authenticate(terminalId: string, secret: Uint8Array, nowMs: number): Authentication {
    if (this.#snapshot.version === 0) return { ok: false, reason: 'unavailable' };
    const terminal = this.#snapshot.terminals.get(terminalId);
    if (!terminal) return { ok: false, reason: 'unknown' };
    const hash = createHash('sha256').update(secret).digest();
    const matches = timingSafeEqual(hash, terminal.secretHash);
    const matchesPrevious =
      terminal.previousSecretHash !== null &&
      nowMs < terminal.previousUntilMs &&
      timingSafeEqual(hash, terminal.previousSecretHash);
    if (!matches && !matchesPrevious) return { ok: false, reason: 'wrong' };
    return terminal.revoked ? { ok: false, reason: 'revoked' } : { ok: true };
  }

  /**
   * The terminal that is on the truck with that VIN now and may use plain TCP, where nothing but the VIN names it. `iccid` is what its login carries,
   * null when it carries none: a terminal whose ICCID is registered must not log in with another. Of several the one with that ICCID, else the
   * latest assigned.
   */
  identify(vin: string, iccid: string | null, nowSec: number): Identification {
    if (this.#snapshot.version === 0) return { ok: false, reason: 'unavailable', terminalId: null };
    const here = (this.#snapshot.terminalsOf.get(vin) ?? []).flatMap((id) => {
      const terminal = this.#snapshot.terminals.get(id);
      return terminal && this.vehicleAt(id, nowSec)?.vin === vin ? [terminal] : [];
    });
    const inUse = here.filter((terminal) => !terminal.revoked);
    const allowed = inUse.filter((terminal) => terminal.tcp !== null);
    const chosen =
      allowed.find((terminal) => iccid !== null && sameIccid(terminal.iccid, iccid)) ??
      allowed.find((terminal) => iccid === null || terminal.iccid === null);
    if (chosen?.tcp) return { ok: true, terminalId: chosen.id, profile: chosen.tcp };
    const reason = allowed.length > 0 ? 'wrongIccid' : inUse.length > 0 ? 'notAllowed' : here.length > 0 ? 'revoked' : 'unknown';
    return { ok: false, reason, terminalId: (allowed[0] ?? inUse[0] ?? here[0])?.id ?? null };
  }

  terminal(id: string): Terminal | undefined {
    return this.#snapshot.terminals.get(id);
  }

  /** The truck that carried the terminal at that time (epoch seconds), if any. */
  vehicleAt(terminalId: string, timeSec: number): AssignedVehicle | undefined {
    const list = this.#snapshot.assignments.get(terminalId);
    if (!list) return undefined;
    for (const assignment of list) {
      if (timeSec >= assignment.fromSec && timeSec < assignment.toSec) return assignment.vehicle;
    }
    return undefined;
  }

  /** Records of before this time [epoch s] are no longer kept: samples were dropped up to there. −Infinity: none were. */
  get keptFromSec(): number {
    return this.#snapshot.keptFromSec;
  }

  get terminalCount(): number {
    return this.#snapshot.terminals.size;
  }

  async #load(): Promise<void> {
    const orm = ormOf(this.#db, 'write');
    // The version first: a change between the queries is then loaded again at the next look.
    const [state] = await orm.select().from(registry_state);
    const [floor] = await orm.select().from(retention_floors).where(eq(retention_floors.tier, 'samples'));
    const known = await orm.select().from(terminals);
    const carried = await orm
      .select({
        terminalId: assignments.terminal_id,
        from: assignments.valid_from,
        to: assignments.valid_to,
        vehicleId: vehicles.id,
        vin: vehicles.vin,
      })
      .from(assignments)
      .innerJoin(vehicles, eq(vehicles.id, assignments.vehicle_id))
      .orderBy(desc(assignments.valid_from));
    const before = this.#snapshot.terminals;
    this.#snapshot = {
      version: state?.version ?? 0,
      keptFromSec: floor === undefined ? Number.NEGATIVE_INFINITY : dayStartMs(floor.before) / 1000,
      terminals: new Map(known.map((row) => [row.id, terminalOf(row)])),
      assignments: byTerminal(carried),
      terminalsOf: byVin(carried),
    };
    const lost = [...before.keys()].filter(
      (id) => this.#snapshot.terminals.get(id)?.revoked !== false && before.get(id)?.revoked === false,
    );
    for (const listener of this.#listeners) listener(lost);
  }
}

/** Hexadecimal digits of an ICCID that all cards have; the 20th is a check digit or padding, which some modems leave out. */
const ICCID_DIGITS = 19;

function sameIccid(registered: string | null, told: string): boolean {
  return (
    registered !== null &&
    told.length >= ICCID_DIGITS &&
    registered.slice(0, ICCID_DIGITS).toUpperCase() === told.slice(0, ICCID_DIGITS).toUpperCase()
  );
}

function byVin(rows: readonly Carried[]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { vin, terminalId } of rows) {
    const list = lists.get(vin);
    if (!list) lists.set(vin, [terminalId]);
    else if (!list.includes(terminalId)) list.push(terminalId);
  }
  return lists;
}

/** What the profile says of plain TCP. Anything but a known habit of answering is no permission. */
function tcpOf(profile: Readonly<Record<string, unknown>>): TcpProfile | null {
  const { tcp } = profile;
  if (typeof tcp !== 'object' || tcp === null || !('answers' in tcp)) return null;
  const { answers } = tcp;
  if (answers !== 'none' && answers !== 'echo' && answers !== 'plus80') return null;
  return { answers, errors: 'errors' in tcp && tcp.errors === true };
}

function terminalOf(row: typeof terminals.$inferSelect): Terminal {
  const period = row.profile.recordPeriodS;
  return {
    id: row.id,
    secretHash: row.secret_hash,
    previousSecretHash: row.previous_secret_hash,
    previousUntilMs: row.previous_valid_until?.getTime() ?? 0,
    revoked: row.revoked_at !== null,
    recordPeriodS: typeof period === 'number' && period > 0 ? period : 1,
    iccid: row.iccid,
    tcp: tcpOf(row.profile),
  };
}

interface Carried {
  readonly terminalId: string;
  readonly from: Date;
  readonly to: Date | null;
  readonly vehicleId: number;
  readonly vin: string;
}

function byTerminal(rows: readonly Carried[]): Map<string, Assignment[]> {
  const known = new Map<number, AssignedVehicle>();
  const lists = new Map<string, Assignment[]>();
  for (const row of rows) {
    let vehicle = known.get(row.vehicleId);
    if (!vehicle) {
      vehicle = { id: row.vehicleId, vin: row.vin };
      known.set(row.vehicleId, vehicle);
    }
    const list = lists.get(row.terminalId);
    const assignment = {
      vehicle,
      fromSec: row.from.getTime() / 1000,
      toSec: row.to === null ? Number.POSITIVE_INFINITY : row.to.getTime() / 1000,
    };
    if (list) list.push(assignment);
    else lists.set(row.terminalId, [assignment]);
  }
  return lists;
}
