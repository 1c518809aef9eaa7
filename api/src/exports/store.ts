import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, expiredExports, markExportRemoved, strayExports } from '@plume/db';

const PART = '.part';
/** Between two looks for files whose time is over. */
const SWEEP_EVERY_MS = 600_000;

/** Where the files of exports lie: while one is written it has a name of its own, so that nothing half-done is ever handed out. */
export class ExportStore {
  readonly folder: string;
  readonly #db: Db;
  readonly #clock: () => number;
  #timer: NodeJS.Timeout | null = null;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: { db: Db; folder: string; clock: () => number }) {
    this.folder = parts.folder;
    this.#db = parts.db;
    this.#clock = parts.clock;
  }

  /** Removes what an end in the middle of an export has left, and from now on files whose time is over. */
  start(onError: (error: unknown) => void): void {
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) if (name.endsWith(PART)) rmSync(join(this.folder, name), { force: true });
    const look = () => {
      this.#sweeping = this.sweep().catch(onError);
    };
    this.#sweeping = this.#removeStrays()
      .then(() => this.sweep())
      .catch(onError);
    this.#timer = setInterval(look, SWEEP_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Bytes that may still be written on the disk of the files. */
  freeBytes(): number {
    mkdirSync(this.folder, { recursive: true });
    const disk = statfsSync(this.folder);
    return disk.bavail * disk.bsize;
  }

  /** Where a file is written. */
  partOf(file: string): string {
    mkdirSync(this.folder, { recursive: true });
    return this.#path(file) + PART;
  }

  /** The written file gets its name. */
  complete(file: string): void {
    renameSync(this.partOf(file), this.#path(file));
  }

  /** Removes a file, and what there is of one that was not completed. */
  remove(file: string): void {
    for (const path of [this.#path(file), this.#path(file) + PART]) rmSync(path, { force: true });
  }

  /** Bytes of a file; null when it is not there. */
  sizeOf(file: string): number | null {
    return existsSync(this.#path(file)) ? statSync(this.#path(file)).size : null;
  }

  /** The bytes of a file from `first` to `last` (both included), in pieces. */
  async *read(file: string, first: number, last: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    if (last < first) return;
    for await (const piece of createReadStream(this.#path(file), { start: first, end: last }))
      yield Uint8Array.from(piece as Buffer);
  }

  /** Removes the files whose time is over, and those of exports that were cancelled at the last moment. */
  async sweep(): Promise<void> {
    for (const { job_id, file } of await expiredExports(this.#db, new Date(this.#clock()))) {
      this.remove(file);
      await markExportRemoved(this.#db, job_id);
    }
  }

  /** A process that ended between the last byte of a file and its entry leaves one that nobody can ask for, nor remove. */
  async #removeStrays(): Promise<void> {
    const files = readdirSync(this.folder).flatMap((file) => {
      const id = /^(\d{1,15})\.[a-z]{3,8}$/.exec(file)?.[1];
      return id === undefined ? [] : [{ id: Number(id), file }];
    });
    for (const file of await strayExports(this.#db, files)) this.remove(file);
  }

  #path(file: string): string {
    if (!/^\d{1,15}\.[a-z]{3,8}$/.test(file)) throw new Error(`not the name of an exported file: ${file}`);
    return join(this.folder, file);
  }
}
