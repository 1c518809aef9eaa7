/** The signal columns of `samples`, in catalogue order (the order of the quality bits). A test holds them against the catalogue and the database. */
export const SAMPLE_COLUMNS = [
  { name: 'speedKmh', type: 'int4' },
  { name: 'baroKpa', type: 'int4' },
  { name: 'netTorquePct', type: 'int4' },
  { name: 'frictionTorquePct', type: 'int4' },
  { name: 'engineRpm', type: 'int4' },
  { name: 'fuelRateLph', type: 'int4' },
  { name: 'noxUpPpm', type: 'int4' },
  { name: 'noxDownPpm', type: 'int4' },
  { name: 'ureaLevelPct', type: 'int4' },
  { name: 'airFlowKgh', type: 'int4' },
  { name: 'scrInTempC', type: 'int4' },
  { name: 'scrOutTempC', type: 'int4' },
  { name: 'dpfDeltaKpa', type: 'int4' },
  { name: 'coolantTempC', type: 'int4' },
  { name: 'fuelLevelPct', type: 'int4' },
  { name: 'lonDeg', type: 'int4' },
  { name: 'latDeg', type: 'int4' },
  { name: 'odometerKm', type: 'int8' },
  { name: 'pmMgM3', type: 'int4' },
  { name: 'opacityPct', type: 'int4' },
  { name: 'lightAbsorptionPerM', type: 'int4' },
  { name: 'ambientTempC', type: 'int4' },
  { name: 'torqueMode', type: 'int4' },
  { name: 'acceleratorPct', type: 'int4' },
  { name: 'fuelTotalL', type: 'int8' },
  { name: 'ureaTankTempC', type: 'int4' },
  { name: 'ureaInjectionMlh', type: 'int8' },
  { name: 'ureaTotalG', type: 'int8' },
  { name: 'dpfTempC', type: 'int4' },
] as const satisfies readonly { name: string; type: 'int4' | 'int8' }[];

export const SAMPLE_SIGNALS = SAMPLE_COLUMNS.length;
/** Three bits a signal. */
export const SAMPLE_QUALITY_BYTES = Math.ceil((SAMPLE_SIGNALS * 3) / 8);

/** `"speedKmh", "baroKpa", …` */
export const SAMPLE_COLUMN_LIST = SAMPLE_COLUMNS.map((column) => `"${column.name}"`).join(', ');

/** Samples in columns: what the writer takes and the reader gives. Values are raw integers row by row, NaN is null. */
export interface SampleRows {
  readonly timeSec: Float64Array;
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}
