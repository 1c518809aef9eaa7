import { DEFAULT_FLEET_SIZE, defaultFleet } from './fleet/default-fleet.ts';
import { type FleetStats, runFleet } from './fleet/run-fleet.ts';
import { type HistoryProgress, type WriteHistoryOptions, writeHistory } from './fleet/write-history.ts';
import type { BadLinkOptions } from './terminal/bad-link.ts';
import type { TruckSpec } from './truck/spec.ts';
import { WORLD_EPOCH_S } from './world/calendar.ts';

/** The command `simulate`: its description and options, for the command line to show. */
export const simulateCommand = {
  meta: { name: 'simulate', description: 'Simulated trucks: live, or as history' },
  args: {
    trucks: { type: 'string', default: String(DEFAULT_FLEET_SIZE), description: 'Number of trucks, 1 to 20000' },
    seed: { type: 'string', default: '1', description: 'The same seed gives the same trucks and the same bytes' },
    speed: { type: 'string', description: 'Simulated seconds a second; absent: 1, or as fast as possible with --from and --to' },
    from: { type: 'string', description: 'Begin: 2026-11-01 (Beijing midnight), ISO 8601 with offset, or -3d, -12h from now' },
    to: { type: 'string', description: 'End, in the same forms' },
    hours: { type: 'string', default: '19.5', description: 'Length of a shift, 4 to 20 hours' },
    bulk: {
      type: 'boolean',
      default: false,
      description:
        'With --from and --to: fill the database itself, fast; the service must not run on it. One day of each week is driven and repeated, without messages; for load and size, not for verdicts on tanks',
    },
    loss: {
      type: 'string',
      default: '0',
      description: 'Bad link: share of messages lost and sent again, 0 to 0.5; as many are duplicated and reordered',
    },
  },
} as const;

/** The options as typed. */
export type SimulateArgs = { readonly [Name in Exclude<keyof typeof simulateCommand.args, 'bulk'>]?: string | undefined };

/** What the options mean. */
export interface SimulatePlan {
  readonly specs: readonly TruckSpec[];
  readonly speed: number | undefined;
  readonly fromSec: number | undefined;
  readonly toSec: number | undefined;
  readonly badLink: Omit<BadLinkOptions, 'seed'> | undefined;
}

/** What the command needs from its surroundings. */
export interface SimulateDeps {
  /** Enters the trucks and terminals; answers each terminal's secret. */
  readonly register: (specs: readonly TruckSpec[]) => Promise<ReadonlyMap<string, string>>;
  /** The broker. */
  readonly url: string;
  /** The pipeline's entrance, when it is in this process: history then goes straight in. */
  readonly accept?: WriteHistoryOptions['accept'];
  readonly signal: AbortSignal;
  readonly onStats?: (stats: FleetStats) => void;
  readonly onProgress?: (progress: HistoryProgress) => void;
}

const UNIT_S: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
/** Over MQTT as fast as possible: the terminals' bounded memory holds the clock back. */
const FLAT_OUT = 1e6;

function momentOf(text: string, nowMs: number): number | undefined {
  const ago = /^-(\d{1,5})([mhd])$/.exec(text);
  if (ago !== null) return Math.floor(nowMs / 1000) - Number(ago[1]) * (UNIT_S[ago[2] ?? ''] ?? 0);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00+08:00` : text;
  if (!/([+-]\d{2}:\d{2}|Z)$/.test(day)) return undefined;
  const ms = Date.parse(day);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

function numberOf(name: string, text: string, low: number, high: number, errors: string[]): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= low && value <= high) return value;
  errors.push(`--${name} must be a number from ${low} to ${high}, not "${text}"`);
  return low;
}

/** Reads the options. Wrong ones give one sentence each. */
export function planSimulation(
  args: SimulateArgs,
  nowMs: number,
): { ok: true; plan: SimulatePlan } | { ok: false; errors: string[] } {
  const errors: string[] = [];
  const { trucks, seed, hours, loss } = simulateCommand.args;
  const count = numberOf('trucks', args.trucks ?? trucks.default, 1, 20_000, errors);
  const seedValue = numberOf('seed', args.seed ?? seed.default, 0, 0xffff_ffff, errors);
  const shiftHours = numberOf('hours', args.hours ?? hours.default, 4, 20, errors);
  const lossShare = numberOf('loss', args.loss ?? loss.default, 0, 0.5, errors);
  const speed = args.speed === undefined ? undefined : numberOf('speed', args.speed, 0.01, 100_000, errors);
  if (!Number.isInteger(count)) errors.push('--trucks must be a whole number');
  if (!Number.isInteger(seedValue)) errors.push('--seed must be a whole number');
  const moment = (name: 'from' | 'to'): number | undefined => {
    const text = args[name];
    if (text === undefined) return undefined;
    const sec = momentOf(text, nowMs);
    if (sec === undefined) errors.push(`--${name} "${text}" is no time; write 2026-11-01, 2026-11-01T08:00:00+08:00 or -3d`);
    else if (sec < WORLD_EPOCH_S + 2 * 86_400)
      errors.push(`--${name} lies before the simulated world, which begins on 2024-01-03`);
    return sec;
  };
  const fromSec = moment('from');
  const toSec = moment('to');
  if (speed !== undefined && speed !== 1 && fromSec === undefined)
    errors.push('--speed needs --from: the trucks cannot live in the future');
  if (toSec !== undefined && fromSec === undefined) errors.push('--to needs --from');
  if (fromSec !== undefined && toSec !== undefined && toSec <= fromSec) errors.push('--to must be later than --from');
  if (errors.length > 0) return { ok: false, errors };
  const badLink =
    lossShare > 0
      ? {
          lossShare: lossShare / 2,
          lostAckShare: lossShare / 2,
          duplicateShare: lossShare,
          reorderShare: lossShare,
          cutShare: lossShare / 20,
          delayMs: 200,
        }
      : undefined;
  return { ok: true, plan: { specs: defaultFleet(seedValue, { trucks: count, shiftHours }), speed, fromSec, toSec, badLink } };
}

/** Runs a planned simulation: history straight into the pipeline where it can, otherwise terminals over MQTT. */
export async function simulate(plan: SimulatePlan, deps: SimulateDeps): Promise<{ messages: number; samples: number }> {
  const secrets = await deps.register(plan.specs);
  const { fromSec, toSec, speed, specs } = plan;
  if (
    deps.accept !== undefined &&
    fromSec !== undefined &&
    toSec !== undefined &&
    speed === undefined &&
    plan.badLink === undefined
  ) {
    const { accept, signal, onProgress } = deps;
    return writeHistory({ specs, fromSec, toSec, accept, signal, ...(onProgress && { onProgress }) });
  }
  const stats = await runFleet({
    specs,
    credentials: (terminalId) => secrets.get(terminalId) ?? '',
    url: deps.url,
    signal: deps.signal,
    speed: speed ?? (toSec === undefined ? 1 : FLAT_OUT),
    ...(fromSec !== undefined && { fromSec }),
    ...(toSec !== undefined && { toSec }),
    ...(plan.badLink && { badLink: plan.badLink }),
    ...(deps.onStats && { onStats: deps.onStats }),
  });
  return { messages: stats.acked, samples: stats.ackedSamples };
}
