import type { ValuesOf } from '@plume/ingest/emissions';
import type { TruckFacts } from './day-input.ts';
import type { TANK_PARAMETERS } from './tank-parameters.ts';

/** Which of the two tanks. */
export type TankKind = 'fuel' | 'urea';
/** The numbers of tank levels. */
export type TankNumbers = ValuesOf<typeof TANK_PARAMETERS>;
/** What must be known of a truck for its tanks. */
export type TankFacts = Pick<TruckFacts, 'fuelTankL' | 'ureaTankL'>;

/** How large changes of one tank must be, in per cent of it. */
export interface TankLimits {
  readonly kind: TankKind;
  /** [L]; null: not known. */
  readonly tankL: number | null;
  /** Size [L] that litres used are turned into per cent with: the tank's, else the smallest there is. */
  readonly reckonedL: number;
  readonly risePct: number;
  /** The allowance of 1 % included. */
  readonly fallPct: number;
  /** The same for a fall on the way. */
  readonly motionFallPct: number;
  /** A reading that differs by more from the settled level begins a change. */
  readonly openPct: number;
  readonly settledPct: number;
}

/**
 * Limits for a tank whose readings lie so many per cent apart (null: not known). Apart as the contacts of a reed chain are, a change must be
 * more than one of its steps; nearer ones are a fine gauge.
 */
export function tankLimits(kind: TankKind, facts: TankFacts, stepPct: number | null, parameters: TankNumbers): TankLimits {
  const fuel = kind === 'fuel';
  const tankL = fuel ? facts.fuelTankL : facts.ureaTankL;
  const inPct = (litres: number): number => (tankL === null ? 0 : (100 * litres) / tankL);
  const step = stepPct === null || stepPct < parameters.leastGaugeStepPct ? 0 : stepPct;
  const steps = parameters.gaugeSteps * step;
  const riseL = fuel ? parameters.refillL : parameters.ureaL;
  const fallL = fuel ? parameters.theftL : parameters.ureaL;
  const leastFallPct = fuel ? parameters.theftPct : parameters.ureaPct;
  return {
    kind,
    tankL,
    reckonedL: tankL ?? (fuel ? parameters.assumedFuelL : parameters.assumedUreaL),
    risePct: Math.max(fuel ? parameters.refillPct : parameters.ureaPct, inPct(riseL), steps),
    fallPct: Math.max(leastFallPct, inPct(fallL), steps) + parameters.allowancePct,
    motionFallPct: Math.max(parameters.motionPct, 2 * steps),
    openPct: Math.max(OPEN_SHARE * leastFallPct, ONE_STEP * step),
    settledPct: Math.max(parameters.settledPct, ONE_STEP * step),
  };
}

/** Share of the least fall by which a level must differ to begin a change. */
const OPEN_SHARE = 0.4;
/** A little more than one step of the gauge. */
const ONE_STEP = 1.05;
