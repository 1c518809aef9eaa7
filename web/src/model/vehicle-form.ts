/** What a truck is entered with: text as typed, '' where nothing was. */
export interface VehicleText extends Record<string, string> {
  plate: string;
  vin: string;
  plateColor: string;
  district: string;
  enterprise: string;
  useType: string;
  fittedAt: string;
  stage: string;
  ratedPowerKw: string;
  referenceTorqueNm: string;
  fuelTankL: string;
  ureaTankL: string;
  engineModel: string;
  aftertreatment: string;
  ratedRpm: string;
  displacementL: string;
  workRefKwh: string;
  inUseGPerKwh: string;
  approvalGPerKwh: string;
  terminal: string;
}

/** An empty form. */
export const NO_VEHICLE: VehicleText = {
  plate: '',
  vin: '',
  plateColor: '',
  district: '',
  enterprise: '',
  useType: '',
  fittedAt: '',
  stage: 'V',
  ratedPowerKw: '',
  referenceTorqueNm: '',
  fuelTankL: '',
  ureaTankL: '',
  engineModel: '',
  aftertreatment: '',
  ratedRpm: '',
  displacementL: '',
  workRefKwh: '',
  inUseGPerKwh: '',
  approvalGPerKwh: '',
  terminal: '',
};

/** Ranges in which a truck's numbers are plausible, as the service has them. */
export const PLAUSIBLE = {
  ratedPowerKw: { min: 30, max: 500, unit: 'kW', needed: true },
  referenceTorqueNm: { min: 150, max: 4000, unit: 'N·m', needed: false },
  fuelTankL: { min: 40, max: 2000, unit: 'L', needed: false },
  ureaTankL: { min: 5, max: 250, unit: 'L', needed: false },
  ratedRpm: { min: 1000, max: 4000, unit: 'rpm', needed: false },
  displacementL: { min: 2, max: 20, unit: 'L', needed: false },
  workRefKwh: { min: 2, max: 60, unit: 'kWh', needed: false },
  inUseGPerKwh: { min: 0.1, max: 20, unit: 'g/kWh', needed: false },
  approvalGPerKwh: { min: 0.1, max: 20, unit: 'g/kWh', needed: false },
} as const;
export type ParameterName = keyof typeof PLAUSIBLE;
/** Names of a truck's numbers, in the order of the forms. */
export const PARAMETER_NAMES = Object.keys(PLAUSIBLE) as readonly ParameterName[];

/** A fault of a field: what is wrong with it, for the dictionaries. */
export type Fault = { kind: 'required' } | { kind: 'vin' } | { kind: 'terminal' } | { kind: 'plausible'; name: ParameterName };

function parameterFault(name: ParameterName, text: string): Fault | undefined {
  const { min, max, needed } = PLAUSIBLE[name];
  if (text.trim() === '') return needed ? { kind: 'required' } : undefined;
  const value = Number(text);
  return value >= min && value <= max ? undefined : { kind: 'plausible', name };
}

/** Faults of the parameters, by field. */
export function parameterFaults(values: Readonly<Record<ParameterName, string>>): Record<string, Fault> {
  return withoutHoles(
    Object.keys(PLAUSIBLE).map((name) => [name, parameterFault(name as ParameterName, values[name as ParameterName])] as const),
  );
}

/** Faults of a truck to enter, by field; the service refuses the same. */
export function vehicleFaults(v: VehicleText): Record<string, Fault> {
  return {
    ...withoutHoles([
      ['plate', v.plate.trim() === '' ? { kind: 'required' } : undefined],
      ['vin', /^[A-Za-z0-9]{17}$/.test(v.vin.trim()) ? undefined : { kind: v.vin.trim() === '' ? 'required' : 'vin' }],
      ['terminal', /^([A-Za-z0-9_-]{1,64})?$/.test(v.terminal.trim()) ? undefined : { kind: 'terminal' }],
    ]),
    ...parameterFaults(v),
  };
}

function withoutHoles(entries: readonly (readonly [string, Fault | undefined])[]): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const [name, fault] of entries) if (fault) faults[name] = fault;
  return faults;
}

/** A number that was typed; undefined when nothing was. */
export function typedNumber(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

/** Text that was typed; undefined when nothing was. */
export function typedText(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}
