import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DbStartError } from '../db.ts';
import { lockDirectory } from './lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plume-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Leaves a lock as some process would have. */
function leaveLock(holder: object): void {
  writeFileSync(
    join(folder, 'plume.lock'),
    JSON.stringify({
      pid: process.pid,
      processStart: null,
      host: hostname(),
      since: '2026-01-01T00:00:00.000Z',
      id: 'other',
      ...holder,
    }),
  );
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of the data directory', () => {
  it('lets one holder in, names it to the next, and is free after the release', () => {
    const release = lockDirectory(folder);
    expect(() => lockDirectory(folder)).toThrow(DbStartError);
    expect(() => lockDirectory(folder)).toThrow(new RegExp(`in use by process ${process.pid} on `));
    release();
    lockDirectory(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes over the lock of a process that has ended', async () => {
    leaveLock({ pid: await endedPid() });
    lockDirectory(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('takes over when the process id has been given to another process', () => {
    leaveLock({ pid: process.pid, processStart: '1' });
    lockDirectory(folder)();
  });

  it('respects a holder on another host, which it cannot check', () => {
    leaveLock({ pid: 1, host: 'another-host' });
    expect(() => lockDirectory(folder)).toThrow(/on another-host/);
  });

  it('takes over a lock file that was cut short', () => {
    writeFileSync(join(folder, 'plume.lock'), '{"pid": 12');
    lockDirectory(folder)();
  });
});
