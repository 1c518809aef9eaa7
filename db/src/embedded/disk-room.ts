import { statfsSync } from 'node:fs';

/** Four segments of the write-ahead log. The engine dies when it cannot make the next one; nothing is begun that might need it. */
export const ROOM_BYTES = 4 * 16 * 1024 * 1024;

/** Free bytes on the disk of a directory, for a process that is not root. */
function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** Why nothing can be written, as the database's own disk-full error (SQLSTATE 53100); null while there is room. */
export function diskTrouble(directory: string, free: number = freeBytes(directory)): Error | null {
  if (free >= ROOM_BYTES) return null;
  const needed = Math.ceil(ROOM_BYTES / 1_000_000);
  return Object.assign(
    new Error(`${Math.floor(free / 1_000_000)} MB are free on the disk of ${directory}, ${needed} MB are needed; make room`),
    { code: '53100' },
  );
}
