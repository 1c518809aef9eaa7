import { type GroupingId, type MeasureId, runStatistics } from '@plume/api/statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parquetTables } from '../support/parquet-tables.ts';
import { serverEngine } from '../support/server-engine.ts';
import { openStatisticsSite, type StatisticsSite } from '../support/statistics-site.ts';

/** The statistics against plain SQL, written from the definitions, over the Parquet files that the service gives of the same days. */
const SERVER = serverEngine();
const PERIOD = { from: '2026-08-28', to: '2026-09-03' };

/** Figures as SQL over minutes. */
const OF_MINUTES: Readonly<Partial<Record<MeasureId, string>>> = {
  noxKg: 'sum("noxG") / 1000',
  noxGPerKm: 'sum("noxOfDistanceG") / nullif(sum("distanceOfNoxKm"), 0)',
  noxGPerKwh: 'sum("noxOfWorkG") / nullif(sum("workOfNoxKwh"), 0)',
  noxGPerKgFuel: 'sum("noxOfFuelG") / nullif(sum("fuelOfNoxKg"), 0)',
  noxGPerHour: '3600 * sum("noxG") / nullif(sum("noxValidS"), 0)',
  co2Kg: 'sum("co2G") / 1000',
  co2GPerKm: 'sum("co2G") / nullif(sum("distanceKm"), 0)',
  fuelKg: 'sum("fuelKg")',
  fuelLPer100Km: '100 * sum("fuelKg") / 0.835 / nullif(sum("distanceKm"), 0)',
  workKwh: 'sum("workKwh")',
  distanceKm: 'sum("distanceKm")',
  engineHours: 'sum("engineOnS") / 3600',
  noxValidShare: '100 * sum("noxValidS") / nullif(sum("engineOnS"), 0)',
  noxKgPerDay: `sum("noxG") / 1000 / nullif(count(distinct (vin, date_trunc('day', beijing))) filter (where "noxValidS" > 0), 0)`,
};
const MINUTES = `select *, time at time zone 'Asia/Shanghai' as beijing from file_minutes`;
const MINUTE_KEYS: Readonly<Partial<Record<GroupingId, string>>> = {
  vehicle: '(select id from vehicles v where v.vin = m.vin)',
  district: 'district',
  enterprise: 'enterprise',
  month: `to_char(beijing, 'YYYY-MM')`,
  day: `to_char(beijing, 'YYYY-MM-DD')`,
  weekday: 'extract(isodow from beijing)::int',
  hour: 'extract(hour from beijing)::int',
};
/** Raw samples, each held until the next of its truck and day, three periods and 90 s at most. */
const SAMPLES = `with s as (
    select *, time at time zone 'Asia/Shanghai' as beijing, coalesce("engineRpm" >= 300, false) as runs from file_samples
  ), w as (
    select *, extract(epoch from lead(time) over day - time) as step, lead(runs) over day as next_runs, lead("odometerKm") over day - "odometerKm" as moved
    from s window day as (partition by vin, beijing::date order by time)
  ), p as (
    select vin as p_vin, beijing::date as p_day, mode() within group (order by step) filter (where runs and next_runs) as period from w group by 1, 2
  ), m as (
    select *, least(coalesce(step, period), 3 * period, 90) as held, step > least(3 * period, 90) as gap from w join p on p_vin = vin and p_day = beijing::date
  )`;
const OF_SAMPLES: Readonly<Partial<Record<MeasureId, string>>> = {
  distanceKm: 'sum("speedKmh" * held) / 3600',
  fuelKg: 'sum("fuelRateLph" * 0.835 * held) filter (where runs) / 3600',
  co2Kg: 'sum("fuelRateLph" * 0.835 * held) filter (where runs) / 3600 * 0.866 * 44.0095 / 12.011',
  engineHours: 'sum(held) filter (where runs) / 3600',
};
const DELIVERY: Readonly<Partial<Record<MeasureId, string>>> = {
  transmissionRate: `100 * count(*) filter (where runs) / nullif(sum(case when gap and next_runs and moved >= 0.0999999 then step when gap or step is null then period else step end / period) filter (where runs), 0)`,
};
const SPEED = 'case when "speedKmh" < 1 then 0 else least(12, floor("speedKmh" / 10) + 1) end::int';
const AMBIENT = 'floor("ambientTempC" / 5)::int';

describe.each([
  ['embedded', null],
  ['server', SERVER?.url ?? ''],
] as const)('the statistics on the %s engine', (engine, url) => {
  describe.skipIf(engine === 'server' && SERVER === null)('against SQL over the Parquet files', () => {
    let of: StatisticsSite;
    beforeAll(async () => {
      of = await openStatisticsSite(url);
      await parquetTables(of.site, ['minutes', 'samples'], Date.parse(`${PERIOD.from}T00:00:00+08:00`), of.nowMs);
    }, 600_000);
    afterAll(() => of?.site.remove());

    /** Figures that differ by more than the files' four bytes explain. */
    async function differences(
      by: readonly GroupingId[],
      keys: readonly string[],
      figures: Readonly<Partial<Record<MeasureId, string>>>,
      from: string,
    ) {
      const measures = Object.keys(figures) as MeasureId[];
      const query = { measures, by, filter: {}, period: PERIOD, compare: 'none' as const };
      const table = await runStatistics(of.site.db, query, { districts: null, nowMs: of.nowMs });
      const grouped = keys.length === 0 ? '' : `group by ${keys.map((_, i) => i + 1).join(', ')}`;
      const rows = await of.site.db.query<Record<string, unknown>>(
        `${from.replace('<figures>', [...keys.map((key, i) => `${key} as k${i}`), ...measures.map((id) => `(${figures[id]})::float8 as "${id}"`)].join(', '))} ${grouped}`,
      );
      const told = new Map(table.rows.map((row) => [JSON.stringify(row.keys.map(({ value }) => value)), row.figures]));
      const wrong: unknown[] = [];
      let compared = 0;
      for (const row of rows) {
        const key = JSON.stringify(keys.map((_, i) => row[`k${i}`] ?? null));
        for (const [i, id] of measures.entries()) {
          const [wanted, value] = [row[id] ?? null, told.get(key)?.[i]?.value ?? null];
          const zero = wanted === null || wanted === 0;
          if (zero && (value ?? 0) === 0) continue;
          compared += 1;
          if (zero || value === null || Math.abs(value - Number(wanted)) > 5e-6 * Math.abs(Number(wanted)))
            wrong.push({ key, id, wanted, value });
        }
      }
      expect(compared).toBeGreaterThan(0);
      return wrong;
    }

    it.each([
      [[]],
      ...(Object.keys(MINUTE_KEYS) as GroupingId[]).map((id) => [[id]]),
      [['district', 'month']],
      [['enterprise', 'hour']],
      [['weekday', 'vehicle']],
    ] as [GroupingId[]][])('of minutes, by %j', async (by) => {
      const keys = by.map((id) => MINUTE_KEYS[id] ?? '');
      const { noxKgPerDay: _, ...ofHours } = OF_MINUTES;
      expect(
        await differences(by, keys, by.includes('hour') ? ofHours : OF_MINUTES, `select <figures> from (${MINUTES}) m`),
      ).toEqual([]);
    });

    it('of raw samples, by speed and by temperature, and what was delivered of what was due', async () => {
      const known = (column: string) => `${SAMPLES} select <figures> from m where "${column}" is not null`;
      expect(await differences(['speed'], [SPEED], OF_SAMPLES, known('speedKmh'))).toEqual([]);
      expect(await differences(['ambient'], [AMBIENT], OF_SAMPLES, known('ambientTempC'))).toEqual([]);
      const vehicle = '(select id from vehicles v where v.vin = m.vin)';
      expect(await differences(['vehicle'], [vehicle], DELIVERY, `${SAMPLES} select <figures> from m`)).toEqual([]);
      expect(await differences([], [], DELIVERY, `${SAMPLES} select <figures> from m`)).toEqual([]);
    });
  });
});
