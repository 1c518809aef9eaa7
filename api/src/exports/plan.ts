import { type Db, type ExportTruck, estimateExport, exportTrucks } from '@plume/db';
import { beijingDate, startOfDate } from '../beijing-day.ts';
import { invalid, Problem } from '../problem.ts';
import { requireMoment } from '../time-range.ts';
import { bytesOf, DISK_RESERVE_BYTES, daysOf, MOST_DAYS, MOST_ROWS, trackStep } from './limits.ts';
import type { ExportRequest, Format } from './request.ts';
import { TABLES, type TableId } from './tables/index.ts';

const DAY_MS = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const HOURS_A_DAY_DRIVEN = 24;
const LEADS_A_TRUCK = 20;
/** Rows of a truck-day, of tables that have more than one: trips, kinds of windows, figures of the truck and of what it belongs to. */
const ROWS_A_DAY: Readonly<Partial<Record<TableId, number>>> = { trips: 8, windows: 3, kpis: 8 };

/** What an export will be like: about how much, and what the reader must know. */
export interface ExportPlan {
  readonly rows: number;
  readonly bytes: number;
  readonly stepS: number;
  readonly notes: readonly string[];
}

/** A period in a body or query: Beijing dates (both included), or moments (the end excluded). In order, begun, and not later than today. */
export function requirePeriod(from: string, to: string, nowMs: number, place = 'body'): { fromMs: number; toMs: number } {
  const moment = (field: string, text: string, isEnd: boolean): number => {
    if (!DATE.test(text)) return requireMoment(field, text, nowMs);
    const start = startOfDate(text);
    // 30 February is read as 2 March.
    if (Number.isNaN(start) || beijingDate(start) !== text) throw invalid(field, 'is not a date');
    return isEnd ? start + DAY_MS : start;
  };
  const fromMs = moment(`${place}.from`, from, false);
  const toMs = moment(`${place}.to`, to, true);
  if (fromMs >= toMs) throw invalid(`${place}.to`, 'must not be before from');
  if (fromMs > nowMs) throw invalid(`${place}.from`, 'lies in the future: there are no data yet');
  if (toMs > startOfDate(beijingDate(nowMs)) + DAY_MS) throw invalid(`${place}.to`, 'lies after today: there are no data yet');
  return { fromMs, toMs };
}

/** The trucks of a request, as the registry has them now. */
export async function trucksOf(
  db: Db,
  request: Pick<ExportRequest, 'districts' | 'vehicleIds' | 'enterprises'>,
): Promise<ExportTruck[]> {
  return await exportTrucks(db, { districts: request.districts, ids: request.vehicleIds, enterprises: request.enterprises });
}

/** Rows of a table from what is known of its period. */
function rowsOf(request: ExportRequest, trucks: number, known: { samples: number; minutes: number; days: number }): number {
  switch (TABLES[request.table].size) {
    case 'samples':
      return Math.ceil(known.samples / request.stepS);
    case 'minutes':
      return known.minutes;
    case 'hours':
      return Math.min(known.days * HOURS_A_DAY_DRIVEN, Math.ceil(known.minutes / 60) + known.days * 2);
    case 'days':
      return known.days * (ROWS_A_DAY[request.table] ?? 1);
    case 'few':
      return trucks * LEADS_A_TRUCK;
  }
}

/** Refuses a period that is longer than its table may have. */
export function requireTableLength(
  table: TableId,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  field: string,
): void {
  const most = MOST_DAYS[TABLES[table].size];
  if (daysOf(fromMs, toMs) <= most) return;
  const coarser =
    most < MOST_DAYS.minutes ? `; take minutes or hours (up to ${MOST_DAYS.minutes} days) or days (up to ${MOST_DAYS.days})` : '';
  throw invalid(field, `the period is ${daysOf(fromMs, toMs)} days long, and this table goes to ${most}${coarser}`);
}

function tooMany(format: Format, rows: number): Problem {
  const other = format === 'xlsx' ? ' Choose CSV or Parquet, or' : ' Choose';
  return new Problem(
    400,
    'INVALID',
    `body.format: about ${rows} rows, and a file of this format holds at most ${MOST_ROWS[format]}.`,
    `${other} a shorter period, fewer trucks, or a coarser table.`.trim(),
    { errors: [{ field: 'body.format', reason: `about ${rows} rows; at most ${MOST_ROWS[format]}` }] },
  );
}

/**
 * How large an export will be, by what the evaluated days say. Throws the problem when it is out of bounds or larger than the disk has room
 * for. A track that would have too many positions gets a coarser step, which the notes say.
 */
export async function planExport(
  db: Db,
  request: ExportRequest,
  trucks: readonly ExportTruck[],
  freeBytes: number,
): Promise<ExportPlan> {
  requireTableLength(request.table, request, 'body.from');
  const ids = trucks.map(({ id }) => id);
  const known = await estimateExport(db, ids, beijingDate(request.fromMs), beijingDate(request.toMs - 1));
  const notes: string[] = [];
  let { stepS } = request;
  if (request.table === 'track') {
    const step = trackStep(request.format, known.samples, stepS);
    if (step === null) throw tooMany(request.format, known.samples);
    if (step !== stepS)
      notes.push(`One position per ${step} s instead of ${stepS}: about ${known.samples} positions are stored.`);
    stepS = step;
  }
  const rows = rowsOf({ ...request, stepS }, trucks.length, known);
  if (rows > MOST_ROWS[request.format]) throw tooMany(request.format, rows);
  const bytes = bytesOf(request.format, rows, TABLES[request.table].columns(request).length);
  if (bytes > freeBytes - DISK_RESERVE_BYTES) {
    throw new Problem(
      409,
      'NO_ROOM',
      `The file would take about ${Math.ceil(bytes / 1e6)} MB, and the disk has ${Math.floor(freeBytes / 1e6)} MB free, of which ${DISK_RESERVE_BYTES / 1e6} are kept for the database.`,
      'Remove exports that are no longer needed, choose a shorter period or Parquet, or make room on the disk.',
    );
  }
  return { rows, bytes, stepS, notes };
}
