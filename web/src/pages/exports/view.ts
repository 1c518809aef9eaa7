import type { InferResponseType } from 'hono/client';
import type { api } from '../../data/client.ts';
import { beijing } from '../../model/format.ts';
import { choice, list, text, word } from '../../model/view-fields.ts';
import { now } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';

/** Tables in the order of the form. */
export const TABLES = ['days', 'hours', 'minutes', 'samples', 'trips', 'windows', 'leads', 'cases', 'kpis', 'track'] as const;
export const FORMATS = ['xlsx', 'csv', 'parquet', 'geojson', 'gpx'] as const;
export const STEPS = ['1', '5', '10', '30', '60', '300'] as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const SIGNAL = /^[A-Za-z0-9]{1,40}$/;
const MOST_SIGNALS = 60;

/** The form, kept in the address: a link shows the same choice. An empty date is the day that the form begins with. */
export const view = pageView({
  table: choice(TABLES, 'days'),
  format: choice(FORMATS, 'xlsx'),
  from: word(DATE, ''),
  to: word(DATE, ''),
  district: text(40),
  enterprise: text(80),
  trucks: text(400),
  signals: list(SIGNAL, MOST_SIGNALS, []),
  step: choice(STEPS, '1'),
});

export type Export = InferResponseType<typeof api.exports.$get, 200>['exports'][number];
export type Tables = InferResponseType<typeof api.exports.tables.$get, 200>;
/** Body of an order. */
export type Order = Parameters<typeof api.exports.$post>[0]['json'];

const DAY_MS = 86_400_000;

/** A Beijing date so many days before today. */
export function dateBefore(days: number): string {
  const { year, month, day } = beijing(now.peek() - days * DAY_MS);
  return `${year}-${month}-${day}`;
}

/** The dates of the form: what was chosen, or the last seven whole days. */
export function datesNow(): { from: string; to: string } {
  const { from, to } = view.value;
  return { from: from || dateBefore(7), to: to || dateBefore(1) };
}
