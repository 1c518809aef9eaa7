import { signal } from '@preact/signals';
import { isoBeijing } from '../../model/format.ts';
import { boundsOf, type Trace } from './evidence.ts';
import { type Finding, view } from './leads.ts';

/** The moment under the cursor of every chart, and of the track [epoch s]. */
export const cursorSec = signal<number | null>(null);
/** A moment that charts are led to from outside: by the track, and by the replay [epoch s]. */
export const leadSec = signal<number | null>(null);

/** What charts and track show of a day. */
export interface Stretch {
  date: string;
  fromSec: number;
  toSec: number;
  zoomed: boolean;
}

/** The day and stretch that the address asks for. */
export function shownStretch(finding: Finding): Stretch {
  const { day, from, to } = view.value;
  const known = [...finding.days, finding.day];
  const date = known.includes(day) ? day : finding.day;
  const bounds = boundsOf(date);
  const fromSec = Date.parse(from) / 1000;
  const toSec = Date.parse(to) / 1000;
  const zoomed = fromSec < toSec && fromSec >= bounds.fromSec && toSec <= bounds.toSec;
  return zoomed ? { date, fromSec, toSec, zoomed } : { date, ...bounds, zoomed };
}

const ROOM_S = 600;

/** The part of a stretch in which the engine ran, with some room around it; the whole stretch where that is not known. */
export function runningPart(stretch: Stretch, trace: Trace | null): Stretch {
  if (stretch.zoomed || trace?.fromSec !== stretch.fromSec || trace.toSec !== stretch.toSec) return stretch;
  const running = trace.states.filter(({ state }) => state !== 'noData' && state !== 'engineOff');
  const [first, last] = [running[0], running.at(-1)];
  if (!first || !last) return stretch;
  return {
    ...stretch,
    fromSec: Math.max(stretch.fromSec, first.fromSec - ROOM_S),
    toSec: Math.min(stretch.toSec, last.toSec + ROOM_S),
  };
}

/** Shows what lies between two moments. */
export function zoomTo(fromSec: number, toSec: number): void {
  const from = Math.floor(fromSec);
  view.show({ from: isoBeijing(from * 1000), to: isoBeijing(Math.max(from + 2, Math.ceil(toSec)) * 1000) });
}

/** Shows the day again. */
export function unzoom(): void {
  view.show({ from: '', to: '' });
}

/** Takes the moment of a chart's cursor over. */
export function hear(times: readonly number[], index: number | null): void {
  const sec = index === null ? null : (times[index] ?? null);
  if (sec !== null) cursorSec.value = sec;
}

/** Row of the time nearest to a moment; null when there is none. Times ascend. */
export function nearest(times: readonly number[], sec: number): number | null {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return null;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < sec) low = middle + 1;
    else high = middle;
  }
  return low > 0 && sec - (times[low - 1] ?? 0) <= (times[low] ?? 0) - sec ? low - 1 : low;
}
