import { z } from 'zod';
import { command, json, print, type WithApi } from './command.ts';
import { resultOf } from './jobs.ts';
import { vehicleIdOf } from './pages.ts';

const Started = z.object({ jobId: z.number() });
const Result = z.object({ days: z.number(), done: z.number(), failed: z.number(), kept: z.number().default(0) });

/** Evaluating days anew. `onInterrupt` calls back at Ctrl-C; what it then does is over before the process ends. */
export function evaluateCommand(withApi: WithApi, onInterrupt: (cancel: () => Promise<void>) => () => void) {
  return command({
    meta: { name: 'evaluate', description: 'Evaluate days anew, each with the rule settings in force on it; Ctrl-C cancels' },
    args: {
      vehicle: { type: 'string', description: 'VIN of one truck; absent: all' },
      from: { type: 'string', description: 'First Beijing day, such as 2026-11-01; absent: 30 days before the last' },
      to: { type: 'string', description: 'Last Beijing day; absent: today' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const started = await call('POST', '/api/v1/evaluations', {
          ...(args.vehicle === undefined ? {} : { vehicleId: await vehicleIdOf(call, args.vehicle) }),
          ...(args.from === undefined ? {} : { from: args.from }),
          ...(args.to === undefined ? {} : { to: args.to }),
        });
        const { jobId } = Started.parse(started);
        const release = onInterrupt(async () => {
          await call('POST', `/api/v1/jobs/${jobId}/cancel`, {});
        });
        try {
          const { days, done, failed, kept } = Result.parse(await resultOf(call, started));
          const told = failed === 0 ? '' : `; ${failed} failed, see the log`;
          const stay = kept === 0 ? '' : `; ${kept} of them keep their figures, their samples are no longer kept`;
          print({ days, done, failed, kept }, args.json, `${done} of ${days} truck-days are evaluated${told}${stay}`);
        } finally {
          release();
        }
      }),
  });
}
