import { createHash } from 'node:crypto';
import { median } from '@plume/ingest/emissions';
import type { Parameters } from './catalogue/parameters.ts';
import type { FleetReference } from './day/day-input.ts';
import type { AirFuelDay, DaySummary } from './day/day-summary.ts';

/** What a reference looks at of a day; a whole summary is one. */
export type ReferenceSummary = Pick<
  DaySummary,
  'date' | 'facts' | 'samples' | 'bins' | 'plausibility' | 'ureaTank' | 'airFuel' | 'dpf'
>;

/** A truck's day that a reference may be made of. */
export interface ReferenceDay {
  readonly vin: string;
  readonly summary: ReferenceSummary;
}

/** Days of one truck, ascending. */
type TruckDays = readonly ReferenceSummary[];

/**
 * Fleet references of a month, one per engine model and stage, from the days of the month before (others are not looked at), in the
 * order of model and stage. Each is made of medians over trucks, or of sums in which every truck weighs alike, so that no single truck,
 * nor how much it was driven, makes the norm. A figure is null with fewer trucks than the method asks for. The same days give the same
 * references, whatever their order; once made they are frozen by whoever keeps them.
 */
export function makeReferences(month: string, days: readonly ReferenceDay[], parameters: Parameters): FleetReference[] {
  const from = monthBefore(month);
  const models = new Map<string, Map<string, ReferenceSummary[]>>();
  for (const { vin, summary } of [...days].sort(byTruckAndDate)) {
    const { engineModel, stage } = summary.facts;
    if (!summary.date.startsWith(`${from}-`) || engineModel === null || stage === null || summary.samples === 0) continue;
    const key = JSON.stringify([engineModel, stage]);
    const trucks = models.get(key) ?? new Map<string, ReferenceSummary[]>();
    trucks.set(vin, [...(trucks.get(vin) ?? []), summary]);
    models.set(key, trucks);
  }
  return [...models]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, trucks]) => referenceOf(month, [...trucks.values()], parameters));
}

function referenceOf(month: string, trucks: readonly TruckDays[], { verdicts: p }: Parameters): FleetReference {
  const facts = trucks[0]?.[0]?.facts;
  const engineModel = facts?.engineModel ?? '';
  const stage = facts?.stage ?? '';
  const enough = trucks.filter((days) => days.length >= p.minReferenceDays);
  const over = (figure: (days: TruckDays) => number | null): number | null => medianOver(enough, figure, p.minReferenceTrucks);
  return {
    id: createHash('sha256').update(`${month}|${engineModel}|${stage}`).digest('hex').slice(0, 16),
    month,
    engineModel,
    stage,
    trucks: enough.length,
    truckDays: enough.reduce((sum, days) => sum + days.length, 0),
    bin1GPerHour: over((days) => medianOf(days.map(({ bins }) => (bins.bin1Enough ? bins.bin1GPerHour : null)))),
    ureaLPer100Km: over(ureaPer100Km),
    noxOddShare: over((days) => medianOf(days.map(({ plausibility }) => plausibility.noxOddShare))),
    dpfResistance: over((days) => medianOf(days.map(({ dpf }) => (dpf.samples >= p.dpfMinSamples ? dpf.median : null)))),
    joint: jointOf(enough, p.minReferenceTrucks),
    airFuel: airFuelOf(enough, p.minMapTrucks, p.mapMinS),
  };
}

/** Median over trucks; null with fewer than asked for. */
function medianOver(trucks: readonly TruckDays[], figure: (days: TruckDays) => number | null, least: number): number | null {
  const values = trucks.flatMap((days) => figure(days) ?? []);
  return values.length < least ? null : median(values);
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((each) => each !== null);
  return known.length === 0 ? null : median(known);
}

/** Urea over distance of all days that tell both [L per 100 km]. */
function ureaPer100Km(days: TruckDays): number | null {
  let ureaL = 0;
  let km = 0;
  for (const { ureaTank, facts } of days) {
    if (ureaTank.usedPct === null || ureaTank.distanceKm === null || facts.ureaTankL === null) continue;
    ureaL += (ureaTank.usedPct / 100) * facts.ureaTankL;
    km += ureaTank.distanceKm;
  }
  return km > 0 ? (100 * ureaL) / km : null;
}

/** Joint distributions of the trucks added up, each scaled to the median time of a truck, in whole seconds. */
function jointOf(trucks: readonly TruckDays[], least: number): number[] | null {
  const own = trucks.flatMap((days) => {
    const parts = days.flatMap(({ plausibility }) => (plausibility.joint === null ? [] : [plausibility.joint]));
    const sum = addCells(parts);
    return sum === null ? [] : [{ sum, seconds: sum.reduce((all, each) => all + each, 0) }];
  });
  const usable = own.filter(({ sum, seconds }) => seconds > 0 && sum.length === own[0]?.sum.length);
  if (usable.length < least) return null;
  const typical = median(usable.map(({ seconds }) => seconds));
  const scaled = usable.map(({ sum, seconds }) => sum.map((each) => (each * typical) / seconds));
  return addCells(scaled)?.map(Math.round) ?? null;
}

function addCells(parts: readonly (readonly number[])[]): number[] | null {
  const [head] = parts;
  if (head === undefined) return null;
  return head.map((_, cell) => parts.reduce((all, each) => all + (each[cell] ?? 0), 0));
}

/** Air to fuel by load: the median over trucks of Σ air / Σ fuel, classes that enough trucks drove for long enough; null without any. */
function airFuelOf(trucks: readonly TruckDays[], leastTrucks: number, leastS: number): FleetReference['airFuel'] {
  const byLoad = new Map<number, number[]>();
  for (const days of trucks)
    for (const [load, { seconds, airKg, fuelKg }] of sumsByLoad(days.flatMap(({ airFuel }) => airFuel ?? [])))
      if (seconds >= leastS && fuelKg > 0) byLoad.set(load, [...(byLoad.get(load) ?? []), airKg / fuelKg]);
  const map = [...byLoad]
    .filter(([, ratios]) => ratios.length >= leastTrucks)
    .sort(([a], [b]) => a - b)
    .map(([load, ratios]) => ({ load, airToFuel: median(ratios) }));
  return map.length === 0 ? null : map;
}

function sumsByLoad(rows: readonly AirFuelDay[]): Map<number, { seconds: number; airKg: number; fuelKg: number }> {
  const sums = new Map<number, { seconds: number; airKg: number; fuelKg: number }>();
  for (const { load, seconds, airKg, fuelKg } of rows) {
    const sum = sums.get(load) ?? { seconds: 0, airKg: 0, fuelKg: 0 };
    sums.set(load, { seconds: sum.seconds + seconds, airKg: sum.airKg + airKg, fuelKg: sum.fuelKg + fuelKg });
  }
  return sums;
}

function byTruckAndDate(a: ReferenceDay, b: ReferenceDay): number {
  if (a.vin !== b.vin) return a.vin < b.vin ? -1 : 1;
  return a.summary.date < b.summary.date ? -1 : a.summary.date > b.summary.date ? 1 : 0;
}

/** The month before another: `2026-01` → `2025-12`. */
function monthBefore(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}
