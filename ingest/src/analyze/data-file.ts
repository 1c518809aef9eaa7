import type { Channel } from '@plume/ingest/emissions';
import type { TimeForm } from './time-text.ts';

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
