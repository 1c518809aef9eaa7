import { type Db, insertTerminal, insertVehicle } from '@plume/db';
import { QUALITY, type SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import { defaultFleet, newReading, type TruckSpec, truck } from '@plume/simulators';

export const DAY_S = 86_400;
export const BEIJING_S = 8 * 3600;
const SHIFT_HOURS = 8;
const SHIFT_START_S = 7 * 3600;

/** Trucks that drive eight hours a day and send a record a second. */
export function shiftTrucks(count: number): TruckSpec[] {
  return defaultFleet(1, { trucks: count, shiftHours: SHIFT_HOURS }).map((spec) => ({
    ...spec,
    shiftStartS: SHIFT_START_S,
    terminal: { ...spec.terminal, recordPeriodS: 1, uploadPeriodS: 10, lossShare: 0 },
  }));
}

/** What the engine running at 1 Hz leaves in the table on the day that begins then. A signal that never has a value was not sent. */
export function dayOf(spec: TruckSpec, fromSec: number, into: SampleColumns): void {
  const each = truck(spec);
  const reading = newReading();
  const missing: number[][] = Array.from({ length: SIGNAL_COUNT }, () => []);
  into.clear();
  for (let timeSec = fromSec; timeSec < fromSec + DAY_S; timeSec += 1) {
    if (!each.engineOnAt(timeSec)) continue;
    const { raw } = each.readAt(timeSec, reading);
    const row = into.append(timeSec);
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
      const value = raw[signal] ?? Number.NaN;
      if (Number.isNaN(value)) missing[signal]?.push(row);
      else into.setValue(row, signal, value);
    }
  }
  for (const [signal, rows] of missing.entries())
    if (rows.length < into.count) for (const row of rows) into.setMissing(row, signal, QUALITY.na);
}

/** Enters a truck with its terminal as the registry has them. Answers its id. */
export async function enterTruck(db: Db, spec: TruckSpec): Promise<number> {
  const { vin, plate, plateColor, district, enterprise, useType, terminal } = spec;
  const { stage, ratedPowerKw, referenceTorqueNm, fuelTankL, ureaTankL, engineModel } = spec;
  const parameters = { stage, ratedPowerKw, referenceTorqueNm, fuelTankL, ureaTankL, engineModel };
  const where = { plateColor, district, enterprise, useType };
  const vehicleId = await insertVehicle(db, { vin, plate, ...where, fittedAtMs: 0, demo: true, recordedBy: 'bench', parameters });
  if (vehicleId === undefined) throw new Error(`${vin} is there already`);
  const unknown = { vendor: undefined, model: undefined, firmware: undefined, iccid: undefined };
  const assignment = { vehicleId, fromMs: 0 };
  await insertTerminal(db, { id: terminal.id, secretHash: new Uint8Array(32), ...unknown, profile: {}, demo: true, assignment });
  return vehicleId;
}
