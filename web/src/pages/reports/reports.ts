import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { NO_VALUE } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';
import { choice, number, text } from '../../model/view-fields.ts';
import { pageView } from '../../state/place.ts';

export type Report = InferResponseType<typeof api.reports.$get, 200>['reports'][number];
export type Whole = InferResponseType<(typeof api.reports)[':id']['$get'], 200>;
export type Table = Whole['content']['tables'][number];
export type Cell = Table['rows'][number]['cells'][number];
export type Schedule = InferResponseType<(typeof api)['report-schedule']['$get'], 200>;

export const KINDS = ['day', 'month', 'year'] as const;

/** What the page shows, kept in the address. */
export const view = pageView({
  tab: choice(['list', 'schedule'], 'list'),
  kind: choice(KINDS, null),
  district: text(40),
  enterprise: text(100),
  revision: number(),
});

/** A text of the API in the language now shown. */
export function say(words: { readonly zh: string; readonly en: string }): string {
  return words[language.value];
}

/** A cell as it is read: figures with three digits, counts whole. */
export function cellText(cell: Cell | null): string {
  if (cell === null) return NO_VALUE;
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : threeDigits(cell);
  return 'none' in cell ? `${NO_VALUE} ${say(cell.none)}` : say(cell);
}

/** Two figures that differ, with digits enough to see it. */
export function differing(a: Cell | null, b: Cell | null): [string, string] {
  const plain: [string, string] = [cellText(a), cellText(b)];
  if (plain[0] !== plain[1] || typeof a !== 'number' || typeof b !== 'number') return plain;
  const digits = [4, 5, 6, 8, 10, 12].find((each) => a.toPrecision(each) !== b.toPrecision(each)) ?? 12;
  return [a.toPrecision(digits), b.toPrecision(digits)];
}

const LOOK_MS = 400;

/** Waits for a job that makes a report and answers what came of it; throws its error. */
export async function outcomeOf(jobId: number): Promise<{ reportId: number; revision: number; issued: boolean }> {
  for (;;) {
    const job = await take(api.jobs[':id'].$get({ param: { id: String(jobId) } }));
    if (job.state === 'done' && job.result !== null) return job.result as { reportId: number; revision: number; issued: boolean };
    if (job.state !== 'queued' && job.state !== 'running') throw new Error(job.error ?? job.state);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
