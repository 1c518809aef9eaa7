import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Service, startService } from '../support/service.ts';
import { enterSite, newPlace, type Place, withDb } from '../support/site.ts';

/** Enough that an export is seen under way, few enough to insert at once. */
const SAMPLES = 250_000;
const DAY = '2026-03-05';
const DAYS = 5;
const LIMIT_MS = 240_000;
const WAIT_MS = 60_000;

async function until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(20)) {
    const seen = await look();
    if (seen !== null) return seen;
  }
  throw new Error(`not seen within ${WAIT_MS / 1000} s: ${what}`);
}

const Listed = z.looseObject({ state: z.string(), file: z.looseObject({ rows: z.number(), there: z.boolean() }).nullable() });

describe('an export of a running service', () => {
  let place: Place;
  let service: Service;
  const folder = () => join(place.dataDir, 'files', 'exports');
  const files = () => (existsSync(folder()) ? readdirSync(folder()) : []);
  const order = async () => {
    const body = { table: 'samples', format: 'xlsx', language: 'zh', from: DAY, to: '2026-03-09' };
    const { jobId } = z.looseObject({ jobId: z.number() }).parse(await service.api('POST', '/api/v1/exports', body));
    return jobId;
  };
  const listed = async (id: number) => Listed.parse(await service.api('GET', `/api/v1/exports/${id}`));
  const isWriting = (id: number) => until(`export ${id} under way`, () => (files().includes(`${id}.xlsx.part`) ? true : null));

  it(
    'that is cut by SIGKILL begins again and is whole; one that is cancelled leaves no file and no job; a stray file goes',
    async () => {
      place = await newPlace(null);
      try {
        await withDb(place, async (db) => {
          const [truck] = await enterSite(db, [{ id: 'T1', vin: 'LZZ5CLVB0JA123400' }]);
          for (let day = 0; day < DAYS; day += 1)
            await db.query(
              `insert into samples (vehicle_id, time, "speedKmh", "noxDownPpm", quality) select $1::int, $2::timestamptz + ($3::int * 86400 + s) * interval '1 second', s % 9000, 4000 + s % 700, decode(repeat('00', 12), 'hex')
               from generate_series(0, ${SAMPLES / DAYS - 1}) s`,
              [truck?.vehicleId, `${DAY}T06:00:00+08:00`, day],
            );
        });
        mkdirSync(folder(), { recursive: true });
        writeFileSync(join(folder(), '777.csv'), 'of a job that nobody knows');
        service = await startService({ dataDir: place.dataDir });
        await until('the stray file is gone', () => (files().includes('777.csv') ? null : true));

        const cut = await order();
        await isWriting(cut);
        await service.kill();
        expect(files()).toEqual([`${cut}.xlsx.part`]);
        service = await startService({ dataDir: place.dataDir });
        const made = await until('the export is made', async () => {
          const { state, file } = await listed(cut);
          return state === 'done' ? file : null;
        });
        expect(made).toMatchObject({ rows: SAMPLES, there: true });
        expect(files()).toEqual([`${cut}.xlsx`]);

        const cancelled = await order();
        await isWriting(cancelled);
        await service.api('POST', `/api/v1/exports/${cancelled}/cancel`, {});
        await until('its file is gone', () => (files().some((name) => name.startsWith(`${cancelled}.`)) ? null : true));
        expect(await listed(cancelled)).toMatchObject({ state: 'cancelled', file: null });

        // Cancelled, and the service ends at once: neither comes back.
        const both = await order();
        await isWriting(both);
        await service.api('POST', `/api/v1/exports/${both}/cancel`, {});
        await service.kill();
        service = await startService({ dataDir: place.dataDir });
        await until('only the first file is left', () => (files().length === 1 ? true : null));
        await sleep(1_500);
        expect(files()).toEqual([`${cut}.xlsx`]);
        expect(await listed(both)).toMatchObject({ state: 'cancelled', file: null });
        const { jobs } = z.object({ jobs: z.array(z.unknown()) }).parse(await service.api('GET', '/api/v1/jobs?state=running'));
        expect(jobs).toEqual([]);
      } finally {
        await service?.kill();
        await place.remove();
      }
    },
    LIMIT_MS,
  );
});
