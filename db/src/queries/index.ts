export {
  countFleet,
  type FleetQuery,
  type FleetRow,
  type FleetSort,
  type LinkState,
  type LinkThresholds,
  listFleet,
  vehicleAssignments,
  vehicleParameters,
} from './fleet.ts';
export {
  getLedgerEntry,
  type IncidentRow,
  type LedgerQuery,
  type LedgerRow,
  type LinkRow,
  linkTallies,
  listIncidents,
  listLedger,
  type TimeCursor,
} from './ledger.ts';
export {
  type AssignmentRow,
  insertAssignment,
  insertTerminal,
  insertVehicle,
  listTerminals,
  type NewTerminal,
  type NewVehicle,
  overlappingAssignments,
  revokeTerminal,
  rotateSecret,
  type TerminalRow,
  terminalState,
  vehicleExists,
} from './registry-write.ts';
export {
  type BucketPoint,
  bucketSeries,
  countSamples,
  newestSample,
  qualityCounts,
  type RawPoint,
  rawSeries,
  type SeriesRange,
  statedPeriod,
} from './series.ts';
export { deleteExpiredSessions, deleteSession, findSession, insertSession, type SessionRow, touchSession } from './sessions.ts';
