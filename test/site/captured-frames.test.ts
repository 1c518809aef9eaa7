import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Db, insertTerminal, insertVehicle, openDb } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMosquittoPub, mosquittoPub } from '../support/mosquitto.ts';
import { loudOnce } from '../support/once-per-run.ts';
import { type Service, startService } from '../support/service.ts';
import { newDataDir } from '../support/site.ts';

const FRAMES = new URL('../../../shared/vectors/frames.json', import.meta.url);
const shared = existsSync(FRAMES);
if (!shared) loudOnce('captured-frames', 'CAPTURED FRAMES NOT TESTED END TO END: ../shared/vectors/frames.json is not there');

/** VINs of the captured frames, read off their header bytes 3 to 19. */
const VINS = {
  F1: 'LEWPCA000JF260134',
  F1b: 'LEWPCA000JF260134',
  F3: 'LGDCHA1G8MA127733',
  F4: 'LCIAMMBE4G0004671',
  F5: 'LG6ZDANH7EY208182',
  F6: 'LGDCH91G8KA141269',
} as const;
type FrameId = keyof typeof VINS;
const secretOf = (vin: string) => `secret-${vin}`;

/** Row counts of every table that a message can reach. */
async function counts(db: Db): Promise<unknown> {
  return await db.query(
    `select (select count(*)::int from samples) as samples, (select count(*)::int from obd_readings) as obd, (select count(*)::int from frames) as frames,
            (select count(*)::int from terminal_events where kind <> 'status') as events`,
  );
}

/** Frames as a foreign client publishes them, and the rows that protocol.md section 12 promises (values computed there by hand from section 5). */
describe.runIf(shared && findMosquittoPub() !== null)('captured frames, published with mosquitto_pub', () => {
  const dataDir = newDataDir();
  const hex = new Map<string, string>();
  let service: Service;
  let db: Db;
  const results: Record<string, unknown>[] = [];

  async function publishAll(): Promise<void> {
    for (const id of Object.keys(VINS) as FrameId[]) {
      const vin = VINS[id];
      const file = join(dataDir, `${id}.bin`);
      writeFileSync(file, Buffer.from(hex.get(id) ?? '', 'hex'));
      const args = [
        '-V',
        '311',
        '-q',
        '1',
        '-h',
        '127.0.0.1',
        '-p',
        String(service.mqttPort),
        '-i',
        vin,
        '-u',
        vin,
        '-P',
        secretOf(vin),
        '-t',
        `obd/v1/${vin}/up`,
        '-f',
        file,
      ];
      expect(await mosquittoPub(args)).toMatchObject({ code: 0 });
    }
  }

  beforeAll(async () => {
    for (const frame of JSON.parse(readFileSync(FRAMES, 'utf8'))) hex.set(frame.id, frame.hex);
    const before = await openDb({ url: null, dataDir });
    for (const vin of new Set(Object.values(VINS))) {
      const vehicleId = await insertVehicle(before, {
        vin,
        plate: vin.slice(-6),
        plateColor: undefined,
        district: undefined,
        enterprise: undefined,
        useType: undefined,
        fittedAtMs: 0,
        demo: false,
        recordedBy: 'test',
        parameters: {},
      });
      const secretHash = createHash('sha256').update(secretOf(vin)).digest();
      await insertTerminal(before, {
        id: vin,
        secretHash,
        vendor: undefined,
        model: undefined,
        firmware: undefined,
        iccid: undefined,
        profile: {},
        demo: false,
        assignment: { vehicleId: vehicleId ?? 0, fromMs: 0 },
      });
    }
    await before.close();
    // Published twice by the same service; what each left is read when it has stopped.
    for (let round = 0; round < 2; round += 1) {
      service = await startService({ dataDir, env: { PLUME_MAX_AGE_DAYS: '0' } });
      await publishAll();
      await service.stop();
      db = await openDb({ url: null, dataDir });
      results.push({ counts: await counts(db) });
      if (round === 0) await db.close();
    }
  });
  afterAll(async () => {
    await db?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function sampleOf(vin: string, at: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await db.query<Record<string, unknown>>(
      'select s.* from samples_units s join vehicles v on v.id = s.vehicle_id where v.vin = $1 and s.time = $2::timestamptz',
      [vin, at],
    );
    return row;
  }

  it('F1: the engine stream of 2020-06-11 16:19:24', async () => {
    const row = await sampleOf(VINS.F1, '2020-06-11T16:19:24+08:00');
    const values = {
      speedKmh: 137.05859375,
      baroKpa: 54.5,
      netTorquePct: -3,
      frictionTorquePct: 13,
      engineRpm: 4327.125,
      fuelRateLph: 0.05,
      noxUpPpm: -199.9,
      noxDownPpm: 3.0,
      ureaLevelPct: 70,
      airFlowKgh: 3.0,
      scrInTempC: 1.0,
      scrOutTempC: 300.0,
      dpfDeltaKpa: 2265.8,
      coolantTempC: 6,
      fuelLevelPct: 45.2,
      lonDeg: 99.391613,
      latDeg: 33.947862,
    };
    for (const [signal, value] of Object.entries(values)) expect(row?.[signal], signal).toBeCloseTo(value, 6);
  });

  it('F3: a truck in Hubei with its engine off; codes are no values', async () => {
    const row = await sampleOf(VINS.F3, '2021-08-14T08:47:35+08:00');
    const values = {
      speedKmh: 0,
      baroKpa: 98.5,
      netTorquePct: 0,
      frictionTorquePct: 6,
      engineRpm: 0,
      fuelRateLph: 0,
      ureaLevelPct: 38.8,
      airFlowKgh: 0,
      coolantTempC: 21,
      fuelLevelPct: 0,
      lonDeg: 112.186135,
      latDeg: 32.134654,
      odometerKm: 4.0,
    };
    for (const [signal, value] of Object.entries(values)) expect(row?.[signal], signal).toBeCloseTo(value, 6);
    // NOx raw 0000 is not ready, FEFF is an error.
    for (const signal of ['noxUpPpm', 'noxDownPpm', 'scrInTempC', 'scrOutTempC', 'dpfDeltaKpa'])
      expect(row?.[signal], signal).toBeNull();
  });

  it('F3: its OBD block with seven trouble codes', async () => {
    const [row] = await db.query<{
      mil: boolean;
      obd_protocol: number;
      supported: number;
      ready: number;
      cal_id: string;
      cvn: Uint8Array;
      dtcs: string[];
    }>('select o.* from obd_readings o join vehicles v on v.id = o.vehicle_id where v.vin = $1', [VINS.F3]);
    expect(row).toMatchObject({ mil: false, obd_protocol: 1, supported: 0xabde, ready: 0xa9d6, cal_id: 'YCY30165-60' });
    expect(Buffer.from(row?.cvn ?? []).toString('hex')).toMatch(/^ec40a1bf0*$/);
    expect(row?.dtcs.map((code) => code.slice(0, 5))).toEqual(['P1456', 'U2002', 'U2062', 'U2009', 'P2047', 'P2455', 'U2012']);
  });

  it('F4: an OBD block alone, its dummy counters not taken for values', async () => {
    const [row] = await db.query<{
      time: Date;
      mil: boolean;
      obd_protocol: number;
      iupr: number[] | null;
      dtcs: string[] | null;
    }>('select o.* from obd_readings o join vehicles v on v.id = o.vehicle_id where v.vin = $1', [VINS.F4]);
    expect(row).toMatchObject({ time: new Date('2020-05-29T13:52:30+08:00'), mil: false, obd_protocol: 0, iupr: null, dtcs: [] });
  });

  it('F5 and F6: a logout and a login', async () => {
    const rows = await db.query<{ terminal_id: string; kind: string; time: Date; seq: number; detail: object }>(
      "select * from terminal_events where kind <> 'status' order by time",
    );
    expect(rows.map(({ terminal_id, kind, time, seq }) => [terminal_id, kind, time.toISOString(), seq])).toEqual([
      [VINS.F6, 'login', '2020-01-08T06:08:06.000Z', 3],
      [VINS.F5, 'logout', '2020-09-17T11:46:52.000Z', 26],
    ]);
    expect(JSON.stringify(rows[0]?.detail)).toContain('89861119222035507877');
  });

  it('F1b: the same time with another OBD block is a conflict, kept whole', async () => {
    const [entry] = await db.query<{ code: string; records: number; bytes: Uint8Array }>(
      'select code, records, bytes from ledger where terminal_id = $1 order by id limit 1',
      [VINS.F1b],
    );
    expect(entry).toMatchObject({ code: 'CONFLICT', records: 1 });
    expect(
      Buffer.from(entry?.bytes ?? [])
        .toString('hex')
        .toUpperCase(),
    ).toBe(hex.get('F1b'));
  });

  it('published again they leave the row counts as they were, and everything is accounted for', async () => {
    expect(results[1]).toEqual(results[0]);
    expect(results[0]).toEqual({ counts: [{ samples: 2, obd: 3, frames: 5, events: 2 }] });
    const tallies = await db.query<{ received: number; stored: number; duplicate: number; rejected: number }>(
      'select sum(received)::int as received, sum(stored)::int as stored, sum(duplicate)::int as duplicate, sum(rejected)::int as rejected from link_hours',
    );
    // A round has F1 2, F1b 2, F3 2, F4 1, F5 1, F6 1 records. Stored once: 7; F1b brings a duplicate sample and a conflict each round.
    expect(tallies).toEqual([{ received: 18, stored: 7, duplicate: 9, rejected: 2 }]);
  });
});
