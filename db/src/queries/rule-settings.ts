import { type Db, OptimisticConflict } from '../db.ts';

/** A version of what the site changed in the rules' numbers. Days are Beijing dates. */
export interface RuleSettingsRow {
  id: number;
  overrides: Record<string, number>;
  valid_from: string;
  /** First day on which a version recorded later takes its place; null: none yet. Not after `valid_from`: it never comes into force. */
  valid_to: string | null;
  recorded_by: string;
  recorded_at: Date;
  note: string;
}

/** All versions with the days on which each is in force, the newest first. */
export async function listRuleSettings(db: Db): Promise<RuleSettingsRow[]> {
  return await db.query<RuleSettingsRow>(
    `select s.id, s.overrides, s.valid_from, (select min(l.valid_from) from rule_settings l where l.id > s.id) as valid_to,
       s.recorded_by, s.recorded_at, s.note
     from rule_settings s order by s.id desc`,
    [],
    { priority: 'read' },
  );
}

/** A version to record; `validFrom` is a Beijing date. */
export interface NewRuleSettings {
  readonly overrides: Readonly<Record<string, number>>;
  readonly validFrom: string;
  readonly recordedBy: string;
  readonly note: string;
  /** The newest version that the change rests on; null: there is none. */
  readonly after: number | null;
}

/**
 * Records a version and marks what was evaluated of the days from `validFrom` on, which is the day under way at most. Answers its
 * number; undefined when another version was recorded since `after`.
 */
export async function insertRuleSettings(db: Db, settings: NewRuleSettings): Promise<number | undefined> {
  try {
    return await insertAfter(db, settings);
  } catch (error) {
    if (error instanceof OptimisticConflict) return undefined;
    throw error;
  }
}

async function insertAfter(db: Db, settings: NewRuleSettings): Promise<number> {
  const [, inserted] = await db.batch([
    // One at a time, so that the check below sees what the other wrote.
    { sql: 'lock table rule_settings in share row exclusive mode' },
    {
      sql: `insert into rule_settings (overrides, valid_from, recorded_by, note) select $1::jsonb, $2::date, $3::text, $4::text
            where (select max(id) from rule_settings) is not distinct from $5::int8 returning id`,
      params: [JSON.stringify(settings.overrides), settings.validFrom, settings.recordedBy, settings.note, settings.after],
      expect: 1,
    },
    { sql: 'update dirty_days set marked_at = clock_timestamp() where day >= $1::date', params: [settings.validFrom] },
    {
      sql: `select mark_evaluated_days(id, $1::date, 'infinity', 'the rules'' numbers were changed') from (select distinct vehicle_id as id from truck_day where day >= $1::date) d`,
      params: [settings.validFrom],
    },
  ]);
  const row = inserted?.rows[0];
  const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
  if (typeof id !== 'number') throw new Error('the database returned no id for a new version of the rules');
  return id;
}
