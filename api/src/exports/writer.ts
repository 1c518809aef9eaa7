import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Batch } from './column.ts';

/** Writes the rows of a table into a file of one format. What it answers is waited for before the next batch. */
export interface TableWriter {
  write(batch: Batch): void | Promise<void>;
  /** Completes the file; what a reader must know is answered as sentences. */
  finish(): readonly string[] | Promise<readonly string[]>;
}

/** A writer that nobody has to wait for. */
export interface PromptWriter extends TableWriter {
  write(batch: Batch): void;
  finish(): readonly string[];
}

/** Where a file goes that is written from its beginning to its end. Bytes may be written over once `bytes` has returned. */
export interface ByteSink {
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  close(): void;
}

const BUFFER_BYTES = 262_144;

/** A file that is written from its beginning to its end, in pieces of a quarter megabyte, its hash with it. */
export class FileSink implements ByteSink {
  readonly #fd: number;
  readonly #hash = createHash('sha256');
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

  /** SHA-256 of what was written; asked for once, when all is. */
  sha256(): Uint8Array {
    return Uint8Array.from(this.#hash.digest());
  }

  #put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#hash.update(bytes);
    this.written += bytes.length;
  }
}
