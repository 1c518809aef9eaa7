import type { Channel } from '@plume/ingest/emissions';
import type { TimeForm } from './time-text.ts';

/** How a file is to be read. */
export interface ReadOptions {
  /** Which column is what, where its name does not say so. */
  readonly map: ReadonlyMap<string, string>;
  /** In which unit a channel is, whatever the file says. */
  readonly units: ReadonlyMap<Channel, string>;
  /** Offset of times that are written without one [s]. */
  readonly offsetS: number;
}

/** Samples as a file gives them, in its order. */
export interface DataFile {
  readonly format: 'CSV' | 'Parquet';
  /** Seconds: of the epoch, or from the start when the file has no date. */
  readonly timeSec: Float64Array;
  readonly timeForm: TimeForm;
  /** Values in the channels' units, NaN where missing. */
  readonly values: Readonly<Partial<Record<Channel, Float64Array>>>;
  /** Which column each channel was taken from. */
  readonly columns: readonly { readonly channel: Channel; readonly name: string }[];
  /** Columns that were not used. */
  readonly unused: readonly string[];
  readonly notes: readonly string[];
}
