import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/quality.ts';
import { beijing, formatCount, formatShare, formatSpan, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { choice, flag, number, text, word } from '../../model/view-fields.ts';
import { serverNow } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';

export type QualityPage = InferResponseType<(typeof api)['data-quality']['$get'], 200>;
export type Truck = QualityPage['trucks'][number];
export type Day = Truck['days'][number];
export type Detail = InferResponseType<(typeof api.vehicles)[':id']['data-quality']['$get'], 200>;

/** What cells can show. */
export const MEASURES = ['effective', 'transmission', 'late', 'clock', 'gaps', 'conflicts'] as const;
export type Measure = (typeof MEASURES)[number];
/** Lengths of period that end yesterday. */
export const SPANS = { '7d': 7, '14d': 14, '30d': 30 } as const;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What the page shows, kept in the address. */
export const view = pageView({
  span: choice(['7d', '14d', '30d'], '7d'),
  from: word(DATE, ''),
  to: word(DATE, ''),
  district: text(40),
  q: text(60),
  needs: flag(false),
  show: choice(MEASURES, 'effective'),
  sort: choice(['plate', 'days', 'transmission', 'effective', 'late', 'clock', 'conflicts', 'needs'], 'effective'),
  order: choice(['asc', 'desc'], 'asc'),
  truck: number(),
});

function dateAt(ms: number): string {
  const { year, month, day } = beijing(ms);
  return `${year}-${month}-${day}`;
}

/** The days that are shown: those of the address, or so many up to yesterday. */
export function periodNow(): { from: string; to: string } {
  const { from, to, span } = view.value;
  if (from !== '' && to !== '' && from <= to) return { from, to };
  const yesterday = serverNow() - 86_400_000;
  return { from: dateAt(yesterday - (SPANS[span] - 1) * 86_400_000), to: dateAt(yesterday) };
}

const PAGE = 50;

/** One page of trucks by what the address asks. */
export async function fetchQuality(cursor: string | null, signal: AbortSignal): Promise<QualityPage> {
  const { district, q, needs, sort, order } = view.value;
  const query = {
    ...periodNow(),
    sort,
    order,
    limit: String(PAGE),
    ...(district === '' ? {} : { district }),
    ...(q.trim() === '' ? {} : { q: q.trim() }),
    ...(needs ? { needs: 'technician' as const } : {}),
    ...(cursor === null ? {} : { cursor }),
  };
  return await take(api['data-quality'].$get({ query }, { init: { signal } }));
}

/** A day's figure as text with its unit, or why there is none. */
export function dayWords(day: Day, measure: Measure): string {
  if (day.state !== 'measured') return w(day.state);
  if (measure === 'gaps')
    return day.gaps === null
      ? NO_VALUE
      : w('gapsOf', { n: formatCount(day.gaps), all: formatSpan(day.gapS ?? 0), longest: formatSpan(day.longestGapS ?? 0) });
  if (measure === 'conflicts') return formatCount(day.conflicts);
  if (measure === 'clock') return clockWords(day.clockS);
  return formatShare(day[measure]);
}

/** A clock error as text. */
export function clockWords(seconds: number | null): string {
  return seconds === null ? NO_VALUE : `${formatValue(seconds, 0)}${THIN}s`;
}

/** The text in a cell of the heat table: short, or the shape that says why there is none. */
export function cellText(day: Day, measure: Measure): string {
  if (day.state === 'engineOff') return '·';
  if (day.state === 'laidUp') return '‖';
  if (day.state === 'noData') return '○';
  if (day.state === 'notFitted') return '';
  if (measure === 'gaps') return day.gaps === null ? NO_VALUE : formatCount(day.gaps);
  if (measure === 'conflicts') return formatCount(day.conflicts);
  if (measure === 'clock') return day.clockS === null ? NO_VALUE : formatValue(day.clockS, 0);
  const share = day[measure];
  return share === null ? NO_VALUE : String(Math.floor(share * 1000) / 10);
}

/** How bad a figure is, 0 (as it should be) to 4; null: there is none. Steps: 95, 90, 75, 50 %; late 5, 10, 25, 50 %; clock 60, 120, 300, 600 s. */
export function badness(day: Day, measure: Measure): number | null {
  if (day.state === 'noData') return 4;
  if (day.state !== 'measured') return null;
  const steps = (value: number, bounds: readonly number[]) => bounds.filter((bound) => value >= bound).length;
  if (measure === 'gaps') return day.gaps === null ? null : steps((day.gapS ?? 0) / 60, [5, 15, 60, 180]);
  if (measure === 'conflicts') return steps(day.conflicts, [1, 10, 100, 1000]);
  if (measure === 'clock') return day.clockS === null ? null : steps(Math.abs(day.clockS), [60, 120, 300, 600]);
  const share = day[measure];
  if (share === null) return null;
  return measure === 'late'
    ? steps(share, [0.05, 0.1, 0.25, 0.5])
    : [0.95, 0.9, 0.75, 0.5].filter((bound) => share < bound).length;
}
