import { createHash } from 'node:crypto';
import { type AuditEntry, auditStep, type Db, getDocument, insertDocument, lastInSeries, sqlStateOf } from '@plume/db';
import type { FileFolder } from '../cases/file-folder.ts';
import { Problem } from '../problem.ts';
import { filesOf, paperOf } from './compose.ts';
import type { DocumentFacts } from './facts.ts';
import { DOCUMENT_NAMES, type DocumentKind, isNotice } from './fields.ts';
import { fullNumber, type Office } from './office.ts';

const ATTEMPTS = 20;

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The name that a file of this hash lies under. */
export function fileId(sha256: string): string {
  return sha256.slice(0, 32);
}

/** A document to issue. */
export interface IssueRequest {
  readonly caseId: number;
  readonly kind: DocumentKind;
  readonly template: { readonly body: string; readonly version: number };
  readonly office: Office;
  /** Without the number, which is given here. */
  readonly facts: DocumentFacts;
  readonly deadline: { readonly day: string; readonly workingDays: number; readonly estimated: boolean } | null;
  readonly by: string;
  readonly atMs: number;
  entry(id: AuditEntry['objectId'], detail: AuditEntry['detail']): AuditEntry;
}

/** Waits for a document to be stored; throws the 409 problem when another document carries this number. */
async function stored(number: string | null, storing: Promise<number | undefined>): Promise<number | undefined> {
  try {
    return await storing;
  } catch (error) {
    if (sqlStateOf(error) !== '23505' || number === null) throw error;
    throw new Problem(
      409,
      'EXISTS',
      `Another document carries the number ${number}.`,
      'Give the series of this kind a prefix that no other has had, under Documents, Office.',
      { cause: error },
    );
  }
}

/**
 * Makes a document, keeps its files, and stores it with its number in one transaction, so that numbers have no gaps: when another notice
 * took the number meanwhile, the document is made anew with the next.
 */
export async function issue(db: Db, folder: FileFolder, request: IssueRequest) {
  const { kind, office, facts, deadline } = request;
  const year = Number(facts.today.slice(0, 4));
  for (let attempt = 1; ; attempt += 1) {
    const no = isNotice(kind) ? (await lastInSeries(db, kind, year)) + 1 : 0;
    const number = isNotice(kind) ? { text: fullNumber(office, kind, year, no), year, no } : null;
    const notice =
      number === null || deadline === null
        ? null
        : {
            number: number.text,
            workingDays: deadline.workingDays,
            deadlineDay: deadline.day,
            objectionDays: office.objectionDays,
            estimated: deadline.estimated,
          };
    const said: DocumentFacts = { ...facts, notice };
    const made = await filesOf(paperOf(kind, request.template.body, said));
    const files = (['html', 'docx'] as const).map((format) => ({
      format,
      sha256: sha256Of(made[format]),
      bytes: made[format].length,
    }));
    // On disk before the database names them.
    for (const { format, sha256 } of files) await folder.write(fileId(sha256), made[format]);
    const detail = { kind, number: number?.text ?? null, template: request.template.version, files };
    const id = await stored(
      number?.text ?? null,
      insertDocument(
        db,
        {
          caseId: request.caseId,
          kind,
          number,
          templateVersion: request.template.version,
          title: DOCUMENT_NAMES[kind].zh,
          day: facts.today,
          issuedMs: request.atMs,
          issuedBy: request.by,
          workingDays: notice?.workingDays ?? null,
          deadline: notice?.deadlineDay ?? null,
          packId: facts.packs.at(-1)?.id ?? null,
          facts: said,
          files,
        },
        (made) => [auditStep(request.entry(made, detail))],
      ),
    );
    if (id === undefined) {
      // Its files stay: the notice that took the number may be the very same bytes.
      if (attempt >= ATTEMPTS) throw new Error('the number of a notice was taken again and again');
      continue;
    }
    const row = await getDocument(db, id);
    if (!row) throw new Error('a document that was issued cannot be read back');
    return row;
  }
}
