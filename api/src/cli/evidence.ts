import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Pack = z.looseObject({
  id: z.string(),
  seq: z.number(),
  findingId: z.string(),
  rule: z.string(),
  day: z.string(),
  vehicle: z.object({ vin: z.string(), plate: z.string() }),
  createdAt: z.string(),
  createdBy: z.string(),
  reason: z.string(),
  sha256: z.string(),
});
const Made = Pack.extend({ days: z.array(z.object({ date: z.string(), level: z.string(), note: z.string().nullable() })) });
const Chain = z.looseObject({
  ok: z.boolean(),
  packs: z.number(),
  newestSha256: z.string().nullable(),
  faults: z.array(z.object({ seq: z.number(), id: z.string(), says: z.string() })),
  strayFiles: z.array(z.string()),
});

const packLine = (pack: z.infer<typeof Pack>) =>
  `${pack.id}  ${pack.rule}  ${pack.vehicle.plate} ${pack.vehicle.vin}  ${pack.day}  made ${pack.createdAt} by ${pack.createdBy} (${pack.reason})`;

/** Evidence packs: make, list, chain. Verifying one needs no service, and is a command of its own. */
export function evidenceCommands(withApi: WithApi) {
  return {
    make: command({
      meta: { description: 'Make a pack of a finding, and keep a copy of its file' },
      args: {
        finding: {
          type: 'positional',
          description: 'Id of the finding, 16 hexadecimal digits; "plume leads" shows it',
          required: true,
        },
        out: { type: 'string', description: 'Where the copy goes; absent: the pack is only kept by the service' },
        json,
      },
      run: ({ args }) =>
        withApi(async (call) => {
          const made = await call('POST', '/api/v1/evidence', { findingId: args.finding });
          const pack = Made.parse(made);
          if (args.out !== undefined) {
            const file = await call('GET', `/api/v1/evidence/${pack.id}`);
            if (!(file instanceof Uint8Array)) throw new UsageError('The service did not answer with the file of the pack.');
            writeFileSync(args.out, file);
          }
          const lines = [
            packLine(pack),
            `SHA-256 ${pack.sha256}`,
            ...pack.days
              .filter(({ level }) => level !== 'summary')
              .map((day) => `${day.date}: ${day.level}${day.note === null ? '' : ` (${day.note})`}`),
            ...(args.out === undefined
              ? []
              : [`kept in ${args.out}; verify it with: npm run plume -- evidence verify ${args.out}`]),
          ];
          print(made, args.json, lines.join('\n'));
        }),
    }),
    list: command({
      meta: { description: 'The newest packs' },
      args: { finding: { type: 'string', description: 'Of this finding alone' }, json },
      run: ({ args }) =>
        withApi(async (call) => {
          const query = new URLSearchParams({ limit: '50', ...(args.finding === undefined ? {} : { finding: args.finding }) });
          const { packs } = z.object({ packs: z.array(Pack) }).parse(await call('GET', `/api/v1/evidence?${query}`));
          print(packs, args.json, packs.map(packLine).join('\n') || 'no packs');
        }),
    }),
    chain: command({
      meta: {
        description:
          'Hold the chain of packs against itself and against every byte of their files; ends with 1 when something is wrong',
      },
      args: { json },
      run: ({ args }) =>
        withApi(async (call) => {
          const found = Chain.parse(await call('GET', '/api/v1/evidence/chain'));
          const lines = [
            ...found.faults.map((fault) => `WRONG ${fault.id}: ${fault.says}`),
            ...found.strayFiles.map((file) => `note: ${file} belongs to no pack`),
            found.ok
              ? `${found.packs} packs, unbroken; the newest has SHA-256 ${found.newestSha256 ?? '(none yet)'}`
              : `BROKEN (${found.faults.length} faults)`,
          ];
          print(found, args.json, lines.join('\n'));
          if (!found.ok) process.exitCode = 1;
        }),
    }),
  };
}
