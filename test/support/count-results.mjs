// Adds up the JSON reports of test runs: node count-results.mjs <name> <exit code> [<report file>] …, steps separated by `--`.
// A step with a report counts its tests; one that ended badly without a failed test in its report, or has no report to show, counts as one
// failure; a step without a report file (type check, lint) counts by its exit code. Last line: `N passed, N failed`. Exit code 1 on any failure.
import { existsSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
let skipped = 0;

/** Tests of one report, and files that failed before any test of theirs ran. */
function readReport(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const broken = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countStep(name, code, file) {
  const step = { passed: 0, failed: 0, skipped: 0 };
  let note = '';
  if (file === undefined) {
    if (code === 0) step.passed = 1;
  } else if (!existsSync(file)) {
    note = ', no report';
  } else {
    try {
      Object.assign(step, readReport(file));
      if (step.passed + step.failed === 0) note = ', no test ran';
    } catch (error) {
      note = `, report unreadable (${error instanceof Error ? error.message : error})`;
    }
  }
  if (step.failed === 0 && (code !== 0 || note !== '')) step.failed = 1;
  console.log(`${name}: ${step.passed} passed, ${step.failed} failed, ${step.skipped} skipped, exit code ${code}${note}`);
  passed += step.passed;
  failed += step.failed;
  skipped += step.skipped;
}

const steps = process.argv.slice(2).join('\n').split('\n--\n');
for (const step of steps) {
  const [name = '', code = '', file] = step.split('\n');
  countStep(name, Number.parseInt(code, 10), file);
}
if (skipped > 0) console.log(`${skipped} skipped: each group says above in one line what it lacked`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
