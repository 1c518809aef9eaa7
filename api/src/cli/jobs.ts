import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Job = z.looseObject({
  id: z.number(),
  kind: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
  progress: z.number(),
  note: z.string().nullable(),
  error: z.string().nullable(),
});
const Started = z.object({ jobId: z.number() });
const LOOK_EVERY_MS = 500;

const line = (job: z.infer<typeof Job>) =>
  [job.id, job.kind, job.state, `${Math.round(job.progress * 100)} %`, job.error ?? job.note ?? ''].join('  ');

/**
 * Waits for the job that an order began, telling its progress on standard error, and answers its result. Throws `UsageError` when it failed
 * or was cancelled.
 */
export async function resultOf(call: ApiCall, started: unknown): Promise<unknown> {
  const { jobId } = Started.parse(started);
  for (let told = ''; ; await sleep(LOOK_EVERY_MS)) {
    const job = Job.extend({ result: z.unknown() }).parse(await call('GET', `/api/v1/jobs/${jobId}`));
    if (job.note !== null && job.note !== told) process.stderr.write(`${Math.round(job.progress * 100)} %  ${job.note}\n`);
    told = job.note ?? told;
    if (job.state === 'done') return job.result;
    if (job.state === 'failed') throw new UsageError(`Job ${jobId} failed: ${job.error}`);
    if (job.state === 'cancelled') throw new UsageError(`Job ${jobId} was cancelled.`);
  }
}

const jobId = { type: 'positional', description: 'Number of the job', required: true } as const;

/** Long work: list, show, cancel. */
export function jobsCommand(withApi: WithApi) {
  return command({
    meta: { name: 'jobs', description: 'Long work: list, show, cancel' },
    subCommands: {
      list: command({
        meta: { description: 'The newest jobs' },
        args: {
          kind: { type: 'string', description: 'backTest, evaluate, reprocess, …' },
          state: { type: 'string', description: 'queued, running, done, failed or cancelled' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const query = new URLSearchParams({
              limit: '50',
              ...(args.kind === undefined ? {} : { kind: args.kind }),
              ...(args.state === undefined ? {} : { state: args.state }),
            });
            const { jobs } = z.object({ jobs: z.array(Job) }).parse(await call('GET', `/api/v1/jobs?${query}`));
            print(jobs, args.json, jobs.map(line).join('\n') || 'no jobs');
          }),
      }),
      show: command({
        meta: { description: 'One job with its result' },
        args: { id: jobId, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const job = Job.extend({ result: z.unknown() }).parse(
              await call('GET', `/api/v1/jobs/${encodeURIComponent(args.id)}`),
            );
            print(job, args.json, `${line(job)}\n${JSON.stringify(job.result, null, 2)}`);
          }),
      }),
      cancel: command({
        meta: { description: 'End a job that waits or runs' },
        args: { id: jobId, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const job = Job.parse(await call('POST', `/api/v1/jobs/${encodeURIComponent(args.id)}/cancel`, {}));
            print(job, args.json, line(job));
          }),
      }),
    },
  });
}
