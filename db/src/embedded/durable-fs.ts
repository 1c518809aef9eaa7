import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/**
 * PGlite's file layer with real flushing. The stock layer answers fsync and fdatasync without doing anything, so a committed transaction
 * is only in the operating system's cache. Here
 * - `fsync` of a file or directory (checkpoints, renames of log segments) reaches the disk;
 * - writes to the write-ahead log are remembered, and `flushWal` puts them on disk: called after each commit, before it is reported;
 * - before any other lasting file is written, the log is flushed first (write-ahead).
 */
export class DurableNodeFS extends NodeFS {
  readonly #dirtyWal = new Set<FsStream>();
  flushes = 0;
  /** The first flush that failed. From then on nothing may be reported as durable. */
  failure: Error | null = null;

  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const made = await super.init(...args);
    const preRun = made.emscriptenOpts.preRun;
    return {
      ...made,
      emscriptenOpts: {
        ...made.emscriptenOpts,
        preRun: [...(Array.isArray(preRun) ? preRun : []), (module) => this.#install(module)],
      },
    };
  }

  /** Puts the write-ahead log on disk. Throws when the disk refuses, now or at any earlier flush: then nothing is durable any more. */
  flushWal(): void {
    for (const stream of this.#dirtyWal) this.#flushOne(stream);
    if (this.failure) throw this.failure;
  }

  #flushOne(stream: FsStream): void {
    this.#dirtyWal.delete(stream);
    if (stream.nfd === undefined) return;
    try {
      fdatasyncSync(stream.nfd);
      this.flushes += 1;
    } catch (error) {
      this.failure ??= new Error('The write-ahead log could not be flushed to disk', { cause: error });
    }
  }

  #install(module: { FS: object }): void {
    const { filesystems } = module.FS as { filesystems: { NODEFS: NodeFsType } };
    const type = filesystems.NODEFS;
    const ops = type.stream_ops;
    if (ops.fsync) return;
    const { write, close } = ops;
    ops.write = (stream, ...rest) => {
      if (isWal(stream, type)) this.#dirtyWal.add(stream);
      else if (this.#dirtyWal.size > 0) for (const wal of this.#dirtyWal) this.#flushOne(wal);
      return write(stream, ...rest);
    };
    ops.close = (stream) => {
      if (this.#dirtyWal.has(stream)) this.#flushOne(stream);
      close(stream);
    };
    ops.fsync = (stream) => {
      try {
        if (stream.nfd !== undefined) fsyncSync(stream.nfd);
        else flushPath(type.realPath(stream.node));
        this.#dirtyWal.delete(stream);
      } catch (error) {
        // A log segment under construction is renamed while it is open: its old path is gone, its bytes are flushed with the segment.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
          this.failure ??= new Error('A file of the database could not be flushed to disk', { cause: error });
        }
      }
      return 0;
    };
  }
}

interface FsNode {
  plumeIsWal?: boolean;
}

interface FsStream {
  readonly node: FsNode;
  readonly nfd?: number;
}

interface NodeFsType {
  realPath(node: FsNode): string;
  readonly stream_ops: {
    write: (stream: FsStream, buffer: Uint8Array, offset: number, length: number, position: number) => number;
    close: (stream: FsStream) => void;
    fsync?: (stream: FsStream) => number;
  };
}

/** Log segments keep their node through the rename from `xlogtemp`, so the answer may be remembered there. */
function isWal(stream: FsStream, type: NodeFsType): boolean {
  stream.node.plumeIsWal ??= /[\\/]pg_wal[\\/]/.test(type.realPath(stream.node));
  return stream.node.plumeIsWal;
}

function flushPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
