import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';
import { resultOf } from './jobs.ts';
import { vehicleIdOf } from './pages.ts';

/** Bytes asked for at a time. */
const PART_BYTES = 8_388_608;
const Result = z.object({ rows: z.number(), bytes: z.number(), sha256: z.string(), name: z.string() });
const Ordered = z.looseObject({
  jobId: z.number(),
  plan: z.object({ rows: z.number(), bytes: z.number(), notes: z.array(z.string()) }),
});
const Listed = z.looseObject({
  id: z.number(),
  table: z.string(),
  format: z.string(),
  state: z.string(),
  progress: z.number(),
  orderedBy: z.string().nullable(),
  createdAt: z.string(),
  file: z.object({ name: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string(), there: z.boolean() }).nullable(),
});

/** Copies the file of an export, part by part. */
async function copyFile(call: ApiCall, id: number, bytes: number, to: string): Promise<void> {
  const out = createWriteStream(to);
  try {
    for (let at = 0; at < bytes; at += PART_BYTES) {
      const part = await call(
        'GET',
        `/api/v1/exports/${id}/file`,
        undefined,
        `bytes=${at}-${Math.min(bytes, at + PART_BYTES) - 1}`,
      );
      if (!(part instanceof Uint8Array)) throw new UsageError('The service did not answer with the file.');
      if (!out.write(part)) await once(out, 'drain');
    }
  } finally {
    out.end();
    await once(out, 'finish');
  }
}

const words = (text: string | undefined) =>
  text
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** Exports: make one and keep the file, list them. `withWork` makes the file here when no service runs. */
export function exportCommand(withApi: WithApi, withWork: WithApi, onInterrupt: (cancel: () => Promise<void>) => () => void) {
  return command({
    meta: { name: 'export', description: 'Files of data: make, list' },
    subCommands: {
      make: command({
        meta: {
          description:
            'Make a file and keep it: npm run plume -- export make --table days --from 2026-11-01 --to 2026-11-30 --out days.csv',
        },
        args: {
          table: {
            type: 'string',
            description: 'samples, minutes, hours, days, trips, windows, leads, cases, kpis, track',
            required: true,
          },
          format: { type: 'string', description: 'csv, xlsx, parquet; of tracks also geojson and gpx', default: 'csv' },
          from: { type: 'string', description: 'Beijing date, or a moment with offset', required: true },
          to: { type: 'string', description: 'Beijing date (included), or a moment (excluded)', required: true },
          vehicle: { type: 'string', description: 'VINs of trucks, separated by commas; absent: all' },
          district: { type: 'string', description: 'Districts, separated by commas; absent: all' },
          enterprise: { type: 'string', description: 'Enterprises, separated by commas; absent: all' },
          signals: { type: 'string', description: 'Signals of the table samples, separated by commas; absent: all' },
          step: { type: 'string', description: 'Of tracks: one position per so many seconds', default: '1' },
          language: { type: 'string', description: 'zh or en', default: 'zh' },
          out: { type: 'string', description: 'Where the file goes', required: true },
          json,
        },
        run: ({ args }) =>
          withWork(async (call) => {
            const vehicleIds: number[] = [];
            for (const vin of words(args.vehicle) ?? []) vehicleIds.push(await vehicleIdOf(call, vin));
            const districts = words(args.district);
            const enterprises = words(args.enterprise);
            const signals = words(args.signals);
            const answer = await call('POST', '/api/v1/exports', {
              table: args.table,
              format: args.format,
              language: args.language,
              from: args.from,
              to: args.to,
              stepS: Number(args.step),
              ...(vehicleIds.length > 0 ? { vehicleIds } : {}),
              ...(districts ? { districts } : {}),
              ...(enterprises ? { enterprises } : {}),
              ...(signals ? { signals } : {}),
            });
            const { jobId, plan } = Ordered.parse(answer);
            for (const note of plan.notes) process.stderr.write(`${note}\n`);
            const stopListening = onInterrupt(async () => {
              await call('POST', `/api/v1/exports/${jobId}/cancel`, {});
            });
            try {
              const made = Result.parse(await resultOf(call, answer));
              await copyFile(call, jobId, made.bytes, args.out);
              print(
                { jobId, out: args.out, ...made },
                args.json,
                `${args.out}: ${made.rows} rows, ${made.bytes} bytes, SHA-256 ${made.sha256}`,
              );
            } finally {
              stopListening();
            }
          }),
      }),
      list: command({
        meta: { description: 'The newest exports' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { exports } = z.object({ exports: z.array(Listed) }).parse(await call('GET', '/api/v1/exports?limit=50'));
            const line = (row: z.infer<typeof Listed>) =>
              [
                row.id,
                row.table,
                row.format,
                row.state === 'running' ? `${Math.round(row.progress * 100)} %` : row.state,
                row.orderedBy ?? '',
                row.createdAt,
                row.file === null
                  ? ''
                  : `${row.file.rows} rows  ${row.file.sha256.slice(0, 12)}${row.file.there ? '' : '  removed'}`,
              ].join('  ');
            print(exports, args.json, exports.map(line).join('\n') || 'no exports');
          }),
      }),
    },
  });
}
