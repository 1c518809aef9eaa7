import { z } from 'zod';
import { command, json, print, type WithApi } from './command.ts';
import { resultOf } from './jobs.ts';
import { vehicleIdOf } from './pages.ts';
import { parseNumbers } from './rules.ts';

const Count = z.object({
  inForce: z.number(),
  tried: z.number(),
  appear: z.number(),
  vanish: z.number(),
  otherLevel: z.number(),
});
const Lead = z.looseObject({ vin: z.string(), cause: z.string(), level: z.string(), firstDay: z.string(), lastDay: z.string() });
const Result = z.looseObject({
  stage: z.number(),
  trucks: z.number(),
  days: z.number(),
  notTested: z.array(z.string()).default([]),
  rules: z.record(z.string(), Count),
  leads: z.object({ inForce: z.number(), tried: z.number(), appear: z.array(Lead), vanish: z.array(Lead) }),
  more: z.object({ leadsAppear: z.number(), leadsVanish: z.number() }),
});

/** Trying other numbers of the rules. `onInterrupt` calls back at Ctrl-C; what it then does is over before the process ends. */
export function backTestCommand(withApi: WithApi, onInterrupt: (cancel: () => Promise<void>) => () => void) {
  return command({
    meta: { name: 'back-test', description: 'Try other numbers of the rules on stored days; Ctrl-C cancels' },
    args: {
      set: { type: 'string', description: 'verdicts.inUseV=3.5 (several: separated by commas)', required: true },
      from: { type: 'string', description: 'First Beijing day, such as 2026-11-01', required: true },
      to: { type: 'string', description: 'Last Beijing day', required: true },
      vehicles: { type: 'string', description: 'VINs, separated by commas; absent: all trucks' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const vehicleIds: number[] = [];
        for (const vin of args.vehicles?.split(',') ?? []) vehicleIds.push(await vehicleIdOf(call, vin.trim()));
        const started = await call('POST', '/api/v1/back-tests', {
          overrides: parseNumbers(args.set),
          from: args.from,
          to: args.to,
          ...(vehicleIds.length === 0 ? {} : { vehicleIds }),
        });
        const { jobId } = z.object({ jobId: z.number() }).parse(started);
        const release = onInterrupt(async () => {
          await call('POST', `/api/v1/jobs/${jobId}/cancel`, {});
        });
        try {
          const result = await resultOf(call, started);
          const told = Result.parse(result);
          const line = (sign: string) => (lead: z.infer<typeof Lead>) =>
            `${sign} ${lead.level}  ${lead.cause}  ${lead.vin}  ${lead.firstDay} … ${lead.lastDay}`;
          const lines = [
            `${told.trucks} trucks, ${told.days} days; ${told.stage === 1 ? 'computed from their samples' : 'stored summaries judged anew'}`,
            ...(told.notTested.length === 0
              ? []
              : [
                  `NOT TRIED, as no stored day is judged by them (alarms at once, frozen fleet references): ${told.notTested.join(', ')}`,
                ]),
            ...Object.entries(told.rules)
              .filter(([, count]) => count.appear + count.vanish + count.otherLevel > 0)
              .map(
                ([rule, count]) =>
                  `${rule}: ${count.inForce} → ${count.tried} findings (${count.appear} appear, ${count.vanish} vanish, ${count.otherLevel} at another level)`,
              ),
            `leads: ${told.leads.inForce} → ${told.leads.tried}`,
            ...told.leads.appear.map(line('+')),
            ...told.leads.vanish.map(line('-')),
            ...(told.more.leadsAppear + told.more.leadsVanish > 0 ? ['(more are in the counts alone)'] : []),
          ];
          print(result, args.json, lines.join('\n'));
        } finally {
          release();
        }
      }),
  });
}
