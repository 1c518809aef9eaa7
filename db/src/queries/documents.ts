import { type Db, OptimisticConflict, type Step } from '../db.ts';
import { DAY_OF_FINDING, FINDING, type FindingJson } from './leads.ts';
import { RANK } from './levels.ts';

/** A version of a template. */
export interface TemplateRow {
  id: number;
  kind: string;
  version: number;
  body: string;
  note: string;
  recorded_by: string;
  recorded_at: Date;
}

/** Versions of templates, of one kind or all, the newest first. */
export async function listTemplates(db: Db, kind: string | null): Promise<TemplateRow[]> {
  return await db.query<TemplateRow>(
    `select id, kind, version, body, note, recorded_by, recorded_at from document_templates where $1::text is null or kind = $1::text order by kind, version desc`,
    [kind],
    { priority: 'read' },
  );
}

/** Records a version after version `seen`; undefined: somebody was faster. */
export async function insertTemplate(
  db: Db,
  template: {
    readonly kind: string;
    readonly seen: number;
    readonly body: string;
    readonly note: string;
    readonly by: string;
    readonly nowMs: number;
  },
): Promise<{ version: number } | undefined> {
  const [row] = await db.query<{ version: number }>(
    `insert into document_templates (kind, version, body, note, recorded_by, recorded_at)
     select $1::text, $2::int + 1, $3::text, $4::text, $5::text, $6::timestamptz
     where coalesce((select max(version) from document_templates where kind = $1::text), 0) = $2::int
     on conflict (kind, version) do nothing returning version`,
    [template.kind, template.seen, template.body, template.note, template.by, new Date(template.nowMs)],
    { priority: 'write' },
  );
  return row;
}

/** The last number given of a series; 0: none yet. */
export async function lastInSeries(db: Db, kind: string, year: number): Promise<number> {
  const [row] = await db.query<{ last: number }>(
    'select last from document_series where kind = $1::text and year = $2::int',
    [kind, year],
    { priority: 'write' },
  );
  return row?.last ?? 0;
}

/** A document to store. */
export interface NewDocument {
  readonly caseId: number;
  readonly kind: string;
  readonly number: { readonly text: string; readonly year: number; readonly no: number } | null;
  readonly templateVersion: number;
  readonly title: string;
  readonly day: string;
  readonly issuedMs: number;
  readonly issuedBy: string;
  readonly workingDays: number | null;
  readonly deadline: string | null;
  readonly packId: string | null;
  readonly facts: unknown;
  readonly files: readonly { readonly format: 'html' | 'docx'; readonly sha256: string; readonly bytes: number }[];
}

/** Stores a document with its files and takes its number; undefined: another took the number, make the document anew with the next. */
export async function insertDocument(
  db: Db,
  document: NewDocument,
  along: (id: { select: string; value: string }) => readonly Step[],
): Promise<number | undefined> {
  const { number } = document;
  const issued = new Date(document.issuedMs);
  const takeNumber: Step[] =
    number === null
      ? []
      : [
          {
            sql: `insert into document_series (kind, year, last) select $1::text, $2::int, $3::int where $3::int = 1 or exists (select 1 from document_series where kind = $1::text and year = $2::int)
              on conflict (kind, year) do update set last = excluded.last where document_series.last = excluded.last - 1`,
            params: [document.kind, number.year, number.no],
            expect: 1,
          },
        ];
  const NEWEST = `select currval(pg_get_serial_sequence('documents', 'id'))`;
  try {
    const results = await db.batch([
      ...takeNumber,
      {
        sql: `insert into documents (case_id, kind, number, series_year, series_no, template_version, title, day, issued_at, issued_by, working_days, deadline, pack_id, facts)
          values ($1::int, $2::text, $3::text, $4::int, $5::int, $6::int, $7::text, $8::date, $9::timestamptz, $10::text, $11::int, $12::date, $13::text, $14::jsonb) returning id`,
        params: [
          document.caseId,
          document.kind,
          number?.text ?? null,
          number?.year ?? null,
          number?.no ?? null,
          document.templateVersion,
          document.title,
          document.day,
          issued,
          document.issuedBy,
          document.workingDays,
          document.deadline,
          document.packId,
          JSON.stringify(document.facts),
        ],
      },
      ...document.files.map((file) => ({
        sql: `insert into document_files (document_id, format, sha256, bytes, made_at) values ((${NEWEST}), $1::text, $2::text, $3::int, $4::timestamptz)`,
        params: [file.format, file.sha256, file.bytes, issued],
      })),
      ...along({ select: `select coalesce((${NEWEST})::text, $1::text)`, value: '' }),
    ]);
    const row = results[takeNumber.length]?.rows[0];
    const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
    if (typeof id !== 'number') throw new Error('the database returned no id for a document');
    return id;
  } catch (error) {
    if (error instanceof OptimisticConflict) return undefined;
    throw error;
  }
}

/** A file of a document. */
export interface DocumentFileRow {
  format: 'html' | 'docx' | 'pdf';
  sha256: string;
  bytes: number;
  madeAt: string;
}

/** A document with its files. */
export interface DocumentRow {
  id: number;
  case_id: number;
  kind: string;
  number: string | null;
  template_version: number;
  title: string;
  day: string;
  issued_at: Date;
  issued_by: string;
  working_days: number | null;
  deadline: string | null;
  pack_id: string | null;
  files: readonly DocumentFileRow[];
}

const DOCUMENT = `select d.id, d.case_id, d.kind, d.number, d.template_version, d.title, d.day, d.issued_at, d.issued_by, d.working_days, d.deadline, d.pack_id,
  coalesce((select jsonb_agg(jsonb_build_object('format', f.format, 'sha256', f.sha256, 'bytes', f.bytes, 'madeAt', f.made_at) order by f.format)
    from document_files f where f.document_id = d.id), '[]') as files from documents d`;

/** Documents issued of a case, in order. */
export async function listDocuments(db: Db, caseId: number): Promise<DocumentRow[]> {
  return await db.query<DocumentRow>(`${DOCUMENT} where d.case_id = $1::int order by d.id`, [caseId], { priority: 'read' });
}

/** One document. */
export async function getDocument(db: Db, id: number): Promise<DocumentRow | undefined> {
  const [row] = await db.query<DocumentRow>(`${DOCUMENT} where d.id = $1::int8`, [id], { priority: 'read' });
  return row;
}

/** Adds the PDF of a document; the first that was made stays, and its hash is answered. */
export async function addDocumentPdf(
  db: Db,
  file: { readonly documentId: number; readonly sha256: string; readonly bytes: number; readonly nowMs: number },
): Promise<string> {
  await db.query(
    `insert into document_files (document_id, format, sha256, bytes, made_at) values ($1::int8, 'pdf', $2::text, $3::int, $4::timestamptz) on conflict (document_id, format) do nothing`,
    [file.documentId, file.sha256, file.bytes, new Date(file.nowMs)],
    { priority: 'write' },
  );
  const [row] = await db.query<{ sha256: string }>(
    `select sha256 from document_files where document_id = $1::int8 and format = 'pdf'`,
    [file.documentId],
    { priority: 'write' },
  );
  if (!row) throw new Error('a PDF that was stored cannot be read back');
  return row.sha256;
}

/** The finding of a case that tells most: of the highest level, the newest that stands. */
export async function tellingFindingOf(db: Db, caseId: number): Promise<FindingJson | undefined> {
  const [row] = await db.query<{ finding: FindingJson }>(
    `select ${FINDING} as finding from case_findings cf join findings f on f.id = cf.finding_id ${DAY_OF_FINDING}
     where cf.case_id = $1::int and f.withdrawn_at is null order by ${RANK('f.level')} desc, f.day desc, f.id limit 1`,
    [caseId],
    { priority: 'read' },
  );
  return row?.finding;
}
