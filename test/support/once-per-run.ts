import { existsSync, mkdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STDERR = 2;

/**
 * A folder that all workers of one test run share and no other run does; the global set-up creates it and removes it.
 * Without the set-up each process is a run of its own.
 */
export function runFolder(): string {
  const folder = join(tmpdir(), `plume-test-run-${process.env.PLUME_TEST_RUN ?? process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** True for the first caller of this key in the whole test run, in whichever worker it is. */
export function firstInRun(key: string): boolean {
  const mark = join(runFolder(), key);
  if (existsSync(mark)) return false;
  try {
    mkdirSync(mark);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Prints a line that must not be overlooked, once per run, past vitest's capturing of output. */
export function loudOnce(key: string, line: string): void {
  if (firstInRun(`loud-${key}`)) writeSync(STDERR, `\n!!! ${line}\n\n`);
}
