/**
 * Samples a second and core through stage 1, beside the emissions alone: `node --single-threaded-gc --import tsx ingest/src/rules/throughput.bench.ts`.
 * On a busy machine the collector's helper threads wait actively, which counts as processor time; with one thread it is what a core does.
 */
import {
  alignNox,
  derive,
  findNoxLag,
  judge,
  percentile,
  totalsOf,
  traceOf,
  tripsOf,
  tripWindows,
  truckBins,
  truckWindows,
} from '@plume/ingest/emissions';
import { parametersWith } from './catalogue/parameters.ts';
import type { DayInput } from './day/day-input.ts';
import { DAY_SIGNALS } from './day/day-signals.ts';
import { evaluateDay } from './day/evaluate-day.ts';
import { DAY_FROM, drive, inputOf } from './day/test-kit.ts';

const SHIFT_S = 28_800;
const START_S = 7 * 3600;
const ROUNDS = 80;
const WARM_UP = 20;
const MESSAGE_S = 10;

/** Eight hours of a truck at 1 Hz with messages of ten samples. */
function shift(seed: number): DayInput {
  const messages = Array.from({ length: SHIFT_S / MESSAGE_S }, (_, k) => {
    const firstSec = DAY_FROM + START_S + k * MESSAGE_S;
    return { firstSec, lastSec: firstSec + MESSAGE_S - 1, receivedSec: firstSec + MESSAGE_S + 1 };
  });
  return inputOf(drive({ seed, start: START_S, lengthS: SHIFT_S }), { messages });
}

/** Processor time of this process [ms], its collector's threads included: what a shared machine does not falsify. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What the bench of the emissions computes of a day. */
function emissionsAlone(input: DayInput): number {
  const judged = judge(traceOf(input.samples));
  const aligned = alignNox(judged, { down: findNoxLag(judged)?.lagS ?? 0 });
  const derived = derive(aligned, input.facts);
  const windows = truckWindows(derived);
  const trips = tripsOf(aligned).map((trip) => tripWindows(windows, trip).work.validCount);
  return trips.length + totalsOf(derived).noxG + truckBins(derived).windows;
}

const days = [1, 2, 3, 4].map(shift);
const parameters = parametersWith();
const WORKS = [
  { name: 'stored rows to columns', work: (day: DayInput) => traceOf(day.samples, DAY_SIGNALS).count },
  { name: 'emissions alone', work: emissionsAlone },
  { name: 'evaluateDay', work: (day: DayInput) => evaluateDay(day, parameters).summary.samples },
] as const;
/** Nanoseconds a sample of each round, by work. */
const rounds: number[][] = WORKS.map(() => []);
let check = 0;
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
  const day = days[round % days.length];
  if (day === undefined) continue;
  for (const [k, { work }] of WORKS.entries()) {
    const mark = cpuMs();
    check += work(day);
    if (round >= WARM_UP) rounds[k]?.push(((cpuMs() - mark) * 1e6) / day.samples.count);
  }
}

const rate = (ns: number): string => Math.round(1e9 / ns).toLocaleString('en');
const [columns = 0, emissions = 0, whole = 0] = rounds.map((each) => percentile(each, 0.5));
const [leastColumns = 0, , least = 0] = rounds.map((each) => percentile(each, 0.1));
for (const [k, { name }] of WORKS.entries()) {
  const [low, middle] = [0.1, 0.5].map((p) =>
    percentile(rounds[k] ?? [], p)
      .toFixed(0)
      .padStart(5),
  );
  process.stdout.write(`${name.padEnd(24)} ${middle} ns a sample (tenth of the rounds below ${low})\n`);
}
process.stdout.write(
  `stage 1 from columns on: ${rate(whole - columns)} samples/s a core, in the least disturbed rounds ${rate(least - leastColumns)}; reading rows included ${rate(whole)}; ${((whole - columns) / (emissions - columns)).toFixed(2)} × the emissions alone (check ${check.toFixed(0)})\n`,
);
