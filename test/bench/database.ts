import pg from 'pg';
import { freshDatabase } from '../support/fresh-database.ts';

/** Runs `work` with an empty database of its own on the server, which is removed afterwards. */
export async function withDatabase<T>(serverUrl: string, work: (url: string) => Promise<T>): Promise<T> {
  const database = await freshDatabase(serverUrl);
  try {
    return await work(database.url);
  } finally {
    await database.drop();
  }
}

/** A database of that name on the server, made when it is not there, which stays. Answers its URL. */
export async function keptDatabase(serverUrl: string, name: string): Promise<string> {
  await withClient(serverUrl, async (client) => {
    const there = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (there.rowCount === 0) await client.query(`create database ${name} template template0 encoding 'UTF8'`);
  });
  const own = new URL(serverUrl);
  own.pathname = `/${name}`;
  return own.href;
}

/** Runs `work` with a connection. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'plume-bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
