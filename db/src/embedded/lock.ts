import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DbStartError } from '../db.ts';

interface Holder {
  readonly pid: number;
  /** Start of the process in kernel ticks, where the system tells it: a reused process id is then not mistaken for the holder. */
  readonly processStart: string | null;
  readonly host: string;
  readonly since: string;
  readonly id: string;
}

/**
 * Takes the data directory for this process alone; returns the release. The engine itself does not lock, and two processes on one
 * directory silently lose committed rows. Throws `DbStartError` naming the holder.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'plume.lock');
  const mine: Holder = {
    pid: process.pid,
    processStart: processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
    id: randomUUID(),
  };
  const draft = `${path}.${mine.id}`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600, flush: true });
  try {
    if (!claim(draft, path)) {
      const holder = readHolder(path);
      if (holder && isAlive(holder)) throw heldError(directory, holder);
      removeStale(path, holder, directory);
      if (!claim(draft, path)) throw heldError(directory, readHolder(path));
    }
  } finally {
    unlinkSync(draft);
  }
  return () => {
    if (readHolder(path)?.id === mine.id) unlinkSync(path);
  };
}

/** An atomic create: a hard link fails when the name is taken. */
function claim(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moves a dead holder's lock aside. The move is atomic; should it have caught somebody's fresh lock instead, that is put back. */
function removeStale(path: string, stale: Holder | null, directory: string): void {
  const aside = `${path}.stale-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const caught = readHolder(aside);
  if (caught && caught.id !== stale?.id) {
    claim(aside, path);
    unlinkSync(aside);
    throw heldError(directory, caught);
  }
  unlinkSync(aside);
}

function readHolder(path: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number'
      ? (value as Holder)
      : null;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A holder on another host (a shared disk) cannot be checked and counts as alive. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
  return holder.processStart === null || holder.processStart === processStart(holder.pid);
}

/** Field 22 of /proc/<pid>/stat (proc(5)); null where there is no /proc. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH')) return null;
    throw error;
  }
}

function heldError(directory: string, holder: Holder | null): DbStartError {
  const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'another process';
  const elsewhere =
    holder && holder.host !== hostname()
      ? ` Whether it still runs cannot be seen from here (${hostname()}): if ${holder.host} is gone, delete ${join(directory, 'plume.lock')}.`
      : '';
  return new DbStartError(
    `The data directory ${directory} is in use by ${who}. Stop that process, or choose another PLUME_DATA_DIR.${elsewhere}`,
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
