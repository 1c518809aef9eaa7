import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { MAX_FILE_BYTES } from '../fleet-import/limits.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Answer = z.looseObject({
  counts: z.object({ rows: z.number(), new: z.number(), changed: z.number(), unchanged: z.number(), wrong: z.number() }),
  columns: z.array(z.object({ column: z.string(), head: z.string(), field: z.string().nullable() })),
  faults: z.array(
    z.looseObject({ row: z.number(), column: z.string().nullable(), field: z.string(), value: z.string(), says: z.string() }),
  ),
  faultCount: z.number(),
  written: z.boolean(),
  secrets: z.array(z.object({ terminalId: z.string(), plate: z.string(), secret: z.string() })),
});

async function contentOf(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} has ${size} bytes; at most ${MAX_FILE_BYTES} are taken. Split it.`);
    return (await readFile(path)).toString('base64');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function linesOf(answer: z.infer<typeof Answer>): string[] {
  const { counts } = answer;
  const unused = answer.columns.filter(({ field }) => field === null).map(({ head, column }) => head || column);
  return [
    ...answer.faults.map((fault) => `${fault.column ?? '?'}${fault.row}  ${fault.field} "${fault.value}" ${fault.says}`),
    ...(answer.faultCount > answer.faults.length ? [`(${answer.faultCount - answer.faults.length} more)`] : []),
    ...(unused.length > 0 ? [`columns not used: ${unused.join(', ')}`] : []),
    `${counts.rows} rows: ${counts.new} new, ${counts.changed} changed, ${counts.unchanged} unchanged, ${counts.wrong} wrong; ${answer.written ? 'written' : 'nothing written'}`,
  ];
}

/** Entering trucks from a file. */
export function vehicleImportCommand(withApi: WithApi) {
  return command({
    meta: { description: 'Enter and change trucks from an Excel (.xlsx) or CSV file; all rows or none' },
    args: {
      file: { type: 'positional', description: 'The file; its head names the columns', required: false },
      'dry-run': { type: 'boolean', description: 'Only tell what it would do and what is wrong', default: false },
      'only-valid': { type: 'boolean', description: 'Leave wrong rows out instead of refusing the file', default: false },
      'facts-from': { type: 'string', description: 'Beijing date from which changed parameters hold; absent: today' },
      'secrets-to': { type: 'string', description: 'New file for the secrets of terminals that are entered (else printed)' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        if (args.file === undefined) throw new UsageError('Name a file: npm run plume -- vehicle import trucks.xlsx --dry-run');
        const order = {
          name: basename(args.file),
          content: await contentOf(args.file),
          ...(args['facts-from'] === undefined ? {} : { factsFrom: args['facts-from'] }),
        };
        const send = async (mode: 'check' | 'all' | 'valid') =>
          Answer.parse(await call('POST', '/api/v1/vehicles/import', { ...order, mode }));
        const checked = await send('check');
        const writes = !args['dry-run'] && (checked.faultCount === 0 || args['only-valid']);
        const answer = writes ? await send(args['only-valid'] ? 'valid' : 'all') : checked;
        const secrets = await secretLines(answer, args['secrets-to']);
        print(answer, args.json, [...linesOf(answer), ...secrets].join('\n'));
        if (answer.faultCount > 0 && !args['only-valid']) process.exitCode = 1;
      }),
  });
}

async function secretLines({ secrets }: z.infer<typeof Answer>, path: string | undefined): Promise<string[]> {
  if (secrets.length === 0) return [];
  const lines = secrets.map(({ terminalId, plate, secret }) => `${terminalId}  ${plate}  ${secret}`);
  if (path === undefined) return ['secrets, told this once:', ...lines];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
  return [`secrets of ${secrets.length} terminals are in ${path}`];
}

const LayUps = z.object({
  layUps: z.array(z.looseObject({ id: z.number(), version: z.number(), from: z.string(), to: z.string().nullable() })),
});

/** Lays a truck up. */
export function layUpCommand(withApi: WithApi, vehicleIdOf: (call: ApiCall, vin: string) => Promise<number>) {
  return command({
    meta: { description: 'Lay a truck up (报停): it is then not offline' },
    args: {
      vin: { type: 'positional', description: 'VIN of the truck', required: true },
      from: { type: 'string', description: 'First Beijing day', required: true },
      to: { type: 'string', description: 'Beijing day on which it is back; absent: not known yet' },
      reason: { type: 'string', description: 'winter, workshop, sold or other', required: true },
      note: { type: 'string', description: 'More words' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const id = await vehicleIdOf(call, args.vin);
        const period = { from: args.from, to: args.to ?? null, reason: args.reason, note: args.note ?? null };
        const made = await call('POST', `/api/v1/vehicles/${id}/lay-ups`, period);
        print(made, args.json, `${args.vin} is laid up from ${args.from}`);
      }),
  });
}

/** Brings a truck back. */
export function backCommand(withApi: WithApi, vehicleIdOf: (call: ApiCall, vin: string) => Promise<number>) {
  return command({
    meta: { description: 'Bring a truck back into service (复驶)' },
    args: {
      vin: { type: 'positional', description: 'VIN of the truck', required: true },
      on: { type: 'string', description: 'Beijing day on which it is back', required: true },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const path = `/api/v1/vehicles/${await vehicleIdOf(call, args.vin)}/lay-ups`;
        const open = LayUps.parse(await call('GET', path)).layUps.find(({ to }) => to === null);
        if (!open) throw new UsageError(`${args.vin} is not laid up.`);
        const changed = await call('PATCH', `${path}/${open.id}`, { version: open.version, to: args.on });
        print(changed, args.json, `${args.vin} is back on ${args.on}`);
      }),
  });
}
