import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Token = z.object({
  id: z.number(),
  owner: z.string(),
  name: z.string(),
  permissions: z.array(z.string()),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

/** Tokens of programs: add, list, revoke. */
export function tokenCommand(withApi: WithApi) {
  return command({
    meta: { name: 'token', description: 'Tokens of programs: add, list, revoke' },
    subCommands: {
      add: command({
        meta: { description: 'Make a token and print it, this once' },
        args: {
          name: { type: 'positional', description: 'What it is for', required: true },
          owner: { type: 'string', description: 'Account whose role and districts bound it', required: true },
          permissions: { type: 'string', description: 'Separated by commas: fleet.read,export.run', required: true },
          days: { type: 'string', description: 'Days until it ends', default: '90' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const answer = await call('POST', '/api/v1/tokens', {
              name: args.name,
              owner: args.owner,
              permissions: args.permissions.split(',').map((each) => each.trim()),
              expiresInDays: Number(args.days),
            });
            const { token, expiresAt } = Token.extend({ token: z.string() }).parse(answer);
            print(
              answer,
              args.json,
              `token ${token}\nIt is shown this once and works until ${expiresAt}: Authorization: Bearer …`,
            );
          }),
      }),
      list: command({
        meta: { description: 'All tokens' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { tokens } = z.object({ tokens: z.array(Token) }).parse(await call('GET', '/api/v1/tokens'));
            const line = (row: z.infer<typeof Token>) =>
              [
                row.id,
                row.owner,
                row.name,
                row.permissions.join(','),
                row.revokedAt === null ? `until ${row.expiresAt}` : 'revoked',
                row.lastUsedAt === null ? 'never used' : `used ${row.lastUsedAt}`,
              ].join('  ');
            print(tokens, args.json, tokens.map(line).join('\n') || 'no tokens');
          }),
      }),
      revoke: command({
        meta: { description: 'Refuse a token from now on' },
        args: { id: { type: 'positional', description: 'Number of the token', required: true }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            if (!/^\d+$/.test(args.id))
              throw new UsageError('The token is named by its number. See: npm run plume -- token list');
            await call('DELETE', `/api/v1/tokens/${args.id}`);
            print({ id: Number(args.id) }, args.json, `token ${args.id} is revoked`);
          }),
      }),
    },
  });
}
