import { smoothNoise } from '../hash.ts';
import { beijingSecondOfDay, DAY_S, WORLD_EPOCH_S } from './calendar.ts';

/** The weather is shared by all trucks of a seed, so it has its own hash purposes. */
const AIR_MASS = 7001;
const PRESSURE_WAVE = 7002;

const YEAR_S = 365.2425 * DAY_S;
/** Coldest about 15 January. */
const COLDEST_S = 14 * DAY_S;
/** Warmest at 16:00 Beijing time: Changji's sun is two hours behind the clock. */
const WARMEST_OF_DAY_S = 16 * 3600;

const MEAN_C = 6;
const SEASON_C = 20.5;
const DAILY_C = 5.5;
const AIR_MASS_C = 5;

/**
 * Air temperature in the valley [°C]: season, time of day, and air masses that pass in about three days.
 * Winter days −15 to −25, summer 30 to 38 °C (handbook of the site). Computed at whole minutes and held.
 */
export function ambientTempC(seed: number, timeSec: number): number {
  const minute = Math.floor(timeSec / 60) * 60;
  const season = -SEASON_C * Math.cos((2 * Math.PI * (minute - WORLD_EPOCH_S - COLDEST_S)) / YEAR_S);
  const daily = DAILY_C * Math.cos((2 * Math.PI * (beijingSecondOfDay(minute) - WARMEST_OF_DAY_S)) / DAY_S);
  return MEAN_C + season + daily + AIR_MASS_C * smoothNoise(seed, AIR_MASS, minute / (3 * DAY_S));
}

/** Air pressure [kPa] at an elevation [m]: barometric formula with a scale height of 8,430 m, and passing highs and lows. */
export function barometricKpa(seed: number, timeSec: number, elevationM: number): number {
  const wave = 0.9 * smoothNoise(seed, PRESSURE_WAVE, Math.floor(timeSec / 60) / (2 * 1440));
  return (101.8 + wave) * Math.exp(-elevationM / 8430);
}
