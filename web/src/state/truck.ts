import { effect, signal, untracked } from '@preact/signals';
import { fetchCatalogue, fetchRejections, fetchSeries, fetchVehicle } from '../data/calls.ts';
import type { CallError, CatalogueSignal, Series, VehicleDetail } from '../data/client.ts';
import { rangeAt, spanMs, type View } from '../model/url-state.ts';
import { hearServerTime, serverNow } from './clock.ts';
import { noteFailure, noteSuccess, session } from './session.ts';
import { view } from './view.ts';

/** The catalogue; empty until it has been read. */
export const catalogue = signal<readonly CatalogueSignal[]>([]);
export const truck = signal<VehicleDetail | null>(null);
export const rejections = signal<Awaited<ReturnType<typeof fetchRejections>>>([]);
/** The series shown; it stays on screen while the next one is being read. */
export const series = signal<Series | null>(null);
export const seriesFailure = signal<CallError | null>(null);
export const seriesLoading = signal(false);
/** The row under the shared cursor; null: the last one that holds a value. */
export const cursorRow = signal<number | null>(null);

const RETRY_MS = 3000;
let abort = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
let lastRead = 0;

/** How many samples to ask for: raw up to an hour at 1 Hz on a wide screen, fewer on a phone. */
function points(): number {
  return innerWidth < 700 ? 2000 : 4000;
}

/** How often a moving range is read again: often when it is short, at most once a bucket or so when it is long. */
export function followEveryMs(spanLengthMs: number): number {
  return Math.min(120_000, Math.max(2000, spanLengthMs / 400));
}

async function readSeries(v: View): Promise<void> {
  if (v.truck === null) return;
  abort.abort();
  clearTimeout(timer);
  const mine = new AbortController();
  abort = mine;
  seriesLoading.value = true;
  lastRead = Date.now();
  try {
    const answer = await fetchSeries(
      { id: v.truck, signals: v.signals, ...rangeAt(v.range, serverNow()), points: points() },
      mine.signal,
    );
    hearServerTime(answer.serverTime);
    series.value = answer;
    seriesFailure.value = null;
    noteSuccess();
    if ('span' in v.range && v.follow) {
      timer = setTimeout(() => void readSeries(view.peek()), Math.max(15_000, followEveryMs(spanMs(v.range.span))));
    }
  } catch (error) {
    if (mine.signal.aborted) return;
    seriesFailure.value = noteFailure(error);
    if (seriesFailure.value.kind !== 'refused') timer = setTimeout(() => void readSeries(view.peek()), RETRY_MS);
  } finally {
    if (abort === mine) seriesLoading.value = false;
  }
}

/** Reads the shown series again now. */
export function rereadSeries(): void {
  void readSeries(view.peek());
}

/** Called when the shown truck sent something: moves a following chart on, no more often than its range is worth. */
export function truckSent(): void {
  const v = view.peek();
  if (!('span' in v.range) || !v.follow || seriesLoading.peek()) return;
  if (Date.now() - lastRead >= followEveryMs(spanMs(v.range.span))) void readSeries(v);
}

async function readTruck(id: number, mine: AbortSignal): Promise<void> {
  try {
    const answer = await fetchVehicle(id, mine);
    truck.value = answer;
    rejections.value = answer.terminal ? await fetchRejections(answer.terminal.id, mine) : [];
  } catch (error) {
    if (!mine.aborted) noteFailure(error);
  }
}

/** Follows the part of the view that the chosen truck's panel depends on. */
export function followTruck(): () => void {
  let shown: number | null = null;
  let reading = new AbortController();
  const stopTruck = effect(() => {
    const id = view.value.truck;
    if (session.value !== 'in' || id === shown) return;
    shown = id;
    reading.abort();
    reading = new AbortController();
    truck.value = null;
    series.value = null;
    rejections.value = [];
    if (id !== null) void readTruck(id, reading.signal);
  });
  let asked = '';
  const stopSeries = effect(() => {
    const v = view.value;
    if (session.value !== 'in') return;
    const question = JSON.stringify([v.truck, v.signals, v.range, v.follow]);
    if (question === asked) return;
    asked = question;
    cursorRow.value = null;
    seriesFailure.value = null;
    if (v.truck === null) {
      abort.abort();
      clearTimeout(timer);
    } else untracked(() => void readSeries(v));
  });
  return () => {
    stopTruck();
    stopSeries();
  };
}

/** Reads the catalogue, again and again until it is there. */
export async function readCatalogue(): Promise<void> {
  try {
    catalogue.value = (await fetchCatalogue()).signals;
  } catch (error) {
    noteFailure(error);
    setTimeout(() => void readCatalogue(), RETRY_MS);
  }
}
