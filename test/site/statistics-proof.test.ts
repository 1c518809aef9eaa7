import {
  GROUPING_IDS,
  GROUPINGS,
  type GroupingId,
  MEASURE_IDS,
  MEASURES,
  runStatistics,
  type StatisticsTable,
} from '@plume/api/statistics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetDay } from '../independent/plain-fleet.ts';
import { DAY_KEYS, type PlainGroup, plainGroups, plainTable, SECOND_KEYS } from '../independent/plain-table.ts';
import { serverEngine } from '../support/server-engine.ts';
import { openStatisticsSite, type StatisticsSite } from '../support/statistics-site.ts';

/** Every measure by every grouping and by every two of them, on both engines, against figures that a second program makes of the raw rows. */
const SERVER = serverEngine();
const PERIOD = { from: '2026-08-28', to: '2026-09-03' };

const ofDays = (id: GroupingId): boolean => GROUPINGS.find((each) => each.id === id)?.kind === 'day';
/** None, each, and every two that can be asked together. */
const QUESTIONS: readonly (readonly GroupingId[])[] = [
  [],
  ...GROUPING_IDS.map((id) => [id]),
  ...GROUPING_IDS.flatMap((a) => GROUPING_IDS.filter((b) => a < b && (ofDays(a) || ofDays(b))).map((b) => [a, b])),
];

const near = (value: number | null, wanted: number | null): boolean =>
  value === null || wanted === null ? value === wanted : Math.abs(value - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

const inPeriod = (days: readonly FleetDay[], { from, to }: { from: string; to: string }): FleetDay[] =>
  days.filter(({ day }) => day >= from && day <= to);

/** What of an answer is not as the plain program has it; empty: all is. */
function differences(
  table: StatisticsTable,
  by: readonly GroupingId[],
  days: readonly FleetDay[],
  before: readonly FleetDay[] | null,
) {
  const wanted = new Map(plainGroups(days, by).map((group) => [JSON.stringify(group.keys), group]));
  const earlier = new Map((before === null ? [] : plainGroups(before, by)).map((group) => [JSON.stringify(group.keys), group]));
  const divided = by.some((id) => !ofDays(id));
  const wrong: unknown[] = [];
  const seen = table.rows.map(({ keys }) => JSON.stringify(keys.map(({ value }) => value)));
  const missing = [...wanted.keys()].filter((key) => !seen.includes(key));
  if (missing.length > 0 || seen.length !== wanted.size) wrong.push({ missing, more: seen.filter((key) => !wanted.has(key)) });
  for (const [r, row] of table.rows.entries()) {
    const key = seen[r] as string;
    const group = wanted.get(key);
    if (group === undefined) continue;
    const figures = plainTable(group);
    const then = earlier.has(key) ? plainTable(earlier.get(key) as PlainGroup) : null;
    for (const [m, { id, from }] of table.measures.entries()) {
      const told = row.figures[m];
      const kept = !divided || (from === 'sums' && (id !== 'idleNoxGPerHour' || by.includes('hour')));
      const plain = kept ? figures[id] : undefined;
      if (plain === undefined) {
        if (kept || told?.reason !== 'notKept' || told.value !== null) wrong.push({ by, key, id, told: told?.reason });
        continue;
      }
      const was = then?.[id]?.value ?? null;
      const change = plain.value === null || was === null || was === 0 ? null : plain.value / was - 1;
      const share = (figures.noxValidShare?.value ?? null) === null ? null : (figures.noxValidShare?.value ?? 0) / 100;
      const good =
        near(told?.value ?? null, plain.value) &&
        told?.basis.n === plain.n &&
        (told.reason === null) === (plain.value !== null) &&
        near(told.validShare, share) &&
        near(told.before, was) &&
        near(told.change, change);
      if (!good) wrong.push({ by, key, id, told, plain, was });
    }
  }
  return wrong;
}

describe.each([
  ['embedded', null],
  ['server', SERVER?.url ?? ''],
] as const)('the statistics on the %s engine', (engine, url) => {
  describe.skipIf(engine === 'server' && SERVER === null)('against the raw rows', () => {
    let it_: StatisticsSite;
    beforeAll(async () => {
      it_ = await openStatisticsSite(url);
    }, 300_000);
    afterAll(() => it_?.site.remove());

    const ask = (by: readonly GroupingId[], more: object = {}): Promise<StatisticsTable> =>
      runStatistics(
        it_.site.db,
        { measures: MEASURE_IDS, by, filter: {}, period: PERIOD, compare: 'none', ...more },
        { districts: null, nowMs: it_.nowMs },
      );

    it('have a proof for every measure and every grouping', () => {
      expect(it_.site.errors).toEqual([]);
      expect([...Object.keys(DAY_KEYS), ...Object.keys(SECOND_KEYS)]).toEqual(GROUPING_IDS);
      const proven = Object.keys(plainTable({ keys: [], days: it_.days, seconds: [] }));
      expect(proven.sort()).toEqual(MEASURES.map(({ id }) => id).sort());
    });

    it('rest on days of every sort', () => {
      const days = inPeriod(it_.days, PERIOD);
      const [whole] = plainGroups(days, []);
      const figures = plainTable(whole as PlainGroup);
      // None of the figures is trivially none, nought or all.
      expect(Object.entries(figures).filter(([, { value }]) => !(value !== null && value > 0))).toEqual([]);
      for (const id of ['exceedanceRate', 'noxValidShare', 'transmissionRate', 'validRate', 'onlineRate', 'connectedRate'])
        expect(figures[id]?.value, id).toBeLessThan(100);
      expect((figures.noxFilledKg?.value ?? 0) / (figures.noxKg?.value ?? 1)).toBeGreaterThan(1.05);
      expect(new Set(days.flatMap(({ seconds }) => seconds.map(({ mode }) => mode))).size).toBeGreaterThan(10);
    });

    it.each(QUESTIONS.map((by) => [by.join(' and ') || 'nothing', by] as const))('by %s', async (_, by) => {
      expect(differences(await ask(by), by, inPeriod(it_.days, PERIOD), null)).toEqual([]);
    });

    it.each([
      // Whole months, read from their own sums; the months before; the days before.
      ['year', { from: '2026-08-01', to: '2026-09-30' }, { from: '2025-08-01', to: '2025-09-30' }],
      ['previous', { from: '2026-09-01', to: '2026-09-30' }, { from: '2026-08-01', to: '2026-08-31' }],
      ['previous', { from: '2026-09-01', to: '2026-09-02' }, { from: '2026-08-30', to: '2026-08-31' }],
    ] as const)('against another period (%s, %j)', async (compare, period, before) => {
      for (const by of [[], ['vehicle'], ['district'], ['hour'], ['stage', 'speed']] as const) {
        const table = await ask(by, { period, compare });
        expect(table.compared).toEqual(before);
        expect(differences(table, by, inPeriod(it_.days, period), inPeriod(it_.days, before))).toEqual([]);
      }
    });

    it.each([
      ['district', '阜康市', (day: FleetDay) => day.truck.district === '阜康市'],
      ['enterprise', '甲', (day: FleetDay) => day.truck.enterprise === '甲'],
      ['stage', 'V', (day: FleetDay) => day.truck.stage === 'V'],
      ['use', '货运', (day: FleetDay) => day.truck.use === '货运'],
    ] as const)('of the trucks of one %s (%s)', async (filter, value, is) => {
      const days = inPeriod(it_.days, PERIOD).filter(is);
      expect(days.length).toBeGreaterThan(0);
      for (const by of [[], ['vehicle'], ['month'], ['hour']] as const)
        expect(differences(await ask(by, { filter: { [filter]: value } }), by, days, null)).toEqual([]);
    });

    it('of some trucks, of one engine model, and within the districts of who asks', async () => {
      const [first, second] = it_.trucks;
      if (first === undefined || second === undefined) throw new Error('no trucks');
      const days = inPeriod(it_.days, PERIOD);
      const some = days.filter(({ truck }) => truck === first || truck === second);
      expect(differences(await ask(['day'], { filter: { vehicles: [first.id, second.id] } }), ['day'], some, null)).toEqual([]);
      const model = days.filter(({ truck }) => truck.model === first.model);
      expect(differences(await ask(['stage'], { filter: { model: first.model } }), ['stage'], model, null)).toEqual([]);
      const query = { measures: MEASURE_IDS, by: ['vehicle'] as const, filter: {}, period: PERIOD, compare: 'none' as const };
      const own = await runStatistics(it_.site.db, query, { districts: ['昌吉市'], nowMs: it_.nowMs });
      expect(
        differences(
          own,
          ['vehicle'],
          days.filter(({ truck }) => truck.district === '昌吉市'),
          null,
        ),
      ).toEqual([]);
    });
  });
});
