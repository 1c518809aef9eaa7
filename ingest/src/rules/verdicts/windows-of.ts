import type { MethodClass } from '@plume/ingest/emissions';
import type { DaySummary, WindowDay } from '../day/day-summary.ts';

/** The windows a day is judged by, and of which kind they are. */
export interface BestWindows {
  readonly kind: 'work' | 'fuel';
  readonly window: WindowDay;
  readonly class: MethodClass;
}

const ORDER: readonly MethodClass[] = ['A', 'B', 'C'];

/** Reasons why a method can never say anything of the truck, whatever the day was like. */
const STRUCTURAL = ['noSeries', 'noReference', 'noRatedPower'];

/**
 * Of work and fuel windows those of the better class, work where both are alike (emissions §3.1, §3.4); one that is void for the day only
 * gives way to one that is not, and work whose fuel consumption is impossible is no work. Null: NOx mass for work cannot be computed of this truck.
 */
export function bestWindows(day: DaySummary): BestWindows | null {
  const candidates = (['work', 'fuel'] as const).flatMap((kind): BestWindows[] => {
    const window = day[kind];
    if (window.class === null || STRUCTURAL.includes(window.void ?? '')) return [];
    if (kind === 'work' && day.method.torque.reason === 'implausibleConsumption') return [];
    return [{ kind, window, class: window.class }];
  });
  return [...candidates].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

function rank({ window, class: own }: BestWindows): number {
  return (window.void === null ? 0 : 10) + ORDER.indexOf(own);
}
