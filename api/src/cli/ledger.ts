import { z } from 'zod';
import { command, json, print, type WithApi } from './command.ts';

/** What was not stored: reprocess. */
export function ledgerCommand(withApi: WithApi) {
  return command({
    meta: { name: 'ledger', description: 'What was not stored: reprocess' },
    subCommands: {
      reprocess: command({
        meta: { description: 'Take quarantined messages in again, by the running service' },
        args: {
          code: {
            type: 'positional',
            description: 'Why they are held back: CLOCK_OFFSET, UNKNOWN_LAYOUT, … (several: separated by commas)',
            required: true,
          },
          terminal: { type: 'string', description: 'Of this terminal alone' },
          json,
        },
        run: ({ args }) =>
          withApi(async (call) => {
            const started = await call('POST', '/api/v1/ledger/reprocess', {
              codes: args.code.split(',').map((code) => code.trim()),
              ...(args.terminal === undefined ? {} : { terminalId: args.terminal }),
            });
            const { jobId } = z.object({ jobId: z.number() }).parse(started);
            print(started, args.json, `job ${jobId} is ordered; see: npm run plume -- jobs show ${jobId}`);
          }),
      }),
    },
  });
}
