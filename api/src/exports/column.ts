import type { ExportColumnNote } from '@plume/db';
import { SIGNALS, type Signal, toPhysical } from '@plume/ingest/protocol/catalogue';

/** Languages a file can be made in. */
export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Both = Readonly<Record<Language, string>>;

/** How a value comes from the database; `constant`: the same for all rows of a slice, and not read. `time`: epoch seconds. `quality`: a sample's quality bytes. */
export type Wire = 'int4' | 'int8' | 'float4' | 'float8' | 'bool' | 'time' | 'date' | 'text' | 'quality' | 'constant';

/** One column of a table that can be exported. */
export interface ExportColumn {
  /** Its name in Parquet, and in JSON of the API. */
  readonly id: string;
  readonly name: Both;
  /** '' for texts, counts and codes. */
  readonly unit: string;
  readonly definition: Both;
  readonly wire: Wire;
  /** Place in the signal catalogue: the value read is the raw integer of that signal. */
  readonly signal?: number;
}

/** Head of a column for people: its name, and its unit in brackets. */
export function headOf({ name, unit }: ExportColumn, language: Language): string {
  return unit === '' ? name[language] : `${name[language]} (${unit})`;
}

/** A column as it is described beside the file. */
export function noteOf(column: ExportColumn, language: Language): ExportColumnNote {
  const { id, unit, definition } = column;
  return { id, name: column.name[language], unit, definition: definition[language] };
}

/** What makes the physical value of what was read. */
export function physicalOf({ signal }: ExportColumn): (value: number) => number {
  return signal === undefined ? (value) => value : (value) => toPhysical(signal, value);
}

/** The signal whose raw integers a column holds. */
export function signalOf({ signal }: ExportColumn): Signal | undefined {
  return signal === undefined ? undefined : SIGNALS[signal];
}

/** Values of a column for the rows of a batch; NaN and null: there is none. */
export type ColumnData =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | { readonly kind: 'texts'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'constant'; readonly value: string | null };

/** Some rows, column by column. What it holds is overwritten by the next. */
export interface Batch {
  readonly count: number;
  readonly columns: readonly ColumnData[];
}
