export type { Acceptance, Envelope, Verdict } from './envelope.ts';
export { type Incident, IncidentBook } from './incident-book.ts';
export { type Ingest, type IngestConfig, type IngestDeps, type IngestStats, startIngest } from './ingest.ts';
export type { LiveSample } from './latest-book.ts';
export { reprocessRunner } from './reprocess.ts';
