import type { Db } from '@plume/db';
import type { SetupTokens } from './setup-tokens.ts';

/** One committed sample, as the pipeline publishes it after its transaction: raw integers in catalogue order, null where there is no value. */
export interface LiveSample {
  vehicleId: number;
  timeSec: number;
  receivedAtMs: number;
  raw: readonly (number | null)[];
}

/** Where committed samples come from. A listener must be quick and must not throw; the function returned ends the subscription. */
export interface LiveSource {
  subscribe(listener: (batch: readonly LiveSample[]) => void): () => void;
}

/** What one readiness check found; `detail` is a sentence for people. */
export interface ReadyCheck {
  ok: boolean;
  detail: string;
}

/** Readiness by check name (`database`, `migrations`, `broker`, …). Fit to serve means every check is ok. */
export type ReadyReport = Record<string, ReadyCheck>;

/** Structured log in pino's calling order: fields, then a constant message. */
export interface ApiLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything the HTTP application needs; it reads no environment and opens nothing by itself. */
export interface ApiDeps {
  db: Db;
  /** Told after a truck, terminal or assignment was written, so that the doors know before the answer leaves. */
  registry: { refresh(): Promise<void> };
  live: LiveSource;
  checks(): Promise<ReadyReport>;
  /** Prometheus exposition text. */
  metrics(): Promise<string>;
  setup: SetupTokens;
  /** 256-bit bearer token of this running service, for its own command line. */
  serviceToken: string;
  /** Cuts a terminal's connections; true when there was one. */
  kick(terminalId: string, reason: string): boolean;
  /** Folder with the built page (`index.html`, `assets/`). */
  webRoot: string;
  /** Epoch milliseconds; everything about age and expiry goes by it. */
  clock(): number;
  version: string;
  log: ApiLog;
  /** Ends open streams when it aborts, so that the server can close. */
  stop?: AbortSignal;
}
