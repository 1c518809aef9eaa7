import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { isAddressOrNetwork, isTileTemplate } from '@plume/api/cli';
import { DEFAULT_RETENTION, LEAST_DAYS, type Retention, retentionFault, type Tier } from '@plume/db/retention';
import { z } from 'zod';
import { fail, messageOf } from './fail.ts';

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);
const kept = (tier: Tier) => z.coerce.number().int().min(0).max(36_500).default(DEFAULT_RETENTION[tier]);
const perMinute = (byDefault: number, who: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(byDefault)
    .describe(`Requests to the API per minute that ${who} may make; 0: no limit. Terminals' doors have none`);
/** The environment variables that Plume reads, with their meanings and defaults. */
export const Environment = z.object({
  PLUME_HTTP_PORT: port(8080).describe('Page, API and MQTT over WebSocket (/mqtt); 0: any free port'),
  PLUME_MQTT_PORT: port(1883).describe('MQTT; 0: any free port'),
  PLUME_MQTTS_PORT: port(8883).describe('MQTT over TLS; open when a certificate is given'),
  PLUME_TCP_PORT: port(17_691).describe(
    'Native frames (GB 17691, HJ 1239) on plain TCP, for terminals whose profile allows it; 0: any free port',
  ),
  PLUME_TLS_CERT: z.string().min(1).optional().describe('Certificate chain, PEM file; with it the page is served over HTTPS'),
  PLUME_TLS_KEY: z.string().min(1).optional().describe('Its key, PEM file'),
  PLUME_TLS_CA: z.string().min(1).optional().describe('Authority whose client certificates terminals must present, PEM file'),
  PLUME_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  PLUME_TRUSTED_PROXIES: z
    .string()
    .refine((text) => text.split(',').every(isAddressOrNetwork), 'must be addresses or networks (10.0.0.0/8) separated by commas')
    .optional()
    .describe('Proxies in front of the page that are believed about X-Forwarded-For'),
  PLUME_DATA_DIR: z.string().min(1).default('./data').describe('Where the embedded database and files are kept'),
  PLUME_MAP_TILES: z
    .string()
    .refine(isTileTemplate, 'must be an http(s) address with {z}, {x} and {y}, such as https://tiles.example.cn/{z}/{x}/{y}.png')
    .optional()
    .describe(
      'Tiles under the tracks on the page; the browser fetches them from that host. Unset: roads of the fleet itself, no other host',
    ),
  PLUME_MAP_TILES_GCJ02: z
    .stringbool()
    .default(false)
    .describe('The tiles are shifted as GCJ-02 (maps of China): tracks are shifted to fit, on the screen only'),
  PLUME_RATE_TOKEN: perMinute(300, 'one token of a program'),
  PLUME_RATE_SESSION: perMinute(1200, 'one session of a browser'),
  PLUME_RATE_ADDRESS: perMinute(120, 'one address without a valid token or session'),
  PLUME_MAX_AGE_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe('Older samples are held back (days); 0: no limit'),
  PLUME_KEEP_FRAMES: kept('frames').describe(
    `Original messages are kept this long (days, at least ${LEAST_DAYS.frames}), then dropped by themselves; 0: for ever`,
  ),
  PLUME_KEEP_SAMPLES: kept('samples').describe(
    `Samples (days, at least ${LEAST_DAYS.samples}; three years: 1096), dropped when a person orders it; 0: for ever. Not less than the originals`,
  ),
  PLUME_KEEP_MINUTES: kept('minutes').describe('The same for truck-minutes. Not less than the samples'),
  PLUME_KEEP_DAYS: kept('days').describe(
    'The same for truck-days with their trips, windows and daily sums; sums of months stay. Not less than the minutes',
  ),
  PLUME_COMPRESS_AFTER_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(60)
    .default(8)
    .describe('Samples and originals older than this are compressed (days), truck-minutes after 31; Community edition alone'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional()
    .describe('A TimescaleDB server; unset: the embedded engine'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('warn').describe('What is logged, to standard error'),
});
/** The configuration, as it was read at the start. */
export type Config = z.infer<typeof Environment>;

/** The configuration, or the end of the process with one clear line. An empty variable counts as unset. */
export function readConfig(): Config {
  const given = Object.entries(process.env).filter(([, value]) => value !== undefined && value !== '');
  const known = new Set(Object.keys(Environment.shape));
  const strange = given.map(([name]) => name).filter((name) => name.startsWith('PLUME_') && !known.has(name));
  if (strange.length > 0) fail(`Unknown environment variable ${strange.join(', ')}. Known: ${[...known].join(', ')}.`);
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success)
    fail(parsed.error.issues.map((issue) => `Environment variable ${issue.path.join('.')}: ${issue.message}.`).join(' '));
  const config = parsed.data;
  if ((config.PLUME_TLS_CERT === undefined) !== (config.PLUME_TLS_KEY === undefined))
    fail('PLUME_TLS_CERT and PLUME_TLS_KEY belong together: set both or neither.');
  const fault = retentionFault(keptDays(config), config.PLUME_MAX_AGE_DAYS);
  if (fault) fail(`Environment variable ${KEEP[fault.tier]}: ${fault.reason}.`);
  return Object.freeze(config);
}

const KEEP = {
  frames: 'PLUME_KEEP_FRAMES',
  samples: 'PLUME_KEEP_SAMPLES',
  minutes: 'PLUME_KEEP_MINUTES',
  days: 'PLUME_KEEP_DAYS',
} as const satisfies Record<Tier, keyof Config>;

/** How many days each tier is kept; 0: for ever. */
export function keptDays(config: Config): Retention {
  const of = (tier: Tier) => config[KEEP[tier]];
  return { frames: of('frames'), samples: of('samples'), minutes: of('minutes'), days: of('days') };
}

/** Where programs of this machine are looked for, as `PATH` has it. */
export function programPath(): string {
  return process.env.PATH ?? '';
}

function readPem(config: Config, name: 'PLUME_TLS_CERT' | 'PLUME_TLS_KEY' | 'PLUME_TLS_CA'): string {
  const path = config[name] ?? '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`${name}: ${path} cannot be read (${messageOf(error)}).`);
  }
}

/** Certificate and key of the doors, read and found to belong together; null when none are given. */
export function readTls(config: Config): { cert: string; key: string; ca?: string } | null {
  if (config.PLUME_TLS_CERT === undefined) return null;
  const tls = {
    cert: readPem(config, 'PLUME_TLS_CERT'),
    key: readPem(config, 'PLUME_TLS_KEY'),
    ...(config.PLUME_TLS_CA === undefined ? {} : { ca: readPem(config, 'PLUME_TLS_CA') }),
  };
  try {
    createSecureContext(tls);
  } catch (error) {
    fail(
      `PLUME_TLS_CERT, PLUME_TLS_KEY and PLUME_TLS_CA are no certificate with its key (${messageOf(error)}). They must be PEM files.`,
    );
  }
  return tls;
}

/** The host part of an address under which this machine reaches what listens on `host`. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
