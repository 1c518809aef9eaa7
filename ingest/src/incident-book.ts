import type { Db } from '@plume/db';
import { type IncidentRow, insertIncidentsStep } from '@plume/db/write';
import { printable } from './intake.ts';

const SAVE_EVERY_MS = 5_000;
/** Different incidents kept in memory between two saves; beyond, they are folded without terminal and address. */
const DISTINCT_AT_MOST = 1_000;

/** A refusal at a door. */
export interface Incident {
  readonly kind: string;
  readonly terminalId: string | null;
  readonly address: string | null;
  readonly detail: string;
  /** How often, when the door has folded some itself. */
  readonly count?: number;
}

/** Folds what the doors refuse per kind, terminal, address and minute, and writes it down every few seconds; bounded in memory. */
export class IncidentBook {
  readonly #db: Db;
  readonly #timer: NodeJS.Timeout;
  #open = new Map<string, { -readonly [K in keyof IncidentRow]: IncidentRow[K] }>();
  #saving: Promise<void> = Promise.resolve();
  readonly totals: Record<string, number> = {};

  constructor(db: Db) {
    this.#db = db;
    this.#timer = setInterval(() => this.#saveSoon(), SAVE_EVERY_MS).unref();
  }

  note(incident: Incident): void {
    const count = incident.count ?? 1;
    this.totals[incident.kind] = (this.totals[incident.kind] ?? 0) + count;
    const crowded = this.#open.size >= DISTINCT_AT_MOST;
    const terminalId = crowded ? null : incident.terminalId;
    const address = crowded ? null : incident.address;
    const nowSec = Date.now() / 1000;
    const key = `${incident.kind} ${terminalId} ${address} ${Math.floor(nowSec / 60)}`;
    const known = this.#open.get(key);
    if (known) {
      known.count += count;
      known.lastSec = nowSec;
    } else {
      const row = {
        kind: incident.kind,
        terminalId: terminalId === null ? null : printable(terminalId),
        address,
        detail: printable(incident.detail),
        count,
        firstSec: nowSec,
        lastSec: nowSec,
      };
      this.#open.set(key, row);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#saveSoon();
    await this.#saving;
  }

  #saveSoon(): void {
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** While the database is away the entries stay, and go on folding. */
  async #save(): Promise<void> {
    if (this.#open.size === 0) return;
    const rows = this.#open;
    this.#open = new Map();
    try {
      await this.#db.batch([insertIncidentsStep([...rows.values()])]);
    } catch {
      for (const [key, row] of this.#open) {
        const older = rows.get(key);
        if (older) rows.set(key, { ...older, count: older.count + row.count, lastSec: row.lastSec });
        else if (rows.size < DISTINCT_AT_MOST) rows.set(key, row);
      }
      this.#open = rows;
    }
  }
}
