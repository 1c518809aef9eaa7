import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import type { FileSink } from '../writer.ts';

/** Signatures and sizes of a ZIP file (APPNOTE.TXT 6.3, 4.3.7, 4.3.9, 4.3.12, 4.3.16). */
const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** Sizes follow the data (bit 3); names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1980-01-01: the file's own date says when it was made. */
const DOS_DATE = 0x21;
const CHUNK_CHARS = 262_144;
/** The end of a deflate stream whose data ended with a sync flush: an empty final block. */
const LAST_BLOCK = Uint8Array.from([3, 0]);
/** What the format's 32-bit sizes can tell. */
const MOST_BYTES = 0xffff_ffff;
/** A piece of an entry. Fast: what a spreadsheet takes to read a cell is more than what a better level saves. */
const PACKED: ZlibOptions = { level: 1, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 262_144 };
const deflateBeside = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packed: number;
  size: number;
}

/**
 * A ZIP file, written from beginning to end with the memory of one piece. Each piece of an entry is deflated by itself and ended by a sync
 * flush, so that the pieces make one stream.
 */
export class ZipFile {
  readonly #sink: FileSink;
  readonly #entries: Entry[] = [];
  #open: Entry | null = null;
  #waiting: string[] = [];
  #chars = 0;

  constructor(sink: FileSink) {
    this.#sink = sink;
  }

  /** Begins the next file; the one before is complete. */
  begin(name: string): void {
    this.#end();
    const entry: Entry = { name: Buffer.from(name, 'utf8'), offset: this.#sink.written, crc: 0, packed: 0, size: 0 };
    const header = Buffer.alloc(30);
    header.writeUInt32LE(LOCAL, 0);
    header.writeUInt16LE(VERSION, 4);
    header.writeUInt16LE(FLAGS, 6);
    header.writeUInt16LE(DEFLATE, 8);
    header.writeUInt16LE(DOS_DATE, 12);
    header.writeUInt16LE(entry.name.length, 26);
    this.#sink.bytes(header);
    this.#sink.bytes(entry.name);
    this.#entries.push(entry);
    this.#open = entry;
  }

  text(text: string): void {
    this.#waiting.push(text);
    this.#chars += text.length;
    if (this.#chars >= CHUNK_CHARS) this.#pack();
  }

  /** Bytes of the open entry, packed beside this thread: until it is done they must not change, and nothing else may be written. */
  async bytes(bytes: Uint8Array): Promise<void> {
    this.#pack();
    if (bytes.length > 0) this.#put(bytes, await deflateBeside(bytes, PACKED));
  }

  /** Completes the file. */
  finish(): void {
    this.#end();
    const start = this.#sink.written;
    for (const entry of this.#entries) this.#central(entry);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#sink.written - start, 12);
    end.writeUInt32LE(start, 16);
    this.#sink.bytes(end);
  }

  #pack(): void {
    if (this.#chars === 0) return;
    const bytes = Buffer.from(this.#waiting.join(''), 'utf8');
    this.#waiting = [];
    this.#chars = 0;
    this.#put(bytes, deflateRawSync(bytes, PACKED));
  }

  #put(bytes: Uint8Array, packed: Uint8Array): void {
    const entry = this.#open;
    if (entry === null) return;
    entry.crc = crc32(bytes, entry.crc);
    entry.size += bytes.length;
    entry.packed += packed.length;
    if (entry.size > MOST_BYTES || this.#sink.written > MOST_BYTES)
      throw new Error('a workbook of more than 4 GiB cannot be written');
    this.#sink.bytes(packed);
  }

  #end(): void {
    this.#pack();
    const entry = this.#open;
    if (entry === null) return;
    this.#sink.bytes(LAST_BLOCK);
    entry.packed += LAST_BLOCK.length;
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(DESCRIPTOR, 0);
    descriptor.writeUInt32LE(entry.crc, 4);
    descriptor.writeUInt32LE(entry.packed, 8);
    descriptor.writeUInt32LE(entry.size, 12);
    this.#sink.bytes(descriptor);
    this.#open = null;
  }

  #central(entry: Entry): void {
    const header = Buffer.alloc(46);
    header.writeUInt32LE(CENTRAL, 0);
    header.writeUInt16LE(VERSION, 4);
    header.writeUInt16LE(VERSION, 6);
    header.writeUInt16LE(FLAGS, 8);
    header.writeUInt16LE(DEFLATE, 10);
    header.writeUInt16LE(DOS_DATE, 14);
    header.writeUInt32LE(entry.crc, 16);
    header.writeUInt32LE(entry.packed, 20);
    header.writeUInt32LE(entry.size, 24);
    header.writeUInt16LE(entry.name.length, 28);
    header.writeUInt32LE(entry.offset, 42);
    this.#sink.bytes(header);
    this.#sink.bytes(entry.name);
  }
}
