/** The sums of `truck_sums` in their order: column, and its name in what the evaluator makes. A test holds them against both. */
export const SLICE_SUMS = [
  ['engine_on_s', 'engineOnS'],
  ['nox_valid_s', 'noxValidS'],
  ['nox_g', 'noxG'],
  ['co2_g', 'co2G'],
  ['fuel_kg', 'fuelKg'],
  ['work_kwh', 'workKwh'],
  ['distance_km', 'distanceKm'],
  ['nox_of_work_g', 'noxOfWorkG'],
  ['work_of_nox_kwh', 'workOfNoxKwh'],
  ['nox_of_fuel_g', 'noxOfFuelG'],
  ['fuel_of_nox_kg', 'fuelOfNoxKg'],
  ['nox_of_distance_g', 'noxOfDistanceG'],
  ['distance_of_nox_km', 'distanceOfNoxKm'],
  ['idle_nox_g', 'idleNoxG'],
  ['idle_nox_s', 'idleNoxS'],
  ['filled_nox_g', 'filledNoxG'],
  ['filled_s', 'filledS'],
  ['unfilled_s', 'unfilledS'],
] as const;

/** A sum of `truck_sums` by its column. */
export type SliceSum = (typeof SLICE_SUMS)[number][0];
