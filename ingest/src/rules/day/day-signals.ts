import { EMISSION_SIGNALS } from '@plume/ingest/emissions';
import type { SignalId } from '@plume/ingest/protocol';

/** The catalogue's signals that stage 1 looks at: those of the figures, and the counters and the temperature that tank levels are held against. */
export const DAY_SIGNALS: readonly SignalId[] = [...EMISSION_SIGNALS, 'fuelTotalL', 'ureaTotalG', 'ureaTankTempC'];
