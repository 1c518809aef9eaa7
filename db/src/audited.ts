import { type Db, OptimisticConflict, type Step, type StepResult } from './db.ts';
import { type AuditEntry, auditStep } from './queries/audit.ts';

/**
 * The same database for one change that the audit trail is told of: what is written through it and the row of the trail are one transaction.
 * A change of one step that finds nothing to change is undone with its row, and answers as if it had been made without: no row returned,
 * none affected.
 */
export function audited(db: Db, entry: AuditEntry): Db {
  const write = async (steps: readonly Step[]): Promise<StepResult[]> => {
    const [only] = steps;
    const tolerant = steps.length === 1 && only !== undefined && 'sql' in only && only.expect === undefined;
    if (!tolerant) return (await db.batch([...steps, auditStep(entry)])).slice(0, -1);
    try {
      return (await db.batch([{ ...only, expect: 1 }, auditStep(entry)])).slice(0, -1);
    } catch (error) {
      if (error instanceof OptimisticConflict) return [{ rows: [], affected: 0 }];
      throw error;
    }
  };
  return {
    kind: db.kind,
    edition: db.edition,
    version: db.version,
    async query<T extends object>(sql: string, params?: readonly unknown[], options?: { priority?: 'write' | 'read' | 'job' }) {
      if (options?.priority !== 'write') return await db.query<T>(sql, params, options);
      const [result] = await write([params === undefined ? { sql } : { sql, params }]);
      return (result?.rows ?? []) as T[];
    },
    batch: (steps) => write(steps),
    copyOut: (sql, options) => db.copyOut(sql, options),
    health: () => db.health(),
    close: () => db.close(),
  };
}
