export { newerSamples, readLatest, saveLatestStep, type VehicleLatest } from './queries/latest.ts';
export {
  addConflictsStep,
  addTalliesStep,
  type FrameRow,
  type IncidentRow,
  insertFramesStep,
  insertIncidentsStep,
  insertLedgerStep,
  insertObdStep,
  insertTerminalEventStep,
  type LedgerRow,
  ledgerBytesSince,
  markDirtyDaysStep,
  NEW_RECORDS,
  type ObdRow,
  readObdBody,
  readTerminalEvent,
  type Tally,
  type TerminalEventKind,
  type TerminalEventRow,
  type VehicleDay,
} from './queries/records-write.ts';
export { type OpenEntry, openQuarantine, type QuarantinedMessage, settleQuarantineStep } from './queries/reprocess.ts';
export {
  insertSampleRowsStep,
  insertSamplesStep,
  mergeSamplesStep,
  readSamples,
  type SampleMerge,
  type SampleRef,
  type StoredSamples,
} from './queries/samples-write.ts';
export { forgetOldWriters, lastBatch, noteBatchStep } from './queries/writers.ts';
export type { SampleRows } from './sample-columns.ts';
