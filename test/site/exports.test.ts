import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportStore, exportRunner } from '@plume/api';
import { enqueueJob, getExport, JobQueue } from '@plume/db';
import { history, truckSpec } from '@plume/simulators';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EvaluationSite } from '../support/evaluation-site.ts';
import { findPython, python, READ_CSV, READ_XLSX } from '../support/python.ts';
import { serverEngine } from '../support/server-engine.ts';

const SERVER = serverEngine();
const FIRST_SEC = Date.parse('2026-11-06T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
/** A formula, a comma, quotes: what a plate must not do to a spreadsheet. */
const PLATE = '=1+1,"新B"';
const SPECS = [
  { ...truckSpec(7, 1, 'healthyV'), plate: PLATE, shiftStartS: 9 * 3600, shiftHours: 3 },
  { ...truckSpec(7, 10, 'healthyV'), shiftStartS: 9 * 3600, shiftHours: 3 },
];

const Csv = z.object({ bom: z.boolean(), rows: z.array(z.array(z.string())) });
const Book = z.array(
  z.object({
    name: z.string(),
    frozen: z.boolean(),
    rows: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))),
  }),
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plume-exports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A site with half a day of two trucks, evaluated. */
async function openSite(url: string | null): Promise<EvaluationSite> {
  const site = await EvaluationSite.open(url, (FIRST_SEC + 2 * DAY_S) * 1000);
  await site.enter(SPECS, FIRST_SEC * 1000);
  await site.start();
  await site.deliver([...history(SPECS, FIRST_SEC + 8 * 3600, FIRST_SEC + 12 * 3600)].flat());
  await site.evaluator.idle();
  return site;
}

/** Makes a file as the service does, and answers where it is and what is told of it. */
async function makeOn(site: EvaluationSite, table: string, format: string, more: object) {
  const clock = () => site.nowMs;
  const store = new ExportStore({ db: site.db, folder, clock });
  const runner = exportRunner({ db: site.db, store, version: 'test', clock, signal: new AbortController().signal });
  const id = await enqueueJob(site.db, 'export', {
    table,
    format,
    language: 'zh',
    fromMs: FIRST_SEC * 1000,
    toMs: (FIRST_SEC + DAY_S) * 1000,
    vehicleIds: null,
    districts: null,
    enterprises: null,
    signals: null,
    stepS: 1,
    ...more,
  });
  const failed: unknown[] = [];
  await new JobQueue(site.db, new Map([['export', runner]]), { error: (fields) => failed.push(fields) }).look();
  expect(failed).toEqual([]);
  const row = await getExport(site.db, id);
  if (!row?.file) throw new Error('no file was made');
  return { row, path: join(folder, row.file) };
}

/** The lines of a CSV file without its head. */
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\r\n').slice(1, -1);

describe.runIf(SERVER !== null)('exports on the server engine', () => {
  it('hold the rows that the embedded engine gives, table by table', async () => {
    const sites = [await openSite(null), await openSite(SERVER?.url ?? '')];
    try {
      for (const table of ['samples', 'minutes', 'hours', 'days', 'trips', 'windows', 'leads', 'cases', 'kpis', 'track']) {
        const files: string[][] = [];
        for (const site of sites)
          files.push(linesOf((await makeOn(site, table, 'csv', { stepS: table === 'track' ? 60 : 1 })).path));
        const [embedded = [], server = []] = files;
        expect(server, table).toHaveLength(embedded.length);
        expect(embedded.length, table).toBeGreaterThan(table === 'leads' || table === 'cases' ? -1 : 0);
        // Sums of an hour, and when a day was evaluated, may differ in their last digits.
        if (!['hours', 'days', 'leads', 'kpis'].includes(table)) expect(server, table).toEqual(embedded);
      }
    } finally {
      for (const site of sites) await site.remove();
    }
  }, 300_000);
});

describe.runIf(findPython() !== null)('exports', () => {
  let site: EvaluationSite;
  let ids: number[];

  beforeAll(async () => {
    site = await openSite(null);
    ids = (await site.db.query<{ id: number }>('select id from vehicles order by id')).map((row) => row.id);
  }, 300_000);
  afterAll(() => site.remove());

  const make = (table: string, format: string, more: object = {}) => makeOn(site, table, format, more);
  const csv = async (table: string, more: object = {}) => {
    const { path, row } = await make(table, 'csv', more);
    const { rows, bom } = Csv.parse(python(READ_CSV, [path]));
    const [head = [], ...lines] = rows;
    expect(lines).toHaveLength(row.rows ?? -1);
    const names = (row.columns ?? []).map((column) => column.id);
    return { bom, head, records: lines.map((line) => Object.fromEntries(line.map((cell, i) => [names[i], cell]))) };
  };
  const parquet = async (table: string, more: object = {}) => {
    const { path } = await make(table, 'parquet', more);
    const file = Uint8Array.from(readFileSync(path)).buffer;
    return { meta: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
  };
  /** What is stored of the samples, by the view of units and the database's own clock: another way than the export's. */
  const stored = () =>
    site.db.query<Record<string, unknown>>(
      `select v.plate, to_char(s.time at time zone 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS') || '+08:00' as time, extract(epoch from s.time)::float8 as sec,
         "speedKmh"::float8, "noxUpPpm"::float8, "noxDownPpm"::float8, "scrInTempC"::float8, "lonDeg"::float8, "latDeg"::float8, "odometerKm"::float8, "fuelTotalL"::float8
       from samples_units s join vehicles v on v.id = s.vehicle_id order by v.plate, s.time`,
    );
  const SIGNALS = ['speedKmh', 'noxUpPpm', 'noxDownPpm', 'scrInTempC', 'lonDeg', 'latDeg', 'odometerKm', 'fuelTotalL'];

  it('hold every sample as it is stored, in CSV that Python reads: BOM, Beijing time with offset, units, nothing that runs', async () => {
    const expected = await stored();
    expect(expected.length).toBeGreaterThan(1_500);
    const { bom, head, records } = await csv('samples');
    expect(bom).toBe(true);
    expect(head.filter((each) => each.endsWith(' (ppm)'))).toHaveLength(2);
    expect(head).toContain('时间（北京时间 UTC+8）');
    expect(records).toHaveLength(expected.length);
    const wrong = expected.filter((row, i) => {
      const record = records[i] ?? {};
      const plate = row.plate === PLATE ? `'${PLATE}` : row.plate;
      return (
        record.plate !== plate ||
        record.time !== row.time ||
        SIGNALS.some((id) => (row[id] === null ? record[id] !== '' : Number(record[id]) !== row[id]))
      );
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(records.some((record) => record.noxDownPpm === '' && record.missing?.includes('noxDownPpm=na'))).toBe(true);
  });

  it('hold the same in a workbook that Python reads: frozen head, Beijing time as cells, definitions beside', async () => {
    const expected = await stored();
    const { path } = await make('samples', 'xlsx', { signals: ['noxDownPpm', 'speedKmh'] });
    const [data, definitions] = Book.parse(python(READ_XLSX, [path]));
    expect(data).toMatchObject({ name: '数据', frozen: true });
    expect(data?.rows).toHaveLength(expected.length + 1);
    const [head, ...rows] = data?.rows ?? [];
    expect(head?.E).toBe('时间（北京时间 UTC+8）');
    const wrong = expected.filter((row, i) => {
      const cells = rows[i] ?? {};
      // Days from 1899-12-30, the clock of the cell being Beijing's.
      const sec = Math.round((Number(cells.E) - 25_569) * DAY_S - 8 * 3600);
      return (
        cells.A !== row.plate || sec !== row.sec || (cells.F ?? null) !== row.speedKmh || (cells.G ?? null) !== row.noxDownPpm
      );
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(definitions?.name).toBe('口径说明');
    const told = JSON.stringify(definitions?.rows);
    for (const words of ['北京时间（UTC+8）', '2026-11-06T00:00:00+08:00', '来源', 'ppm', String(expected.length)])
      expect(told).toContain(words);
  });

  it('hold the same in Parquet that hyparquet reads: typed, in bounded row groups, with its provenance', async () => {
    const expected = await stored();
    const { meta, rows } = await parquet('samples');
    expect(rows).toHaveLength(expected.length);
    const wrong = expected.filter((row, i) => {
      const record = rows[i] ?? {};
      const at = record.time instanceof Date ? record.time.getTime() / 1000 : Number.NaN;
      return at !== row.sec || record.plate !== row.plate || SIGNALS.some((id) => (record[id] ?? null) !== row[id]);
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    const types = Object.fromEntries(meta.schema.map((each) => [each.name, each.converted_type ?? each.type]));
    expect(types).toMatchObject({ time: 'TIMESTAMP_MILLIS', plate: 'UTF8', noxDownPpm: 'DOUBLE', odometerKm: 'DOUBLE' });
    expect(meta.row_groups.every((group) => group.num_rows <= 32_768n)).toBe(true);
    const kept = Object.fromEntries((meta.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
    expect(kept['plume.facts']).toContain('北京时间');
    expect(kept['plume.columns']).toContain('ppm');
  });

  it('hold the minutes as the evaluator wrote them, and hours that are what the minutes add up to', async () => {
    const minutes = (await parquet('minutes')).rows;
    const [sums] = await site.db.query<{ n: number; nox: number; km: number }>(
      `select count(*)::int as n, sum("noxG"::float8) as nox, sum("distanceKm"::float8) as km from truck_minute`,
    );
    const sum = (rows: Record<string, unknown>[], id: string) => rows.reduce((all, row) => all + Number(row[id] ?? 0), 0);
    expect(minutes).toHaveLength(sums?.n ?? -1);
    expect(sum(minutes, 'distanceKm')).toBeGreaterThan(1);
    expect(sum(minutes, 'distanceKm')).toBeCloseTo(sums?.km ?? -1, 4);
    expect(sum(minutes, 'noxG')).toBeCloseTo(sums?.nox ?? 0, 4);
    const hours = (await parquet('hours')).rows;
    expect(hours.length).toBeGreaterThan(2);
    for (const hour of hours) {
      const at = hour.time instanceof Date ? hour.time.getTime() : Number.NaN;
      const of = minutes.filter(
        (row) =>
          row.vin === hour.vin && row.time instanceof Date && Math.floor(row.time.getTime() / 3_600_000) * 3_600_000 === at,
      );
      expect(Number(hour.noxG)).toBeCloseTo(sum(of, 'noxG'), 4);
      expect(Number(hour.distanceKm)).toBeCloseTo(sum(of, 'distanceKm'), 4);
      const known = of.filter((row) => row.speedMean !== null && row.speedMean !== undefined);
      const mean = known.reduce((all, row) => all + Number(row.speedMean) * Number(row.samples), 0) / sum(known, 'samples');
      expect(Number(hour.speedMean)).toBeCloseTo(mean, 3);
      expect(Number(hour.speedMax)).toBeCloseTo(Math.max(...known.map((row) => Number(row.speedMax))), 3);
    }
  });

  it('hold days, trips and windows as the summaries have them', async () => {
    const Summary = z.looseObject({
      trips: z.array(
        z.looseObject({ fromSec: z.number(), p90: z.number().nullable(), totals: z.looseObject({ noxG: z.number() }) }),
      ),
      work: z.looseObject({ count: z.number(), valid: z.number(), p90: z.number().nullable() }),
      quality: z.looseObject({ channels: z.record(z.string(), z.looseObject({ effectiveRate: z.number().nullable() })) }),
    });
    const days = await site.db.query<{ vin: string; nox_g: number | null; summary: unknown }>(
      `select v.vin, d.nox_g, d.summary from truck_day d join vehicles v on v.id = d.vehicle_id where d.day = '2026-11-06' order by v.plate`,
    );
    const told = (await parquet('days')).rows;
    expect(told.map((row) => [row.vin, row.noxG ?? null])).toEqual(days.map((day) => [day.vin, day.nox_g]));
    expect(told.map((row) => row.effectiveRate ?? null)).toEqual(
      days.map((day) => Summary.parse(day.summary).quality.channels.noxDownPpm?.effectiveRate ?? null),
    );
    const trips = (await parquet('trips')).rows;
    expect(
      trips.map((row) => [
        row.vin,
        row.from instanceof Date ? row.from.getTime() / 1000 : null,
        row.noxG,
        row.p90GPerKwh ?? null,
      ]),
    ).toEqual(
      days.flatMap((day) => Summary.parse(day.summary).trips.map((trip) => [day.vin, trip.fromSec, trip.totals.noxG, trip.p90])),
    );
    expect(trips.length).toBeGreaterThan(1);
    const windows = (await parquet('windows')).rows.filter((row) => row.kind === 'work');
    expect(windows.map((row) => [row.windows, row.valid, row.p90GPerKwh ?? null])).toEqual(
      days.map((day) => {
        const { count, valid, p90 } = Summary.parse(day.summary).work;
        return [count, valid, p90];
      }),
    );
    // A truck whose sensor said nothing valid all day has not emitted nothing: what it emitted is not known.
    const none = '{"noxG": 0, "noxValidS": 0}';
    const silenced = await site.db.query<{ vin: string }>(
      `update truck_day d set nox_g = 0, nox_valid_s = 0, summary = jsonb_set(summary, '{trips}', (
         select jsonb_agg(jsonb_set(t, '{totals}', t -> 'totals' || '${none}')) from jsonb_array_elements(summary -> 'trips') t))
       from vehicles v where v.id = d.vehicle_id and d.day = '2026-11-06' and v.vin = $1::text returning v.vin`,
      [days[0]?.vin],
    );
    expect(silenced).toHaveLength(1);
    for (const table of ['days', 'trips'] as const) {
      const own = (await parquet(table)).rows.filter(({ vin }) => vin === days[0]?.vin);
      expect(own.length).toBeGreaterThan(0);
      expect(own.map((row) => [row.noxG ?? null, row.noxValidS])).toEqual(own.map(() => [null, 0]));
    }
    expect((await csv('leads')).records).toHaveLength(
      (await site.db.query(`select 1 from leads where first_day <= '2026-11-06' and last_day >= '2026-11-06'`)).length,
    );
  });

  it('hold tracks: GeoJSON and GPX with every position once, in order, and coarser when asked', async () => {
    const positions = (await stored()).filter(
      (row) => row.lonDeg !== null && row.latDeg !== null && row.plate === SPECS[1]?.plate,
    );
    const only = { vehicleIds: [ids[1]] };
    const Geo = z.object({
      features: z.array(
        z.object({
          geometry: z.object({ coordinates: z.array(z.array(z.number())) }),
          properties: z.looseObject({ plate: z.string(), coordTimes: z.array(z.string()) }),
        }),
      ),
    });
    const { path } = await make('track', 'geojson', only);
    const { features } = Geo.parse(JSON.parse(readFileSync(path, 'utf8')));
    expect(features.flatMap(({ geometry }) => geometry.coordinates)).toEqual(positions.map((row) => [row.lonDeg, row.latDeg]));
    expect(features.flatMap(({ properties }) => properties.coordTimes)).toEqual(positions.map((row) => row.time));
    const gpx = readFileSync((await make('track', 'gpx', only)).path, 'utf8');
    const points = [...gpx.matchAll(/<trkpt lat="([\d.]+)" lon="([\d.]+)"><time>([^<]+)Z<\/time>/g)];
    expect(points.map(([, lat, lon, time]) => [Number(lon), Number(lat), Date.parse(`${time}Z`) / 1000])).toEqual(
      positions.map((row) => [row.lonDeg, row.latDeg, row.sec]),
    );
    const coarse = (await csv('track', { ...only, stepS: 60 })).records;
    const firsts = positions.filter(
      (row, i) => i === 0 || Math.floor(Number(row.sec) / 60) !== Math.floor(Number(positions[i - 1]?.sec) / 60),
    );
    expect(coarse.map((row) => row.time)).toEqual(firsts.map((row) => row.time));
  });
});
