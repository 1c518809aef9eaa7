import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('support/count-results.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'plume-count-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let reports = 0;

/** Writes a report as the test runner's JSON reporter does; `brokenFiles` failed before a test of theirs ran. */
function report(numPassedTests: number, numFailedTests: number, brokenFiles = 0, numPendingTests = 0): string {
  const file = join(folder, `${reports++}.json`);
  const failing = Array.from({ length: numFailedTests }, () => ({ status: 'failed', assertionResults: [{ status: 'failed' }] }));
  const broken = Array.from({ length: brokenFiles }, () => ({ status: 'failed', assertionResults: [] }));
  const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] };
  writeFileSync(
    file,
    JSON.stringify({
      numPassedTests,
      numFailedTests,
      numPendingTests,
      numTodoTests: 0,
      testResults: [...failing, ...broken, passing],
    }),
  );
  return file;
}

function count(...args: string[]): { last: string | undefined; code: number | null } {
  const run = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { last: run.stdout.trimEnd().split('\n').at(-1), code: run.status };
}

describe('the sum of a check', () => {
  it('adds up the tests of all reports, and a step without a report as one', () => {
    expect(count('lint', '0', '--', 'tests', '0', report(40, 0), '--', 'faults', '0', report(3, 0))).toEqual({
      last: '44 passed, 0 failed',
      code: 0,
    });
  });

  it('fails when a test failed', () => {
    expect(count('tests', '1', report(40, 2), '--', 'faults', '0', report(3, 0))).toEqual({
      last: '43 passed, 2 failed',
      code: 1,
    });
  });

  it('fails when a test failed although the runner ended well', () => {
    expect(count('tests', '0', report(40, 1))).toEqual({ last: '40 passed, 1 failed', code: 1 });
  });

  it('counts a file that broke before its tests ran', () => {
    expect(count('tests', '1', report(40, 0, 2))).toEqual({ last: '40 passed, 2 failed', code: 1 });
  });

  it('counts a runner that ended badly after all tests passed', () => {
    expect(count('tests', '1', report(40, 0))).toEqual({ last: '40 passed, 1 failed', code: 1 });
  });

  it('counts a step that left no report, an unreadable one, or one without tests', () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"numPassedTests": 4');
    expect(count('tests', '0', join(folder, 'none.json'))).toEqual({ last: '0 passed, 1 failed', code: 1 });
    expect(count('tests', '0', broken)).toEqual({ last: '0 passed, 1 failed', code: 1 });
    expect(count('tests', '0', report(0, 0))).toEqual({ last: '0 passed, 1 failed', code: 1 });
  });

  it('counts a failed step without a report, and one that took too long', () => {
    expect(count('lint', '2', '--', 'tests', '0', report(1, 0))).toEqual({ last: '1 passed, 1 failed', code: 1 });
    expect(count('lint', '124', '--', 'tests', '0', report(1, 0))).toEqual({ last: '1 passed, 1 failed', code: 1 });
  });

  it('does not count skipped tests as passed', () => {
    expect(count('tests', '0', report(5, 0, 0, 7))).toEqual({ last: '5 passed, 0 failed', code: 0 });
  });
});
