import type { Db, Step } from '../db.ts';

/** A year whose holidays are entered. */
export interface CalendarYearRow {
  year: number;
  source: string;
  verified: boolean;
  updated_at: Date;
  updated_by: string;
}

/** A day that differs from the week, or is named. */
export interface CalendarDayRow {
  day: string;
  kind: 'off' | 'work';
  name_zh: string;
  name_en: string;
  updated_at: Date;
  updated_by: string;
}

/** What two people could overwrite for one another in the calendar, as one short text. */
const VERSION = `select left(md5(coalesce((select string_agg(concat_ws(e'\\x1f', year, source, verified), e'\\n' order by year) from calendar_years), '') || e'\\x1d' ||
  coalesce((select string_agg(concat_ws(e'\\x1f', day, kind, name_zh, name_en), e'\\n' order by day) from calendar_days), '')), 16)`;

/** Lets the steps that follow be done only when the calendar is still at `version`; others wait meanwhile. */
export function calendarUnchangedSteps(version: string): Step[] {
  return [
    { sql: 'lock table calendar_years, calendar_days in share row exclusive mode' },
    { sql: `select 1 where (${VERSION}) = $1::text`, params: [version], expect: 1 },
  ];
}

/** Everything that working days are counted by, and the version of it. */
export async function readCalendar(db: Db): Promise<{ years: CalendarYearRow[]; days: CalendarDayRow[]; version: string }> {
  // First: what is changed while it is read is then of an older version.
  const [row] = await db.query<{ version: string }>(`select (${VERSION}) as version`, [], { priority: 'read' });
  const years = await db.query<CalendarYearRow>(
    'select year, source, verified, updated_at, updated_by from calendar_years order by year',
    [],
    { priority: 'read' },
  );
  const days = await db.query<CalendarDayRow>(
    'select day, kind, name_zh, name_en, updated_at, updated_by from calendar_days order by day',
    [],
    { priority: 'read' },
  );
  return { years, days, version: row?.version ?? '' };
}

/** Where the days of a year come from. */
export interface NewCalendarYear {
  readonly year: number;
  readonly source: string;
  readonly verified: boolean;
  readonly by: string;
  readonly atMs: number;
}

/** Enters a year, or what is known of it. */
export function calendarYearStep(y: NewCalendarYear): Step {
  return {
    sql: `insert into calendar_years (year, source, verified, updated_at, updated_by) values ($1::int, $2::text, $3::boolean, $4::timestamptz, $5::text)
      on conflict (year) do update set source = excluded.source, verified = excluded.verified, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    params: [y.year, y.source, y.verified, new Date(y.atMs), y.by],
    expect: 1,
  };
}

/** A day to set; kind null: it follows the week again. */
export interface NewCalendarDay {
  readonly day: string;
  readonly kind: 'off' | 'work' | null;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly by: string;
  readonly atMs: number;
}

/** Sets a day. */
export function calendarDayStep(d: NewCalendarDay): Step {
  if (d.kind === null) return { sql: 'delete from calendar_days where day = $1::date', params: [d.day] };
  return {
    sql: `insert into calendar_days (day, kind, name_zh, name_en, updated_at, updated_by) values ($1::date, $2::text, $3::text, $4::text, $5::timestamptz, $6::text)
      on conflict (day) do update set kind = excluded.kind, name_zh = excluded.name_zh, name_en = excluded.name_en, updated_at = excluded.updated_at,
        updated_by = excluded.updated_by`,
    params: [d.day, d.kind, d.nameZh, d.nameEn, new Date(d.atMs), d.by],
    expect: 1,
  };
}
