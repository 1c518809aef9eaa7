import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AuditFileCheck } from '../audit-file.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Entry = z.looseObject({
  seq: z.number(),
  at: z.string(),
  actor: z.string(),
  address: z.string().nullable(),
  action: z.string(),
  object: z.object({ kind: z.string(), id: z.string().nullable() }).nullable(),
  outcome: z.string(),
});
const Verdict = z.object({
  ok: z.boolean(),
  head: z.object({ seq: z.number(), hash: z.string() }).nullable(),
  at: z.number().nullable(),
  why: z.string().nullable(),
});

async function checkFile(path: string): Promise<z.infer<typeof Verdict>> {
  const check = new AuditFileCheck();
  try {
    for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
      const trouble = check.add(line);
      if (trouble) return { ok: false, head: null, ...trouble };
    }
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { ok: true, head: check.head, at: null, why: null };
}

/** The audit trail: list, verify. */
export function auditCommand(withApi: WithApi) {
  return command({
    meta: { name: 'audit', description: 'The audit trail: list, verify' },
    subCommands: {
      list: command({
        meta: { description: 'Who did or was refused what, the newest first' },
        args: {
          actor: { type: 'string', description: 'User name' },
          action: { type: 'string', description: 'account.add, or account for all of them' },
          limit: { type: 'string', description: 'Rows', default: '50' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const query = new URLSearchParams({
              limit: args.limit,
              ...(args.actor === undefined ? {} : { actor: args.actor }),
              ...(args.action === undefined ? {} : { action: args.action }),
            });
            const { entries } = z.object({ entries: z.array(Entry) }).parse(await call('GET', `/api/v1/audit?${query}`));
            const line = (row: z.infer<typeof Entry>) =>
              [
                row.seq,
                row.at,
                row.actor,
                row.address ?? '',
                row.action,
                row.object === null ? '' : `${row.object.kind} ${row.object.id ?? ''}`.trim(),
                row.outcome === 'refused' ? 'REFUSED' : '',
              ].join('  ');
            print(entries, args.json, entries.map(line).join('\n') || 'nothing was done yet');
          }),
      }),
      verify: command({
        meta: { description: 'Compute every hash of the trail anew; ends with 1 when it is not whole' },
        args: {
          noted: { type: 'string', description: 'A head written down earlier (seq:hash); it must still be part of the trail' },
          file: { type: 'string', description: 'An exported file (JSON lines) in place of the database' },
          json,
        },
        run: async ({ args }) => {
          const tell = (verdict: z.infer<typeof Verdict>): void => {
            const text = verdict.head
              ? `The trail is whole: ${verdict.head.seq} rows. Write its head down: ${verdict.head.seq}:${verdict.head.hash}`
              : `The trail is not whole at row ${verdict.at}: ${verdict.why}`;
            print(verdict, args.json, text);
            if (!verdict.ok) process.exitCode = 1;
          };
          if (args.file !== undefined) return tell(await checkFile(args.file));
          const query = args.noted === undefined ? '' : `?noted=${encodeURIComponent(args.noted)}`;
          await withApi(async (call) => tell(Verdict.parse(await call('GET', `/api/v1/audit/verify${query}`))));
        },
      }),
    },
  });
}
