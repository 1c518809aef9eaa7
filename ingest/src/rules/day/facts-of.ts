import type { TruckFacts } from './day-input.ts';

/** The facts by themselves in one order, so that the same facts give the same text. */
export function factsOf(facts: TruckFacts): TruckFacts {
  const { approvalGPerKwh, inUseGPerKwh } = facts.limits;
  return {
    vin: facts.vin,
    stage: facts.stage,
    engineModel: facts.engineModel,
    ratedPowerKw: facts.ratedPowerKw,
    ratedRpm: facts.ratedRpm,
    referenceTorqueNm: facts.referenceTorqueNm,
    torqueKind: facts.torqueKind,
    workRefKwh: facts.workRefKwh,
    bsfcRefKgPerKwh: facts.bsfcRefKgPerKwh,
    fuelDensityKgL: facts.fuelDensityKgL,
    displacementL: facts.displacementL,
    fuelTankL: facts.fuelTankL,
    ureaTankL: facts.ureaTankL,
    hasScr: facts.hasScr,
    hasDpf: facts.hasDpf,
    limits: {
      ...(approvalGPerKwh === undefined ? {} : { approvalGPerKwh }),
      ...(inUseGPerKwh === undefined ? {} : { inUseGPerKwh }),
    },
  };
}
