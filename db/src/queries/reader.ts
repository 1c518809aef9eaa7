import { type Db, DbStartError } from '../db.ts';

const ROLE = 'plume_reader';
/** insufficient_privilege. */
const NOT_ALLOWED = '42501';
const PASSWORD = /^[A-Za-z0-9_-]{32,100}$/;

/**
 * Makes the role `plume_reader` on a server, or gives the one that there is another password: it may read the views of the schema `analyst`,
 * nothing else, write nothing, and no statement of its runs longer than a minute.
 */
export async function makeReader(db: Db, password: string): Promise<{ role: string; existed: boolean; database: string }> {
  if (db.kind !== 'server')
    throw new DbStartError(
      'The embedded database has no roles and no port. A reader is made on a TimescaleDB server: set DATABASE_URL.',
    );
  if (!PASSWORD.test(password)) throw new Error('not a password for a role');
  const [known] = await db.query<{ existed: boolean; mighty: boolean; database: string }>(
    `select r.oid is not null as existed, coalesce(r.rolsuper or r.rolcreatedb or r.rolcreaterole, false) as mighty, current_database() as database
     from (select 1) one left join pg_roles r on r.rolname = '${ROLE}'`,
  );
  if (known?.mighty)
    throw new DbStartError(
      `There is a role ${ROLE} that may do more than read. Let a superuser take that from it: alter role ${ROLE} nosuperuser nocreatedb nocreaterole`,
    );
  const existed = known?.existed ?? false;
  const steps = [
    // Only a superuser may name these rights where the role is there already.
    {
      sql: `${existed ? 'alter' : 'create'} role ${ROLE} login ${existed ? '' : 'nosuperuser nocreatedb nocreaterole '}password '${password}'`,
    },
    { sql: `alter role ${ROLE} set default_transaction_read_only = on` },
    { sql: `alter role ${ROLE} set statement_timeout = '60s'` },
    { sql: `grant usage on schema analyst to ${ROLE}` },
    { sql: `grant select on all tables in schema analyst to ${ROLE}` },
  ];
  try {
    await db.batch(steps);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NOT_ALLOWED)
      throw new DbStartError(
        `The account of DATABASE_URL may not make roles (${error.message}). Run this with one that has CREATEROLE, or grant it.`,
      );
    throw error;
  }
  return { role: ROLE, existed, database: known?.database ?? '' };
}
