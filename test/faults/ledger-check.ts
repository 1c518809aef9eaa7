import { createHash } from 'node:crypto';
import { type Db, insertTerminal, insertVehicle, openDb } from '@plume/db';
import { kindOf, type LedgerFleet, type LedgerTerminal, measured, messageSec, SAMPLES } from './ledger-fleet.ts';

/** Enters the trucks and terminals. */
export async function register(
  config: { url: string | null; dataDir: string },
  terminals: readonly LedgerTerminal[],
): Promise<void> {
  const db = await openDb(config);
  try {
    for (const { id, vin, secret } of terminals) {
      const vehicleId = await insertVehicle(db, {
        vin,
        plate: id,
        plateColor: undefined,
        district: undefined,
        enterprise: undefined,
        useType: undefined,
        fittedAtMs: 0,
        demo: true,
        recordedBy: 'test',
        parameters: {},
      });
      await insertTerminal(db, {
        id,
        secretHash: createHash('sha256').update(secret).digest(),
        vendor: undefined,
        model: undefined,
        firmware: undefined,
        iccid: undefined,
        profile: {},
        demo: true,
        assignment: { vehicleId: vehicleId ?? 0, fromMs: 0 },
      });
    }
  } finally {
    await db.close();
  }
}

/** What the comparison of the terminals' files with the database came to. */
export interface Ledger {
  readonly sentMessages: number;
  readonly acknowledgedMessages: number;
  /** Samples of acknowledged messages that are not stored, or with other values. */
  readonly lostSamples: number;
  readonly storedSamples: number;
  /** Samples in the table that nobody sent. */
  readonly strangers: number;
  /** Rows beyond one per truck and second. */
  readonly twice: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Acknowledged broken messages without an entry in the ledger. */
  readonly lostBroken: number;
  /** Terminals whose tallies do not add up, or do not agree with the tables. */
  readonly wrongTallies: readonly string[];
}

interface Row {
  t: number;
  nox: number | null;
  rpm: number | null;
}

/** Compares what each terminal wrote down with what the database holds. */
export async function compare(
  config: { url: string | null; dataDir: string },
  fleet: LedgerFleet,
  terminals: readonly LedgerTerminal[],
  baseSec: number,
): Promise<Ledger> {
  const db = await openDb(config);
  const sum = {
    sentMessages: 0,
    acknowledgedMessages: 0,
    lostSamples: 0,
    storedSamples: 0,
    strangers: 0,
    twice: 0,
    duplicates: 0,
    rejected: 0,
    lostBroken: 0,
  };
  const wrongTallies: string[] = [];
  try {
    for (const terminal of terminals) {
      const { sent, acknowledged } = fleet.written(terminal);
      sum.sentMessages += sent.size;
      sum.acknowledgedMessages += acknowledged.size;
      const rows = await samplesOf(db, terminal);
      const stored = new Map(rows.map((row) => [row.t, row]));
      sum.storedSamples += rows.length;
      sum.twice += rows.length - stored.size;
      const expected = new Set<number>();
      for (const number of sent) {
        if (kindOf(number) === 'broken') continue;
        for (let i = 0; i < SAMPLES; i += 1) {
          const timeSec = messageSec(baseSec, number) + i;
          expected.add(timeSec);
          if (acknowledged.has(number) && !isRight(stored.get(timeSec), terminal.index, timeSec)) sum.lostSamples += 1;
        }
      }
      sum.strangers += rows.filter((row) => !expected.has(row.t)).length;
      const tally = await tallyOf(db, terminal);
      sum.duplicates += tally.duplicate;
      sum.rejected += tally.rejected;
      const broken = [...acknowledged].filter((number) => kindOf(number) === 'broken').length;
      sum.lostBroken += Math.max(0, broken - tally.entries);
      const addsUp = tally.received === tally.stored + tally.duplicate + tally.rejected;
      if (!addsUp || tally.stored !== rows.length + tally.events || tally.rejected !== tally.ledgerRecords) {
        wrongTallies.push(`${terminal.id}: ${JSON.stringify({ ...tally, samples: rows.length })}`);
      }
    }
  } finally {
    await db.close();
  }
  return { ...sum, wrongTallies };
}

function isRight(row: Row | undefined, index: number, timeSec: number): boolean {
  const right = measured(index, timeSec);
  return row?.nox === right.noxDownPpm && row.rpm === right.engineRpm;
}

async function samplesOf(db: Db, terminal: LedgerTerminal): Promise<Row[]> {
  return await db.query<Row>(
    `select extract(epoch from s.time)::int8 as t, s."noxDownPpm" as nox, s."engineRpm" as rpm from samples s join vehicles v on v.id = s.vehicle_id where v.vin = $1`,
    [terminal.vin],
  );
}

async function tallyOf(db: Db, terminal: LedgerTerminal) {
  const [row] = await db.query<{
    received: number;
    stored: number;
    duplicate: number;
    rejected: number;
    events: number;
    entries: number;
    ledgerRecords: number;
  }>(
    `select coalesce(sum(received), 0)::int8 as received, coalesce(sum(stored), 0)::int8 as stored, coalesce(sum(duplicate), 0)::int8 as duplicate,
            coalesce(sum(rejected), 0)::int8 as rejected,
            (select count(*)::int8 from terminal_events where terminal_id = $1) as events,
            (select count(*)::int8 from ledger where terminal_id = $1) as entries,
            (select coalesce(sum(records), 0)::int8 from ledger where terminal_id = $1) as "ledgerRecords"
     from link_hours where terminal_id = $1`,
    [terminal.id],
  );
  return row ?? { received: 0, stored: 0, duplicate: 0, rejected: 0, events: 0, entries: 0, ledgerRecords: 0 };
}
