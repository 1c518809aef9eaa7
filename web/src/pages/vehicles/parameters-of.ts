import { type ParameterName, typedNumber, typedText } from '../../model/vehicle-form.ts';

const STAGES = ['IV', 'V', 'VI'] as const;

/** Typed parameters as the service takes them: what was left empty is left out. */
export function parametersOf(v: Readonly<Record<ParameterName | 'stage' | 'engineModel', string>>) {
  const referenceTorqueNm = typedNumber(v.referenceTorqueNm);
  const fuelTankL = typedNumber(v.fuelTankL);
  const ureaTankL = typedNumber(v.ureaTankL);
  const engineModel = typedText(v.engineModel);
  return {
    stage: STAGES.find((each) => each === v.stage) ?? 'V',
    ratedPowerKw: typedNumber(v.ratedPowerKw) ?? 0,
    ...(referenceTorqueNm === undefined ? {} : { referenceTorqueNm }),
    ...(fuelTankL === undefined ? {} : { fuelTankL }),
    ...(ureaTankL === undefined ? {} : { ureaTankL }),
    ...(engineModel === undefined ? {} : { engineModel }),
  };
}
