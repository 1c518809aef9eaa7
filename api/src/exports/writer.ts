import { closeSync, openSync, writeSync } from 'node:fs';
import type { Batch } from './column.ts';

/** Writes the rows of a table into a file of one format. */
export interface TableWriter {
  write(batch: Batch): void;
  /** Completes the file; what a reader must know is answered as sentences. */
  finish(): readonly string[];
}

/** Where a file goes that is written from its beginning to its end. Bytes may be written over once `bytes` has returned. */
export interface ByteSink {
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  close(): void;
}

const BUFFER_BYTES = 262_144;

/** A file that is written from its beginning to its end, in pieces of a quarter megabyte. */
export class FileSink implements ByteSink {
  readonly #fd: number;
  #text: string[] = [];
  #chars = 0;
  /** Bytes written so far, what waits for its piece aside. */
  written = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'w', 0o600);
  }

  text(text: string): void {
    this.#text.push(text);
    this.#chars += text.length;
    if (this.#chars >= BUFFER_BYTES) this.flush();
  }

  bytes(bytes: Uint8Array): void {
    this.flush();
    this.#put(bytes);
  }

  flush(): void {
    if (this.#chars === 0) return;
    const all = Buffer.from(this.#text.join(''), 'utf8');
    this.#text = [];
    this.#chars = 0;
    this.#put(all);
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.written += bytes.length;
  }
}
