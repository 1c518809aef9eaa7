import { createHash, randomBytes } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { MOST_FILE_BYTES, saveAs, typeOfFile } from './cases/file-kinds.ts';
import { invalid, Problem } from './problem.ts';

/** Bytes as they are, in a request or an answer. */
export const BINARY = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

/** What a file may be, for the documents of the API. */
export const FILE_KINDS_TOLD =
  'PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip; the type is told by the first bytes, not by the name.';

/** The id of an attachment in an address. */
export const FileId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be the id of a file')
  .openapi({ param: { name: 'file', in: 'path' } });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An attachment that was sent and can be kept. */
export interface SentFile {
  /** 128 random bits in hexadecimal; the name under which its bytes are kept. */
  readonly id: string;
  readonly content: Uint8Array;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The attachment that a request brings. Throws a Problem at `body` when it is empty, too large or of no known kind. */
export async function sentFile(request: { arrayBuffer(): Promise<ArrayBuffer> }, name: string): Promise<SentFile> {
  const content = new Uint8Array(await request.arrayBuffer());
  if (content.length === 0) throw invalid('body', 'is empty');
  if (content.length > MOST_FILE_BYTES) throw invalid('body', `is larger than ${MOST_FILE_BYTES} bytes`);
  const type = typeOfFile(content, name);
  if (type === null) throw invalid('body', 'is no PDF, JPEG, PNG, WebP, MP4, Word, Excel or zip file');
  return { id: randomBytes(16).toString('hex'), content, name, type, bytes: content.length, sha256: sha256(content) };
}

/** Where attachments of a kind are kept, and how to say that one of them is not as it was. */
export interface Shelf {
  /** Folder in the data directory, for who brings it back from a backup. */
  readonly folder: string;
  read(id: string): Promise<Uint8Array | null>;
  /** Told when a file is missing or not as it was attached. */
  broken(): void;
}

/** An attachment as an answer, byte by byte as it was attached. Throws a Problem when it is missing or not as it was. */
export async function handedOut(
  row: { readonly id: string; readonly name: string; readonly type: string; readonly sha256: string },
  shelf: Shelf,
): Promise<Response> {
  const bytes = await shelf.read(row.id);
  if (!bytes || sha256(bytes) !== row.sha256) {
    shelf.broken();
    throw new Problem(
      404,
      'NOT_FOUND',
      `The file is ${bytes ? 'not as it was attached' : 'missing'}; its hash was ${row.sha256}.`,
      `Bring ${shelf.folder} of the data directory back from a backup.`,
    );
  }
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'Content-Type': row.type,
      'Content-Disposition': saveAs(row.name),
      'Content-Security-Policy': "default-src 'none'; sandbox",
    },
  });
}
