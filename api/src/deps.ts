import type { Db, EvidencePackRow, Retention, Step, TierSize } from '@plume/db';
import type { DayTrace } from '@plume/ingest/rules';
import type { FileFolder } from './cases/file-folder.ts';
import type { ExportStore } from './exports/store.ts';
import type { PasswordCost } from './people/passwords.ts';
import type { RateLimits } from './rate-limits.ts';
import type { SetupTokens } from './setup-tokens.ts';

/** One committed sample, as the pipeline publishes it after its transaction: raw integers in catalogue order, null where there is no value. */
export interface LiveSample {
  vehicleId: number;
  timeSec: number;
  receivedAtMs: number;
  raw: readonly (number | null)[];
}

/** The simulated trucks that this process drives. */
export interface SimulationPort {
  /** Whether they run now. */
  readonly running: boolean;
  /** Share of their history that is written, 0 … 1; null: none is being written. */
  readonly historyShare: number | null;
  /** Begins to drive them, after the database was told that they are wanted. */
  begin(): void;
}

/** Where committed samples come from. A listener must be quick and must not throw; the function returned ends the subscription. */
export interface LiveSource {
  subscribe(listener: (batch: readonly LiveSample[]) => void): () => void;
}

/** An alarm that was raised or has ended, as the evaluator publishes it after it was stored. Times in epoch seconds. */
export interface LiveAlarm {
  readonly id: string;
  readonly vehicleId: number;
  readonly kind: string;
  readonly startedSec: number;
  /** Null while it is in force. */
  readonly endedSec: number | null;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Where alarms come from; the function returned ends the subscription. */
export interface AlarmSource {
  onAlarm(listener: (alarm: LiveAlarm) => void): () => void;
}

/** What one readiness check found; `detail` is a sentence for people, `facts` its figures for pages that say it in another language. */
export interface ReadyCheck {
  ok: boolean;
  detail: string;
  facts?: Readonly<Record<string, number | string | boolean | null>>;
}

/** Readiness by check name (`database`, `migrations`, `broker`, …). Fit to serve means every check is ok. */
export type ReadyReport = Record<string, ReadyCheck>;

/** Structured log in pino's calling order: fields, then a constant message. */
export interface ApiLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Something in a pack that is not as it should be. */
export interface EvidenceDifference {
  readonly section: string;
  readonly path: string;
  readonly stored: string;
  readonly recomputed: string;
  readonly says: string;
}

/** Where evidence packs are made and kept. */
export interface EvidencePort {
  /** Makes a pack of a finding and appends it to the chain; `along` are steps of the same transaction. */
  make(request: {
    findingId: string;
    reason: 'demand' | 'confirm' | 'print' | 'notice';
    by: string;
    along(pack: EvidencePackRow): readonly Step[];
  }): Promise<
    | {
        readonly ok: true;
        readonly pack: EvidencePackRow;
        readonly days: readonly {
          readonly date: string;
          readonly level: 'frames' | 'samples' | 'summary';
          readonly note: string | null;
        }[];
      }
    | {
        readonly ok: false;
        readonly code: 'unknown' | 'withdrawn' | 'notEvaluated' | 'waiting' | 'notReproduced';
        readonly detail: string;
        readonly differences: readonly EvidenceDifference[];
      }
  >;
  /** The bytes of a pack's file; null when it is not there. */
  read(file: string): Promise<Uint8Array | null>;
  /** Holds the chain against itself and its files. */
  check(): Promise<{
    readonly packs: number;
    readonly newestSha256: string | null;
    readonly faults: readonly { readonly seq: number; readonly id: string; readonly says: string }[];
    readonly strayFiles: readonly string[];
  }>;
}

/** A source of map tiles. */
export interface MapTiles {
  /** With `{z}`, `{x}` and `{y}`. */
  readonly template: string;
  /** Scheme, host and port of it. */
  readonly origin: string;
  /** Whether its tiles are shifted as GCJ-02: then what is drawn over them is shifted, too; nothing that is stored is. */
  readonly gcj02: boolean;
}

/** Everything the HTTP application needs; it reads no environment and opens nothing by itself. */
export interface ApiDeps {
  db: Db;
  /** Told after a truck, terminal or assignment was written, so that the doors know before the answer leaves. */
  registry: { refresh(): Promise<void> };
  live: LiveSource;
  /** Absent: no alarms are published in this process. */
  alarms?: AlarmSource;
  evidence: EvidencePort;
  /** Where attachments of cases are kept. */
  caseFiles: FileFolder;
  /** Where attachments of inspections are kept. */
  inspectionFiles: FileFolder;
  /** Where the files of exports lie. */
  exports: ExportStore;
  /** Where documents are kept as they were issued. */
  documentFiles: FileFolder;
  /** Program of a Chromium-like browser that prints PDFs; null: none was found. */
  chromium: string | null;
  /** A truck's evaluated day sample by sample; null: it has not been evaluated. */
  dayTrace(vehicleId: number, date: string, kind: 'work' | 'fuel'): Promise<DayTrace | null>;
  checks(): Promise<ReadyReport>;
  /** Prometheus exposition text. */
  metrics(): Promise<string>;
  setup: SetupTokens;
  /** Whether the service drives simulated trucks: the holder of a set-up link then sees everything at once, as long as there is no account. */
  demo: boolean;
  /** The simulated trucks of this service; null: it was started without any; absent: no service runs. */
  simulation?: SimulationPort | null;
  /** Proxies that are believed about X-Forwarded-For: addresses, or networks such as 10.0.0.0/8. */
  trustedProxies: readonly string[];
  /** How many requests are taken; the built-in limits when absent. */
  rateLimits?: RateLimits;
  /** Where the page takes tiles of a map from; absent: it draws the roads of the fleet's own tracks alone. */
  mapTiles?: MapTiles | null;
  /** What a password's hash costs; the built-in cost when absent. */
  passwordCost?: PasswordCost;
  /** 256-bit bearer token of this running service, for its own command line. */
  serviceToken: string;
  /** Cuts a terminal's connections; true when there was one. */
  kick(terminalId: string, reason: string): boolean;
  /** Folder with the built page (`index.html`, `assets/`). */
  webRoot: string;
  /** Epoch milliseconds; everything about age and expiry goes by it. */
  clock(): number;
  version: string;
  /** How many days each tier of records is kept; 0: for ever. */
  keep: Retention;
  /** How each tier lies on the disk now. */
  tierSizes(): Promise<readonly TierSize[]>;
  log: ApiLog;
  /** Ends open streams when it aborts, so that the server can close. */
  stop?: AbortSignal;
}
