import { signal, untracked } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useEffect } from 'preact/hooks';
import { api, type CallError, isAbort, take } from '../../data/client.ts';
import { isoBeijing } from '../../model/format.ts';
import { choice, flag, list, type Range, rangeAt, spanMs, timeRange, word } from '../../model/view-fields.ts';
import { hearServerTime, serverNow } from '../../state/clock.ts';
import { noteReading } from '../../state/failing.ts';
import { pageView } from '../../state/place.ts';
import { againAfterMs } from '../../state/query.ts';
import { noteFailure, noteSuccess, session } from '../../state/session.ts';

export type VehicleDetail = InferResponseType<(typeof api.vehicles)[':id']['$get'], 200>;
export type Series = InferResponseType<(typeof api.vehicles)[':id']['series']['$get'], 200>;

/** Most signals in one view. */
export const MAX_SIGNALS = 6;
/** What a truck is shown with first: the story of its NOx. */
const FIRST_SIGNALS: readonly string[] = ['noxDownPpm', 'noxUpPpm', 'scrInTempC', 'speedKmh', 'ureaLevelPct'];
const FIRST_SPAN = '1h';

/** Parts of a truck's file. */
export const TABS = ['charts', 'days', 'trips', 'trend', 'tanks', 'faults', 'quality', 'leads', 'file'] as const;

/** How many days the parts over time show. */
export const BACKS = ['31', '92'] as const;

/** What the file shows, kept in the address. */
export const view = pageView({
  tab: choice(TABS, 'charts'),
  signals: list(/^[a-z][A-Za-z0-9]{1,39}$/, MAX_SIGNALS, FIRST_SIGNALS),
  range: timeRange(FIRST_SPAN),
  follow: flag(true),
  table: flag(false),
  /** Last of the days that are shown; '' for today. */
  until: word(/^\d{4}-\d{2}-\d{2}$/, ''),
  back: choice(BACKS, '31'),
  /** Year of the calendar; '' for this one. */
  year: word(/^\d{4}$/, ''),
  /** The day of the calendar that is looked at. */
  day: word(/^\d{4}-\d{2}-\d{2}$/, ''),
});

const widerRanges: Range[] = [];

/** Narrows the range to what was dragged across a chart. Charts that share a cursor all report one drag; it is one step. */
export function zoom(range: Range): void {
  const before = view.peek();
  view.show({ range });
  if (view.peek() !== before) widerRanges.push(before.range);
}

/** Goes back to the range before the last zoom; after a link to a fixed range, to the range of a fresh page. */
export function unzoom(): void {
  view.show({ range: widerRanges.pop() ?? { span: FIRST_SPAN } });
}

/** The series shown; it stays on screen while the next one is being read. */
export const series = signal<Series | null>(null);
export const seriesFailure = signal<CallError | null>(null);
export const seriesLoading = signal(false);
/** The row under the shared cursor; null: the last one that holds a value. */
export const cursorRow = signal<number | null>(null);

/** How often a following chart that was refused is asked for again [ms]. */
const LOOK_MS = 60_000;
const LEAST_FOLLOW_MS = 15_000;
let abort = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
let lastRead = 0;
let shown: number | null = null;

/** How many samples to ask for: raw up to an hour at 1 Hz on a wide screen, fewer on a phone. */
function points(): number {
  return innerWidth < 720 ? 2000 : 4000;
}

/** How often a moving range is read again: often when it is short, at most once a bucket or so when it is long. */
function followEveryMs(spanLengthMs: number): number {
  return Math.min(120_000, Math.max(2000, spanLengthMs / 400));
}

async function readSeries(): Promise<void> {
  if (shown === null) return;
  const id = shown;
  const v = view.peek();
  abort.abort();
  clearTimeout(timer);
  const mine = new AbortController();
  abort = mine;
  seriesLoading.value = true;
  lastRead = Date.now();
  try {
    const { fromMs, toMs } = rangeAt(v.range, serverNow());
    const query = { signals: v.signals.join(','), from: isoBeijing(fromMs), to: isoBeijing(toMs), points: String(points()) };
    const answer = await take(
      api.vehicles[':id'].series.$get({ param: { id: String(id) }, query }, { init: { signal: mine.signal } }),
    );
    hearServerTime(answer.serverTime);
    series.value = answer;
    seriesFailure.value = null;
    noteSuccess();
    noteReading(series, null);
    if ('span' in v.range && v.follow)
      timer = setTimeout(() => void readSeries(), Math.max(LEAST_FOLLOW_MS, followEveryMs(spanMs(v.range.span))));
  } catch (error) {
    if (mine.signal.aborted || isAbort(error)) return;
    const failure = noteFailure(error);
    seriesFailure.value = failure;
    noteReading(series, failure.kind === 'broken' ? failure : null);
    const following = 'span' in v.range && v.follow ? LOOK_MS : null;
    const afterMs = againAfterMs(failure.kind, following);
    if (afterMs !== null) timer = setTimeout(() => void readSeries(), afterMs);
  } finally {
    if (abort === mine) seriesLoading.value = false;
  }
}

/** Reads the shown series again now. */
export function rereadSeries(): void {
  void readSeries();
}

/** Called when the shown truck sent something: moves a following chart on, no more often than its range is worth. */
export function truckSent(): void {
  const v = view.peek();
  if (!('span' in v.range) || !v.follow || seriesLoading.peek()) return;
  if (Date.now() - lastRead >= followEveryMs(spanMs(v.range.span))) void readSeries();
}

/** Reads the series that the address asks for, while the charts are on the page. */
export function useSeries(id: number): void {
  const { signals, range, follow } = view.value;
  const signedIn = session.value === 'in';
  useEffect(() => {
    series.value = null;
    widerRanges.length = 0;
  }, [id]);
  useEffect(() => {
    if (!signedIn) return undefined;
    shown = id;
    cursorRow.value = null;
    seriesFailure.value = null;
    untracked(() => void readSeries());
    return () => {
      shown = null;
      abort.abort();
      clearTimeout(timer);
      noteReading(series, null);
    };
  }, [id, signedIn, JSON.stringify([signals, range, follow])]);
}
