/** `npm run road-check`: real repairs, none, and trucks that only drive elsewhere, through the road check; prints the rates; ends with 1 when a promise is broken. */
import { parseArgs } from 'node:util';
import { clopperPearsonUpper } from '@plume/ingest/emissions';
import { parametersWith } from '@plume/ingest/rules';
import { ratesOf, runTreatments, TREATMENTS } from './rates.ts';

const { values } = parseArgs({
  options: {
    trucks: { type: 'string', default: '12' },
    seed: { type: 'string', default: '7' },
    help: { type: 'boolean', default: false },
  },
});
const trucks = Number(values.trucks);
const seed = Number(values.seed);
if (values.help || !Number.isInteger(trucks) || trucks < 1 || !Number.isInteger(seed)) {
  process.stdout.write(
    'npm run road-check [-- --trucks 12] [-- --seed 7]\nTrucks of each treatment; twelve take some minutes.\n',
  );
  process.exit(values.help ? 0 : 2);
}
/** Of real repairs on the same roads at least this share must be found; what was not repaired must never be called so. */
const LEAST_FOUND = 0.9;

const began = performance.now();
const judged = runTreatments(
  { seed, trucks, controls: 4, daysAfter: 24, recordPeriodS: 30, firstDate: '2026-07-06', parameters: parametersWith() },
  TREATMENTS,
  (one) => {
    const { before, after } = one.result.comparison;
    const level = (of: { value: number; low: number; high: number } | null) =>
      of === null ? '—' : `${of.value.toFixed(2)} [${of.low.toFixed(2)}, ${of.high.toFixed(2)}]`;
    process.stderr.write(
      `${one.treatment}: ${one.scenario} ${one.stage}: ${level(before)} → ${level(after)} g/kWh, own mix ${one.result.comparison.ownBefore?.toFixed(2)} → ${one.result.comparison.ownAfter?.toFixed(2)}: overlap ${one.result.comparison.match.overlap.toFixed(2)}: ${one.verdict} (${one.reason}) at ${one.days} days\n`,
    );
  },
);
const broken: string[] = [];
process.stdout.write(
  '| treatment | trucks | repaired | not repaired | not yet decidable | raw means say repaired | median valid days |\n|---|---|---|---|---|---|---|\n',
);
for (const { name, repaired, anyDay } of TREATMENTS) {
  const { counts, trucks: n, medianDays, rawSays, reasons } = ratesOf(judged, name);
  const part = (k: number): string => `${k} (${((100 * k) / n).toFixed(0)} %)`;
  process.stdout.write(
    `| ${name} | ${n} | ${part(counts.repaired)} | ${part(counts.notRepaired)} | ${part(counts.notYetDecidable)} | ${part(rawSays)} | ${medianDays ?? '—'} |\n`,
  );
  process.stderr.write(`  ${name}: ${JSON.stringify(reasons)}\n`);
  if (!repaired && counts.repaired > 0) broken.push(`${name}: ${counts.repaired} of ${n} called repaired`);
  if (repaired && counts.notRepaired > 0) broken.push(`${name}: ${counts.notRepaired} of ${n} called not repaired`);
  if (repaired && !anyDay && counts.repaired < LEAST_FOUND * n) broken.push(`${name}: only ${counts.repaired} of ${n} found`);
}
const untouched = judged.filter(({ treatment }) => TREATMENTS.some(({ name, repaired }) => name === treatment && !repaired));
const wrong = untouched.filter(({ verdict }) => verdict === 'repaired').length;
process.stdout.write(
  `\nNot repaired and called so: ${wrong} of ${untouched.length}; upper 95 % bound of the rate ${(100 * clopperPearsonUpper(wrong, untouched.length)).toFixed(1)} %. Seed ${seed}, ${Math.round((performance.now() - began) / 1000)} s.\n`,
);
process.stdout.write(
  broken.length === 0 ? 'Every promise kept.\n' : `Broken:\n${broken.map((each) => `- ${each}`).join('\n')}\n`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
