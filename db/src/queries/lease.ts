import type { Db, Step } from '../db.ts';

/** The work that one process at a time does, each with a table of one row: who does it, and until when. */
type LeaseTable = 'evaluator_state' | 'notice_worker';

/** A lease: whoever holds it works, and each of its transactions first sees to it that it still does. */
export interface Lease {
  /**
   * Takes or renews the lease for `seconds`; answers false while it is another's. With `force` it is taken in any case: where the caller
   * knows that no other process can be (the embedded engine has one).
   */
  take(db: Db, holder: string, seconds: number, force: boolean): Promise<boolean>;
  /** The first step of each of the holder's transactions: the lease is still its own, else nothing is written (`OptimisticConflict`). */
  holdStep(holder: string, seconds: number): Step;
  /** Gives the lease back, so that another process need not wait for its end. */
  giveBack(db: Db, holder: string): Promise<void>;
}

/** The lease that a table of one row keeps. */
export function leaseOf(table: LeaseTable): Lease {
  return {
    async take(db, holder, seconds, force) {
      const rows = await db.query(
        `insert into ${table} (holder, until) values ($1::text, now() + $2::float8 * interval '1 second')
         on conflict (one) do update set holder = excluded.holder, until = excluded.until
         where $3::boolean or ${table}.holder = excluded.holder or ${table}.until < now() returning holder`,
        [holder, seconds, force],
        { priority: 'job' },
      );
      return rows.length === 1;
    },
    holdStep: (holder, seconds) => ({
      sql: `update ${table} set until = greatest(until, now() + $2::float8 * interval '1 second') where holder = $1::text`,
      params: [holder, seconds],
      expect: 1,
    }),
    async giveBack(db, holder) {
      await db.query(`update ${table} set until = now() where holder = $1::text`, [holder], { priority: 'job' });
    },
  };
}
