import { expect, it } from 'vitest';
import { troubleOf } from './db.ts';
import { ENGINES, freshDb } from './test-engines.ts';

it.runIf(ENGINES.includes('server'))(
  'a connection that is lost between two statements of a batch ends the batch, not the process',
  async () => {
    const { db, remove } = await freshDb('server');
    try {
      const lost: unknown = await db
        .batch([{ sql: 'select 1' }, { sql: 'select pg_terminate_backend(pg_backend_pid())' }, { sql: 'select 2' }])
        .then(() => null)
        .catch((error: unknown) => error);
      expect(troubleOf(lost)).toBe('away');
      expect(await db.batch([{ sql: 'select 3 as x' }])).toMatchObject([{ rows: [{ x: 3 }] }]);
    } finally {
      await remove();
    }
  },
);
