import { type Db, OptimisticConflict } from '../db.ts';
import { type AuditEntry, auditStep } from './audit.ts';

/** A stored setting; `version` 0 and no row: the built-in values hold. */
export interface SettingRow {
  value: unknown;
  version: number;
  updated_at: Date;
  updated_by: string;
}

/** A setting by its key; undefined while the built-in values hold. */
export async function findSetting(db: Db, key: string): Promise<SettingRow | undefined> {
  const [row] = await db.query<SettingRow>(
    'select value, version, updated_at, updated_by from settings where key = $1::text',
    [key],
    { priority: 'read' },
  );
  return row;
}

/** Stores a setting over version `seen` (0: there was none). False when someone else was faster. */
export async function storeSetting(
  db: Db,
  key: string,
  seen: number,
  value: unknown,
  by: string,
  nowMs: number,
  audit: AuditEntry,
): Promise<boolean> {
  try {
    await db.batch([
      {
        sql: `insert into settings (key, value, version, updated_at, updated_by) select $1::text, $2::jsonb, 1, $4::timestamptz, $3::text
            where $5::int = 0 or exists (select 1 from settings where key = $1::text)
          on conflict (key) do update set value = excluded.value, version = settings.version + 1, updated_at = excluded.updated_at,
            updated_by = excluded.updated_by where settings.version = $5::int`,
        params: [key, JSON.stringify(value), by, new Date(nowMs), seen],
        expect: 1,
      },
      auditStep(audit),
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}
