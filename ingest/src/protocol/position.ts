import { signalIndex } from './signals.ts';

/** Location status bit 0: 1 = no fix, the last valid position is repeated (GB 17691-2018 Annex Q table Q.7, field 16). Hemisphere bits are ignored: sources disagree on them and the trucks are in China. */
export const NO_FIX_BIT = 0x01;

/** Where a position can be that the service believes: 73–136° E, 3–54° N. Outside, both coordinates are out of range whatever the status bit says. */
export const CHINA_RAW = { lonMin: 73_000_000, lonMax: 136_000_000, latMin: 3_000_000, latMax: 54_000_000 } as const;

/** Catalogue places of the two coordinates. */
export const LON: number = signalIndex('lonDeg');
export const LAT: number = signalIndex('latDeg');

/** Whether a pair of raw coordinates can be believed. A missing one (NaN) does not count against the other. */
export function believable(lonRaw: number, latRaw: number): boolean {
  return !(lonRaw < CHINA_RAW.lonMin || lonRaw > CHINA_RAW.lonMax || latRaw < CHINA_RAW.latMin || latRaw > CHINA_RAW.latMax);
}
