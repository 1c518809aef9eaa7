import type { TruckHistory } from '@plume/db/evaluation';
import type { EmissionStage, TorqueKind } from '@plume/ingest/emissions';
import type { TruckFacts } from '../rules/index.ts';
import { addDays, dayStartSec } from './beijing-days.ts';

/**
 * The facts that the registry has of a truck for a time: those of the newest recorded row that has begun by then, and before any has,
 * those of the row that begins first: a truck was what it is before it was entered. A value that is not what its name promises counts as
 * not known.
 */
export function factsAt(history: TruckHistory, timeSec: number): TruckFacts {
  const inForce = history.parameters.findLast((row) => row.fromSec <= timeSec) ?? earliest(history.parameters);
  const values = inForce?.values ?? {};
  const positive = (name: string) => positiveOrNull(values[name]);
  const approval = positive('approvalGPerKwh');
  const inUse = positive('inUseGPerKwh');
  return {
    vin: history.vin,
    stage: stageOf(values.stage),
    engineModel: textOrNull(values.engineModel),
    ratedPowerKw: positive('ratedPowerKw'),
    ratedRpm: positive('ratedRpm'),
    referenceTorqueNm: positive('referenceTorqueNm'),
    torqueKind: torqueKindOf(values.torqueKind),
    workRefKwh: positive('workRefKwh'),
    bsfcRefKgPerKwh: positive('bsfcRefKgPerKwh'),
    fuelDensityKgL: positive('fuelDensityKgL'),
    displacementL: positive('displacementL'),
    fuelTankL: positive('fuelTankL'),
    ureaTankL: positive('ureaTankL'),
    hasScr: booleanOrNull(values.hasScr),
    hasDpf: booleanOrNull(values.hasDpf),
    limits: {
      ...(approval === null ? {} : { approvalGPerKwh: approval }),
      ...(inUse === null ? {} : { inUseGPerKwh: inUse }),
    },
  };
}

/** The row that begins first; of those that begin together the newest recorded. */
function earliest(rows: TruckHistory['parameters']): TruckHistory['parameters'][number] | undefined {
  return rows.reduce<TruckHistory['parameters'][number] | undefined>(
    (first, row) => (first === undefined || row.fromSec <= first.fromSec ? row : first),
    undefined,
  );
}

/** Whether a truck was to be heard of on a day: a terminal was on it, and it was not reported laid up (报停) for the day. */
export function inServiceOn(history: TruckHistory, day: string): boolean {
  const from = dayStartSec(day);
  const to = dayStartSec(addDays(day, 1));
  const laidUp = history.layUps.some(({ fromDay, toDay }) => fromDay <= day && (toDay === null || day < toDay));
  return !laidUp && history.assignments.some(({ fromSec, toSec }) => fromSec < to && toSec > from);
}

/**
 * Since when a truck is to be heard of on a day [epoch s]: since it was fitted, or since it came back from the last lay-up that had ended by
 * then. It is not silent for the time before.
 */
export function inServiceSince(history: TruckHistory, day: string): number {
  return history.layUps.reduce(
    (since, { toDay }) => (toDay !== null && toDay <= day ? Math.max(since, dayStartSec(toDay)) : since),
    history.fittedSec,
  );
}

function positiveOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function booleanOrNull(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function stageOf(value: unknown): EmissionStage | null {
  return value === 'III' || value === 'IV' || value === 'V' || value === 'VI' ? value : null;
}

function torqueKindOf(value: unknown): TorqueKind | null {
  return value === 'net' || value === 'indicated' ? value : null;
}
