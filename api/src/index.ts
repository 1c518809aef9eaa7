export { type Api, createApp } from './app.ts';
export { type ApiCall, ApiRefusal, apiCall } from './call.ts';
export { type FileFolder, fileFolder } from './cases/file-folder.ts';
export { keepOfflineCases, OfflineKeeper } from './cases/offline-keeper.ts';
export { keepRoadChecks, RoadCheckKeeper } from './cases/road-check.ts';
export type {
  ApiDeps,
  ApiLog,
  EvidenceDifference,
  EvidencePort,
  LiveAlarm,
  LiveSample,
  LiveSource,
  MapTiles,
  ReadyCheck,
  ReadyReport,
  SimulationPort,
} from './deps.ts';
export { findChromium } from './documents/pdf.ts';
export { ExportStore, exportRunner } from './exports/index.ts';
export { tilesOf } from './map-tiles.ts';
export { createMetrics, type MetricSources, type Metrics } from './metrics.ts';
export { ReportKeeper, reportRunner } from './reports/index.ts';
export { demoBeginning } from './routes/demo.ts';
export { type ServeOptions, serveApp } from './serve.ts';
export { createSetupTokens, randomSecret, type SetupTokens, secretHash } from './setup-tokens.ts';
