import { createHash } from 'node:crypto';
import { openDb } from '@plume/db';
import type { LoadTerminal } from '@plume/simulators';

/** Secret of every terminal of a bench: loopback only, gone with the bench. */
const SECRET = 'bench-secret';
const PIECE = 1_000;

function benchTerminals(count: number): LoadTerminal[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `bench-${index + 1}`,
    secret: SECRET,
    vin: `LZZ5CLVB0${String(index + 1).padStart(8, '0')}`,
  }));
}

/** Prepares a database for the service: schema, and `count` trucks each with its terminal. The n-th truck has the id n. */
export async function enterFleet(directory: string, databaseUrl: string | null, count: number): Promise<LoadTerminal[]> {
  const terminals = benchTerminals(count);
  const db = await openDb({ url: databaseUrl, dataDir: directory });
  try {
    for (let from = 0; from < count; from += PIECE) {
      const part = terminals.slice(from, from + PIECE);
      const ids = part.map((terminal) => terminal.id);
      const vins = part.map((terminal) => terminal.vin);
      await db.batch([
        {
          sql: `insert into vehicles (vin, plate, fitted_at, demo) select vin, 'bench ' || vin, to_timestamp(0), true from unnest($1::text[]) as u (vin)`,
          params: [vins],
        },
        {
          sql: 'insert into terminals (id, secret_hash, demo) select id, $2::bytea, true from unnest($1::text[]) as u (id)',
          params: [ids, createHash('sha256').update(SECRET).digest()],
        },
        {
          sql: `insert into assignments (terminal_id, vehicle_id, valid_from)
                select u.id, v.id, to_timestamp(0) from unnest($1::text[], $2::text[]) as u (id, vin) join vehicles v using (vin)`,
          params: [ids, vins],
        },
      ]);
    }
  } finally {
    await db.close();
  }
  return terminals;
}
