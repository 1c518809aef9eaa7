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
