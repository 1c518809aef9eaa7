/** Samples a second and core through stage 1, beside the emissions alone: `node --import tsx ingest/src/rules/throughput.bench.ts`. */
import {
  alignNox,
  derive,
  findNoxLag,
  judge,
  totalsOf,
  traceOf,
  tripsOf,
  tripWindows,
  truckBins,
  truckWindows,
} from '@plume/ingest/emissions';
import { parametersWith } from './catalogue/parameters.ts';
import type { DayInput } from './day/day-input.ts';
import { evaluateDay } from './day/evaluate-day.ts';
import { DAY_FROM, drive, inputOf } from './day/test-kit.ts';

const SHIFT_S = 28_800;
const START_S = 7 * 3600;
const ROUNDS = 24;
const WARM_UP = 6;
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
  { name: 'stored rows to columns', work: (day: DayInput) => traceOf(day.samples).count },
  { name: 'emissions alone', work: emissionsAlone },
  { name: 'evaluateDay', work: (day: DayInput) => evaluateDay(day, parameters).summary.samples },
] as const;
const spent = WORKS.map(() => 0);
let samples = 0;
let check = 0;
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
  const day = days[round % days.length];
  if (day === undefined) continue;
  if (round >= WARM_UP) samples += day.samples.count;
  for (const [k, { work }] of WORKS.entries()) {
    const mark = cpuMs();
    check += work(day);
    if (round >= WARM_UP) spent[k] = (spent[k] ?? 0) + cpuMs() - mark;
  }
}

const [columns = 0, emissions = 0, whole = 0] = spent;
const rate = (ms: number): string => Math.round((samples * 1000) / ms).toLocaleString('en');
for (const [k, { name }] of WORKS.entries()) {
  const ms = spent[k] ?? 0;
  process.stdout.write(
    `${name.padEnd(24)} ${((ms * 1e6) / samples).toFixed(0).padStart(5)} ns a sample, ${rate(ms)} samples/s a core\n`,
  );
}
process.stdout.write(
  `stage 1 without reading rows: ${rate(whole - columns)} samples/s a core; ${(whole / emissions).toFixed(2)} × emissions alone (check ${check.toFixed(0)})\n`,
);
