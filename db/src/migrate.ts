import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Db, DbStartError, type Step } from './db.ts';

const FOLDER = new URL('../migrations/', import.meta.url);
const BREAKPOINT = '--> statement-breakpoint';
/** Any number; processes that start together on one server take turns on it. */
const ADVISORY_LOCK = 7_319_001;

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sha256: string;
  readonly statements: readonly string[];
}

/** The numbered SQL files, in order. */
export function readMigrations(folder: URL = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      return {
        id: Number(name.slice(0, 4)),
        name,
        sha256: createHash('sha256').update(text).digest('hex'),
        statements: text.split(BREAKPOINT).map((part) => part.trim()),
      };
    });
}

/**
 * Applies the migrations that are missing, each in a transaction of its own, and answers their names. Safe to run twice and from several
 * processes at once. Throws `DbStartError` when an applied file has changed since, or the database is newer than this program.
 */
export async function migrate(db: Db): Promise<string[]> {
  await db.batch([
    { sql: 'select pg_advisory_xact_lock($1)', params: [ADVISORY_LOCK] },
    {
      sql: 'create table if not exists schema_migrations (id int primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())',
    },
  ]);
  const files = readMigrations();
  const known = await appliedHashes(db);
  checkHistory(files, known);
  const applied: string[] = [];
  for (const file of files) {
    if (known.has(file.id)) continue;
    if (await applyOne(db, file)) applied.push(file.name);
  }
  return applied;
}

/** False when another process applied it first. */
async function applyOne(db: Db, file: Migration): Promise<boolean> {
  const steps: Step[] = [
    { sql: 'select pg_advisory_xact_lock($1)', params: [ADVISORY_LOCK] },
    { sql: 'insert into schema_migrations (id, name, sha256) values ($1, $2, $3)', params: [file.id, file.name, file.sha256] },
    ...file.statements.map((sql) => ({ sql })),
  ];
  try {
    await db.batch(steps);
    return true;
  } catch (error) {
    if ((await appliedHashes(db)).has(file.id)) return false;
    throw new Error(`Migration ${file.name} failed and was undone`, { cause: error });
  }
}

async function appliedHashes(db: Db): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; sha256: string }>('select id, sha256 from schema_migrations', [], {
    priority: 'write',
  });
  return new Map(rows.map((row) => [row.id, row.sha256]));
}

function checkHistory(files: readonly Migration[], known: ReadonlyMap<number, string>): void {
  for (const file of files) {
    const hash = known.get(file.id);
    if (hash !== undefined && hash !== file.sha256) {
      throw new DbStartError(
        `Migration ${file.name} has changed since it was applied to this database. Run the version of Plume that made the database, or restore the file.`,
      );
    }
  }
  const newest = Math.max(0, ...files.map((file) => file.id));
  const ahead = [...known.keys()].filter((id) => id > newest);
  if (ahead.length > 0) {
    throw new DbStartError(
      `The database was made by a newer Plume (migration ${Math.max(...ahead)}; this one knows ${newest}). Update Plume.`,
    );
  }
}
