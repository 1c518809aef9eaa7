import type { Level } from '../finding.ts';
import type { ParameterKey } from './parameters.ts';
import type { Caveat, Reason, Text } from './reasons.ts';

/** A text in both languages. */
export const text = (zh: string, en: string): Text => ({ zh, en });

type VerdictKey = Extract<ParameterKey, `verdicts.${string}`> extends `verdicts.${infer Name}` ? Name : never;

/** Keys of stage 2 by their names. */
export const verdicts = (...names: readonly VerdictKey[]): readonly ParameterKey[] =>
  names.map((name): ParameterKey => `verdicts.${name}`);

type TankKey = Extract<ParameterKey, `tanks.${string}`> extends `tanks.${infer Name}` ? Name : never;
const tanks = (...names: readonly TankKey[]): readonly ParameterKey[] => names.map((name): ParameterKey => `tanks.${name}`);

const NIGHT = tanks(
  'leastGaugeStepPct',
  'allowancePct',
  'gaugeSteps',
  'idleLph',
  'mostLPerKm',
  'motionPct',
  'movedKm',
  'movedM',
  'returnPct',
  'settledPct',
);

/** Numbers by which a change of the urea tank over night is found. */
export const UREA_NIGHT: readonly ParameterKey[] = [...NIGHT, ...tanks('mostUreaShare', 'ureaL', 'ureaPct')];

/** The same of the urea tank's own events, also of unknown size. */
export const UREA_EVENTS: readonly ParameterKey[] = [...UREA_NIGHT, ...tanks('assumedUreaL')];

/** Numbers by which a change of the fuel tank over night is found. */
export const FUEL_EVENTS: readonly ParameterKey[] = [
  ...NIGHT,
  ...tanks('assumedFuelL', 'refillL', 'refillPct', 'theftL', 'theftPct'),
];

/** Levels of a rule that speaks at one level only. */
export const only = (level: Level): readonly Level[] => [level];

/** Numbers that decide whether sensors may carry a verdict against a limit. */
export const SENSORS: readonly ParameterKey[] = verdicts(
  'maxPeriodS',
  'minNoxValidShare',
  'testDays',
  'overrunsDoubt',
  'overrunShare',
  'scrMinS',
  'scrDisagree',
);

/** Numbers of the doubts that void a verdict by themselves. */
export const DOUBTS: readonly ParameterKey[] = verdicts('testDays', 'overrunsDoubt', 'overrunShare', 'scrMinS', 'scrDisagree');

/** Numbers of a valid vehicle day. */
export const VALID_DAY: readonly ParameterKey[] = [...SENSORS, ...verdicts('maxOutsideShare', 'minReferences', 'minWindowShare')];

/** Numbers of the guard for uncertainty. */
export const GUARD: readonly ParameterKey[] = verdicts(
  'uncertaintySensor',
  'uncertaintyAir',
  'uncertaintyAirC',
  'uncertaintyTorque',
  'uncertaintyFuel',
);

/** Numbers of the hold for ammonia. */
export const NH3: readonly ParameterKey[] = verdicts('nh3DosingRatio', 'nh3Correlation');

/** Why sensors may not carry a verdict. */
export const SENSOR_REASONS: readonly Reason[] = ['periodTooLong', 'plausibilityFailed', 'noHotEngine', 'noxValidShare'];

/** Why a day is no valid vehicle day. */
export const VALID_DAY_REASONS: readonly Reason[] = [
  'noData',
  'noNox',
  'noExhaustFlow',
  'noRatedPower',
  'massNotComputable',
  ...SENSOR_REASONS,
  'altitude',
  'ambient',
  'tooLittleWork',
  'tooFewValidWindows',
];

/** Caveats of every day. */
export const DAY_CAVEATS: readonly Caveat[] = [
  'ambientNotChecked',
  'altitudeNotChecked',
  'coolantNotChecked',
  'dewPointNotChecked',
  'stuckNotChecked',
  'conflicts',
  'coarseSampling',
];

/** Caveats of a verdict on NOx mass. */
export const MASS_CAVEATS: readonly Caveat[] = [
  ...DAY_CAVEATS,
  'assumedReference',
  'torqueUnconfirmed',
  'classC',
  'nh3NotChecked',
];

/** Reasons of stage 1 for tests by the second. */
export const SECOND_REASONS: readonly Reason[] = ['periodTooLong', 'notAvailable'];
