import type { Sourced, ValuesOf } from './sourced.ts';

/** The thresholds of the judgement, each with its source. */
export const QUALITY_PARAMETERS = {
  engineOnRpm: { value: 300, unit: 'rpm', source: 'above cranking, below idle', mark: 'eng' },
  noxFloorPpm: { value: -20, unit: 'ppm', source: 'sensor noise down to here is kept, emissions §2.1', mark: 'L' },
  coolantHotC: { value: 70, unit: '°C', source: 'NOx valid from here, emissions §2.1; GB 17691-2018 Annex K', mark: 'M+' },
  dewPointC: { value: 100, unit: '°C', source: 'release of ZrO2 sensors at 100–140 °C exhaust, emissions §2.1', mark: 'M' },
  settleS: { value: 60, unit: 's', source: 'NOx counts this long after it became valid, emissions §2.1', mark: 'M' },
  stuckSamples: { value: 15, unit: 'samples', source: 'Cao 2025: more than this many equal readings, emissions §2.1', mark: 'C' },
  stuckRpmCv: { value: 0.02, unit: '1', source: 'engine speed must vary by this meanwhile, emissions §2.1', mark: 'C' },
  stuckFuelCv: {
    value: 0.3,
    unit: '1',
    source: 'fuel rate must vary by this where no engine speed is sent, emissions §5.4 T1, T2',
    mark: 'eng',
  },
  stuckSlowPeriodS: { value: 5, unit: 's', source: 'from this period on the rule for slow uploads holds', mark: 'eng' },
  stuckSlowSamples: { value: 15, unit: 'samples', source: 'slow uploads: at least this many, emissions §2.1', mark: 'C' },
  stuckSlowRpmSpan: { value: 100, unit: 'rpm', source: 'slow uploads: engine speed changed by more, emissions §2.1', mark: 'C' },
  overrunSpeedKmh: { value: 20, unit: 'km/h', source: 'no fuel above this speed is overrun, emissions §2.5', mark: 'C' },
  idleSpeedKmh: { value: 1, unit: 'km/h', source: 'standing below this', mark: 'eng' },
} as const satisfies Readonly<Record<string, Sourced>>;

/** The thresholds as plain numbers. */
export type QualityParameters = ValuesOf<typeof QUALITY_PARAMETERS>;
