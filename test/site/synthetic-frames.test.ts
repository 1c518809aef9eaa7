import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMosquittoPub, mosquittoPub } from '../support/mosquitto.ts';
import { loudOnce } from '../support/once-per-run.ts';
import { startService } from '../support/service.ts';
import { type Entered, enterSite, newPlace, type Place, withDb } from '../support/site.ts';

const VECTORS = new URL('../../../shared/vectors/synthetic.json', import.meta.url);
const shared = existsSync(VECTORS);
if (!shared)
  loudOnce('synthetic-frames', 'SYNTHETIC FRAMES NOT TESTED END TO END: ../shared/vectors/synthetic.json is not there');

/** The truck of the vectors, and their common time. */
const VIN = 'LZZ5CLVB0JA123456';
const TIME = '2023-05-18T14:30:00+08:00';

/** Stream values of V3 record 1, also in V4 and V5 (protocol §12). */
const STREAM = {
  speedKmh: 62.5,
  baroKpa: 95.5,
  netTorquePct: 46,
  frictionTorquePct: 9,
  engineRpm: 1425.5,
  fuelRateLph: 18.35,
  noxUpPpm: 642.5,
  noxDownPpm: 48.2,
  ureaLevelPct: 63.2,
  airFlowKgh: 512.4,
  scrInTempC: 287.5,
  scrOutTempC: 263.75,
  dpfDeltaKpa: 4.2,
  coolantTempC: 84,
  fuelLevelPct: 71.6,
  lonDeg: 87.308224,
  latDeg: 44.014577,
  odometerKm: 128456.7,
};
/** Smoke body of V4 and supplementary body of V5. */
const SMOKE = { lightAbsorptionPerM: 0.35, opacityPct: 14.2, pmMgM3: 6.1 };
const SUPPLEMENT = {
  torqueMode: 2,
  acceleratorPct: 46,
  fuelTotalL: 45061.5,
  ureaTankTempC: 18,
  ureaInjectionMlh: 1234.5,
  ureaTotalG: 456789,
  dpfTempC: 231.5,
};

/** All nine, one after another, by one terminal, with a foreign client; twice. V3, V4, V5 and V8 are of the same second. */
describe.runIf(shared && findMosquittoPub() !== null)('synthetic frames, published with mosquitto_pub', () => {
  let place: Place;
  let db: Db;
  const counts: unknown[] = [];

  async function publishAll({ id, secret }: Entered): Promise<void> {
    const service = await startService({ dataDir: place.dataDir, env: { PLUME_MAX_AGE_DAYS: '0' } });
    const vectors: { id: string; hex: string }[] = JSON.parse(readFileSync(VECTORS, 'utf8'));
    expect(vectors.map((vector) => vector.id)).toEqual(['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8', 'V9']);
    const login = ['-V', '311', '-q', '1', '-h', '127.0.0.1', '-p', String(service.mqttPort), '-i', id, '-u', id, '-P', secret];
    // The login last: it is sent when it happens, so one of 2023 shows a wrong clock, and live records after it are held back.
    for (const vector of [...vectors.filter((each) => each.id !== 'V2'), ...vectors.filter((each) => each.id === 'V2')]) {
      const file = join(place.dataDir, `${vector.id}.bin`);
      writeFileSync(file, Buffer.from(vector.hex, 'hex'));
      expect(await mosquittoPub([...login, '-t', `obd/v1/${id}/up`, '-f', file])).toMatchObject({ code: 0 });
    }
    await service.stop();
  }

  beforeAll(async () => {
    place = await newPlace(null);
    const [terminal] = await withDb(place, (open) => enterSite(open, [{ id: 'synthetic', vin: VIN }]));
    if (!terminal) throw new Error('no terminal');
    for (let round = 0; round < 2; round += 1) {
      await publishAll(terminal);
      counts.push(
        await withDb(place, (open) =>
          open.query(
            `select (select count(*)::int from samples) as samples, (select count(*)::int from obd_readings) as obd,
               (select count(*)::int from terminal_events where kind <> 'timeSync') as events, received, stored, merged, duplicate, rejected
             from (select sum(received)::int as received, sum(stored)::int as stored, sum(merged)::int as merged,
               sum(duplicate)::int as duplicate, sum(rejected)::int as rejected from link_hours) l`,
          ),
        ),
      );
    }
    db = await place.open();
  });
  afterAll(async () => {
    await db?.close();
    await place?.remove();
  });

  async function sampleAt(time: string): Promise<Record<string, unknown>> {
    const [row] = await db.query<Record<string, unknown>>('select * from samples_units where time = $1::timestamptz', [time]);
    return row ?? {};
  }

  it('V3, V4 and V5 are one second of the truck: stream, smoke and supplementary values in one row', async () => {
    const row = await sampleAt(TIME);
    for (const [signal, value] of Object.entries({ ...STREAM, ...SMOKE, ...SUPPLEMENT }))
      expect(row[signal], signal).toBeCloseTo(value, 6);
    expect(row.ambientTempC).toBeNull();
  });

  it('V3: its second record is one second later and has no NOx downstream', async () => {
    const row = await sampleAt('2023-05-18T14:30:01+08:00');
    expect(row).toMatchObject({ speedKmh: 62.75, noxDownPpm: null, fuelLevelPct: 71.6 });
  });

  it('V4: its OBD block with the trouble code SPN 4364 FMI 18', async () => {
    const [row] = await db.query<{ time: Date; dtcs: string[] }>('select time, dtcs from obd_readings');
    expect(row?.time).toEqual(new Date(TIME));
    expect(row?.dtcs).toEqual([expect.stringMatching(/^SPN 4364 FMI 18\b/)]);
  });

  it('V6: a re-issue counts at its own time, not at the time it was sent', async () => {
    expect(await sampleAt('2023-05-18T13:05:11+08:00')).toMatchObject({ speedKmh: 62.75, noxDownPpm: null });
  });

  it('V1, V2, V7 and V9 are events', async () => {
    const rows = await db.query<{ kind: string; seq: number | null; time: Date; detail: object }>(
      "select kind, seq, time, detail from terminal_events where kind <> 'timeSync' order by kind",
    );
    const at = new Date(TIME);
    expect(rows).toMatchObject([
      { kind: 'login', seq: 1, time: at },
      { kind: 'logout', seq: 1, time: at },
      { kind: 'tamper', seq: 3, time: at },
    ]);
    expect(JSON.stringify(rows[0]?.detail)).toContain('89860418101890123456');
    // A time sync carries no time of its own: each is an event at its receipt.
    expect(await db.query("select count(*)::int as n from terminal_events where kind = 'timeSync'")).toEqual([{ n: 2 }]);
  });

  it('V8 says something else of the same second: the first stays, V8 is kept whole', async () => {
    const entries = await db.query<{ code: string; n: number; bytes: Uint8Array }>(
      'select code, records as n, bytes from ledger',
    );
    expect(entries.map(({ code, n }) => ({ code, n }))).toEqual([
      { code: 'CONFLICT', n: 1 },
      { code: 'CONFLICT', n: 1 },
    ]);
    expect(Buffer.from(entries[0]?.bytes ?? [])).toEqual(readFileSync(join(place.dataDir, 'V8.bin')));
  });

  it('published again they change no row, and everything is accounted for', () => {
    const rows = { samples: 3, obd: 1, events: 3 };
    expect(counts).toEqual([
      [{ ...rows, received: 11, stored: 10, merged: 2, duplicate: 0, rejected: 1 }],
      // The second time only the time sync is new, and V8 contradicts again.
      [{ ...rows, received: 22, stored: 11, merged: 2, duplicate: 9, rejected: 2 }],
    ]);
  });
});
