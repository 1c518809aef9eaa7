import { isoBeijing } from './format.ts';

/** Link states in the order of the count line. */
export const STATES = ['online', 'late', 'silent', 'neverSeen'] as const;
export type State = (typeof STATES)[number];

/** Ranges that end now, shortest first. */
export const SPANS = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type Span = (typeof SPANS)[number];

/** What stretch of time is shown: one that ends now and moves on, or one between two moments (epoch ms). */
export type Range = { span: Span } | { fromMs: number; toMs: number };

/** Most signals in one view. */
export const MAX_SIGNALS = 6;
/** What a truck is shown with first: the story of its NOx. */
export const DEFAULT_SIGNALS: readonly string[] = ['noxDownPpm', 'noxUpPpm', 'scrInTempC', 'speedKmh', 'ureaLevelPct'];

/** Everything that decides what the page shows; it lives in the address, so that a link is the view. */
export interface View {
  truck: number | null;
  search: string;
  state: State | null;
  sort: string;
  descending: boolean;
  signals: readonly string[];
  range: Range;
  follow: boolean;
  table: boolean;
}

/** The view of an empty address. */
export const DEFAULT_VIEW: View = {
  truck: null,
  search: '',
  state: null,
  sort: 'attention',
  descending: false,
  signals: DEFAULT_SIGNALS,
  range: { span: '1h' },
  follow: true,
  table: false,
};

const SIGNAL_ID = /^[a-z][A-Za-z0-9]{1,39}$/;

function rangeFrom(p: URLSearchParams): Range {
  const span = SPANS.find((each) => `now-${each}` === p.get('range'));
  if (span) return { span };
  const fromMs = Date.parse(p.get('from') ?? '');
  const toMs = Date.parse(p.get('to') ?? '');
  return fromMs < toMs ? { fromMs, toMs } : DEFAULT_VIEW.range;
}

/** The view that a query string means. What it does not know or cannot read falls back to the default; nothing throws. */
export function parseView(query: string): View {
  const p = new URLSearchParams(query);
  const truck = /^[1-9]\d{0,8}$/.test(p.get('truck') ?? '') ? Number(p.get('truck')) : null;
  const signals = [...new Set((p.get('signals') ?? '').split(',').filter((id) => SIGNAL_ID.test(id)))].slice(0, MAX_SIGNALS);
  const sort = p.get('sort') ?? '';
  return {
    truck,
    search: (p.get('q') ?? '').slice(0, 100),
    state: STATES.find((each) => each === p.get('state')) ?? null,
    sort: SIGNAL_ID.test(sort) ? sort : DEFAULT_VIEW.sort,
    descending: p.get('order') === 'desc',
    signals: signals.length > 0 ? signals : DEFAULT_SIGNALS,
    range: rangeFrom(p),
    follow: p.get('follow') !== 'off',
    table: p.get('table') === 'on',
  };
}

/** The shortest query string that means a view: '' for the default one. */
export function formatView(view: View): string {
  const p = new URLSearchParams();
  if (view.truck !== null) p.set('truck', String(view.truck));
  if (view.search !== '') p.set('q', view.search);
  if (view.state !== null) p.set('state', view.state);
  if (view.sort !== DEFAULT_VIEW.sort) p.set('sort', view.sort);
  if (view.descending) p.set('order', 'desc');
  if (view.signals.join() !== DEFAULT_SIGNALS.join()) p.set('signals', view.signals.join(','));
  if ('span' in view.range) {
    if (view.range.span !== '1h') p.set('range', `now-${view.range.span}`);
  } else {
    p.set('from', isoBeijing(view.range.fromMs));
    p.set('to', isoBeijing(view.range.toMs));
  }
  if (!view.follow) p.set('follow', 'off');
  if (view.table) p.set('table', 'on');
  const text = p.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Length of a span in milliseconds. */
export function spanMs(span: Span): number {
  const unit = span.endsWith('m') ? 'm' : span.endsWith('h') ? 'h' : 'd';
  return Number(span.slice(0, -1)) * UNIT_MS[unit];
}

/** The moments a range lies between when it is `nowMs`. */
export function rangeAt(range: Range, nowMs: number): { fromMs: number; toMs: number } {
  return 'span' in range ? { fromMs: nowMs - spanMs(range.span), toMs: nowMs } : range;
}
