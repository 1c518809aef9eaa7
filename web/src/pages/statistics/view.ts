import { signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { beijing } from '../../model/format.ts';
import { daysOf, PERIODS } from '../../model/statistics.ts';
import { choice, list, text, word } from '../../model/view-fields.ts';
import { now } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';

/** Parts of the statistics. */
export const TABS = ['overview', 'explorer', 'ranking', 'map', 'guidance'] as const;
export type Tab = (typeof TABS)[number];

export type Catalogue = InferResponseType<typeof api.statistics.catalogue.$get, 200>;
export type Table = InferResponseType<typeof api.statistics.table.$get, 200>;
export type Figure = Table['total'][number];
export type Measure = Catalogue['measures'][number];
type Words = { readonly zh: string; readonly en: string };

/** Facts that trucks are filtered by. */
export const FACTS = ['district', 'enterprise', 'stage', 'model', 'use'] as const;
/** What repairs are put together by. */
export const TREATED = ['work', 'station', 'fault', 'type', 'stage', 'district'] as const;
export const RANKED = ['noxGPerKwh', 'noxGPerKgFuel', 'noxGPerKm'] as const;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NAME = /^[a-zA-Z0-9]{2,40}$/;

/** What the statistics show, kept in the address. */
export const view = pageView({
  period: choice(PERIODS, '30d'),
  from: word(DATE, ''),
  to: word(DATE, ''),
  district: text(40),
  enterprise: text(100),
  stage: text(20),
  model: text(100),
  use: text(40),
  vehicles: word(/^[1-9]\d{0,8}(,[1-9]\d{0,8}){0,49}$/, ''),
  measures: list(NAME, 6, ['noxGPerKwh', 'noxKg']),
  by: list(NAME, 2, ['month']),
  compare: choice(['none', 'previous', 'year'], 'none'),
  rank: choice(RANKED, 'noxGPerKwh'),
  treated: choice(TREATED, 'work'),
  map: choice(['noxGPerKm', 'noxG'], 'noxGPerKm'),
  layer: choice(['cells', 'roads'], 'cells'),
  hours: word(/^\d{1,2}-\d{1,2}$/, ''),
});

/** The Beijing day now. */
export function todayNow(): string {
  const { year, month, day } = beijing(now.value);
  return `${year}-${month}-${day}`;
}

/** The days and trucks that the page is about, as every question carries them. */
export function rangeNow() {
  const { period, from, to, vehicles } = view.value;
  const filters = Object.fromEntries(FACTS.flatMap((fact) => (view.value[fact] === '' ? [] : [[fact, view.value[fact]]])));
  return { ...daysOf(period, todayNow(), { from, to }), ...filters, ...(vehicles === '' ? {} : { vehicles }) };
}

/** Trucks alone, for questions with days of their own. */
export function trucksNow() {
  const { from: _from, to: _to, ...trucks } = rangeNow();
  return trucks;
}

/** A text of the API in the language now shown. */
export function say(words: Words): string {
  return words[language.value];
}

/** What can be asked, read once. */
export const catalogue = signal<Catalogue | null>(null);

/** Reads the catalogue when it is first needed. */
export async function needCatalogue(abort: AbortSignal): Promise<Catalogue> {
  catalogue.value ??= await take(api.statistics.catalogue.$get({}, { init: { signal: abort } }));
  return catalogue.value;
}

/** A measure by its id; undefined before the catalogue is there. */
export function measureOf(id: string): Measure | undefined {
  return catalogue.value?.measures.find((each) => each.id === id);
}

/** Why there is no figure, in words. */
export function reasonOf(reason: string | null): string {
  const words = reason === null ? undefined : catalogue.value?.reasons[reason];
  return words ? say(words) : '';
}

/** Asks for a table. */
export function fetchTable(
  query: Record<string, string> & { from: string; to: string; measures: string; compare?: 'none' | 'previous' | 'year' },
  abort: AbortSignal,
): Promise<Table> {
  return take(api.statistics.table.$get({ query }, { init: { signal: abort } }));
}
