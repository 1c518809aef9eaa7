import { QUALITY_PARAMETERS, type Sourced, type ValuesOf, valuesOf } from '@plume/ingest/emissions';
import { ALARM_PARAMETERS } from '../alarms/alarm-parameters.ts';
import { DAY_PARAMETERS } from '../day/day-parameters.ts';
import { PLAUSIBILITY_PARAMETERS } from '../day/plausibility-parameters.ts';
import { TANK_PARAMETERS } from '../day/tank-parameters.ts';
import { ROAD_CHECK_PARAMETERS } from '../road-check/road-check-parameters.ts';
import { VERDICT_PARAMETERS } from '../verdicts/verdict-parameters.ts';
import type { Tunable } from './tunable.ts';

/** Every number that a verdict rests on, by group: one typed, versioned place. */
export const PARAMETERS = {
  quality: QUALITY_PARAMETERS,
  day: DAY_PARAMETERS,
  tanks: TANK_PARAMETERS,
  plausibility: PLAUSIBILITY_PARAMETERS,
  verdicts: VERDICT_PARAMETERS,
  alarms: ALARM_PARAMETERS,
  roadCheck: ROAD_CHECK_PARAMETERS,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Sourced>>>>;

export type ParameterGroup = keyof typeof PARAMETERS;

/** The numbers in force, by group. */
export type Parameters = { readonly [G in ParameterGroup]: ValuesOf<(typeof PARAMETERS)[G]> };

/** A number by group and name: `verdicts.inUseIV`. */
export type ParameterKey = { [G in ParameterGroup]: `${G}.${keyof (typeof PARAMETERS)[G] & string}` }[ParameterGroup];

/** The row of a number: value, unit, source, mark, and its bounds where it has its own. */
export function parameterRow(key: ParameterKey): Sourced & Partial<Tunable> {
  const [group = '', name = ''] = key.split('.');
  const tables: Readonly<Record<string, Readonly<Record<string, Sourced & Partial<Tunable>>>>> = PARAMETERS;
  const row = tables[group]?.[name];
  if (row === undefined) throw new RangeError(`there is no number "${key}"`);
  return row;
}

/** What a site changed, by `group.name`. */
export type Overrides = Readonly<Record<string, number>>;

/** The numbers of the product with those of a site in place of them. */
export function parametersWith(overrides: Overrides = {}): Parameters {
  const groups = Object.entries(PARAMETERS).map(([group, table]) => {
    const own = Object.keys(table).flatMap((name) => {
      const value = overrides[`${group}.${name}`];
      return value === undefined ? [] : [[name, value] as const];
    });
    return [group, valuesOf(table as Readonly<Record<string, Sourced>>, Object.fromEntries(own))] as const;
  });
  return Object.fromEntries(groups) as Parameters;
}
