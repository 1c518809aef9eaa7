import { GRAVITY_MS2 } from './constants.ts';

/** Road-load terms of a MOVES source type: A [kW s/m], B [kW s²/m²], C [kW s³/m³], mass [t], fixed mass factor f [t]. */
export interface MovesVehicle {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly massT: number;
  readonly factor: number;
}

/** Rows of `sourceUseTypePhysics`, MOVES5 default database (USEPA/EPA_MOVES_Model; emissions §7.1). [C] */
export const MOVES_VEHICLES = {
  combinationMy2008: {
    name: 'combination long haul, class 8, MY 2008–2009',
    a: 1.73882,
    b: 0,
    c: 0.00427845,
    massT: 24.8298,
    factor: 17.1,
  },
  combinationMy2010: {
    name: 'combination long haul, class 8, MY 2010–2013',
    a: 1.73882,
    b: 0,
    c: 0.00427845,
    massT: 24.8298,
    factor: 10,
  },
  combinationMy2014: {
    name: 'combination long haul, class 8, MY 2014–2020',
    a: 1.576,
    b: 0,
    c: 0.00380477,
    massT: 24.6484,
    factor: 10,
  },
  combinationClass6: {
    name: 'combination, class 6–7, MY 2010–2013',
    a: 1.73882,
    b: 0,
    c: 0.00427845,
    massT: 14.0122,
    factor: 7,
  },
  refuseMy2010: { name: 'refuse, class 8, MY 2010–2013', a: 1.58346, b: 0, c: 0.00357228, massT: 20.7044, factor: 10 },
} as const satisfies Readonly<Record<string, MovesVehicle>>;

/**
 * Scaled tractive power, 1 (MOVES5; emissions §7.1, E14). [C]
 * f was 17.1 t for all heavy trucks before model year 2010, so papers with it are not comparable: state which one was used.
 * @param speedMs [m/s]  @param accelMs2 [m/s²]  @param gradePct [%]
 */
export function scaledTractivePower(vehicle: MovesVehicle, speedMs: number, accelMs2: number, gradePct = 0): number {
  const { a, b, c, massT, factor } = vehicle;
  const road = speedMs * (a + speedMs * (b + c * speedMs));
  const inertia = massT * speedMs * accelMs2;
  const climb = gradePct === 0 ? 0 : massT * GRAVITY_MS2 * Math.sin(Math.atan(gradePct / 100)) * speedMs;
  return (road + inertia + climb) / factor;
}
