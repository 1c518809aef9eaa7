import type { Both, ExportColumn, Wire } from '../column.ts';
import { dayAt, dayStretches, type ExportTable, groupsOf, idList, type PageParts, TRUCK_SQL, truckColumns } from './table.ts';

/** Truck-days of one statement where summaries are unpacked. */
export const UNPACKED = { days: 2, trucks: 40 } as const;

/** A column and the SQL of its values, of a truck-day `d`. */
export type Row = readonly [id: string, zh: string, en: string, unit: string, wire: Wire, sql: string, define: Both];
/** A text in both languages. */
export const both = (zh: string, en: string): Both => ({ zh, en });

/** The day, which every row has. */
export const DAY: Row = [
  'day',
  '日期（北京日）',
  'Day (Beijing)',
  '',
  'date',
  'd.day',
  both('北京时间的日历日', 'Calendar day of Beijing'),
];

function columnsOf(rows: readonly Row[]): ExportColumn[] {
  return rows.map(([id, zh, en, unit, wire, , definition]) => ({ id, name: { zh, en }, unit, wire, definition }));
}

/** A table of truck-days, `from` what its rows come from beside day `d` and truck `v`. */
export function dayTable(
  rows: readonly Row[],
  words: Pick<ExportTable, 'name' | 'about'>,
  from: string,
  where: string,
  order: string,
  sizes: { readonly days: number; readonly trucks: number },
  key: PageParts['key'] = [],
): ExportTable {
  const list = [TRUCK_SQL, ...rows.map(([, , , , , sql]) => sql)].join(', ');
  return {
    ...words,
    size: 'days',
    columns: () => [...truckColumns('text'), ...columnsOf(rows)],
    page: ({ fromMs, toMs }) => ({
      select: list,
      from: `truck_day d join vehicles v on v.id = d.vehicle_id ${from}`,
      where: `d.vehicle_id = any($1::int[]) and d.day between ${dayAt(fromMs)} and ${dayAt(toMs - 1)}${where}`,
      key: [{ sql: 'd.vehicle_id', type: 'int4' }, { sql: 'd.day', type: 'date' }, ...key],
    }),
    *slices({ trucks, fromMs, toMs }) {
      for (const { from: first, to: last } of dayStretches(fromMs, toMs, sizes.days))
        for (const group of groupsOf(trucks, sizes.trucks))
          yield {
            sql: `select ${list} from truck_day d join vehicles v on v.id = d.vehicle_id ${from} where d.day between ${dayAt(first)} and ${dayAt(last)} and d.vehicle_id in (${idList(group)})${where} ${order}`,
            constants: {},
          };
    },
  };
}
