/** `npm run confusion`: every rule against every scenario of the simulator; a whole run writes docs/confusion.md; ends with 1 when a promise is broken. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type DaySummary, makeReferences, parametersWith } from '@plume/ingest/rules';
import { SCENARIOS, type ScenarioId } from '@plume/simulators';
import { machineLines } from '../bench/machine.ts';
import { type Extent, faultyCases, healthyCases, referenceCases, SEASONS, type TruckCase } from './cases.ts';
import { confusionDocument } from './document.ts';
import { runPool } from './pool.ts';
import { asJson, table } from './print.ts';
import type { CaseResult } from './run-case.ts';
import { tally } from './tally.ts';
import { isFaulty } from './truth.ts';
import { brokenPromises } from './verdict.ts';
import type { Answer, References, Task } from './worker.ts';

const WHOLE: Omit<Extent, 'seed'> = {
  healthyTrucks: 24,
  healthyDays: 14,
  faultyTrucks: 4,
  daysBefore: 4,
  faultyDays: 8,
  referenceTrucks: 10,
  referenceDays: 3,
};
const QUICK: Omit<Extent, 'seed'> = { ...WHOLE, healthyTrucks: 8, healthyDays: 6, faultyTrucks: 2, daysBefore: 1, faultyDays: 5 };
/** Records with a clock that is wrong are never judged: their scenario is the pipeline's matter. */
const NOT_JUDGED: readonly ScenarioId[] = ['clockWrong'];
const MOST_THREADS = 2;
const DOCUMENT = fileURLToPath(new URL('../../docs/confusion.md', import.meta.url));
const DEFAULT_SEED = 7;
const BOOT = new URL('./worker-boot.mjs', import.meta.url);

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(DEFAULT_SEED) },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const scenarios = (Object.keys(SCENARIOS) as ScenarioId[]).filter((id) => !NOT_JUDGED.includes(id));
if (values.help) {
  process.stdout.write(
    `npm run confusion [-- --only scrFailed,healthyIV] [-- --quick] [-- --seed 7] [-- --json]\nScenarios: ${scenarios.join(', ')}\nA whole run writes docs/confusion.md; it takes half an hour on a free machine.\n`,
  );
  process.exit(0);
}
const chosen = choose(values.only);
const extent: Extent = { seed: seedOf(values.seed), ...(values.quick ? QUICK : WHOLE) };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const began = performance.now();
const references = await makeAllReferences();
const cases = casesOf(chosen);
const days = cases.reduce((sum, each) => sum + each.days, 0);
say(`${cases.length} trucks, ${days} truck-days, seed ${extent.seed} …`);
let done = 0;
const results = (await pool(
  cases.map((of): Task => ({ kind: 'judge', of, references })),
  (more) => {
    done += more;
    if (done % 100 === 0) say(`  ${done} of ${days} truck-days, ${seconds(performance.now() - began)}`);
  },
)) as CaseResult[];
const tallies = tally(cases.map(({ spec }, i) => ({ spec, result: results[i] as CaseResult })));
const broken = brokenPromises(tallies, {
  enoughDays: values.only === undefined && !values.quick,
  allAsked: !values.quick,
});
const sum = (pick: (result: CaseResult) => number): number => results.reduce((total, each) => total + pick(each), 0);
const run = {
  ...extent,
  samples: sum(({ samples }) => samples),
  samplesPerSecond: Math.round(sum(({ samples }) => samples) / (sum(({ judgedMs }) => judgedMs) / 1000)),
  wallSeconds: Math.round((performance.now() - began) / 1000),
};
if (values.json) {
  process.stdout.write(`${JSON.stringify({ run, scenarios: asJson(tallies), broken }, null, 1)}\n`);
} else {
  process.stdout.write(`${table(tallies)}\n\n`);
  process.stdout.write(
    `Seed ${run.seed}; ${run.samples.toLocaleString('en-GB')} samples, evaluated at ${run.samplesPerSecond.toLocaleString('en-GB')} a second and thread; ${seconds(run.wallSeconds * 1000)} in all.\n`,
  );
  process.stdout.write(
    broken.length === 0
      ? 'Every promise kept.\n'
      : `\n${broken.length} promises broken:\n${broken.map((each) => `- ${each}`).join('\n')}\n`,
  );
}
if (values.only === undefined && !values.quick) {
  const command = `npm run confusion${extent.seed === DEFAULT_SEED ? '' : ` -- --seed ${extent.seed}`}`;
  writeFileSync(DOCUMENT, confusionDocument(tallies, broken, { ...run, command, date: new Date(), machine: machineLines([]) }));
  say('Written to docs/confusion.md.');
}
process.exitCode = broken.length === 0 ? 0 : 1;

function pool(tasks: readonly Task[], onDays?: (days: number) => void): Promise<Answer[]> {
  return runPool<Task, Answer>(BOOT, tasks, Math.min(MOST_THREADS, availableParallelism()), onDays);
}

/** The frozen references of both seasons, from healthy trucks in the month before. */
async function makeAllReferences(): Promise<References> {
  const trucks = referenceCases(extent);
  say(`references from ${trucks.length} trucks over ${extent.referenceDays} days …`);
  const summaries = (await pool(trucks.map((of): Task => ({ kind: 'summarise', of })))) as {
    vin: string;
    summary: DaySummary;
  }[][];
  return Object.fromEntries(
    SEASONS.map((season) => {
      const own = summaries.filter((_, i) => trucks[i]?.season === season).flat();
      return [season, makeReferences(season === 'winter' ? '2027-01' : '2026-07', own, parametersWith())];
    }),
  );
}

function casesOf(ids: readonly ScenarioId[]): TruckCase[] {
  const healthy = healthyCases(extent).filter(({ spec }) => ids.includes(spec.scenario));
  return [...healthy, ...ids.filter(isFaulty).flatMap((id) => faultyCases(extent, id))];
}

function choose(only: string | undefined): readonly ScenarioId[] {
  if (only === undefined) return scenarios;
  const wanted = only.split(',').map((id) => id.trim());
  const strange = wanted.filter((id) => !scenarios.some((known) => known === id));
  if (strange.length === 0) return scenarios.filter((id) => wanted.includes(id));
  process.stderr.write(`confusion: there is no scenario ${strange.join(', ')}; there are ${scenarios.join(', ')}\n`);
  process.exit(2);
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 1e6) return seed;
  process.stderr.write(`confusion: --seed must be a whole number from 0 to 999999, not "${text}"\n`);
  process.exit(2);
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
