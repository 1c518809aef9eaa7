import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where attachments of cases are kept. */
export interface FileFolder {
  /** Writes a file whole, flushed to the disk; a half one is never seen under its name. */
  write(id: string, bytes: Uint8Array): Promise<void>;
  /** Takes a file away that no row names. */
  remove(id: string): Promise<void>;
  /** The bytes; null when there are none. */
  read(id: string): Promise<Uint8Array | null>;
}

/** A folder on the disk; ids are made by the service and name nothing outside it. */
export function fileFolder(folder: string): FileFolder {
  const path = (id: string): string => {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new Error('not the id of a file');
    return join(folder, id);
  };
  return {
    async write(id, bytes) {
      await mkdir(folder, { recursive: true });
      const half = `${path(id)}.half`;
      const file = await open(half, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, path(id));
      // The name itself is flushed with its folder.
      const parent = await open(folder, 'r');
      try {
        await parent.sync();
      } finally {
        await parent.close();
      }
    },
    remove: (id) => rm(path(id), { force: true }),
    async read(id) {
      try {
        return await readFile(path(id));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}
