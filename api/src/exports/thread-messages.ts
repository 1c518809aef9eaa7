import type { ExportColumn, Language } from './column.ts';
import type { Facts } from './formats/xlsx.ts';
import type { Format } from './request.ts';

/** What the file is that a thread writes. */
export interface FileOrder {
  readonly path: string;
  readonly format: Format;
  readonly language: Language;
  readonly columns: readonly ExportColumn[];
  readonly facts: Facts;
}

/** To the thread: the next slice begins, a piece of its stream (whose memory comes back), and the end of all. Each is answered. */
export type ToThread =
  | { readonly kind: 'begin'; readonly constants: Readonly<Record<string, string | null>> }
  | { readonly kind: 'piece'; readonly bytes: Uint8Array<ArrayBuffer>; readonly length: number }
  | { readonly kind: 'finish' };

/** What a finished file came to. */
export interface FileMade {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: Uint8Array;
  readonly notes: readonly string[];
}

/** From the thread: done with what was sent (rows so far), and with a piece, or with the file. */
export type FromThread =
  | { readonly rows: number }
  | { readonly rows: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly made: FileMade };
