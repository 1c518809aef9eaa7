import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';
import { confirmed } from './confirmed.ts';
import { resultOf } from './jobs.ts';

const Standing = z.object({
  tiers: z.array(
    z.object({
      tier: z.string(),
      keepDays: z.number(),
      dueBefore: z.string().nullable(),
      bytes: z.number(),
      oldest: z.string().nullable(),
      bytesPerDay: z.number().nullable(),
      dropped: z.object({ before: z.string(), at: z.string(), by: z.string() }).nullable(),
    }),
  ),
  compression: z.boolean(),
});
const Tiers = z.array(
  z.looseObject({
    tier: z.string(),
    keepDays: z.number(),
    before: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    pieces: z.number(),
    rows: z.number(),
    owners: z.number(),
    bytes: z.number(),
    freed: z.enum(['disk', 'database']),
    heldRows: z.number(),
    heldDays: z.record(z.string(), z.number()),
    leftInUse: z.number(),
  }),
);
type Tier = z.infer<typeof Tiers>[number];
const Plan = z.object({ jobId: z.number(), rows: z.number(), bytes: z.number(), tiers: Tiers });
const Started = z.object({ jobId: z.number() });

const NAMES: Readonly<Record<string, string>> = {
  frames: 'originals',
  samples: 'samples',
  minutes: 'truck-minutes',
  days: 'truck-days',
};
const HOLDS: Readonly<Record<string, string>> = {
  waiting: 'wait to be evaluated',
  openLead: 'are of open leads',
  openCase: 'are of open cases',
  evidencePack: 'are of evidence packs',
};

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const nameOf = (tier: string) => (NAMES[tier] ?? tier).padEnd(13);
const keptFor = (days: number) => (days === 0 ? 'kept for ever' : `kept ${days} days`);

function standingLine({
  tier,
  keepDays,
  bytes,
  oldest,
  bytesPerDay,
  dropped,
}: z.infer<typeof Standing>['tiers'][number]): string {
  const parts = [nameOf(tier), keptFor(keepDays), megabytes(bytes)];
  if (oldest !== null) parts.push(`since ${oldest}`);
  if (bytesPerDay !== null) parts.push(`${megabytes(bytesPerDay)} a day`);
  if (dropped !== null) parts.push(`dropped before ${dropped.before} (${dropped.by})`);
  return parts.join('  ');
}

function tierLine({ tier, keepDays, pieces, rows, owners, from, to, bytes, freed, heldRows, heldDays, leftInUse }: Tier): string {
  const held = Object.entries(heldDays).map(([hold, days]) => `${days} truck-days ${HOLDS[hold] ?? hold}`);
  const lines = [
    pieces === 0
      ? `${nameOf(tier)}  ${keptFor(keepDays)}; nothing goes`
      : `${nameOf(tier)}  ${keptFor(keepDays)}; ${rows} rows of ${owners} ${tier === 'frames' ? 'terminals' : 'trucks'}, ${from} … ${to}, in ${pieces} ${tier === 'days' ? 'months' : 'chunks'}; ${megabytes(bytes)} ${freed === 'disk' ? 'of disk freed' : 'freed for later rows'}`,
  ];
  if (heldRows > 0) lines.push(`${' '.repeat(15)}${heldRows} rows stay: ${held.join(', ')}`);
  if (leftInUse > 0) lines.push(`${' '.repeat(15)}${leftInUse} pieces are being read all the time: they go with the next run`);
  return lines.join('\n');
}

async function makePlan(call: ApiCall): Promise<z.infer<typeof Plan>> {
  const started = Started.parse(await call('POST', '/api/v1/retention/plans', {}));
  await resultOf(call, started);
  return Plan.parse(await call('GET', `/api/v1/retention/plans/${started.jobId}`));
}

/** Retention: what stands, what would go, having it go. `onInterrupt` calls back at Ctrl-C; what it then does is over before the process ends. */
export function retentionCommand(withApi: WithApi, onInterrupt: (cancel: () => Promise<void>) => () => void) {
  const cancelling = async <T>(call: ApiCall, jobId: number, work: () => Promise<T>): Promise<T> => {
    const release = onInterrupt(async () => {
      await call('POST', `/api/v1/jobs/${jobId}/cancel`, {});
    });
    try {
      return await work();
    } finally {
      release();
    }
  };
  return command({
    meta: { name: 'retention', description: 'What is kept for how long: status, plan (what would go), run (it goes)' },
    subCommands: {
      status: command({
        meta: { description: 'How much is stored of each tier, since when, how fast it grows' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const standing = Standing.parse(await call('GET', '/api/v1/retention'));
            const edition = standing.compression ? [] : ['Apache edition of TimescaleDB: nothing is compressed'];
            print(standing, args.json, [...standing.tiers.map(standingLine), ...edition].join('\n'));
          }),
      }),
      plan: command({
        meta: { description: 'Count what is beyond its retention, and what of it stays; changes nothing' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const plan = await makePlan(call);
            print(
              plan,
              args.json,
              [...plan.tiers.map(tierLine), `together ${plan.rows} rows, ${megabytes(plan.bytes)}`].join('\n'),
            );
          }),
      }),
      run: command({
        meta: {
          description: 'Drop what is beyond its retention, after showing it and asking; Ctrl-C ends it between two pieces',
        },
        args: { yes: { type: 'boolean', description: 'Do not ask', default: false }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const plan = await makePlan(call);
            if (plan.tiers.every(({ pieces }) => pieces === 0)) {
              print(plan, args.json, 'Nothing is beyond its retention.');
              return;
            }
            process.stderr.write(`${plan.tiers.map(tierLine).join('\n')}\n`);
            const question = `Drop ${plan.rows} rows (${megabytes(plan.bytes)})? They cannot be brought back.`;
            if (!args.yes && !(await confirmed(question))) throw new UsageError('Nothing was dropped.');
            const started = Started.parse(await call('POST', '/api/v1/retention/runs', { planJobId: plan.jobId }));
            const done = z
              .looseObject({ tiers: Tiers })
              .parse(await cancelling(call, started.jobId, () => resultOf(call, started)));
            print(done, args.json, done.tiers.map(tierLine).join('\n'));
          }),
      }),
    },
  });
}
