import { type Db, OptimisticConflict, type Step, sqlStateOf } from '../db.ts';
import { type AuditEntry, auditStep } from './audit.ts';
import { type Districts, within } from './districts.ts';

export const REPORT_KINDS = ['day', 'month', 'year'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** What one report is about; days are Beijing dates, both included. Without district and enterprise: the whole site. */
export interface ReportKey {
  readonly kind: ReportKind;
  readonly from: string;
  readonly to: string;
  readonly district: string | null;
  readonly enterprise: string | null;
}

/** A revision without its content and its basis. */
export interface RevisionRow {
  /** The data version. */
  id: number;
  revision: number;
  issued_at: Date;
  issued_by: string;
  sha256: string;
  note: unknown;
}

/** A report with its newest revision. */
export interface ReportRow extends RevisionRow {
  report_id: number;
  kind: ReportKind;
  from_day: string;
  to_day: string;
  district: string | null;
  enterprise: string | null;
  looked_at: Date | null;
  changed: boolean;
  settled_sha256: string | null;
  basis_sha256: string;
}

const REPORT = `select r.id as report_id, r.kind, r.from_day, r.to_day, r.district, r.enterprise, r.looked_at, r.changed, r.settled_sha256,
    v.id, v.revision, v.issued_at, v.issued_by, v.sha256, v.note, v.basis_sha256
  from reports r join lateral (select * from report_revisions v where v.report_id = r.id order by v.revision desc limit 1) v on true`;

/** Which reports are listed: the newest periods first, behind the one given as `before`. */
export interface ReportQuery {
  readonly districts: Districts;
  readonly kind: ReportKind | undefined;
  readonly district: string | undefined;
  readonly enterprise: string | undefined;
  readonly before: { readonly to: string; readonly id: number } | undefined;
  readonly limit: number;
}

/** Reports, the newest period first. Who has districts sees the reports of these alone. */
export async function listReports(db: Db, q: ReportQuery): Promise<ReportRow[]> {
  return await db.query<ReportRow>(
    `${REPORT} where ${within('r.district', '$1')} and ($2::text is null or r.kind = $2::text) and ($3::text is null or r.district = $3::text)
       and ($4::text is null or r.enterprise = $4::text) and ($5::date is null or (r.to_day, r.id) < ($5::date, $6::int8))
     order by r.to_day desc, r.id desc limit $7::int`,
    [q.districts, q.kind ?? null, q.district ?? null, q.enterprise ?? null, q.before?.to ?? null, q.before?.id ?? null, q.limit],
    { priority: 'read' },
  );
}

/** A report by its number. */
export async function getReport(db: Db, id: number): Promise<ReportRow | undefined> {
  const [row] = await db.query<ReportRow>(`${REPORT} where r.id = $1::int8`, [id], { priority: 'read' });
  return row;
}

/** SQL condition: report `r` is that of the key in parameters $1 … $4. */
const OF_KEY = `r.kind = $1::text and r.from_day = $2::date and r.district is not distinct from $3::text and r.enterprise is not distinct from $4::text`;
const keyParams = ({ kind, from, district, enterprise }: ReportKey): unknown[] => [kind, from, district, enterprise];

/** The report of a period, if there is one. */
export async function reportOf(db: Db, key: ReportKey): Promise<ReportRow | undefined> {
  const [row] = await db.query<ReportRow>(`${REPORT} where ${OF_KEY}`, keyParams(key), { priority: 'write' });
  return row;
}

/** All revisions of a report, the newest first. */
export async function listRevisions(db: Db, reportId: number): Promise<RevisionRow[]> {
  return await db.query<RevisionRow>(
    'select id, revision, issued_at, issued_by, sha256, note from report_revisions where report_id = $1::int8 order by revision desc',
    [reportId],
    { priority: 'read' },
  );
}

/** What a revision says, as it was frozen, and what it rests on. */
export async function revisionContent(
  db: Db,
  reportId: number,
  revision: number,
): Promise<{ content: string; basis: unknown } | undefined> {
  const [row] = await db.query<{ content: string; basis: unknown }>(
    'select content, basis from report_revisions where report_id = $1::int8 and revision = $2::int',
    [reportId, revision],
    { priority: 'read' },
  );
  return row;
}

/** A revision to freeze; `after`: the number of the one before, 0 for the first. */
export interface NewRevision {
  readonly key: ReportKey;
  readonly after: number;
  readonly issuedMs: number;
  readonly issuedBy: string;
  readonly content: string;
  readonly sha256: string;
  readonly basis: unknown;
  readonly basisSha256: string;
  readonly note: unknown;
  /** When the data are next compared with it. */
  readonly lookMs: number;
}

/** Freezes a revision with its row of the audit trail; false: somebody else has issued one after the same revision. */
export async function storeRevision(
  db: Db,
  revision: NewRevision,
  entry: (id: { select: string; value: string }) => AuditEntry,
): Promise<boolean> {
  const { key, after, content, sha256, basisSha256 } = revision;
  const of = keyParams(key);
  const look = new Date(revision.lookMs);
  const first: Step[] =
    after === 0
      ? [
          {
            sql: `insert into reports (kind, from_day, district, enterprise, to_day, look_at) values ($1::text, $2::date, $3::text, $4::text, $5::date, $6::timestamptz)`,
            params: [...of, key.to, look],
          },
        ]
      : [];
  try {
    await db.batch([
      ...first,
      {
        sql: `insert into report_revisions (report_id, revision, issued_at, issued_by, content, sha256, basis, basis_sha256, note)
          select r.id, $5::int + 1, $6::timestamptz, $7::text, $8::text, $9::text, $10::jsonb, $11::text, $12::jsonb from reports r
          where ${OF_KEY} and coalesce((select max(revision) from report_revisions v where v.report_id = r.id), 0) = $5::int`,
        params: [
          ...of,
          after,
          new Date(revision.issuedMs),
          revision.issuedBy,
          content,
          sha256,
          JSON.stringify(revision.basis),
          basisSha256,
          revision.note === null ? null : JSON.stringify(revision.note),
        ],
        expect: 1,
      },
      {
        sql: `update reports r set changed = false, settled_sha256 = null, look_at = $5::timestamptz where ${OF_KEY}`,
        params: [...of, look],
        expect: 1,
      },
      auditStep(
        entry({
          select: `select v.report_id::text from report_revisions v where v.id = currval(pg_get_serial_sequence('report_revisions', 'id')) and $1::text is not null`,
          value: '',
        }),
      ),
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict || sqlStateOf(error) === '23505') return false;
    throw error;
  }
}

/** Notes that a look found data other than those of the newest revision, or not; `settled`: they were computed and no figure differs. */
export async function noteLook(
  db: Db,
  reportId: number,
  look: { readonly atMs: number; readonly nextMs: number; readonly changed: boolean; readonly settled?: string },
): Promise<void> {
  await db.query(
    `update reports set looked_at = $2::timestamptz, look_at = $3::timestamptz, changed = $4::boolean, settled_sha256 = coalesce($5::text, settled_sha256)
     where id = $1::int8`,
    [reportId, new Date(look.atMs), new Date(look.nextMs), look.changed, look.settled ?? null],
    { priority: 'job' },
  );
}

/** Reports whose data are to be looked at, of periods that ended on or after a day, and began on or after one (null: any). */
export async function reportsToLook(
  db: Db,
  nowMs: number,
  since: { readonly toDay: string; readonly fromDay: string | null },
  limit: number,
): Promise<ReportRow[]> {
  return await db.query<ReportRow>(
    `${REPORT} where r.look_at <= $1::timestamptz and r.to_day >= $2::date and r.from_day >= coalesce($3::date, r.from_day) order by r.look_at, r.id limit $4::int`,
    [new Date(nowMs), since.toDay, since.fromDay, limit],
    { priority: 'job' },
  );
}

/** First days of the periods of a kind and scope that have a report, from a day on. */
export async function reportedPeriods(db: Db, key: Omit<ReportKey, 'to'>): Promise<Set<string>> {
  const rows = await db.query<{ from_day: string }>(
    `select r.from_day::text as from_day from reports r where r.kind = $1::text and r.from_day >= $2::date and r.district is not distinct from $3::text
       and r.enterprise is not distinct from $4::text`,
    [key.kind, key.from, key.district, key.enterprise],
    { priority: 'job' },
  );
  return new Set(rows.map((row) => row.from_day));
}

/** Puts a report into the queue of jobs unless the same waits, runs, was cancelled, or failed within the hour; false: it did. */
export async function enqueueReportOnce(db: Db, args: Readonly<Record<string, unknown>>, nowMs: number): Promise<boolean> {
  const rows = await db.query<{ id: number }>(
    `insert into jobs (kind, arguments) select 'report', $1::jsonb where not exists (select 1 from jobs where kind = 'report' and arguments = $1::jsonb
       and (state in ('queued', 'running', 'cancelled') or (state = 'failed' and finished_at > $2::timestamptz - interval '1 hour'))) returning id`,
    [JSON.stringify(args), new Date(nowMs)],
    { priority: 'write' },
  );
  return rows.length > 0;
}
