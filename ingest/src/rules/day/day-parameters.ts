import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of stage 1: windows, concentrations, catalyst. */
export const DAY_PARAMETERS = {
  leadInS: {
    value: 900,
    unit: 's',
    source: 'samples before the day that only the judgement sees, architecture "The evaluator"',
    mark: 'eng',
  },
  minAmbientC: { value: -7, unit: '°C', source: 'windows, GB 17691-2018 Annex K and HJ 857-2017, emissions §3.1', mark: 'M' },
  maxAmbientC: { value: 38, unit: '°C', source: 'windows, GB 17691-2018 Annex K and HJ 857-2017, emissions §3.1', mark: 'M' },
  maxAltitudeM: { value: 2400, unit: 'm', source: 'windows and valid vehicle day, emissions §3.1 and §4', mark: 'M' },
  thresholdStartPct: {
    value: 20,
    unit: '% of rated power',
    source: 'valid windows, 582/2011 Annex II App. 1, emissions §3.1',
    mark: 'M+',
  },
  thresholdFloorPct: {
    value: 15,
    unit: '% of rated power',
    source: 'valid windows, 582/2011 Annex II App. 1, emissions §3.1',
    mark: 'M+',
  },
  leastValidShare: {
    value: 0.5,
    unit: '1',
    source: 'valid windows of all, 582/2011 Annex II App. 1, emissions §3.1',
    mark: 'M+',
  },
  longestPeriodS: {
    value: 10,
    unit: 's',
    source: 'rules by the second need samples at most this far apart, emissions §2.7',
    mark: 'eng',
  },
  meanS: { value: 20, unit: 's', source: 'concentrations are never judged on shorter means, emissions §2.1 and §4', mark: 'C' },
  qualifiedScrInC: { value: 220, unit: '°C', source: 'qualified time: SCR inlet at least, emissions §4', mark: 'eng' },
  qualifiedScrS: { value: 60, unit: 's', source: 'qualified time: SCR inlet so hot for this long, emissions §4', mark: 'eng' },
  qualifiedPower: { value: 0.1, unit: 'of rated power', source: 'qualified time: power at least, emissions §4', mark: 'eng' },
  qualifiedFuel: {
    value: 0.2,
    unit: 'of the percentile',
    source: 'qualified time without power: fuel flow at least, emissions §4',
    mark: 'eng',
  },
  qualifiedFuelPercentile: {
    value: 0.95,
    unit: '1',
    source: 'of the fuel flow of the running engine, emissions §4',
    mark: 'eng',
  },
  regenerationC: {
    value: 520,
    unit: '°C',
    source:
      'hotter at the filter (SCR inlet where that is not sent) is taken for a regeneration, which is no qualified time (emissions §4)',
    mark: 'eng',
  },
  highLoad: { value: 0.5, unit: 'of rated power', source: 'R-C2, emissions §4', mark: 'eng' },
  scrTestFromC: { value: 250, unit: '°C', source: 'efficiency of the catalyst, R-E1, emissions §4 and §5.2', mark: 'eng' },
  scrDosingFromC: {
    value: 200,
    unit: '°C',
    source: 'inlet from which urea is due: dosing of vanadium catalysts is released at 190–220 °C, emissions §5.2',
    mark: 'M',
  },
  scrTestToC: { value: 450, unit: '°C', source: 'efficiency of the catalyst, R-E1, emissions §4 and §5.2', mark: 'eng' },
} as const satisfies Readonly<Record<string, Sourced>>;
