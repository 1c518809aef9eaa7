import type { Db } from '@plume/db';
import { sha256Hex } from './known-messages.ts';
import type { LedgerTerminal } from './ledger-terminal.ts';

/** What the terminals' files and the database say of each other. Everything but the first four must be 0. */
export interface LedgerFigures {
  /** Different messages sent, attempts, acknowledged messages, and the good samples in these. */
  sent: number;
  attempts: number;
  acknowledged: number;
  acknowledgedSamples: number;
  /** Rows of `samples` in all. */
  storedSamples: number;
  /** Samples of acknowledged messages that are not stored. */
  lost: number;
  /** Samples of acknowledged messages that are stored with another value. */
  wrong: number;
  /** Acknowledged broken messages that the ledger does not have. */
  missingRefusals: number;
  /** Keys that occur twice. */
  doubleKeys: number;
  /** Terminals whose tallies do not add up: received = stored + duplicate + rejected, stored − merged = rows, rejected = the ledger's records. */
  unbalanced: string[];
}

type SampleRow = Record<string, number> & { t: number };

/** Compares what 20 terminals have written down with the database. */
export async function checkLedger(db: Db, terminals: readonly LedgerTerminal[]): Promise<LedgerFigures> {
  const figures: LedgerFigures = {
    sent: 0,
    attempts: 0,
    acknowledged: 0,
    acknowledgedSamples: 0,
    storedSamples: 0,
    lost: 0,
    wrong: 0,
    missingRefusals: 0,
    doubleKeys: 0,
    unbalanced: [],
  };
  for (const terminal of terminals) await checkTerminal(db, terminal, figures);
  const [doubles] = await db.query<{ n: number }>(
    'select count(*)::int as n from (select 1 from samples group by vehicle_id, time having count(*) > 1) d',
  );
  figures.doubleKeys = doubles?.n ?? -1;
  return figures;
}

async function checkTerminal(db: Db, terminal: LedgerTerminal, figures: LedgerFigures): Promise<void> {
  const { sent, acknowledged, attempts } = terminal.record();
  const { vehicleId, id } = terminal.site;
  const rows = await db.query<SampleRow>(
    `select extract(epoch from time)::float8 as t, "speedKmh", "engineRpm", "fuelRateLph", "noxDownPpm", "coolantTempC", "odometerKm"
     from samples where vehicle_id = $1`,
    [vehicleId],
  );
  const stored = new Map(rows.map((row) => [row.t, row]));
  const refused = new Set(
    (
      await db.query<{ sha: string }>("select distinct encode(sha256, 'hex') as sha from ledger where terminal_id = $1", [id])
    ).map((row) => row.sha),
  );
  figures.sent += sent.size;
  figures.attempts += attempts;
  figures.acknowledged += acknowledged.size;
  figures.storedSamples += rows.length;
  for (const number of acknowledged) {
    const message = terminal.message(number);
    for (const { timeSec, raw } of message.samples) {
      figures.acknowledgedSamples += 1;
      const row = stored.get(timeSec);
      if (!row) figures.lost += 1;
      else if (Object.entries(raw).some(([signal, value]) => row[signal] !== value)) figures.wrong += 1;
    }
    if (!message.hasRefusal) continue;
    const shapes = [message, terminal.message(number, true)].map(({ payload }) => sha256Hex(payload));
    if (!shapes.some((sha) => refused.has(sha))) figures.missingRefusals += 1;
  }
  const unbalanced = await imbalance(db, id, rows.length);
  if (unbalanced !== null) figures.unbalanced.push(`${id}: ${unbalanced}`);
}

/** Sums of a terminal's tallies against the rows there are; null when they agree. */
async function imbalance(db: Db, terminalId: string, sampleRows: number): Promise<string | null> {
  const [sums] = await db.query<
    Record<'received' | 'stored' | 'merged' | 'duplicate' | 'rejected' | 'events' | 'refused', number>
  >(
    `select coalesce(sum(received), 0)::float8 as received, coalesce(sum(stored), 0)::float8 as stored, coalesce(sum(merged), 0)::float8 as merged,
       coalesce(sum(duplicate), 0)::float8 as duplicate, coalesce(sum(rejected), 0)::float8 as rejected,
       (select count(*)::int from terminal_events e where e.terminal_id = $1) as events,
       (select coalesce(sum(records), 0)::float8 from ledger g where g.terminal_id = $1) as refused
     from link_hours where terminal_id = $1`,
    [terminalId],
  );
  if (!sums) return 'no tallies';
  const { received, stored, merged, duplicate, rejected, events, refused } = sums;
  if (received !== stored + duplicate + rejected) return `received ${received} ≠ ${stored} + ${duplicate} + ${rejected}`;
  if (stored - merged !== sampleRows + events)
    return `stored ${stored} − merged ${merged} ≠ ${sampleRows} samples + ${events} events`;
  return rejected === refused ? null : `rejected ${rejected} ≠ ${refused} in the ledger`;
}
