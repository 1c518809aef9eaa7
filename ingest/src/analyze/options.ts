import { type EmissionStage, PLAUSIBLE_FACTS, type TorqueKind, UNKNOWN_VEHICLE } from '@plume/ingest/emissions';
import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import type { TruckFacts } from '@plume/ingest/rules';
import { parseMap } from './columns.ts';
import type { ReadOptions } from './data-file.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { offsetOf } from './time-text.ts';
import { parseUnits } from './units.ts';

/** Arguments of the command, as its command line declares them. */
export const ANALYZE_ARGS = {
  file: { type: 'positional', description: 'CSV or Parquet of about 1 Hz data', required: true },
  map: {
    type: 'string',
    description: 'Columns that are not named like signals: time=Timestamp,noxDownPpm=NOx_ppm,… (names, or numbers from 1)',
  },
  units: {
    type: 'string',
    description: 'Units of columns, where the file does not say them or is wrong: airFlowKgh=g/s,coolantTempC=K,…',
  },
  stage: { type: 'string', description: 'Emission stage: III, IV, V or VI' },
  power: { type: 'string', description: 'Rated power, kW' },
  rpm: { type: 'string', description: 'Rated speed, 1/min; gives a reference torque where none is known' },
  torque: { type: 'string', description: 'Reference torque, N·m' },
  'torque-kind': { type: 'string', description: 'What netTorquePct states: net or indicated; absent: found from the data' },
  wref: { type: 'string', description: 'Work of the reference cycle, kWh; absent: 0.09 kWh per kW rated' },
  bsfc: { type: 'string', description: 'Fuel consumption over the reference cycle, kg/kWh; absent: 0.22' },
  density: { type: 'string', description: 'Fuel density, kg/L; absent: 0.835' },
  displacement: { type: 'string', description: 'Swept volume, L; for air flow by speed and density' },
  'fuel-tank': { type: 'string', description: 'Fuel tank, L' },
  'urea-tank': { type: 'string', description: 'Urea tank, L' },
  limit: { type: 'string', description: 'A limit to count windows against, g/kWh' },
  'utc-offset': { type: 'string', description: 'Offset of times written without one, like +08:00; absent: Beijing time' },
} as const;

/** The arguments as given. */
export type AnalyzeArgs = { readonly [K in keyof typeof ANALYZE_ARGS]?: string | undefined };

/** What the arguments say. */
export interface AnalyzeOptions extends ReadOptions {
  readonly vehicle: TruckFacts;
  readonly limitGPerKwh: number | null;
}

/** Plausible ranges, those of the registry where it has the fact; beyond them a number is a slip of the unit. */
const RANGES = {
  power: PLAUSIBLE_FACTS.ratedPowerKw,
  rpm: PLAUSIBLE_FACTS.ratedRpm,
  torque: PLAUSIBLE_FACTS.referenceTorqueNm,
  wref: PLAUSIBLE_FACTS.workRefKwh,
  bsfc: PLAUSIBLE_FACTS.bsfcRefKgPerKwh,
  density: [0.7, 0.95, 'kg/L'],
  displacement: PLAUSIBLE_FACTS.displacementL,
  'fuel-tank': PLAUSIBLE_FACTS.fuelTankL,
  'urea-tank': PLAUSIBLE_FACTS.ureaTankL,
  limit: [0.01, 100, 'g/kWh'],
} as const;

/** Reads the arguments; the sentence to show when one is wrong. */
export function parseAnalyzeArgs(args: AnalyzeArgs): Outcome<AnalyzeOptions> {
  const map = parseMap(args.map ?? '');
  if (!map.ok) return map;
  const units = parseUnits(args.units ?? '');
  if (!units.ok) return units;
  const numbers: Partial<Record<keyof typeof RANGES, number>> = {};
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const text = args[name];
    if (text === undefined) continue;
    const [low, high, unit] = RANGES[name];
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= low && value <= high)) return bad(`--${name} ${text} is not between ${low} and ${high} ${unit}.`);
    numbers[name] = value;
  }
  const stage = args.stage?.toUpperCase();
  if (stage !== undefined && !isStage(stage)) return bad(`--stage ${args.stage} is not III, IV, V or VI.`);
  const kind = args['torque-kind'];
  if (kind !== undefined && !isKind(kind)) return bad(`--torque-kind ${kind} is neither net nor indicated.`);
  const zone = args['utc-offset'];
  if (zone !== undefined && !/^[+-](0\d|1[0-4]):?[0-5]\d$/.test(zone)) return bad(`--utc-offset ${zone} is not like +08:00.`);
  return good({
    map: map.value,
    units: units.value,
    vehicle: {
      ...UNKNOWN_VEHICLE,
      vin: '',
      engineModel: null,
      fuelTankL: numbers['fuel-tank'] ?? null,
      ureaTankL: numbers['urea-tank'] ?? null,
      hasScr: null,
      hasDpf: null,
      limits: {},
      stage: stage ?? null,
      ratedPowerKw: numbers.power ?? null,
      ratedRpm: numbers.rpm ?? null,
      referenceTorqueNm: numbers.torque ?? null,
      torqueKind: kind ?? null,
      workRefKwh: numbers.wref ?? null,
      bsfcRefKgPerKwh: numbers.bsfc ?? null,
      fuelDensityKgL: numbers.density ?? null,
      displacementL: numbers.displacement ?? null,
    },
    limitGPerKwh: numbers.limit ?? null,
    offsetS: zone === undefined ? BEIJING_OFFSET_S : offsetOf(zone),
  });
}

function isStage(text: string): text is EmissionStage {
  return text === 'III' || text === 'IV' || text === 'V' || text === 'VI';
}

function isKind(text: string): text is TorqueKind {
  return text === 'net' || text === 'indicated';
}
