import { type CaseFileRow, caseFiles, casePacks, type Db, getPack, listDocuments } from '@plume/db';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { ApiDeps } from '../deps.ts';
import { fileId, sha256Of } from './issue.ts';

interface Entry {
  readonly path: string;
  /** As it was recorded. */
  readonly sha256: string;
  read(): Promise<Uint8Array | null>;
}

/** A name that every system takes as the name of a file. */
function fileName(text: string): string {
  return text.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_').slice(0, 120);
}

async function entriesOf(deps: ApiDeps, db: Db, caseId: number): Promise<Entry[]> {
  const documents = (await listDocuments(db, caseId)).flatMap((row) =>
    row.files.map((file) => ({
      path: `documents/${fileName(`${row.id} ${row.title}${row.number === null ? '' : ` ${row.number}`}`)}.${file.format}`,
      sha256: file.sha256,
      read: () => deps.documentFiles.read(fileId(file.sha256)),
    })),
  );
  const packs = (await casePacks(db, caseId)).map(({ id, sha256 }) => ({
    path: `evidence/plume-evidence-${id}.json`,
    sha256,
    read: async () => {
      const pack = await getPack(db, id);
      return pack ? await deps.evidence.read(pack.file) : null;
    },
  }));
  const files = (await caseFiles(db, caseId)).map((row: CaseFileRow) => ({
    path: `attachments/${fileName(`${row.seq} ${row.id.slice(0, 8)} ${row.name}`)}`,
    sha256: row.sha256,
    read: () => deps.caseFiles.read(row.id),
  }));
  return [...documents, ...packs, ...files];
}

/** What the manifest says of a file; `missing`: it was recorded and is not there; `changed`: it is not as it was recorded. */
interface ManifestRow {
  readonly path: string;
  readonly bytes: number | null;
  readonly fileSha256: string | null;
  readonly recordedSha256: string;
  readonly state: 'asRecorded' | 'missing' | 'changed';
}

/**
 * A whole case as a zip, piece by piece as it is read: its documents, evidence packs and attachments, the record of the case, and at the end
 * manifest.json with the SHA-256 of every file. One file is in memory at a time.
 */
export async function* archiveOf(deps: ApiDeps, db: Db, caseId: number, record: object): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(Uint8Array.from(piece));
  });
  // What is compressed in itself, or may be large, is stored: deflating holds up everything else.
  const put = (path: string, bytes: Uint8Array): void => {
    const asIs = path.startsWith('attachments/') || /\.(docx|pdf)$/.test(path);
    const file = asIs ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    zip.add(file);
    file.push(bytes, true);
  };
  const manifest: ManifestRow[] = [];
  const text = (value: object) => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  const recordBytes = text(record);
  const recordSha256 = sha256Of(recordBytes);
  put('case.json', recordBytes);
  manifest.push({
    path: 'case.json',
    bytes: recordBytes.length,
    fileSha256: recordSha256,
    recordedSha256: recordSha256,
    state: 'asRecorded',
  });
  for (const entry of await entriesOf(deps, db, caseId)) {
    yield* ready;
    ready = [];
    const bytes = await entry.read();
    if (bytes === null) {
      manifest.push({ path: entry.path, bytes: null, fileSha256: null, recordedSha256: entry.sha256, state: 'missing' });
      continue;
    }
    put(entry.path, bytes);
    const fileSha256 = sha256Of(bytes);
    // A pack's recorded hash is over its sections, not over its file: the pack verifies itself.
    const same = entry.path.startsWith('evidence/') || fileSha256 === entry.sha256;
    manifest.push({
      path: entry.path,
      bytes: bytes.length,
      fileSha256,
      recordedSha256: entry.sha256,
      state: same ? 'asRecorded' : 'changed',
    });
  }
  put('manifest.json', text({ format: 'plume-case-archive', version: 1, files: manifest }));
  zip.end();
  yield* ready;
}
