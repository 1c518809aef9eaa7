import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { Db } from './db.ts';
import { openDb } from './open.ts';

/** The engines that the suite runs on: the embedded one always, a server where one can be had (the global setup says so loudly if not). */
export const ENGINES: readonly ('embedded' | 'server')[] = inject('serverUrl') === null ? ['embedded'] : ['embedded', 'server'];

/** A fresh migrated database of that engine, and its removal. */
export async function freshDb(
  engine: 'embedded' | 'server',
): Promise<{ db: Db; remove(): Promise<void>; reopen(): Promise<Db> }> {
  if (engine === 'embedded') return freshEmbedded();
  const url = inject('serverUrl');
  if (url === null) throw new Error('no server engine');
  const name = `plume_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await administer(url, `create database ${name} template template0 encoding 'utf8'`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const config = { url: own.href, dataDir: '' };
  let db = await openDb(config);
  return {
    db,
    reopen: async () => {
      await db.close();
      db = await openDb(config);
      return db;
    },
    remove: async () => {
      await db.close();
      await dropDatabase(url, name);
    },
  };
}

async function freshEmbedded(): ReturnType<typeof freshDb> {
  const folder = mkdtempSync(join(tmpdir(), 'plume-db-'));
  cpSync(inject('embeddedTemplate'), folder, { recursive: true });
  const config = { url: null, dataDir: folder };
  let db = await openDb(config);
  return {
    db,
    reopen: async () => {
      await db.close();
      db = await openDb(config);
      return db;
    },
    remove: async () => {
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** TimescaleDB's own workers run as superuser: a drop by anybody else is refused (42501) while one looks into the database. */
const WORKERS_LEAVE_WITHIN_MS = 20_000;

async function dropDatabase(url: string, name: string): Promise<void> {
  const deadline = Date.now() + WORKERS_LEAVE_WITHIN_MS;
  for (;;) {
    try {
      await administer(url, `drop database if exists ${name} with (force)`);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === '42501') || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
