import type { Context } from 'hono';
import { accepts } from 'hono/accepts';

type Range = { readonly type: string; readonly q: number };

/** How well a range of an Accept header fits a type: 3 by name, 2 by `text/*`, 1 by `*\/*`, 0 not at all. */
function closeness(range: string, type: string): number {
  const asked = range.toLowerCase();
  if (asked === type) return 3;
  if (asked === '*/*' || asked === '*') return 1;
  return asked.endsWith('/*') && type.startsWith(asked.slice(0, -1)) ? 2 : 0;
}

/** The weight that a header gives a type: that of the range which fits it best (RFC 9110 §12.5.1). */
function weight(ranges: readonly Range[], type: string): number {
  let best = { close: 0, q: 0 };
  for (const { type: range, q } of ranges) {
    const close = closeness(range, type);
    if (close > best.close) best = { close, q };
  }
  return best.q;
}

/** The type, of those offered, that a request likes most; of equals the one offered first. Null: it takes none of them. */
export function acceptedType(c: Context, offered: readonly [string, ...string[]]): string | null {
  const chosen = accepts(c, {
    header: 'Accept',
    supports: [...offered],
    default: offered[0],
    match: (ranges) => {
      let best = { type: '', q: 0 };
      for (const type of offered) {
        const q = weight(ranges, type);
        if (q > best.q) best = { type, q };
      }
      return best.type;
    },
  });
  return chosen === '' ? null : chosen;
}
