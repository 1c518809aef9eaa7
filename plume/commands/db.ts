import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { command, json, print } from '@plume/api/cli';
import { copySite, DbStartError, makeReader, openDb } from '@plume/db';
import { readConfig } from '../config.ts';
import { fail } from '../fail.ts';

/** `plume db`. */
export const db = command({
  meta: { name: 'db', description: 'The database: copy, reader' },
  subCommands: {
    reader: command({
      meta: {
        description:
          'Make the role plume_reader on the server, or give it a new password, and print it, this once: it reads the views of docs/analyst-views.md and nothing else',
      },
      args: { json },
      run: async ({ args }) => {
        const config = readConfig();
        if (config.DATABASE_URL === undefined)
          fail('The embedded database has no roles and no port. A reader is made on a TimescaleDB server: set DATABASE_URL.');
        const opened = await openDb({ url: config.DATABASE_URL, dataDir: '' });
        try {
          const password = randomBytes(24).toString('base64url');
          const { role, existed, database } = await makeReader(opened, password);
          const server = new URL(config.DATABASE_URL);
          const url = `postgres://${role}:${password}@${server.host}/${database}`;
          print(
            { role, url, renewed: existed },
            args.json,
            `${url}\nIt is shown this once. It reads the schema analyst: docs/analyst-views.md`,
          );
        } finally {
          await opened.close();
        }
      },
    }),
    copy: command({
      meta: { description: 'Copy this site into an empty database of a TimescaleDB server; stop the service first' },
      args: { to: { type: 'string', description: 'postgres://…', required: true }, json },
      run: async ({ args }) => {
        const config = readConfig();
        const cancel = new AbortController();
        process.once('SIGINT', () => cancel.abort(new DbStartError('Cancelled. Drop the target database before copying again.')));
        const target = await openDb({ url: args.to, dataDir: '' });
        const source = await openDb({ url: config.DATABASE_URL ?? null, dataDir: resolve(config.PLUME_DATA_DIR) });
        try {
          const rows = await copySite(
            source,
            target,
            ({ table, rows, total }) => process.stderr.write(`\r${table}: ${rows} of ${total} rows   `),
            cancel.signal,
          );
          process.stderr.write('\n');
          print(
            rows,
            args.json,
            `Copied and compared: ${Object.entries(rows)
              .map(([table, count]) => `${table} ${count}`)
              .join(', ')}. Start with DATABASE_URL=${args.to.replace(/:[^:@/]*@/, ':…@')}`,
          );
        } finally {
          await Promise.all([source.close(), target.close()]);
        }
      },
    }),
  },
});
