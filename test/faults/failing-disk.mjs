/**
 * Loaded before the service, in each of its threads: a disk that does not keep what it is asked to flush.
 *
 *   DISK=lies      flushes answer without doing anything
 *   DISK=<path>    flushes fail with EIO as soon as a file of that name exists
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const mode = process.env.DISK ?? '';
const { fsyncSync, fdatasyncSync } = fs;

function instead(flush) {
  return (fd) => {
    if (mode === 'lies') return;
    if (fs.existsSync(mode)) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', errno: -5, syscall: flush.name });
    flush(fd);
  };
}

fs.fsyncSync = instead(fsyncSync);
fs.fdatasyncSync = instead(fdatasyncSync);
syncBuiltinESMExports();
