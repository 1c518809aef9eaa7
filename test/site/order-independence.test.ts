import { history, type TerminalMessage, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { EvaluationSite, evaluationHashes } from '../support/evaluation-site.ts';

const serverUrl = inject('serverUrl');
const FIRST_SEC = Date.parse('2026-11-10T00:00:00+08:00') / 1000;
const DAY_S = 86_400;
const DAYS = 3;
const END_SEC = FIRST_SEC + DAYS * DAY_S;
/** A day after the last: everything has ended, and the truck that fell silent has been silent for long. */
const AFTER_MS = (END_SEC + DAY_S + 3600) * 1000;

/** Trucks of short shifts: one whose catalyst failed, one without urea that drives through midnight, one that falls silent after its first day. */
const SPECS = [
  { ...truckSpec(7, 1, 'scrFailed'), shiftStartS: 9 * 3600, shiftHours: 2 },
  { ...truckSpec(7, 4, 'ureaNotFilled'), shiftStartS: 23.4 * 3600, shiftHours: 2 },
  { ...truckSpec(7, 10, 'healthyV'), shiftStartS: 9 * 3600, shiftHours: 1.2 },
];
const SILENT = SPECS[2]?.terminal.id;

const MESSAGES: readonly TerminalMessage[] = [...history(SPECS, FIRST_SEC, END_SEC)]
  .flat()
  .filter(({ terminalId, sendSec }) => terminalId !== SILENT || sendSec < FIRST_SEC + DAY_S);

/** The same numbers at every run (a linear congruential generator). */
function shuffled<T>(list: readonly T[]): T[] {
  const out = [...list];
  let state = 12_345;
  for (let at = out.length - 1; at > 0; at -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const other = Math.floor((state / 2 ** 31) * (at + 1));
    [out[at], out[other]] = [out[other] as T, out[at] as T];
  }
  return out;
}

const newestFirst = () => [...MESSAGES].sort((a, b) => b.sendSec - a.sendSec);

/** Delivers in some pieces, evaluating whatever is there after each. */
async function inPieces(site: EvaluationSite, messages: readonly TerminalMessage[], pieces: number): Promise<void> {
  const length = Math.ceil(messages.length / pieces);
  for (let at = 0; at < messages.length; at += length) {
    await site.deliver(messages.slice(at, at + length));
    await site.evaluator.idle();
  }
}

const WAYS: readonly { name: string; deliver: (site: EvaluationSite) => Promise<void> }[] = [
  {
    name: 'as it was sent, evaluated as it comes in',
    deliver: async (site) => {
      for (let from = FIRST_SEC; from < END_SEC; from += DAY_S / 2) {
        const piece = MESSAGES.filter(({ sendSec }) => sendSec > from && sendSec <= from + DAY_S / 2);
        site.nowMs = (from + DAY_S / 2) * 1000;
        await site.deliver(piece);
        await site.evaluator.idle();
      }
    },
  },
  { name: 'shuffled', deliver: (site) => inPieces(site, shuffled(MESSAGES), 3) },
  { name: 'twice, the second time after it was judged', deliver: (site) => inPieces(site, [...MESSAGES, ...MESSAGES], 2) },
  {
    name: 'newest first, day by day',
    deliver: async (site) => {
      for (let from = END_SEC - DAY_S; from >= FIRST_SEC; from -= DAY_S) {
        await site.deliver(newestFirst().filter(({ sendSec }) => sendSec > from && sendSec <= from + DAY_S));
        await site.evaluator.idle();
      }
    },
  },
  {
    name: 'in two halves, the later one first, with a restart between and one in the middle of the evaluation',
    deliver: async (site) => {
      const half = Math.floor(MESSAGES.length / 2);
      await site.deliver(MESSAGES.slice(half));
      await site.restart();
      await site.evaluator.idle();
      await site.deliver(MESSAGES.slice(0, half));
      await site.restart();
    },
  },
];

/** What the first way gave on the embedded engine: every other way, on either engine, must give the same. */
let first: Record<string, string> | null = null;

const ENGINES: readonly (readonly [name: string, url: string | null])[] = [
  ['embedded', null],
  ...(serverUrl === null ? [] : [['server', serverUrl] as const]),
];

describe.each(ENGINES)('the same records on the %s engine', (_engine, url) => {
  let site: EvaluationSite;
  beforeAll(async () => {
    site = await EvaluationSite.open(url, AFTER_MS);
    // The first messages tell of the last seconds of the day before.
    await site.enter(SPECS, (FIRST_SEC - 3600) * 1000);
    await site.start();
  });
  afterAll(() => site.remove());

  it.each(WAYS)(
    'give the same minutes, days, findings and leads when they come $name',
    async ({ deliver }) => {
      await site.clear();
      site.nowMs = AFTER_MS;
      await deliver(site);
      site.nowMs = AFTER_MS;
      await site.evaluator.idle();
      expect(site.errors).toEqual([]);
      expect(await site.db.query('select vehicle_id, day, reason, error from dirty_days')).toEqual([]);
      const hashes = await evaluationHashes(site.db);
      first ??= hashes;
      expect(hashes).toEqual(first);
    },
    90_000,
  );

  it('give verdicts worth comparing', async () => {
    const rows = (table: string) => Number.parseInt(first?.[table] ?? '', 10);
    // Three trucks over five ended days, the minutes of some 8 h of driving; the silent truck and the two violators are found.
    expect(rows('truck_day')).toBe(15);
    expect(rows('truck_minute')).toBeGreaterThan(300);
    expect(rows('findings')).toBeGreaterThan(5);
    expect(rows('leads')).toBeGreaterThan(1);
  });
});
