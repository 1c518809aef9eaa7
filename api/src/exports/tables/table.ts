import type { ExportTruck } from '@plume/db';
import type { Both, ExportColumn } from '../column.ts';

/** What a table is asked for: trucks, and a stretch of time from (inclusive) to (exclusive) [epoch ms]. */
export interface TableRange {
  readonly trucks: readonly ExportTruck[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Signals asked for, by id; null: all. */
  readonly signals: readonly string[] | null;
  /** One position per so many seconds. */
  readonly stepS: number;
  readonly engine: 'embedded' | 'server';
}

/** One statement's worth of rows, short enough for an engine that cannot be interrupted. */
export interface Slice {
  readonly sql: string;
  /** Values of the columns that the statement does not carry. */
  readonly constants: Readonly<Record<string, string | null>>;
  /** Its rows are in the order of an index, as `copyOut` takes it. */
  readonly alongKey?: boolean;
}

/** How a table is read page by page: its rows are in the order of their key, and a page begins behind the key of the one before. */
export interface PageParts {
  /** Values in the order of the columns. */
  readonly select: string;
  readonly from: string;
  /** What limits it to the period, and to the trucks whose numbers are $1. */
  readonly where: string;
  readonly groupBy?: string;
  /** What rows are sorted by, together unique and never changed. */
  readonly key: readonly { readonly sql: string; readonly type: 'int4' | 'timestamptz' | 'date' | 'float8' | 'text' }[];
}

/** A table that can be exported: what it is, its columns, and the statements that give its rows in order. */
export interface ExportTable {
  readonly name: Both;
  readonly about: Both;
  /** What its size is told from. */
  readonly size: 'samples' | 'minutes' | 'hours' | 'days' | 'few';
  columns(range: Pick<TableRange, 'signals'>): readonly ExportColumn[];
  slices(range: TableRange): Iterable<Slice>;
  /** Absent: it is read whole alone, as an export. */
  page?(range: Pick<TableRange, 'fromMs' | 'toMs'>): PageParts;
}

const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;

/** A moment as a literal. */
export function at(ms: number): string {
  return `'${new Date(ms).toISOString()}'::timestamptz`;
}

/** A Beijing day as a literal. */
export function dayAt(ms: number): string {
  return `'${new Date(ms + BEIJING_MS).toISOString().slice(0, 10)}'::date`;
}

/** Ids as a list for `in (…)`. */
export function idList(trucks: readonly ExportTruck[]): string {
  return trucks.length === 0 ? '0' : trucks.map(({ id }) => Math.trunc(id)).join(', ');
}

/** What of a truck stands in each row. */
export function constantsOf(truck: ExportTruck): Readonly<Record<string, string | null>> {
  const { vin, plate, district, enterprise } = truck;
  return { vin, plate, district, enterprise };
}

/** Stretches of a range, cut at multiples of their length. */
export function* stretches(fromMs: number, toMs: number, lengthMs: number): Generator<{ from: number; to: number }> {
  for (let from = fromMs; from < toMs; ) {
    const to = Math.min(toMs, (Math.floor(from / lengthMs) + 1) * lengthMs);
    yield { from, to };
    from = to;
  }
}

/** Beijing days of a range, so many at a time: first day (inclusive) and last (inclusive) as moments. */
export function* dayStretches(fromMs: number, toMs: number, days: number): Generator<{ from: number; to: number }> {
  const first = Math.floor((fromMs + BEIJING_MS) / DAY_MS) * DAY_MS - BEIJING_MS;
  for (let from = first; from < toMs; from += days * DAY_MS) yield { from, to: Math.min(toMs - 1, from + (days - 1) * DAY_MS) };
}

/** Trucks, so many at a time. */
export function* groupsOf<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

const identity = { zh: '车辆登记信息（导出时）', en: 'As entered in the registry at the time of the export' };

/** The truck a row is of; `wire` says whether the rows carry it. */
export function truckColumns(wire: 'constant' | 'text'): ExportColumn[] {
  const column = (id: string, zh: string, en: string): ExportColumn => ({
    id,
    name: { zh, en },
    unit: '',
    definition: identity,
    wire,
  });
  return [
    column('plate', '车牌号', 'Plate'),
    column('vin', 'VIN', 'VIN'),
    column('district', '区县', 'District'),
    column('enterprise', '企业', 'Enterprise'),
  ];
}

/** The same as SQL, of a vehicle `v`. */
export const TRUCK_SQL = 'v.plate, v.vin, v.district, v.enterprise';
