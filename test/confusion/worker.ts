import { parentPort } from 'node:worker_threads';
import type { DaySummary, FleetReference } from '@plume/ingest/rules';
import type { Season, TruckCase } from './cases.ts';
import type { FromWorker } from './pool.ts';
import { type CaseResult, runCase, summariesOf } from './run-case.ts';

/** References in force, by season and engine model with stage. */
export type References = Readonly<Partial<Record<Season, readonly FleetReference[]>>>;

/** What a worker is asked for: to judge a truck, or to summarise its days for a reference. */
export type Task =
  | { readonly kind: 'judge'; readonly of: TruckCase; readonly references: References }
  | { readonly kind: 'summarise'; readonly of: TruckCase };

export type Answer = CaseResult | { readonly vin: string; readonly summary: DaySummary }[];

parentPort?.on('message', (task: Task) => {
  const say = (message: FromWorker<Answer>): void => parentPort?.postMessage(message);
  try {
    say({ answer: task.kind === 'summarise' ? summariesOf(task.of) : judge(task.of, task.references, () => say({ days: 1 })) });
  } catch (error) {
    say({ failed: `${task.of.id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` });
  }
});

function judge(of: TruckCase, references: References, onDay: () => void): CaseResult {
  return runCase(of, referenceFor(of, references), onDay);
}

/** The frozen reference of a truck's kind, whatever the month: a run is judged by that of the month before it begins. */
export function referenceFor(of: TruckCase, references: References): (date: string) => FleetReference | null {
  const { engineModel, stage } = of.facts;
  const found = references[of.season]?.find((each) => each.engineModel === engineModel && each.stage === stage) ?? null;
  return (date) => (found === null ? null : { ...found, month: date.slice(0, 7) });
}
