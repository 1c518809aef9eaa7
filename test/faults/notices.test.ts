import { setTimeout as sleep } from 'node:timers/promises';
import { openMailServer, openReceiver } from '@plume/api/test-receivers';
import { listAddresses, putAddress } from '@plume/db/notices';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { type Service, startService } from '../support/service.ts';
import { enterSite, newPlace, type Place, withDb } from '../support/site.ts';

/** How often the service is ended while it has messages to send; each time with causes of its own. */
const KILLS = inject('faults') === 'full' ? 12 : 4;
const TRUCKS_A_ROUND = 5;
const LIMIT_MS = 90_000;
const KEY = 'a key of sixteen letters';

const Numbered = z.looseObject({ id: z.number() });
const Outbox = z.object({
  messages: z.array(
    z.looseObject({ state: z.string(), messageId: z.string(), tries: z.array(z.looseObject({ unknown: z.boolean() })) }),
  ),
});

const ENDINGS = [
  { ending: 'killed', most: KILLS },
  { ending: 'told to stop', most: 0 },
] as const;

describe.each(ENDINGS)(
  'messages to a real mail server and a real receiver, while the service is $ending again and again',
  ({ ending, most }) => {
    let place: Place;
    let service: Service;
    let mail: Awaited<ReturnType<typeof openMailServer>>;
    let hook: Awaited<ReturnType<typeof openReceiver>>;
    let vehicles: number[];

    const post = async (path: string, body: object) => Numbered.parse(await service.api('POST', `/api/v1${path}`, body));

    /** A probable lead on each of these trucks, entered as the evaluator enters one. */
    const addLeads = (ids: readonly number[]) =>
      withDb(place, async (db) => {
        const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
        for (const vehicle of ids) {
          const id = vehicle.toString(16).padStart(16, '0');
          const detail = JSON.stringify({
            limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'C' },
            figures: { p90: 8.9 },
            days: [day],
            stretches: [],
            caveats: [],
          });
          await db.batch([
            {
              sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail)
              values ($1::text, $2::int, 'R-A3', $3::date, 'probable', 'overLimit', '1.0.0', 'B', $4::jsonb)`,
              params: [id, vehicle, day, detail],
            },
            {
              sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state)
              values ($1::text, $2::int, 'overLimit', 'probable', $3::date, $3::date, array[$1::text], 'open')`,
              params: [id, vehicle, day],
            },
          ]);
        }
      });

    beforeAll(async () => {
      place = await newPlace(null);
      const trucks = Array.from({ length: KILLS * TRUCKS_A_ROUND }, (_, i) => ({
        id: `N${i}`,
        vin: `LZZ5CLVB0JA55${String(i).padStart(4, '0')}`,
      }));
      vehicles = (await withDb(place, (db) => enterSite(db, trucks))).map(({ vehicleId }) => vehicleId);
      mail = await openMailServer();
      hook = await openReceiver();
      service = await startService({ dataDir: place.dataDir });
      await post('/people', { name: 'chen', displayName: '陈', role: 'administrator', districts: null });
      const person = await post('/people', { name: 'wang', displayName: '王', role: 'officer', districts: null });
      const everything = { userId: null, role: null, level: 'probable', districts: null, quietFrom: null, quietTo: null };
      const mailChannel = await post('/notices/channels', {
        kind: 'email',
        name: '邮件',
        config: { host: '127.0.0.1', port: mail.port, security: 'none', user: null, from: 'plume@example.test' },
      });
      const hookChannel = await post('/notices/channels', {
        kind: 'webhook',
        name: '平台',
        config: { url: hook.url },
        secret: KEY,
      });
      await post('/notices/subscriptions', { ...everything, channelId: mailChannel.id, userId: person.id, kinds: ['lead'] });
      await post('/notices/subscriptions', { ...everything, channelId: hookChannel.id, kinds: ['lead'] });
      await service.kill();
      await withDb(place, async (db) => {
        const known = (await listAddresses(db)).find(({ user_id }) => user_id === person.id);
        const address = { userId: person.id, email: 'wang@example.test', phone: null, by: 'test' };
        expect(await putAddress(db, { ...address, version: known?.version ?? '' })).toBeDefined();
      });
    });
    afterAll(async () => {
      await service?.kill();
      await Promise.all([mail?.close(), hook?.close()]);
      await place?.remove();
    });

    it(`each cause arrives ${most === 0 ? 'exactly' : 'at least'} once, under one id; what came twice had an attempt whose outcome is unknown, and is shown so`, async () => {
      for (let round = 0; round < KILLS; round += 1) {
        await addLeads(vehicles.slice(round * TRUCKS_A_ROUND, (round + 1) * TRUCKS_A_ROUND));
        const had = hook.posts.length + mail.mails.length;
        service = await startService({ dataDir: place.dataDir });
        // Ended after a message or some of this round, in the middle of the others.
        const began = performance.now();
        while (hook.posts.length + mail.mails.length <= had + round && performance.now() - began < LIMIT_MS) await sleep(5);
        await (ending === 'killed' ? service.kill() : service.stop());
      }
      service = await startService({ dataDir: place.dataDir });
      const began = performance.now();
      const outbox = async () => Outbox.parse(await service.api('GET', '/api/v1/notices/outbox?limit=200')).messages;
      const waiting = async () => (await outbox()).filter(({ state }) => state !== 'sent');
      const short = () => mail.mails.length < vehicles.length || hook.posts.length < vehicles.length;
      while ((short() || (await waiting()).length > 0) && performance.now() - began < LIMIT_MS) await sleep(200);
      expect(await waiting()).toEqual([]);
      const events = hook.posts.map(({ headers }) => String(headers['idempotency-key']));
      const mails = mail.mails.map(({ raw }) => /Message-ID: (\S+)/i.exec(raw)?.[1] ?? '');
      console.log(
        `${KILLS} times ${ending}, ${vehicles.length} causes: ${mails.length} mails (${new Set(mails).size} different), ${events.length} posts (${new Set(events).size} different)`,
      );
      expect(new Set(events).size).toBe(vehicles.length);
      expect(new Set(mails).size).toBe(vehicles.length);
      // A receiver that keeps ids takes each cause once. Only what was under way when the service was ended can come again: one message a kill at
      // most (none where it is told to stop, as it then waits for what is under way), and the outbox says of each that the outcome of an attempt is unknown.
      const ids = [...events, ...mails.map((id) => id.slice(1).split('@')[0] ?? '')];
      const twice = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
      const unknown = new Set(
        (await outbox()).filter(({ tries }) => tries.some((each) => each.unknown)).map(({ messageId }) => messageId),
      );
      expect([...twice].filter((id) => !unknown.has(id))).toEqual([]);
      expect(unknown.size).toBeLessThanOrEqual(most);
      expect(events.length + mails.length - 2 * vehicles.length).toBeLessThanOrEqual(most);
    });
  },
);
