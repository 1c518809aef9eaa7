export { type Api, createApp } from './app.ts';
export type { ApiDeps, ApiLog, LiveSample, LiveSource, ReadyCheck, ReadyReport } from './deps.ts';
export { type ServeOptions, serveApp } from './serve.ts';
export { createSetupTokens, randomSecret, type SetupTokens, secretHash } from './setup-tokens.ts';
export { type ApiCall, ApiRefusal, apiCall } from './call.ts';
export { createMetrics, type Metrics, type MetricSources } from './metrics.ts';
