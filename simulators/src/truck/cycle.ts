import { ambientTempC, barometricKpa } from '../world/weather.ts';
import { Drive } from './drive.ts';
import { engineOf, FUEL_KG_PER_L } from './engine.ts';
import { Exhaust } from './exhaust.ts';
import { NO_FAULTS } from './faults.ts';
import { newReading, type Reading, Sensors } from './readings.ts';
import type { TruckSpec } from './spec.ts';

/** How a cycle is driven. */
export interface CycleOptions {
  /** When the cold engine is started [epoch s]. */
  readonly startSec: number;
  /** How often the cycle is driven, one after the other. */
  readonly repeats: number;
  readonly massKg: number;
}

/** Air drag coefficient times front of a tractor with trailer [m²] (emissions §7.1). */
const DRAG_AREA_M2 = 6.5;
const SEA_LEVEL_M = 0;
/** Tanks half full are enough for a day of cycles. */
const HALF = 0.5;

/**
 * Drives a healthy truck over a cycle, speed second by second [km/h], on level ground, and yields what its terminal reads each second. It
 * has no position. The reading is filled anew each time: copy what is to be kept.
 */
export function* driveCycle(
  spec: TruckSpec,
  speedKmh: readonly number[],
  options: CycleOptions,
): Generator<Reading, void, undefined> {
  const engine = engineOf(spec);
  const drive = new Drive(engine);
  const exhaust = new Exhaust(spec, engine);
  const sensors = new Sensors(spec, engine);
  const reading = newReading();
  const { startSec, repeats, massKg } = options;
  exhaust.begin(ambientTempC(spec.worldSeed, startSec));
  exhaust.baroKpa = barometricKpa(spec.worldSeed, startSec, SEA_LEVEL_M);
  for (let second = 0; second < repeats * speedKmh.length; second += 1) {
    const timeSec = startSec + second;
    drive.follow((speedKmh[second % speedKmh.length] ?? 0) / 3.6, massKg, DRAG_AREA_M2);
    exhaust.step(timeSec, drive, ambientTempC(spec.worldSeed, timeSec), SEA_LEVEL_M, NO_FAULTS, 1, Number.POSITIVE_INFINITY);
    const usedL = drive.fuelKg / FUEL_KG_PER_L;
    sensors.read(
      {
        timeSec,
        engineOn: true,
        drive,
        exhaust,
        faults: undefined,
        fuelL: HALF * spec.fuelTankL - usedL,
        fuelTotalL: usedL,
        ureaL: HALF * spec.ureaTankL - exhaust.ureaUsedL,
        ureaTotalBeforeG: 0,
        odometerM: drive.atM,
        trip: undefined,
        vertex: 0,
        alongM: drive.atM,
        atNightPlace: false,
      },
      reading,
    );
    yield reading;
  }
}
