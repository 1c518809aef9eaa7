import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Account = z.object({
  id: z.number(),
  name: z.string(),
  displayName: z.string(),
  role: z.string(),
  districts: z.array(z.string()).nullable(),
  state: z.string(),
  secondFactor: z.boolean(),
  lastSignInAt: z.string().nullable(),
  heldUpUntil: z.string().nullable(),
  version: z.number(),
});
const Link = z.object({ path: z.string(), expiresAt: z.string() });

/** Address of the running service, without a slash at its end; null when none runs. */
export type ServiceUrl = () => Promise<string | null>;

/** All accounts. */
export async function accounts(call: ApiCall): Promise<z.infer<typeof Account>[]> {
  return z.object({ people: z.array(Account) }).parse(await call('GET', '/api/v1/people')).people;
}

async function accountOf(call: ApiCall, name: string): Promise<z.infer<typeof Account>> {
  const found = (await accounts(call)).find((each) => each.name === name.toLowerCase());
  if (!found) throw new UsageError(`There is no account ${name}. See: npm run plume -- user list`);
  return found;
}

const userName = { type: 'positional', description: 'User name', required: true } as const;

/** Accounts of people: add, list, disable, enable, reset, unlock. */
export function userCommand(withApi: WithApi, serviceUrl: ServiceUrl) {
  const tellLink = async (answer: unknown, name: string, asJson: boolean): Promise<void> => {
    const { path, expiresAt } = Link.parse(answer);
    const url = `${(await serviceUrl()) ?? ''}${path}`;
    const where = url === path ? `${path} (behind the address of the service)` : url;
    print(
      { name, url, expiresAt },
      asJson,
      `account ${name}\nlink    ${where}\nIt is shown this once, works once, and until ${expiresAt}: who opens it sets the password.`,
    );
  };
  const setDisabled = (disabled: boolean) =>
    command({
      meta: {
        description: disabled
          ? 'Refuse an account from now on: its sessions, link and tokens end'
          : 'Let a disabled account sign in again',
      },
      args: { name: userName, json },
      run: ({ args }) =>
        withApi(async (call) => {
          const { id, name, version } = await accountOf(call, args.name);
          const answer = await call('PATCH', `/api/v1/people/${id}`, { version, disabled });
          print(answer, args.json, `account ${name} is ${disabled ? 'disabled' : 'enabled'}`);
        }),
    });
  return command({
    meta: { name: 'user', description: 'Accounts of people: add, list, disable, enable, reset, unlock' },
    subCommands: {
      add: command({
        meta: { description: 'Enter an account and print the link by which its owner sets the password' },
        args: {
          name: userName,
          role: { type: 'string', description: 'officer, analyst, administrator or auditor', required: true },
          display: { type: 'string', description: 'The name that people call each other by; absent: the user name' },
          districts: { type: 'string', description: 'Whose trucks it may see, separated by commas; absent: all of the site' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const districts = args.districts?.split(',').map((district) => district.trim()) ?? null;
            const answer = await call('POST', '/api/v1/people', {
              name: args.name,
              displayName: args.display ?? args.name,
              role: args.role,
              districts,
            });
            await tellLink(answer, args.name.toLowerCase(), args.json);
          }),
      }),
      list: command({
        meta: { description: 'All accounts' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const rows = await accounts(call);
            const line = (row: z.infer<typeof Account>) =>
              [
                row.name,
                row.displayName,
                row.role,
                row.districts?.join(',') ?? 'all districts',
                row.state,
                row.secondFactor ? 'second factor' : '',
                row.heldUpUntil === null ? '' : `held up until ${row.heldUpUntil}`,
              ]
                .filter((part) => part !== '')
                .join('  ');
            print(rows, args.json, rows.map(line).join('\n') || 'no accounts yet: npm run plume -- setup-link');
          }),
      }),
      disable: setDisabled(true),
      enable: setDisabled(false),
      reset: command({
        meta: { description: 'Take the password away and print the link by which its owner sets another' },
        args: {
          name: userName,
          totp: { type: 'boolean', description: 'Take the second factor away as well', default: false },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const { id, name } = await accountOf(call, args.name);
            await tellLink(await call('POST', `/api/v1/people/${id}/reset`, { secondFactor: args.totp }), name, args.json);
          }),
      }),
      unlock: command({
        meta: { description: 'Forget the failed sign-ins of an account, so that the next one is looked at now' },
        args: { name: userName, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { id, name } = await accountOf(call, args.name);
            await call('POST', `/api/v1/people/${id}/unlock`, {});
            print({ name }, args.json, `the failed sign-ins of ${name} are forgotten`);
          }),
      }),
    },
  });
}
