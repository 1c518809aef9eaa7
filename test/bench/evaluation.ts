import { startChild } from './child.ts';
import { withDatabase } from './database.ts';
import type { EvaluationRequest, EvaluationResult } from './evaluation-child.ts';
import { medianPerSecond, perSecond, whole } from './figures.ts';
import { type Bench, type Figure, type Finding, verdictOf } from './finding.ts';

const LEAST_COMPUTING = 1_000_000;
const LEAST_READING = 300_000;
const TRUCKS = 36;
const COMPUTE_TRUCKS = 4;
const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;

/** P7: both stages of the evaluation, computing alone and from the table. */
export async function measureEvaluation(bench: Bench): Promise<Finding> {
  const child = startChild('evaluation-child.ts');
  const ask = async (request: EvaluationRequest): Promise<EvaluationResult> => (await child.ask(request)) as EvaluationResult;
  try {
    const computing: number[] = [];
    for (let run = 0; run < bench.runs; run += 1) {
      const { samples, seconds } = await ask({ kind: 'compute', trucks: COMPUTE_TRUCKS, rounds: bench.quick ? 2 : 30 });
      computing.push(samples / seconds);
    }
    const alone: Figure = {
      what: 'both stages computing, per second of processor time',
      value: medianPerSecond(computing, 'samples'),
    };
    const whole_ =
      bench.serverUrl === null
        ? await fromTable(bench, ask, null)
        : await withDatabase(bench.serverUrl, (url) => fromTable(bench, ask, url));
    const reached = [...computing].sort((a, b) => a - b)[computing.length >> 1] ?? 0;
    return {
      verdict: verdictOf(reached >= LEAST_COMPUTING, whole_.samplesPerSecond >= LEAST_READING),
      figures: [alone, ...whole_.figures],
      note: `Simulated trucks at 1 Hz over shifts of eight hours (in the table three days of each, again and again), each day judged with up to 29 days before it; computing is measured once its code is compiled. From the table on ${bench.serverUrl === null ? 'the embedded engine' : 'the server'}: reading, both stages, references, writing of minutes, days, findings and leads, by the service's own evaluator.`,
    };
  } finally {
    await child.stop();
  }
}

async function fromTable(
  bench: Bench,
  ask: (request: EvaluationRequest) => Promise<EvaluationResult>,
  databaseUrl: string | null,
): Promise<{ figures: Figure[]; samplesPerSecond: number }> {
  const { days } = bench;
  const today = Math.floor((Date.now() / 1000 + BEIJING_S) / DAY_S) * DAY_S - BEIJING_S;
  const directory = bench.directory('p7');
  const on = { directory, databaseUrl, trucks: bench.quick ? 4 : TRUCKS, days, fromSec: today - days * DAY_S };
  const loaded = await ask({ kind: 'load', ...on });
  bench.say(`  ${whole(loaded.samples)} rows written in ${loaded.seconds.toFixed(0)} s`);
  const evaluated = await ask({ kind: 'evaluate', ...on });
  const rate = evaluated.samples / evaluated.seconds;
  const tested = await ask({ kind: 'backTest', ...on });
  return {
    samplesPerSecond: rate,
    figures: [
      {
        what: `${on.trucks} trucks × ${days} days (${whole(evaluated.samples)} samples) evaluated from the table`,
        value: `${perSecond(rate, 'samples')}, ${evaluated.seconds.toFixed(1)} s in all${evaluated.failures > 0 ? `, ${evaluated.failures} failures` : ''}`,
      },
      {
        what: 'back-test of another limit over the same, from what stage 1 stored of them',
        value: `${tested.seconds.toFixed(1)} s, ${perSecond(tested.truckDays / tested.seconds, 'truck-days')}`,
      },
    ],
  };
}
