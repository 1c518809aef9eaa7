/** `npm run bench`: measures what the service promises, prints it and writes docs/performance.md. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDb } from '@plume/db';
import { serverEngine } from '../support/server-engine.ts';
import { endChildren } from './child.ts';
import { withDatabase } from './database.ts';
import type { Bench, Finding, Target } from './finding.ts';
import { machineLines } from './machine.ts';
import { markdown, plain, withResults } from './report.ts';
import { TARGETS, UNMEASURED } from './targets.ts';

const REPORT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
/** The bench ends by then, whatever hangs. */
const LIMIT_MS = 40 * 60_000;
/** Each further day of the fleet in the evaluation may take this long. */
const LIMIT_OF_DAY_MS = 60_000;
const MOST_DAYS = 30;
const LIMIT_OF_YEAR_MS = 120 * 60_000;
const MOST_RUNS = 9;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    days: { type: 'string', default: '1' },
    year: { type: 'boolean', default: false },
    keep: { type: 'string' },
    engine: { type: 'string' },
    runs: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    `npm run bench [-- --only P3,P6] [-- --quick] [-- --days 30] [-- --year] [-- --keep folder] [-- --engine server] [-- --runs 3]\nTargets: ${TARGETS.map((target) => target.id).join(', ')}\nWrites docs/performance.md, of some targets what it says of these; all take about twenty minutes.\n--days: days of the fleet that P7 and P9 evaluate. --year: P9 on the server beside the raw rows of a year (130 million, some 30 GB). --keep: what P9 fills stays in this folder, and on the server in the database plume_bench_year, for the next run; what is interrupted goes on. --engine: of P9 and P10 this one alone.\n`,
  );
  process.exit(0);
}
const chosen = choose(values.only);
const days = wholeOf('days', values.days, MOST_DAYS);
const runs = wholeOf('runs', values.runs, MOST_RUNS);
const engine = engineOf(values.engine);
const limitMs = LIMIT_MS + (days - 1) * LIMIT_OF_DAY_MS + (values.year ? LIMIT_OF_YEAR_MS : 0);

const started = new Date();
const scratch = mkdtempSync(join(tmpdir(), 'plume-bench-'));
const leave = (code: number): never => {
  endChildren();
  rmSync(scratch, { recursive: true, force: true });
  process.exit(code);
};
setTimeout(() => {
  process.stderr.write(`bench: not done after ${limitMs / 60_000} minutes\n`);
  leave(1);
}, limitMs).unref();
process.once('SIGINT', () => leave(130));
process.once('SIGTERM', () => leave(143));

const bench: Bench = {
  quick: values.quick,
  days,
  year: values.year,
  keep: values.keep === undefined ? null : resolve(values.keep),
  runs,
  embedded: engine !== 'server',
  serverUrl: engine === 'embedded' ? null : (serverEngine()?.url ?? null),
  directory: (name) => {
    const path = join(scratch, name);
    mkdirSync(path, { recursive: true });
    return path;
  },
  say: (line) => void process.stdout.write(`${line}\n`),
};
const engines = await engineNames();
const results: { target: Target; finding: Finding }[] = [];
for (const target of chosen) {
  bench.say(`\n${target.id} …`);
  const finding = await target.measure(bench).catch(
    (error: unknown): Finding => ({
      verdict: 'not measured',
      figures: [],
      note: `The measurement failed: ${error instanceof Error ? error.message : String(error)}`,
    }),
  );
  bench.say(plain(target, finding));
  results.push({ target, finding });
}
if (!values.quick) {
  const whole = chosen.length === TARGETS.length;
  const command = [
    'npm run bench',
    whole ? '' : `--only ${chosen.map(({ id }) => id).join(',')}`,
    days === 1 ? '' : `--days ${days}`,
    values.year ? '--year' : '',
    engine === null ? '' : `--engine ${engine}`,
    runs === 3 ? '' : `--runs ${runs}`,
  ];
  const report = {
    machine: machineLines(engines),
    command: command
      .filter((part) => part !== '')
      .join(' ')
      .replace(/^(npm run bench) /, '$1 -- '),
    date: started,
    minutes: (Date.now() - started.getTime()) / 60_000,
    results,
    missing: UNMEASURED,
  };
  writeFileSync(REPORT, whole ? markdown(report) : withResults(readFileSync(REPORT, 'utf8'), report));
  bench.say(`\nWritten to docs/performance.md.`);
}
leave(results.some(({ finding }) => finding.note.startsWith('The measurement failed')) ? 1 : 0);

function choose(only: string | undefined): readonly Target[] {
  if (only === undefined) return TARGETS;
  const wanted = only.split(',').map((id) => id.trim());
  const strange = wanted.filter((id) => !TARGETS.some((target) => target.id === id));
  if (strange.length === 0) return TARGETS.filter((target) => wanted.includes(target.id));
  process.stderr.write(
    `bench: there is no target ${strange.join(', ')}; there are ${TARGETS.map((target) => target.id).join(', ')}\n`,
  );
  process.exit(2);
}

/** A whole number of an option. */
function wholeOf(name: string, text: string, most: number): number {
  const asked = Number(text);
  if (Number.isInteger(asked) && asked >= 1 && asked <= most) return asked;
  process.stderr.write(`bench: --${name} must be a whole number from 1 to ${most}, not "${text}"\n`);
  process.exit(2);
}

/** The only engine to measure on, of targets that know both; null: both. */
function engineOf(text: string | undefined): 'server' | 'embedded' | null {
  if (text === undefined || text === 'server' || text === 'embedded') return text ?? null;
  process.stderr.write(`bench: --engine must be server or embedded, not "${text}"\n`);
  process.exit(2);
}

/** Names and versions of the engines measured on. */
async function engineNames(): Promise<string[]> {
  const nameOf = async (url: string | null): Promise<string> => {
    const db = await openDb({ url, dataDir: bench.directory('versions') });
    await db.close();
    return db.version;
  };
  const { serverUrl } = bench;
  return [await nameOf(null), serverUrl === null ? 'no server' : await withDatabase(serverUrl, nameOf)];
}
