import type { EmissionStage, Mark } from '@plume/ingest/emissions';
import { type Parameters, parameterRow } from '../catalogue/parameters.ts';
import type { Caveat } from '../catalogue/reasons.ts';
import type { TruckFacts } from '../day/day-input.ts';
import type { Found } from '../finding.ts';

/** A limit as it is shown: value, unit, source, mark. */
export type Limit = NonNullable<Found['limit']>;

type VerdictKey = keyof Parameters['verdicts'];

const APPROVAL: Readonly<Partial<Record<EmissionStage, VerdictKey>>> = { IV: 'approvalIV', V: 'approvalV', VI: 'approvalVI' };
const IN_USE: Readonly<Partial<Record<EmissionStage, VerdictKey>>> = { IV: 'inUseIV', V: 'inUseV', VI: 'inUseVI' };
const PPM: Readonly<Partial<Record<EmissionStage, VerdictKey>>> = { IV: 'ppmIV', V: 'ppmV' };
const LOAD_PPM: Readonly<Partial<Record<EmissionStage, VerdictKey>>> = { IV: 'loadPpmIV', V: 'loadPpmV' };

/** A number of stage 2 as a limit: with the table's source and mark, or as the site's own when it was changed. */
export function limitOf(p: Parameters['verdicts'], key: VerdictKey): Limit {
  const row = parameterRow(`verdicts.${key}`);
  const value = p[key];
  const own = value !== row.value;
  return {
    value,
    unit: row.unit,
    source: own ? `本站设定 / site setting (≠ ${row.value}, ${row.source})` : row.source,
    mark: own ? 'eng' : row.mark,
  };
}

/** Limits of type approval [g/kWh]: the truck's own, else its stage's; null for a stage without one. */
export function approvalLimit(p: Parameters['verdicts'], facts: TruckFacts): Limit | null {
  return ownLimit(facts.limits.approvalGPerKwh) ?? byStage(p, facts.stage, APPROVAL);
}

/** Limits in use [g/kWh]: the truck's own, else its stage's; null for a stage without one. */
export function inUseLimit(p: Parameters['verdicts'], facts: TruckFacts): Limit | null {
  return ownLimit(facts.limits.inUseGPerKwh) ?? byStage(p, facts.stage, IN_USE);
}

/** Concentration that stands for the in-use limit [ppm] (R-C1, R-C3). */
export function ppmLevel(p: Parameters['verdicts'], facts: TruckFacts): Limit | null {
  return byStage(p, facts.stage, PPM);
}

/** Concentration at high load [ppm] (R-C2). */
export function loadPpmLevel(p: Parameters['verdicts'], facts: TruckFacts): Limit | null {
  return byStage(p, facts.stage, LOAD_PPM);
}

/** A limit times a factor, its source saying so. */
export function times(limit: Limit, factor: number, what: string): Limit {
  return factor === 1 ? limit : { ...limit, value: limit.value * factor, source: `${what} × ${limit.source}` };
}

/** Caveats of a limit: one that was not read in its source is shown as unverified. */
export function limitCaveats(limit: Limit): Caveat[] {
  return limit.mark === 'C' ? [] : ['unverifiedLimit'];
}

function ownLimit(value: number | undefined): Limit | null {
  // Entered by an office: the registry keeps who and when, not the page it was read on.
  return value === undefined
    ? null
    : { value, unit: 'g/kWh', source: '本车登记限值 / limit entered for this truck', mark: 'eng' satisfies Mark };
}

function byStage(
  p: Parameters['verdicts'],
  stage: EmissionStage | null,
  keys: Readonly<Partial<Record<EmissionStage, VerdictKey>>>,
): Limit | null {
  const key = stage === null ? undefined : keys[stage];
  return key === undefined ? null : limitOf(p, key);
}
