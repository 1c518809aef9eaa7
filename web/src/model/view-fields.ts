import { isoBeijing } from './format.ts';

/** One piece of view state in the address: how it is read (never throws; what makes no sense is the first value) and written ('' leaves it out). */
export interface Field<T> {
  read(p: URLSearchParams, name: string): T;
  write(p: URLSearchParams, name: string, value: T): void;
}

/** The view state of a page: its fields by their names in the address, in the order in which they are written. */
export type FieldsOf<V> = { readonly [K in keyof V]: Field<V[K]> };

/** Free text of bounded length. */
export function text(max = 100): Field<string> {
  return {
    read: (p, name) => (p.get(name) ?? '').slice(0, max),
    write: (p, name, value) => {
      if (value !== '') p.set(name, value);
    },
  };
}

/** One of several words, or a first value that is left out of the address. */
export function choice<const T extends string, F extends T | null>(options: readonly T[], first: F): Field<T | F> {
  return {
    read: (p, name) => options.find((each) => each === p.get(name)) ?? first,
    write: (p, name, value) => {
      if (value !== null && value !== first) p.set(name, value);
    },
  };
}

/** Text that matches a pattern, or a first value. */
export function word(pattern: RegExp, first: string): Field<string> {
  return {
    read: (p, name) => (pattern.test(p.get(name) ?? '') ? (p.get(name) ?? first) : first),
    write: (p, name, value) => {
      if (value !== first) p.set(name, value);
    },
  };
}

/** On or off; `first` is left out of the address. */
export function flag(first: boolean): Field<boolean> {
  return {
    read: (p, name) => (p.get(name) === 'on' ? true : p.get(name) === 'off' ? false : first),
    write: (p, name, value) => {
      if (value !== first) p.set(name, value ? 'on' : 'off');
    },
  };
}

/** A number of something, or none. */
export function number(): Field<number | null> {
  return {
    read: (p, name) => (/^[1-9]\d{0,8}$/.test(p.get(name) ?? '') ? Number(p.get(name)) : null),
    write: (p, name, value) => {
      if (value !== null) p.set(name, String(value));
    },
  };
}

/** Words separated by commas, each once, at most `max`; `first` when there is none. */
export function list(pattern: RegExp, max: number, first: readonly string[]): Field<readonly string[]> {
  return {
    read: (p, name) => {
      const words = [...new Set((p.get(name) ?? '').split(',').filter((each) => pattern.test(each)))].slice(0, max);
      return words.length > 0 ? words : first;
    },
    write: (p, name, value) => {
      if (value.join() !== first.join()) p.set(name, value.join());
    },
  };
}

/** Ranges that end now, shortest first. */
export const SPANS = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type Span = (typeof SPANS)[number];

/** What stretch of time is shown: one that ends now and moves on, or one between two moments (epoch ms). */
export type Range = { span: Span } | { fromMs: number; toMs: number };

/** A stretch of time: `range=now-6h`, or `from` and `to` in Beijing time. */
export function timeRange(first: Span): Field<Range> {
  return {
    read: (p, name) => {
      const span = SPANS.find((each) => `now-${each}` === p.get(name));
      if (span) return { span };
      const fromMs = Date.parse(p.get('from') ?? '');
      const toMs = Date.parse(p.get('to') ?? '');
      return fromMs < toMs ? { fromMs, toMs } : { span: first };
    },
    write: (p, name, value) => {
      if (!('span' in value)) {
        p.set('from', isoBeijing(value.fromMs));
        p.set('to', isoBeijing(value.toMs));
      } else if (value.span !== first) p.set(name, `now-${value.span}`);
    },
  };
}

/** The view that a query string means. */
export function readView<V extends object>(fields: FieldsOf<V>, query: string): V {
  const p = new URLSearchParams(query);
  const view: Partial<V> = {};
  for (const name of namesOf(fields)) view[name] = fields[name].read(p, name);
  return view as V;
}

/** The shortest query string that means a view: '' for the first one. */
export function writeView<V extends object>(fields: FieldsOf<V>, view: V): string {
  const p = new URLSearchParams();
  for (const name of namesOf(fields)) fields[name].write(p, name, view[name]);
  const written = p.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return written === '' ? '' : `?${written}`;
}

function namesOf<V>(fields: FieldsOf<V>): (keyof V & string)[] {
  return Object.keys(fields) as (keyof V & string)[];
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
