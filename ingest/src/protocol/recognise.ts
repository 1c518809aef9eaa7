import { BODY } from './bodies.ts';
import { cutAtUserBody, LAYOUTS, type Layout, type LayoutId, layoutOf, newWalk, type Walk, walkLayout } from './layouts.ts';
import { OBD_VIN_AT } from './obd.ts';
import { VIN_BYTES } from './vin.ts';

/** What a data unit turned out to be. The walk is reused by the next call. */
export interface Recognised {
  readonly layout: Layout;
  readonly walk: Walk;
}

const walks: Readonly<Record<LayoutId, Walk>> = { A: newWalk(), B: newWalk(), H: newWalk() };
const results: Readonly<Record<LayoutId, Recognised>> = {
  A: { layout: layoutOf('A'), walk: walks.A },
  B: { layout: layoutOf('B'), walk: walks.B },
  H: { layout: layoutOf('H'), walk: walks.H },
};

function hasHeaderVin(bytes: Uint8Array, vinAt: number, walk: Walk): boolean {
  for (let i = 0; i < walk.count; i += 1) {
    if (bytes[walk.typeAt[i] as number] !== BODY.obd) continue;
    const at = (walk.bodyAt[i] as number) + OBD_VIN_AT;
    let same = 0;
    while (same < VIN_BYTES && bytes[at + same] === bytes[vinAt + same]) same += 1;
    if (same === VIN_BYTES) return true;
  }
  return false;
}

/** The best of several: `better` tells whether the first beats the second; the earlier one stays when neither does. */
function best(found: readonly Recognised[], better: (a: Recognised, b: Recognised) => boolean): Recognised | undefined {
  let chosen = found[0];
  for (const one of found) if (chosen !== undefined && better(one, chosen)) chosen = one;
  return chosen;
}

/**
 * Finds the layout of the data unit from `start` to `end`: the one that known bodies consume exactly, with real dates. The terminal's last layout is
 * tried first and wins; then H, B, A; of several, one whose OBD block has the VIN of the header (at `vinAt`). When none is exact in full: an exact one with a
 * false date (its records are rejected one by one), then one whose leading bodies are understood and are followed by a user-defined body (80 … FE).
 * With a single record A and B are the same bytes up to the sequence number; the values do not depend on the choice.
 */
export function recognise(
  bytes: Uint8Array,
  start: number,
  end: number,
  vinAt: number,
  sticky: LayoutId | undefined,
): Recognised | undefined {
  if (sticky !== undefined && walkLayout(layoutOf(sticky), bytes, start, end, walks[sticky]) && walks[sticky].badTimes === 0)
    return results[sticky];
  const order = sticky === undefined ? LAYOUTS : [layoutOf(sticky), ...LAYOUTS.filter((layout) => layout.id !== sticky)];
  const exact: Recognised[] = [];
  const partial: Recognised[] = [];
  for (const layout of order)
    (walkLayout(layout, bytes, start, end, walks[layout.id]) ? exact : partial).push(results[layout.id]);
  const dated = exact.filter(({ walk }) => walk.badTimes === 0);
  if (dated.length > 0) return best(dated, (a, b) => hasHeaderVin(bytes, vinAt, a.walk) && !hasHeaderVin(bytes, vinAt, b.walk));
  if (exact.length > 0) return best(exact, (a, b) => a.walk.badTimes < b.walk.badTimes);
  const cut = partial.filter(({ walk }) => cutAtUserBody(bytes, end, walk));
  return best(
    cut,
    (a, b) =>
      (a.walk.badTimes === 0 && b.walk.badTimes > 0) ||
      ((a.walk.badTimes === 0) === (b.walk.badTimes === 0) && a.walk.end > b.walk.end),
  );
}

/** After a `recognise` that found nothing: where the reading that came furthest stopped, as offset into the payload, and its layout. */
export function furthest(): Recognised {
  return best([results.H, results.B, results.A], (a, b) => a.walk.count > b.walk.count) ?? results.H;
}
