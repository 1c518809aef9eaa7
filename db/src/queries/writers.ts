import type { Db, Step } from '../db.ts';

/**
 * Notes, as the first step of a transaction, that `writer` commits its batch number `batch`. A second transaction with the same number
 * waits for the first and then fails with `OptimisticConflict` if that went through: a batch is written once.
 */
export function noteBatchStep(writer: string, batch: number): Step {
  return {
    sql: `insert into writers (writer, batch) values ($1, $2)
          on conflict (writer) do update set batch = excluded.batch, written_at = now() where writers.batch <> excluded.batch`,
    params: [writer, batch],
    expect: 1,
  };
}

/** The number of the last batch that `writer` committed; 0 when it has committed none. */
export async function lastBatch(db: Db, writer: string): Promise<number> {
  const [row] = await db.query<{ batch: number }>('select batch from writers where writer = $1', [writer], { priority: 'write' });
  return row?.batch ?? 0;
}

/** Forgets writers that have not written for a week. */
export async function forgetOldWriters(db: Db): Promise<void> {
  await db.query("delete from writers where written_at < now() - interval '7 days'", [], { priority: 'job' });
}
