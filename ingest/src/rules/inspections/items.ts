import type { Text } from '../catalogue/reasons.ts';
import type { InspectionMethod } from './kinds.ts';

/** What is told apart when measurements of different instruments are compared. */
export const INSPECTION_POLLUTANTS = ['NOx', 'smoke', 'CO', 'HC'] as const;
export type InspectionPollutant = (typeof INSPECTION_POLLUTANTS)[number];

/** A limit as it is proposed in a form; what a record was judged by is written in the record. */
export interface ProposedLimit {
  readonly value: number;
  readonly source: string;
  readonly methods: readonly InspectionMethod[];
}

/** A quantity that an inspection measures. */
export interface InspectionItem extends Text {
  readonly id: string;
  readonly unit: string;
  readonly pollutant: InspectionPollutant;
  /** Highest value that is believed. */
  readonly max: number;
  readonly decimals: number;
  readonly limits: readonly ProposedLimit[];
}

const GB3847 = 'GB 3847-2018 限值 a';
const HJ845 = 'HJ 845-2017';

/**
 * The quantities, with the limits that a form proposes (emissions §1.3, §1.4). All limits here are from memory [M]: every screen calls them
 * unverified, and a record carries the limit that its own report names.
 */
export const INSPECTION_ITEMS = [
  {
    id: 'lightAbsorptionPerM',
    zh: '光吸收系数',
    en: 'light absorption',
    unit: 'm⁻¹',
    pollutant: 'smoke',
    max: 20,
    decimals: 2,
    limits: [{ value: 1.2, source: GB3847, methods: ['lugDown', 'freeAcceleration'] }],
  },
  {
    id: 'opacityPct',
    zh: '不透光度',
    en: 'opacity',
    unit: '%',
    pollutant: 'smoke',
    max: 100,
    decimals: 1,
    limits: [{ value: 30, source: HJ845, methods: ['remoteSensing'] }],
  },
  {
    id: 'ringelmann',
    zh: '林格曼黑度',
    en: 'Ringelmann',
    unit: '',
    pollutant: 'smoke',
    max: 5,
    decimals: 0,
    limits: [
      {
        value: 1,
        source: `${GB3847}, ${HJ845}`,
        methods: ['lugDown', 'freeAcceleration', 'remoteSensing', 'blackSmokeCamera', 'visual'],
      },
    ],
  },
  {
    id: 'noxPpm',
    zh: 'NOx',
    en: 'NOx',
    unit: 'ppm',
    pollutant: 'NOx',
    max: 10_000,
    decimals: 0,
    limits: [{ value: 1500, source: GB3847, methods: ['lugDown'] }],
  },
  {
    id: 'noPpm',
    zh: 'NO',
    en: 'NO',
    unit: 'ppm',
    pollutant: 'NOx',
    max: 10_000,
    decimals: 0,
    limits: [{ value: 1500, source: HJ845, methods: ['remoteSensing'] }],
  },
  { id: 'noxGPerKwh', zh: 'NOx 比排放', en: 'specific NOx', unit: 'g/kWh', pollutant: 'NOx', max: 100, decimals: 2, limits: [] },
  { id: 'coPct', zh: 'CO', en: 'CO', unit: '%', pollutant: 'CO', max: 20, decimals: 2, limits: [] },
  { id: 'hcPpm', zh: 'HC', en: 'HC', unit: 'ppm', pollutant: 'HC', max: 50_000, decimals: 0, limits: [] },
] as const satisfies readonly InspectionItem[];

export type InspectionItemId = (typeof INSPECTION_ITEMS)[number]['id'];

/** An item by its id; undefined: there is none. */
export function inspectionItem(id: string): InspectionItem | undefined {
  return INSPECTION_ITEMS.find((each) => each.id === id);
}

/** The limit that a form proposes for an item by a method; null: none is known. */
export function proposedLimit(id: string, method: InspectionMethod): ProposedLimit | null {
  return inspectionItem(id)?.limits.find(({ methods }) => methods.includes(method)) ?? null;
}
