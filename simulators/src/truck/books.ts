import { between, uniform } from '../hash.ts';
import { UREA_KG_PER_L } from './engine.ts';
import { faultsAt } from './scenarios.ts';
import type { ShiftPlan, ShiftPlanner } from './shift-plan.ts';
import type { TruckSpec } from './spec.ts';

/** What slowly changes, at the start of a shift, and what is filled or stolen in the parking after it. */
export interface ShiftBooks {
  readonly odometerM: number;
  readonly fuelL: number;
  readonly fuelTotalL: number;
  readonly ureaL: number;
  readonly ureaTotalG: number;
  /** Urea this shift uses [L]. */
  readonly ureaUseL: number;
  /** Filled and stolen after the shift [L]. */
  readonly refuelL: number;
  readonly ureaFillL: number;
  readonly theftL: number;
  readonly ureaDrainL: number;
}

/** What a shift begins with. */
type Opening = Omit<ShiftBooks, 'ureaUseL' | 'refuelL' | 'ureaFillL' | 'theftL' | 'ureaDrainL'>;

/** Urea that the pump cannot reach, as a share of the tank. */
const DEAD_UREA = 0.012;
const LEAST_LEFT = 0.3;
/** Fuel a truck of 276 kW may need in an hour of shift [L]. */
const HOURLY_FUEL_L = 26;

/**
 * Carries odometer, tanks and counters from shift to shift. Everything follows from the plans, whose sums are known
 * without driving, so the books of any shift are a pure function of the truck; rows are kept once computed.
 */
export class Books {
  #spec: TruckSpec;
  #planner: ShiftPlanner;
  #ureaShare: () => number;
  #rows: ShiftBooks[] = [];

  /** @param ureaShare litres of urea a litre of fuel of this truck when it doses as it should */
  constructor(spec: TruckSpec, planner: ShiftPlanner, ureaShare: () => number) {
    this.#spec = spec;
    this.#planner = planner;
    this.#ureaShare = ureaShare;
  }

  /** The books of shift k. */
  at(k: number): ShiftBooks {
    while (this.#rows.length <= k) {
      const next = this.#rows.length;
      const plan = this.#planner.plan(next);
      this.#rows.push(this.#close(next, plan, this.#rows[next - 1]));
    }
    return this.#rows[k] as ShiftBooks;
  }

  #close(k: number, plan: ShiftPlan, before: ShiftBooks | undefined): ShiftBooks {
    const { seed, fuelTankL, ureaTankL, ratedPowerKw, shiftHours, hasScr } = this.#spec;
    const faults = faultsAt(this.#spec, plan.startSec);
    const start = before === undefined ? this.#first() : this.#open(k - 1, before);

    const wanted = hasScr ? this.#ureaShare() * plan.fuelL * faults.dosing : 0;
    const ureaUseL = Math.min(wanted, Math.max(0, start.ureaL - DEAD_UREA * ureaTankL));
    const need = shiftHours * HOURLY_FUEL_L * (ratedPowerKw / 276);
    const fuelLeft = start.fuelL - plan.fuelL;
    const fuelFull = fuelTankL * between(0.9, 0.97, seed, 51, k);
    const refuelL = fuelLeft < need && fuelFull > fuelLeft + 20 ? fuelFull - fuelLeft : 0;
    const ureaLeft = start.ureaL - ureaUseL;
    const ureaFull = ureaTankL * between(0.9, 0.98, seed, 52, k);
    const ureaFillL = hasScr && faults.ureaRefills && ureaLeft < 0.4 * ureaTankL ? ureaFull - ureaLeft : 0;
    const thief = faults.fuelTheft && uniform(seed, 53, k) < 0.4;
    const theftL = thief ? between(40, 90, seed, 54, k) : 0;
    const drainer = faults.ureaDrain && uniform(seed, 56, k) < 0.4;
    // A thief leaves enough for a day's work.
    const ureaThere = ureaLeft + ureaFillL - LEAST_LEFT * ureaTankL;
    const ureaDrainL = drainer ? Math.max(0, Math.min(between(0.2, 0.4, seed, 57, k) * ureaTankL, ureaThere)) : 0;
    return { ...start, ureaUseL, refuelL, ureaFillL, theftL, ureaDrainL };
  }

  #first(): Opening {
    const { seed, fuelTankL, ureaTankL, hasScr, odometerBaseKm } = this.#spec;
    return {
      odometerM: odometerBaseKm * 1000,
      fuelL: fuelTankL * 0.92,
      fuelTotalL: Math.floor(odometerBaseKm * 0.34),
      ureaL: hasScr ? ureaTankL * between(0.5, 0.9, seed, 55, 0) : 0,
      ureaTotalG: hasScr ? Math.floor(odometerBaseKm * 0.34 * 0.03 * UREA_KG_PER_L * 1000) : 0,
    };
  }

  /** Opening state of the shift after k. */
  #open(k: number, row: ShiftBooks): Opening {
    const plan = this.#planner.plan(k);
    return {
      odometerM: row.odometerM + plan.distanceM,
      fuelL: row.fuelL - plan.fuelL + row.refuelL - row.theftL,
      fuelTotalL: row.fuelTotalL + plan.fuelL,
      ureaL: row.ureaL - row.ureaUseL + row.ureaFillL - row.ureaDrainL,
      ureaTotalG: row.ureaTotalG + row.ureaUseL * UREA_KG_PER_L * 1000,
    };
  }
}
