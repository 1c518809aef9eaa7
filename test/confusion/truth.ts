import type { RuleName, ScenarioId, Truck, TruckSpec } from '@plume/simulators';

/** Something that truly happened to a tank, and the rule that has to say so. */
export interface TrueEvent {
  readonly rule: RuleName;
  readonly timeSec: number;
}

/** What is true of a truck on one Beijing day. */
export interface DayTruth {
  /** Shifts of the day had the scenario's fault; false before it began. */
  readonly faulty: boolean;
  readonly events: readonly TrueEvent[];
}

/** Times after parking at which the simulator fills and steals [s], its own figures rounded up to their end. */
const AFTER_PARKING_S = { refuel: 600, ureaFill: 1500, theft: 7200, ureaDrain: 9000 };

/** What the simulator knows of a day and does not send. */
export function truthOf(truck: Truck, fromSec: number, toSec: number): DayTruth {
  const { spec, planner, books } = truck;
  const events: TrueEvent[] = [];
  const first = planner.shiftAt(fromSec);
  const last = planner.shiftAt(toSec - 1);
  let faulty = false;
  for (let k = first; k <= last; k += 1) {
    const plan = planner.plan(k);
    const { refuelL, ureaFillL, theftL, ureaDrainL } = books.at(k);
    const parkedSec = plan.startSec + plan.parkedS;
    const add = (rule: RuleName, litres: number, afterS: number): void => {
      const timeSec = parkedSec + afterS;
      if (litres > 0 && timeSec >= fromSec && timeSec < toSec) events.push({ rule, timeSec });
    };
    add('R-FUEL-REFILL', refuelL, AFTER_PARKING_S.refuel);
    add('R-UREA-REFILL', ureaFillL, AFTER_PARKING_S.ureaFill);
    add('R-FUEL-THEFT', theftL, AFTER_PARKING_S.theft);
    add('R-UREA-DRAIN', ureaDrainL, AFTER_PARKING_S.ureaDrain);
    if (hasFault(spec, plan.startSec) && plan.startSec < toSec) faulty = true;
  }
  return { faulty, events };
}

/** Whether a shift that begins at this time has the scenario's fault. */
function hasFault(spec: TruckSpec, startSec: number): boolean {
  return isFaulty(spec.scenario) && startSec >= spec.faultFromSec && startSec < spec.faultUntilSec;
}

/** Whether a scenario changes anything in the truck. */
export function isFaulty(scenario: ScenarioId): boolean {
  return scenario !== 'healthyIV' && scenario !== 'healthyV';
}
