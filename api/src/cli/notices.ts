import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Message = z.looseObject({
  id: z.number(),
  kind: z.string(),
  subject: z.string().nullable(),
  channel: z.string(),
  recipient: z.string(),
  state: z.string(),
  attempts: z.number(),
  createdAt: z.string(),
  nextAt: z.string().nullable(),
  tries: z.array(z.looseObject({ answer: z.string().nullable() })),
});
const Channels = z.object({
  channels: z.array(
    z.looseObject({ id: z.number(), name: z.string(), kind: z.string(), enabled: z.boolean(), reach: z.string() }),
  ),
});
const Tried = z.object({ ok: z.boolean(), answer: z.string(), tookMs: z.number() });

const STATES = ['waiting', 'sent', 'givenUp'];

function line(message: z.infer<typeof Message>): string {
  const next = message.nextAt === null ? '' : `, next ${message.nextAt}`;
  const answer = message.tries.at(-1)?.answer;
  const to = message.recipient === '' ? message.channel : `${message.channel} → ${message.recipient}`;
  return `${message.id}  ${message.createdAt}  ${message.state} (${message.attempts} attempts${next})  ${to}  ${message.subject ?? '(withheld: your duty may not see it)'}${answer ? `\n    ${answer}` : ''}`;
}

/** Notices: the outbox, channels, a test message, sending again. */
export function noticesCommand(withApi: WithApi) {
  return command({
    meta: { name: 'notices', description: 'Notices: list, channels, test, resend' },
    subCommands: {
      list: command({
        meta: { description: 'The newest messages of the outbox, each with the answer to its last attempt' },
        args: { state: { type: 'string', description: `Only those of this state: ${STATES.join(', ')}` }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            if (args.state !== undefined && !STATES.includes(args.state))
              throw new UsageError(`--state must be one of ${STATES.join(', ')}.`);
            const query = new URLSearchParams({ limit: '50', ...(args.state === undefined ? {} : { state: args.state }) });
            const { messages } = z
              .object({ messages: z.array(Message) })
              .parse(await call('GET', `/api/v1/notices/outbox?${query}`));
            print(messages, args.json, messages.map(line).join('\n') || 'no messages');
          }),
      }),
      channels: command({
        meta: { description: 'Channels by name' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { channels } = Channels.parse(await call('GET', '/api/v1/notices/channels'));
            const lines = channels.map(
              (each) => `${each.id}  ${each.name}  ${each.kind}  ${each.enabled ? 'on' : 'off'}  ${each.reach} network`,
            );
            print(channels, args.json, lines.join('\n') || 'no channels');
          }),
      }),
      test: command({
        meta: { description: 'Send a test message over a channel now; ends with 1 when it is not taken' },
        args: {
          channel: { type: 'positional', description: 'Number or name of the channel', required: true },
          to: { type: 'string', description: 'Mail address or phone number, for channels that go to people' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const { channels } = Channels.parse(await call('GET', '/api/v1/notices/channels'));
            const channel = channels.find((each) => String(each.id) === args.channel || each.name === args.channel);
            if (!channel) throw new UsageError(`There is no channel ${args.channel}. See: npm run plume -- notices channels`);
            const told = await call(
              'POST',
              `/api/v1/notices/channels/${channel.id}/test`,
              args.to === undefined ? {} : { recipient: args.to },
            );
            const tried = Tried.parse(told);
            print(tried, args.json, `${tried.ok ? 'taken' : 'NOT taken'} after ${tried.tookMs} ms: ${tried.answer}`);
            if (!tried.ok) process.exitCode = 1;
          }),
      }),
      resend: command({
        meta: { description: 'Have a message of the outbox sent again; its ids stay the same' },
        args: { id: { type: 'positional', description: 'Number of the message', required: true }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            if (!/^[1-9]\d{0,8}$/.test(args.id)) throw new UsageError('The message must be given by its number.');
            const done = await call('POST', `/api/v1/notices/outbox/${args.id}/resend`, {});
            print(done, args.json, `message ${args.id} is sent at the next look of the running service`);
          }),
      }),
    },
  });
}
