import { command, json, print } from '@plume/api/cli';
import { z } from 'zod';
import { callTo, needService } from '../running-service.ts';

/** `plume setup-link`. */
export const setupLink = command({
  meta: { name: 'setup-link', description: 'A new one-time link into the running service' },
  args: { json },
  run: async ({ args }) => {
    const service = await needService();
    const { path } = z.object({ path: z.string() }).parse(await callTo(service)('POST', '/api/v1/setup-links', {}));
    print({ url: service.url + path }, args.json, service.url + path);
  },
});
