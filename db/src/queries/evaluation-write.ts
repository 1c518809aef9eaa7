import { CopyWriter } from '../copy-binary.ts';
import type { Step } from '../db.ts';
import { MINUTE_COLUMN_LIST, MINUTE_COLUMNS } from '../minute-columns.ts';

/** A truck's minutes of one day, in columns named as in `MINUTE_COLUMNS`. */
export interface MinuteRows {
  readonly count: number;
  readonly timeSec: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly methodClass: string | null;
  readonly formula: string;
}

const FIELDS = 4 + MINUTE_COLUMNS.length;

/** The rows of `truck_minute` as they are written: what their hash is taken of. */
export function minuteRowBytes(vehicleId: number, minutes: MinuteRows): Uint8Array<ArrayBuffer> {
  const writer = new CopyWriter(minutes.count * (40 + MINUTE_COLUMNS.length * 8));
  const columns = MINUTE_COLUMNS.map((name) => {
    const column = minutes.columns[name];
    if (column === undefined) throw new Error(`the minutes have no column ${name}`);
    return column;
  });
  for (let row = 0; row < minutes.count; row += 1) {
    writer.row(FIELDS);
    writer.int4(vehicleId);
    writer.timestamptz(minutes.timeSec[row] ?? 0);
    for (const column of columns) writer.float4(column[row] ?? Number.NaN);
    if (minutes.methodClass === null) writer.null();
    else writer.text(minutes.methodClass);
    writer.text(minutes.formula);
  }
  return writer.finish();
}

/** Puts a day's minutes (rows by `minuteRowBytes`; null: none) in the place of those that stand, from … to (excluded) [epoch s]. */
export function replaceMinutesSteps(
  vehicleId: number,
  fromSec: number,
  toSec: number,
  rows: Uint8Array<ArrayBuffer> | null,
): Step[] {
  const steps: Step[] = [
    {
      sql: `delete from truck_minute where vehicle_id = $1::int and time >= ${literal(fromSec)} and time < ${literal(toSec)}`,
      params: [vehicleId],
    },
  ];
  if (rows !== null)
    steps.push({ copy: `truck_minute (vehicle_id, time, ${MINUTE_COLUMN_LIST}, method_class, formula)`, data: [rows] });
  return steps;
}

/** Stage 1 of a day with samples, as stored. Hashes in lower-case hex. */
export interface DayFigures {
  readonly samples: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly engineOnS: number | null;
  readonly noxValidS: number | null;
  readonly distanceKm: number | null;
  readonly workKwh: number | null;
  readonly fuelKg: number | null;
  readonly noxG: number | null;
  readonly co2G: number | null;
  readonly transmissionRate: number | null;
  readonly noxValidShare: number | null;
  readonly p90GPerKwh: number | null;
  readonly methodClass: string | null;
  readonly conflicts: number;
  readonly formula: string;
  /** Canonical JSON. */
  readonly summary: string;
  readonly summaryHash: string;
  readonly minutesHash: string;
}

/** Stage 2 of a day, as stored. */
export interface DayVerdicts {
  readonly untilSec: number;
  readonly worstLevel: string | null;
  readonly rulesVersion: string;
  readonly settingsId: number | null;
  readonly referenceId: string | null;
  /** Canonical JSON. */
  readonly outcomes: string;
  readonly outcomesHash: string;
  /** JSON: of each outcome what leads are folded from. */
  readonly verdicts: string;
}

const FIGURE_COLUMNS = [
  ['samples', 'int4'],
  ['first_time', 'time'],
  ['last_time', 'time'],
  ['engine_on_s', 'float8'],
  ['nox_valid_s', 'float8'],
  ['distance_km', 'float8'],
  ['work_kwh', 'float8'],
  ['fuel_kg', 'float8'],
  ['nox_g', 'float8'],
  ['co2_g', 'float8'],
  ['transmission_rate', 'float8'],
  ['nox_valid_share', 'float8'],
  ['p90_g_per_kwh', 'float8'],
  ['method_class', 'text'],
  ['conflicts', 'int4'],
  ['formula', 'text'],
  ['summary', 'jsonb'],
  ['summary_sha256', 'hex'],
  ['minutes_sha256', 'hex'],
] as const;

const VERDICT_COLUMNS = [
  ['until', 'time'],
  ['worst_level', 'text'],
  ['rules_version', 'text'],
  ['settings_id', 'int8'],
  ['reference_id', 'text'],
  ['outcomes', 'jsonb'],
  ['outcomes_sha256', 'hex'],
  ['verdicts', 'jsonb'],
] as const;

type Column = readonly [name: string, type: string];

function placeholder(type: string, n: number): string {
  if (type === 'time') return `to_timestamp($${n}::float8)`;
  if (type === 'hex') return `decode($${n}::text, 'hex')`;
  return `$${n}::${type}`;
}

/** Writes both stages of a day; `figures` null: a day without samples. */
export function saveDayStep(vehicleId: number, day: string, figures: DayFigures | null, verdicts: DayVerdicts): Step {
  const columns: readonly Column[] = [...FIGURE_COLUMNS, ...VERDICT_COLUMNS];
  return {
    sql: `insert into truck_day (vehicle_id, day, ${columns.map(([name]) => name).join(', ')})
          values ($1::int, $2::date, ${columns.map(([, type], index) => placeholder(type, index + 3)).join(', ')})
          on conflict (vehicle_id, day) do update set ${columns.map(([name]) => `${name} = excluded.${name}`).join(', ')}, evaluated_at = now()`,
    params: [vehicleId, day, ...figureValues(figures), ...verdictValues(verdicts)],
  };
}

/** Writes the verdicts of a day whose figures stand. */
export function saveVerdictsStep(vehicleId: number, day: string, verdicts: DayVerdicts): Step {
  return {
    sql: `update truck_day set ${VERDICT_COLUMNS.map(([name, type], index) => `${name} = ${placeholder(type, index + 3)}`).join(', ')}, evaluated_at = now()
          where vehicle_id = $1::int and day = $2::date`,
    params: [vehicleId, day, ...verdictValues(verdicts)],
    expect: 1,
  };
}

function figureValues(figures: DayFigures | null): readonly unknown[] {
  if (figures === null) return FIGURE_COLUMNS.map(([name]) => (name === 'samples' || name === 'conflicts' ? 0 : null));
  return [
    figures.samples,
    figures.firstSec,
    figures.lastSec,
    figures.engineOnS,
    figures.noxValidS,
    figures.distanceKm,
    figures.workKwh,
    figures.fuelKg,
    figures.noxG,
    figures.co2G,
    figures.transmissionRate,
    figures.noxValidShare,
    figures.p90GPerKwh,
    figures.methodClass,
    figures.conflicts,
    figures.formula,
    figures.summary,
    figures.summaryHash,
    figures.minutesHash,
  ];
}

function verdictValues(verdicts: DayVerdicts): readonly unknown[] {
  return [
    verdicts.untilSec,
    verdicts.worstLevel,
    verdicts.rulesVersion,
    verdicts.settingsId,
    verdicts.referenceId,
    verdicts.outcomes,
    verdicts.outcomesHash,
    verdicts.verdicts,
  ];
}

function literal(timeSec: number): string {
  return `'${new Date(timeSec * 1000).toISOString()}'::timestamptz`;
}
