const SIGNALS = [
  'speed',
  'rpm',
  'noxUp',
  'noxDown',
  'scrInTemp',
  'scrOutTemp',
  'coolantTemp',
  'power',
  'ureaLevel',
  'fuelLevel',
  'pm',
] as const;

/** The figure columns of `truck_minute`, each a `real`. A test holds them against what the evaluator makes and against the database. */
export const MINUTE_COLUMNS: readonly string[] = [
  'samples',
  'engineOnS',
  'noxValidS',
  'noxG',
  'co2G',
  'fuelKg',
  'workKwh',
  'distanceKm',
  'noxOfWorkG',
  'workOfNoxKwh',
  'noxOfFuelG',
  'fuelOfNoxKg',
  'noxOfDistanceG',
  'distanceOfNoxKm',
  'ureaL',
  ...SIGNALS.flatMap((signal) => [`${signal}Min`, `${signal}Mean`, `${signal}Max`]),
  'lonDeg',
  'latDeg',
];

/** `"samples", "engineOnS", …` */
export const MINUTE_COLUMN_LIST = MINUTE_COLUMNS.map((name) => `"${name}"`).join(', ');
