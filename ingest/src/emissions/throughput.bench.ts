/** Samples a second and core through quality, derived quantities, totals and all windows: `node --import tsx ingest/src/emissions/throughput.bench.ts`. */
import { SampleColumns, type SignalId, signalIndex, toRaw } from '@plume/ingest/protocol';
import { completenessOf } from './completeness.ts';
import { derive } from './derive.ts';
import { judge } from './judge.ts';
import { alignNox, findNoxLag } from './nox-lag.ts';
import { operationBins, operationSums } from './operation-bins.ts';
import { lehmer, TRUCK } from './test-kit.ts';
import { totalsOf } from './totals.ts';
import { traceOf } from './trace.ts';
import { tripsOf } from './trips.ts';
import { truckBins } from './truck-bins.ts';
import { tripWindows, truckWindows } from './truck-windows.ts';
import { summarise } from './window-verdict.ts';

const DAY_SAMPLES = 28_800;
const ROUNDS = 30;
const WARM_UP = 5;

/** Eight hours of a truck at 1 Hz with lost seconds and readings that are none, as stored integers. */
function truckDay(seed: number): SampleColumns {
  const random = lehmer(seed);
  const columns = new SampleColumns(DAY_SAMPLES);
  let load = 30;
  let time = 1_700_000_000;
  for (let i = 0; i < DAY_SAMPLES; i += 1) {
    time += random() < 0.01 ? 2 : 1;
    const row = columns.append(time);
    load = Math.min(95, Math.max(-8, load + (random() - 0.5) * 12));
    const rpm = 700 + 10 * Math.max(0, load) + 20 * random();
    const kw = ((load / 100) * 1500 * rpm) / 9549;
    const fuel = load <= 0 ? 0 : Math.max(1.5, (kw * 0.2) / 0.835);
    const put = (id: SignalId, value: number): void => {
      const raw = toRaw(id, value);
      if (raw !== null) columns.setValue(row, signalIndex(id), raw);
    };
    put('speedKmh', Math.max(0, load) * 0.9);
    put('baroKpa', 95);
    put('netTorquePct', load);
    put('frictionTorquePct', 9);
    put('engineRpm', rpm);
    put('fuelRateLph', fuel);
    put('airFlowKgh', 12 * fuel + 140 + 5 * random());
    if (random() > 0.02) put('noxUpPpm', 600 + 5 * load + 20 * random());
    if (random() > 0.02) put('noxDownPpm', 100 + 2 * load + 10 * random());
    put('scrInTempC', 240 + load + random());
    put('scrOutTempC', 230 + load + random());
    put('coolantTempC', Math.min(85, 20 + i / 20));
    put('ureaLevelPct', 70);
    put('fuelLevelPct', 60);
    put('odometerKm', 100_000 + i / 80);
    put('lonDeg', 87.3 + i * 1e-5);
    put('latDeg', 44);
    put('ambientTempC', 12);
  }
  return columns;
}

const STEPS = ['columns', 'judge', 'lag', 'derive', 'totals', 'windows', 'bins'] as const;
const spent = new Map<string, number>(STEPS.map((step) => [step, 0]));
let mark = 0;

/** Processor time of this process [ms], its collector's threads included: what a shared machine does not falsify. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function lap(step: (typeof STEPS)[number], counts: boolean): void {
  const now = cpuMs();
  if (counts) spent.set(step, (spent.get(step) ?? 0) + now - mark);
  mark = now;
}

const days = [1, 2, 3, 4].map(truckDay);
let check = 0;
for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
  const counts = round >= WARM_UP;
  mark = cpuMs();
  const trace = traceOf(days[round % days.length] ?? new SampleColumns());
  lap('columns', counts);
  const judged = judge(trace);
  lap('judge', counts);
  const aligned = alignNox(judged, { down: findNoxLag(judged)?.lagS ?? 0 });
  lap('lag', counts);
  const derived = derive(aligned, { ...TRUCK, torqueKind: null });
  lap('derive', counts);
  const minutes: number[] = [];
  for (let i = 0; i < trace.count; i += 60) minutes.push(totalsOf(derived, i, Math.min(trace.count, i + 60)).noxG);
  const completeness = completenessOf(aligned, ['noxDownPpm', 'noxUpPpm', 'fuelRateLph']);
  lap('totals', counts);
  const windows = truckWindows(derived);
  const p90 = summarise(windows.work)?.p90 ?? 0;
  for (const trip of tripsOf(aligned)) check += tripWindows(windows, trip).work.validCount;
  lap('windows', counts);
  const bins = truckBins(derived);
  check += operationBins(operationSums(derived)).length + bins.windows + p90 + minutes.length + completeness.due;
  lap('bins', counts);
}

const perSample = (ms: number): number => (ms * 1e6) / (ROUNDS * DAY_SAMPLES);
for (const [step, ms] of spent) process.stdout.write(`${step.padEnd(8)} ${perSample(ms).toFixed(0).padStart(5)} ns a sample\n`);
const all = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
const computing = all - (spent.get('columns') ?? 0);
const rate = (ms: number): string => Math.round(1e9 / perSample(ms)).toLocaleString('en');
process.stdout.write(
  `P7 without rules, samples/s a core: computing ${rate(computing)} (target 1,000,000), stored rows to columns included ${rate(all)} (check ${check.toFixed(0)})\n`,
);
