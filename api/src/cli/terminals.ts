import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';
import { allPages, vehicleIdOf } from './pages.ts';

const Secret = z.object({ id: z.string(), secret: z.string() });

function tellSecret(answer: unknown, asJson: boolean): void {
  const { id, secret } = Secret.parse(answer);
  const lines = [
    `terminal ${id}`,
    `secret   ${secret}`,
    'The secret is shown this once. A test message:',
    `mosquitto_pub -V 311 -q 1 -i ${id} -u ${id} -P ${secret} -t obd/v1/${id}/up -m '{"v":1,"samples":[{"t":"${new Date().toISOString()}","speedKmh":62.5}]}'`,
  ];
  print(answer, asJson, lines.join('\n'));
}

const Terminal = z.object({
  id: z.string(),
  revokedAt: z.string().nullable(),
  vehicle: z.object({ id: z.number(), plate: z.string(), vin: z.string() }).nullable(),
});
const Truck = z.object({
  assignments: z.array(z.object({ id: z.number(), terminalId: z.string(), to: z.string().nullable() })),
});

/** The assignment under which a terminal is on a truck. */
async function lastingAssignment(call: ApiCall, id: string): Promise<number> {
  const known = (await allPages(call, '/api/v1/terminals', 'terminals', Terminal)).find((each) => each.id === id);
  if (!known) throw new UsageError(`There is no terminal ${id}. See: npm run plume -- terminal list`);
  const truck = known.vehicle === null ? null : Truck.parse(await call('GET', `/api/v1/vehicles/${known.vehicle.id}`));
  const lasting = truck?.assignments.find((each) => each.terminalId === id && each.to === null);
  if (!lasting) throw new UsageError(`Terminal ${id} is on no truck, or only until a time that is entered already.`);
  return lasting.id;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--set is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const terminalId = { type: 'positional', description: 'Terminal id: letters, digits, _ and -', required: true } as const;

/** Terminals: add, list, rotate, revoke, assign, unassign, profile. */
export function terminalCommand(withApi: WithApi) {
  return command({
    meta: { name: 'terminal', description: 'Terminals: add, list, rotate, revoke, assign, unassign, profile' },
    subCommands: {
      add: command({
        meta: { description: 'Enter a terminal and print its secret, this once' },
        args: {
          id: terminalId,
          vehicle: { type: 'string', description: 'VIN of the truck that carries it' },
          since: { type: 'string', description: 'Since when (ISO 8601 with offset); absent: always' },
          iccid: { type: 'string', description: 'ICCID of its SIM card; a login on plain TCP with another is refused' },
          tcp: {
            type: 'string',
            description: 'Let it in by plain TCP, where its VIN is all that names it; answers: none, echo or plus80',
          },
          errors: {
            type: 'boolean',
            description: 'With --tcp plus80: answer 0x90 | command to what was not stored',
            default: false,
          },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            if (args.errors && args.tcp === undefined)
              throw new UsageError('--errors is a way of answering on plain TCP: give --tcp plus80 with it.');
            const vehicleId = args.vehicle === undefined ? undefined : await vehicleIdOf(call, args.vehicle);
            tellSecret(
              await call('POST', '/api/v1/terminals', {
                id: args.id,
                ...(vehicleId === undefined ? {} : { vehicleId }),
                ...(args.since === undefined ? {} : { since: args.since }),
                ...(args.iccid === undefined ? {} : { iccid: args.iccid }),
                ...(args.tcp === undefined ? {} : { profile: { tcp: { answers: args.tcp, errors: args.errors } } }),
              }),
              args.json,
            );
          }),
      }),
      list: command({
        meta: { description: 'All terminals and their trucks' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const rows = await allPages(call, '/api/v1/terminals', 'terminals', Terminal);
            print(
              rows,
              args.json,
              rows
                .map((row) =>
                  [
                    row.id,
                    row.vehicle ? `${row.vehicle.plate} ${row.vehicle.vin}` : '(no truck)',
                    row.revokedAt ? 'revoked' : '',
                  ].join('  '),
                )
                .join('\n') || 'no terminals yet',
            );
          }),
      }),
      rotate: command({
        meta: { description: 'Give a terminal a new secret; the old one works 24 h longer' },
        args: { id: terminalId, json },
        run: ({ args }) =>
          withApi(async (call) =>
            tellSecret(await call('POST', `/api/v1/terminals/${encodeURIComponent(args.id)}/rotate`, {}), args.json),
          ),
      }),
      revoke: command({
        meta: { description: 'Refuse a terminal from now on and cut its connection' },
        args: { id: terminalId, json },
        run: ({ args }) =>
          withApi(async (call) =>
            print(
              await call('POST', `/api/v1/terminals/${encodeURIComponent(args.id)}/revoke`, {}),
              args.json,
              `terminal ${args.id} is revoked`,
            ),
          ),
      }),
      assign: command({
        meta: { description: 'Put a terminal on a truck; records held back for want of a truck are taken in' },
        args: {
          id: terminalId,
          vehicle: { type: 'string', description: 'VIN of the truck', required: true },
          from: { type: 'string', description: 'ISO 8601 with offset', required: true },
          to: { type: 'string', description: 'ISO 8601 with offset; absent: still' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const vehicleId = await vehicleIdOf(call, args.vehicle);
            const answer = await call('POST', '/api/v1/assignments', {
              terminalId: args.id,
              vehicleId,
              from: args.from,
              ...(args.to === undefined ? {} : { to: args.to }),
            });
            print(answer, args.json, `terminal ${args.id} is on ${args.vehicle} from ${args.from}`);
          }),
      }),
      unassign: command({
        meta: { description: 'Take a terminal off its truck' },
        args: { id: terminalId, at: { type: 'string', description: 'Until when (ISO 8601 with offset); absent: now' }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const assignment = await lastingAssignment(call, args.id);
            const answer = await call(
              'POST',
              `/api/v1/assignments/${assignment}/end`,
              args.at === undefined ? {} : { at: args.at },
            );
            print(answer, args.json, `terminal ${args.id} is on no truck from ${z.object({ to: z.string() }).parse(answer).to}`);
          }),
      }),
      profile: command({
        meta: { description: 'Change how a terminal is read and answered; the profile given takes the place of the one before' },
        args: {
          id: terminalId,
          set: {
            type: 'string',
            description: `JSON, for example '{"recordPeriodS":10,"tcp":{"answers":"echo"}}'`,
            required: true,
          },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const answer = await call('PATCH', `/api/v1/terminals/${encodeURIComponent(args.id)}`, {
              profile: parseJson(args.set),
            });
            print(
              answer,
              args.json,
              `terminal ${args.id} has the profile ${JSON.stringify(z.looseObject({}).parse(answer).profile)}`,
            );
          }),
      }),
    },
  });
}
