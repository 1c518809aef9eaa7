import { accessSync, constants, statfsSync } from 'node:fs';

const MEMORY = '/dev/shm';
/** Databases of a whole run come to about a gigabyte. */
const ROOM_BYTES = 4e9;

/**
 * Set-up of a run, before any other: makes this process and those it starts put temporary files in memory, where the machine has room there.
 * What these tests show does not hang on a disk; what does (flushing, kills, a full disk) is shown by the fault tests, which stay on one.
 */
export function setup(): void {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ROOM_BYTES) process.env.TMPDIR = MEMORY;
  } catch {
    // No such folder: the disk will do.
  }
}
