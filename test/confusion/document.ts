import { SCENARIOS } from '@plume/simulators';
import { cellParts, restOf, shownCells } from './print.ts';
import type { ScenarioTally } from './tally.ts';
import { isFaulty } from './truth.ts';
import { healthySums, LEAST_FAULTY_DAYS, LEAST_HEALTHY_DAYS, MOST_FALSE } from './verdict.ts';

/** What a run took, and on what. */
export interface RunFacts {
  readonly command: string;
  readonly date: Date;
  readonly machine: readonly string[];
  readonly seed: number;
  readonly samples: number;
  readonly samplesPerSecond: number;
  readonly wallSeconds: number;
}

/** The table as `docs/confusion.md` has it: of every scenario the rules that must speak, and those that spoke. */
export function confusionDocument(tallies: readonly ScenarioTally[], broken: readonly string[], run: RunFacts): string {
  const { days, falseDays, healthyTruckDays } = healthySums(tallies);
  const share = days > 0 ? ((100 * falseDays) / days).toFixed(2) : '–';
  const lines = [
    '# Rules against scenarios: what is found, missed and wrongly said',
    '',
    `Written by \`${run.command}\`. Simulated trucks whose faults are known, of stages IV and V, in winter and summer, on mountain roads and the plain: each record is encoded as a terminal would, decoded, evaluated and judged by the same code as the service's.`,
    '',
    `- Command: \`${run.command}\`, seed ${run.seed}, ${run.date.toISOString().slice(0, 10)}, ${Math.round(run.wallSeconds / 60)} minutes`,
    ...run.machine,
    `- ${run.samples.toLocaleString('en-GB')} samples, evaluated at ${run.samplesPerSecond.toLocaleString('en-GB')} a second and thread`,
    '',
    `**Truck-days without a fault: ${days} (${healthyTruckDays} of healthy trucks, the others before their fault began); with a lead: ${falseDays}, ${share} %.** Promised: at most ${100 * MOST_FALSE} %, over at least ${LEAST_HEALTHY_DAYS} healthy truck-days, and at least ${LEAST_FAULTY_DAYS} truck-days with each fault.`,
    '',
    broken.length === 0
      ? '**Every promise kept.**'
      : `**${broken.length} ${broken.length === 1 ? 'promise' : 'promises'} broken:**`,
    ...(broken.length === 0 ? [] : ['', ...broken.map((each) => `- ${each}`)]),
    '',
    '`must`: the rule is to speak of the fault, within the promised days of evaluated driving, or of each event. `free`: it may. `must not`: it may not; days on which it did are false. Noted: it spoke at a level that makes no lead.',
  ];
  for (const tally of tallies) lines.push('', ...block(tally));
  return `${lines.join('\n')}\n`;
}

function block(tally: ScenarioTally): string[] {
  const { scenario, trucks, healthyDays, faultyDays } = tally;
  const days = isFaulty(scenario) ? `${faultyDays} days with it, ${healthyDays} before` : `${healthyDays} days`;
  const cells = shownCells(tally);
  return [
    `## ${scenario}`,
    '',
    `${SCENARIOS[scenario].en}; ${trucks} trucks, ${days}. ${restOf(tally)}.`,
    ...(cells.length === 0
      ? []
      : [
          '',
          '| rule | expected | found of asked days | first day | promised | missed | false | noted |',
          '|---|---|---|---|---|---|---|---|',
          ...cells.map((cell) => `| ${cellParts(cell).join(' | ')} |`),
        ]),
  ];
}
