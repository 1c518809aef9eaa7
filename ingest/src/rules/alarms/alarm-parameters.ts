import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of live alarms: when they are raised, and when they end. Sizes of thefts are those of the tank rules. */
export const ALARM_PARAMETERS = {
  liveWithinS: {
    value: 120,
    unit: 's',
    source: 'a sample is live when it is received within, architecture "The evaluator"',
    mark: 'eng',
  },
  holdS: { value: 120, unit: 's', source: 'an alarm stays in force for at least', mark: 'eng' },
  silenceS: { value: 900, unit: 's', source: 'after a longer silence what was going on is judged with the day', mark: 'eng' },
  tamperHoldS: { value: 600, unit: 's', source: 'an alarm of the terminal ends so long after its last record', mark: 'eng' },
  noxIVPpm: { value: 735, unit: 'ppm', source: 'China IV: 7 g/kWh at 6 kg/kWh, emissions §2.4 and R-C1', mark: 'L' },
  noxVPpm: { value: 500, unit: 'ppm', source: 'China V: about 4 g/kWh by a rule of thumb, emissions §2.4 and R-C1', mark: 'eng' },
  noxVIPpm: { value: 500, unit: 'ppm', source: 'China VI: side condition of GB 17691-2018, emissions §1.2', mark: 'M-' },
  noxGuard: { value: 1.281, unit: '1', source: 'guard factor on the level, emissions §4 (E20)', mark: 'eng' },
  noxMeanS: { value: 300, unit: 's', source: 'mean over so much qualified time', mark: 'eng' },
  noxBlockS: { value: 20, unit: 's', source: 'of means of this length, emissions §2.1', mark: 'C' },
  noxBlockFill: { value: 0.75, unit: '1', source: 'share of such a mean that must be qualified', mark: 'eng' },
  noxReachS: { value: 600, unit: 's', source: 'the qualified time lies within the last', mark: 'eng' },
  noxEndShare: { value: 0.9, unit: '1', source: 'ends below this share of the level', mark: 'eng' },
  theftSettleS: {
    value: 180,
    unit: 's',
    source: 'a level settled over so long at a stand is what a fall is measured from',
    mark: 'eng',
  },
  theftReadings: {
    value: 3,
    unit: 'readings',
    source: 'the level now is the median of the last readings, at least so many',
    mark: 'eng',
  },
  theftSpanS: { value: 20, unit: 's', source: 'and of at least so long', mark: 'eng' },
  theftEndS: { value: 600, unit: 's', source: 'ends when the level has not fallen further for so long', mark: 'eng' },
  ureaEmptyPct: {
    value: 3,
    unit: '%',
    source: 'tank empty up to here: what the pump cannot reach, and a gauge’s step',
    mark: 'eng',
  },
  ureaEmptyS: { value: 300, unit: 's', source: 'for so long while the engine runs', mark: 'eng' },
  ureaEndPct: { value: 8, unit: '%', source: 'ends above: one step of a reed chain beyond', mark: 'eng' },
  ureaEndS: { value: 60, unit: 's', source: 'median of the readings of the last', mark: 'eng' },
} as const satisfies Readonly<Record<string, Sourced>>;
