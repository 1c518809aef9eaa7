import type { NamedTruck } from '@plume/db';

/** The truck that names of a file mean. Neither `truck` nor `wrong`: it is not registered here, or not in the districts of the caller. */
export interface TruckFound {
  readonly truck: NamedTruck | null;
  readonly wrong: { readonly field: 'plate' | 'vin'; readonly zh: string; readonly en: string } | null;
}

/** A plate without the dot behind its second letter: it is written with it and without. */
export function barePlate(plate: string): string {
  return plate
    .normalize('NFKC')
    .replace(/[·.•\s]/g, '')
    .toUpperCase();
}

/** Trucks by their plates; a plate that was given to a second truck names both. */
export function byPlate(trucks: readonly NamedTruck[]): ReadonlyMap<string, readonly NamedTruck[]> {
  const found = new Map<string, NamedTruck[]>();
  for (const truck of trucks) {
    const key = barePlate(truck.plate);
    found.set(key, [...(found.get(key) ?? []), truck]);
  }
  return found;
}

/**
 * Finds the one truck that a VIN, a plate or both mean. A VIN decides; where the plate beside it is that of another truck, or a plate alone is that
 * of several, nothing is guessed.
 */
export function truckFinder(trucks: readonly NamedTruck[]): (named: { plate: string; vin: string }) => TruckFound {
  const vins = new Map(trucks.map((truck) => [truck.vin, truck]));
  const plates = byPlate(trucks);
  const mine = (truck: NamedTruck | undefined): TruckFound => ({ truck: truck?.mine ? truck : null, wrong: null });
  const wrong = (field: 'plate' | 'vin', zh: string, en: string): TruckFound => ({ truck: null, wrong: { field, zh, en } });
  return ({ plate, vin }) => {
    if (vin === '' && plate === '') return wrong('plate', '未写车辆', 'names no truck');
    const named = plate === '' ? [] : (plates.get(barePlate(plate)) ?? []);
    if (vin === '') {
      if (named.length > 1 && named.some((each) => each.mine))
        return wrong('plate', '不止一辆车登记了此车牌，请写 VIN', 'is the plate of more than one truck: write the VIN');
      return mine(named[0]);
    }
    const found = vins.get(vin);
    const other = named.find((each) => each.mine);
    if (other && named.every((each) => each.vin !== vin))
      return wrong(
        'vin',
        `与车牌 ${other.plate} 登记的 VIN 不符 (${other.vin})`,
        `is not the VIN that plate ${other.plate} is registered with (${other.vin})`,
      );
    return mine(found);
  };
}
