import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';
import { confirmed } from './confirmed.ts';
import { resultOf } from './jobs.ts';

const Demo = z.looseObject({ trucks: z.number(), realTrucks: z.number(), wanted: z.boolean(), running: z.boolean() });
const Removed = z.object({ trucks: z.number(), terminals: z.number() });

/** The demonstration: status, add, remove. */
export function demoCommand(withApi: WithApi) {
  return command({
    meta: { name: 'demo', description: 'Demonstration trucks: status, add, remove' },
    subCommands: {
      status: command({
        meta: { description: 'Whether there are demonstration trucks' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const demo = Demo.parse(await call('GET', '/api/v1/demo'));
            const wanted = demo.wanted ? 'npm start drives them' : 'npm start does not drive any';
            print(demo, args.json, `${demo.trucks} demonstration trucks, ${demo.realTrucks} others; ${wanted}`);
          }),
      }),
      add: command({
        meta: { description: 'Bring 36 simulated trucks with three days of history; a running "npm start" drives them at once' },
        args: { json },
        run: ({ args }) =>
          withApi(async (call) => {
            const answer = await call('POST', '/api/v1/demo', {});
            const { running } = Demo.parse(await call('GET', '/api/v1/demo'));
            print(answer, args.json, running ? 'The trucks are being entered' : 'The next "npm start" brings the trucks');
          }),
      }),
      remove: command({
        meta: {
          description: 'Remove all demonstration trucks with everything that is stored of them; other trucks are not touched',
        },
        args: { yes: { type: 'boolean', description: 'Do not ask', default: false }, json },
        run: ({ args }) =>
          withApi(async (call) => {
            const { trucks, realTrucks } = Demo.parse(await call('GET', '/api/v1/demo'));
            const question = `Remove ${trucks} demonstration trucks with all that is stored of them (${realTrucks} other trucks stay)?`;
            if (!args.yes && !(await confirmed(question))) throw new UsageError('Nothing was removed.');
            const removed = Removed.parse(await resultOf(call, await call('POST', '/api/v1/demo/removal', {})));
            print(removed, args.json, `${removed.trucks} trucks and ${removed.terminals} terminals are removed`);
          }),
      }),
    },
  });
}
