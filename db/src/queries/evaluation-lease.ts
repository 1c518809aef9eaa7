import type { Db, Step } from '../db.ts';

/**
 * Takes or renews the lease of evaluating for `seconds`; answers false while it is another's. With `force` it is taken in any case: where the
 * caller knows that no other process can be (the embedded engine has one).
 */
export async function takeLease(db: Db, holder: string, seconds: number, force: boolean): Promise<boolean> {
  const rows = await db.query(
    `insert into evaluator_state (holder, until) values ($1::text, now() + $2::float8 * interval '1 second')
     on conflict (one) do update set holder = excluded.holder, until = excluded.until
     where $3::boolean or evaluator_state.holder = excluded.holder or evaluator_state.until < now() returning holder`,
    [holder, seconds, force],
    { priority: 'job' },
  );
  return rows.length === 1;
}

/** The first step of each of the evaluator's transactions: the lease is still its own, else nothing is written (`OptimisticConflict`). */
export function holdLeaseStep(holder: string, seconds: number): Step {
  return {
    sql: `update evaluator_state set until = greatest(until, now() + $2::float8 * interval '1 second') where holder = $1::text`,
    params: [holder, seconds],
    expect: 1,
  };
}

/** Gives the lease back, so that another process need not wait for its end. */
export async function returnLease(db: Db, holder: string): Promise<void> {
  await db.query('update evaluator_state set until = now() where holder = $1::text', [holder], { priority: 'job' });
}
