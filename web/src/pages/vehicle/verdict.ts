import type { TruckDay } from './history.ts';

/** What is said of a day in one sign: the gravest level that spoke, or that nothing did, or that nothing could be said. */
export type DayVerdict = 'probable' | 'suspected' | 'attention' | 'fault' | 'clear' | 'notEvaluated' | 'parked';

/** Signs of verdicts: shape and tone say the same. */
export const SIGNS: Readonly<Record<DayVerdict, { mark: string; tone: string }>> = {
  probable: { mark: '▲', tone: 'over' },
  suspected: { mark: '△', tone: 'attention' },
  attention: { mark: '△', tone: 'attention' },
  fault: { mark: '◌', tone: 'data-problem' },
  clear: { mark: '✓', tone: '' },
  notEvaluated: { mark: '?', tone: 'data-problem' },
  parked: { mark: '·', tone: 'quiet' },
};

/** The verdict of an evaluated day. A refill or another event is no verdict; without a window that counts nothing is said of emissions. */
export function verdictOf(day: Pick<TruckDay, 'worstLevel' | 'figures'>): DayVerdict {
  if (day.worstLevel !== null && day.worstLevel !== 'event') return day.worstLevel;
  if ((day.figures.engineOnS ?? 0) === 0) return 'parked';
  return day.figures.p90GPerKwh === null ? 'notEvaluated' : 'clear';
}
