import type { Tunable } from '../catalogue/tunable.ts';

const STEP_1 = 'emissions §7.4 step 1';

/** Numbers of the road check after a repair (复核; emissions §7.4). Limits and the guard for uncertainty are those of the verdicts. */
export const ROAD_CHECK_PARAMETERS = {
  days: { value: 14, unit: 'days', range: [7, 60], source: `valid days before and after, at least; ${STEP_1}`, mark: 'eng' },
  leftOutDays: { value: 2, unit: 'days', range: [0, 7], source: `left out on either side of the repair; ${STEP_1}`, mark: 'eng' },
  lookBackDays: {
    value: 90,
    unit: 'days',
    range: [21, 400],
    source: 'days before are no older than this: a truck of last season is another truck',
    mark: 'eng',
  },
  mostDaysAfter: {
    value: 60,
    unit: 'days',
    range: [14, 200],
    source: 'valid days after that are looked at, the first ones',
    mark: 'eng',
  },
  leastBinDays: { value: 3, unit: 'days', range: [1, 10], source: 'days with an operating bin, either side', mark: 'eng' },
  leastBinKwh: { value: 1, unit: 'kWh', range: [0, 50], source: 'work in an operating bin, either side', mark: 'eng' },
  leastOverlap: {
    value: 0.6,
    unit: '1',
    range: [0.3, 1],
    source: 'what the mixes before and after have in common, by work (E30: 0.65); below it the operation is not comparable',
    mark: 'eng',
  },
  confidence: {
    value: 0.9,
    unit: '1',
    range: [0.5, 0.99],
    source: 'two-sided, by days: its upper end must lie under the limit; emissions §7.4 step 4',
    mark: 'eng',
  },
  draws: {
    value: 2000,
    unit: 'draws',
    range: [200, 20_000],
    source: 'cluster bootstrap by day; emissions §7.4 step 2',
    mark: 'eng',
  },
  leastReduction: {
    value: 0.2,
    unit: '1',
    range: [0, 0.9],
    source:
      'a repair must be shown to have reduced by more than this; over the limit with more than this ruled out: not repaired',
    mark: 'eng',
  },
  dayShare: {
    value: 0.5,
    unit: '1',
    range: [0.1, 0.9],
    source: 'share of days after over the limit by their windows, by its one-sided bounds; as R-A3, emissions §4, E20',
    mark: 'eng',
  },
  dayConfidence: {
    value: 0.95,
    unit: '1',
    range: [0.8, 0.999],
    source: 'confidence of these bounds (Clopper and Pearson); emissions §4, E20',
    mark: 'eng',
  },
  leastControls: {
    value: 3,
    unit: 'trucks',
    range: [1, 30],
    source: 'with fewer untreated trucks nothing is taken off; emissions §7.4 step 3',
    mark: 'eng',
  },
  mostControls: { value: 30, unit: 'trucks', range: [3, 100], source: 'untreated trucks that are looked at', mark: 'eng' },
  controlDays: { value: 5, unit: 'days', range: [1, 30], source: 'valid days that a control needs on either side', mark: 'eng' },
  mostWait: {
    value: 60,
    unit: 'days',
    range: [14, 365],
    source: 'more days than this are not worth waiting for: the officer decides',
    mark: 'eng',
  },
} as const satisfies Readonly<Record<string, Tunable>>;
